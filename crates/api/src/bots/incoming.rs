//! Incoming webhooks: an address that posts to one room, as an account of its own, whatever is sent to it in Slack's shape.
//! What it posts names nobody: no payload calls people away from their work.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use sha2::{Digest, Sha256};
use types::validate;
use types::{
    CreatedIncomingHook, ErrorCode, HookId, IncomingHook, MessageId, NewIncomingHook, NewMessage, Page, RoomId,
    RoomRole, UserId, limits,
};
use uuid::Uuid;

use super::is_stale;
use super::slack::Payload;
use crate::accounts::{self, Limit, NewBotAccount, secret};
use crate::app::App;
use crate::db::schema::{incoming_hooks, users};
use crate::error::Error;
use crate::messages::{Draft, writer};
use crate::realtime::News;
use crate::rooms::membership::enter;
use crate::rooms::{self, Locked, Membership};

#[derive(Queryable, Selectable)]
#[diesel(table_name = incoming_hooks)]
struct HookRow {
    id: Uuid,
    room_id: Uuid,
    user_id: Uuid,
    created_by: Uuid,
    created_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
}

impl HookRow {
    fn named(self, name: String) -> IncomingHook {
        IncomingHook {
            id: HookId(self.id),
            room_id: RoomId(self.room_id),
            user_id: UserId(self.user_id),
            name,
            created_by: UserId(self.created_by),
            created_at: self.created_at,
            last_used_at: self.last_used_at,
        }
    }
}

/// The proof that somebody may see to a room's webhooks: its moderators may.
pub(super) async fn moderator(
    conn: &mut AsyncPgConnection,
    user_id: UserId,
    room_id: RoomId,
) -> Result<Membership, Error> {
    let membership = rooms::access(conn, user_id, room_id).await?.member()?;
    rooms::direct::stays_as_it_is(&membership.room)?;
    match membership.role >= RoomRole::Moderator {
        true => Ok(membership),
        false => Err(Error::new(ErrorCode::NotAllowed)),
    }
}

/// Makes an address that posts to a room; for its moderators. The address is told only here.
pub async fn create(
    app: &App,
    user_id: UserId,
    room_id: RoomId,
    new: NewIncomingHook,
) -> Result<CreatedIncomingHook, Error> {
    let name = validate::line("name", &new.name, 1, limits::HOOK_NAME_MAX)?;
    let token = secret::generate()?;
    let mut conn = app.db.get().await?;
    moderator(&mut conn, user_id, room_id).await?;
    let mut news = News::new(app);
    let (hook, news) = conn
        .transaction(async |conn| {
            let (mut room, role) = Locked::lock_for(conn, &news, user_id, room_id).await?;
            if role < RoomRole::Moderator {
                return Err(Error::new(ErrorCode::NotAllowed));
            }
            room.writable()?;
            let standing = incoming_hooks::table
                .filter(incoming_hooks::room_id.eq(room_id.0).and(incoming_hooks::removed_at.is_null()));
            if standing.count().get_result::<i64>(conn).await? >= limits::HOOKS_MAX {
                return Err(Error::with(ErrorCode::TooMany, "A room has at most 50 incoming webhooks."));
            }
            // The last letters of a version 7 id are random.
            let id = Uuid::now_v7();
            let letters = id.simple().to_string();
            let username = format!("hook-{}", letters.get(20..).unwrap_or(&letters));
            let account = NewBotAccount { username, display_name: name.clone() };
            // Nobody else knows the new account yet, so its head and the site's stand in no one's way here.
            let user = accounts::insert_bot(app, conn, &mut news, account).await?;
            enter(conn, &mut news, &mut room, &[user.id], user_id).await?;
            room.save(app, conn, &mut news).await?;
            let row: HookRow = diesel::insert_into(incoming_hooks::table)
                .values((
                    incoming_hooks::id.eq(id),
                    incoming_hooks::room_id.eq(room_id.0),
                    incoming_hooks::user_id.eq(user.id.0),
                    incoming_hooks::token_hash.eq(secret::hash(&token)),
                    incoming_hooks::created_by.eq(user_id.0),
                    incoming_hooks::created_at.eq(crate::now()),
                ))
                .returning(HookRow::as_returning())
                .get_result(conn)
                .await?;
            Ok((row.named(name), news))
        })
        .await?;
    app.hub.publish(app, news);
    let site = app.config.public_url.clone().unwrap_or_default();
    Ok(CreatedIncomingHook { hook, url: format!("{site}/hooks/{token}") })
}

/// The incoming webhooks of a room, the oldest first; for its moderators.
pub async fn list(app: &App, user_id: UserId, room_id: RoomId) -> Result<Page<IncomingHook>, Error> {
    let mut conn = app.db.get().await?;
    moderator(&mut conn, user_id, room_id).await?;
    let rows: Vec<(HookRow, String)> = incoming_hooks::table
        .inner_join(users::table.on(users::id.eq(incoming_hooks::user_id)))
        .filter(incoming_hooks::room_id.eq(room_id.0).and(incoming_hooks::removed_at.is_null()))
        .order(incoming_hooks::id)
        .limit(limits::HOOKS_MAX)
        .select((HookRow::as_select(), users::display_name))
        .load(&mut conn)
        .await?;
    Ok(Page { items: rows.into_iter().map(|(row, name)| row.named(name)).collect(), next: None })
}

/// Removes a webhook: its address is nobody's any more, and its account leaves the room.
pub async fn remove(app: &App, user_id: UserId, room_id: RoomId, id: HookId) -> Result<(), Error> {
    let mut conn = app.db.get().await?;
    moderator(&mut conn, user_id, room_id).await?;
    let standing = incoming_hooks::table
        .find(id.0)
        .filter(incoming_hooks::room_id.eq(room_id.0).and(incoming_hooks::removed_at.is_null()));
    let account: Option<Uuid> = diesel::update(standing)
        .set(incoming_hooks::removed_at.eq(crate::now()))
        .returning(incoming_hooks::user_id)
        .get_result(&mut conn)
        .await
        .optional()?;
    drop(conn);
    let account = account.ok_or_else(|| Error::new(ErrorCode::NotFound))?;
    match rooms::membership::leave(app, UserId(account), room_id).await {
        Ok(()) | Err(Error { code: ErrorCode::NotFound | ErrorCode::NotAMember, .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Posts what was sent to an address. A key that is given makes sending it again harmless.
pub async fn post(app: &App, token: &str, payload: &Payload, key: Option<&str>) -> Result<(), Error> {
    let hash = secret::hash(token);
    let mut conn = app.db.get().await?;
    let found: Option<(HookRow, String)> = incoming_hooks::table
        .inner_join(users::table.on(users::id.eq(incoming_hooks::user_id)))
        .filter(incoming_hooks::token_hash.eq(&hash).and(incoming_hooks::removed_at.is_null()))
        .select((HookRow::as_select(), users::display_name))
        .first(&mut conn)
        .await
        .optional()?;
    let (hook, name) = found.ok_or_else(|| Error::new(ErrorCode::NotFound))?;
    app.limits.check(Limit::Hooks, &hook.id.to_string())?;
    let body = payload.body(&name).replace('\0', "");
    if body.trim().is_empty() {
        return Err(Error::field("text", "required", "The payload says nothing."));
    }
    let now = crate::now();
    if is_stale(hook.last_used_at, now) {
        diesel::update(incoming_hooks::table.find(hook.id))
            .set(incoming_hooks::last_used_at.eq(now))
            .execute(&mut conn)
            .await?;
    }
    drop(conn);
    let id = key.map(|key| keyed(hook.id, key));
    let draft =
        Draft::parse(UserId(hook.user_id), RoomId(hook.room_id), NewMessage { id, body, ..NewMessage::default() })?;
    writer::post(app, draft).await.map(drop)
}

/// The id of the message that this key of this webhook makes: always the same, and of no other.
fn keyed(hook: Uuid, key: &str) -> MessageId {
    let digest: [u8; 32] = Sha256::new().chain_update(hook.as_bytes()).chain_update(key.as_bytes()).finalize().into();
    let mut bytes = [0; 16];
    for (place, byte) in bytes.iter_mut().zip(digest) {
        *place = byte;
    }
    MessageId(
        uuid::Builder::from_bytes(bytes)
            .with_version(uuid::Version::SortRand)
            .with_variant(uuid::Variant::RFC4122)
            .into_uuid(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_makes_one_id_of_the_right_version() {
        let (hook, other) = (Uuid::now_v7(), Uuid::now_v7());
        assert_eq!(keyed(hook, "a"), keyed(hook, "a"));
        assert_ne!(keyed(hook, "a"), keyed(hook, "b"));
        assert_ne!(keyed(hook, "a"), keyed(other, "a"));
        assert_eq!(keyed(hook, "a").0.get_version_num(), 7);
    }
}
