//! Invite links. Only a hash of the code is kept; uses are counted where they are spent, in one statement.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::validate::Faults;
use types::{
    CreatedInvite, ErrorCode, Invite, InviteId, InvitePreview, NewInvite, Page, RoomId, RoomRole, RoomView, UserId,
    limits,
};
use uuid::Uuid;

use super::locked::Locked;
use super::membership::enter;
use super::{access, direct};
use crate::accounts::secret;
use crate::app::App;
use crate::db::schema::{invites, rooms, users};
use crate::error::Error;
use crate::realtime::News;

/// A week.
const DEFAULT_LIFE: i64 = 7 * 24 * 3600;

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = invites)]
struct InviteRow {
    id: Uuid,
    created_by: Uuid,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    max_uses: Option<i32>,
    uses: i32,
}

impl From<InviteRow> for Invite {
    fn from(row: InviteRow) -> Invite {
        Invite {
            id: InviteId(row.id),
            created_by: UserId(row.created_by),
            created_at: row.created_at,
            expires_at: row.expires_at,
            max_uses: row.max_uses,
            uses: row.uses,
        }
    }
}

/// Makes a link; for moderators. The code has 244 random bits and is told only here.
pub async fn create(app: &App, user_id: UserId, room_id: RoomId, new: NewInvite) -> Result<CreatedInvite, Error> {
    let mut faults = Faults::default();
    if new.max_uses.is_some_and(|n| !(1..=limits::INVITE_USES_MAX).contains(&n)) {
        faults.add("max_uses", "out_of_range", format!("Allow 1 to {} uses.", limits::INVITE_USES_MAX));
    }
    let life = new.expires_in.unwrap_or(DEFAULT_LIFE);
    if !(1..=limits::INVITE_EXPIRES_MAX).contains(&life) {
        faults.add("expires_in", "out_of_range", "A link lives from a second to a year.");
    }
    faults.finish()?;
    let mut conn = app.db.get().await?;
    let membership = moderator(&mut conn, user_id, room_id).await?;
    if membership.room.archived_at.is_some() {
        return Err(Error::new(ErrorCode::RoomArchived));
    }
    let code = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let id = Uuid::now_v7();
    let expires_at = crate::now() + Duration::seconds(life);
    diesel::insert_into(invites::table)
        .values((
            invites::id.eq(id),
            invites::room_id.eq(room_id.0),
            invites::code_hash.eq(secret::hash(&code)),
            invites::created_by.eq(user_id.0),
            invites::expires_at.eq(expires_at),
            invites::max_uses.eq(new.max_uses),
        ))
        .execute(&mut conn)
        .await?;
    Ok(CreatedInvite { id: InviteId(id), code, expires_at, max_uses: new.max_uses })
}

async fn moderator(conn: &mut AsyncPgConnection, user_id: UserId, room_id: RoomId) -> Result<super::Membership, Error> {
    let membership = access(conn, user_id, room_id).await?.member()?;
    direct::stays_as_it_is(&membership.room)?;
    if membership.role < RoomRole::Moderator {
        return Err(Error::new(ErrorCode::NotAllowed));
    }
    Ok(membership)
}

/// The links of a room that were not revoked, newest first; for moderators.
pub async fn list(
    app: &App,
    user_id: UserId,
    room_id: RoomId,
    before: Option<InviteId>,
    limit: i64,
) -> Result<Page<Invite>, Error> {
    let limit = limit.clamp(1, limits::PAGE_MAX);
    let mut conn = app.db.get().await?;
    moderator(&mut conn, user_id, room_id).await?;
    let mut rows: Vec<InviteRow> = invites::table
        .filter(invites::room_id.eq(room_id.0).and(invites::revoked_at.is_null()))
        .filter(invites::id.lt(before.map_or(Uuid::max(), |id| id.0)))
        .order(invites::id.desc())
        .limit(limit + 1)
        .select(InviteRow::as_select())
        .load(&mut conn)
        .await?;
    let more = crate::db::page(&mut rows, limit);
    let next = rows.last().filter(|_| more).map(|r| r.id.to_string());
    Ok(Page { items: rows.into_iter().map(Invite::from).collect(), next })
}

/// Ends a link; for moderators.
pub async fn revoke(app: &App, user_id: UserId, room_id: RoomId, id: InviteId) -> Result<(), Error> {
    let mut conn = app.db.get().await?;
    moderator(&mut conn, user_id, room_id).await?;
    let live = invites::table.find(id.0).filter(invites::room_id.eq(room_id.0).and(invites::revoked_at.is_null()));
    let ended = diesel::update(live).set(invites::revoked_at.eq(crate::now())).execute(&mut conn).await?;
    if ended == 0 { Err(Error::new(ErrorCode::NotFound)) } else { Ok(()) }
}

/// What a link leads to, for who holds it.
pub async fn preview(app: &App, code: &str) -> Result<InvitePreview, Error> {
    let mut conn = app.db.get().await?;
    let found: Option<(Uuid, Option<String>, String)> = invites::table
        .inner_join(rooms::table.on(rooms::id.eq(invites::room_id)))
        .inner_join(users::table.on(users::id.eq(invites::created_by)))
        .filter(invites::code_hash.eq(secret::hash(code)).and(invites::revoked_at.is_null()))
        .filter(invites::expires_at.gt(crate::now()))
        .filter(invites::max_uses.is_null().or(invites::max_uses.gt(invites::uses.nullable())))
        .filter(rooms::deleted_at.is_null().and(rooms::archived_at.is_null()))
        .select((rooms::id, rooms::name, users::display_name))
        .first(&mut conn)
        .await
        .optional()?;
    let (room_id, name, invited_by) = found.ok_or_else(|| Error::new(ErrorCode::InviteInvalid))?;
    let member_count = super::count_members(&mut conn, room_id).await?;
    Ok(InvitePreview { room_name: name.unwrap_or_default(), invited_by, member_count })
}

/// The room a code leads to, good or not: so that its head can be locked before the invite's row.
pub async fn find_room(conn: &mut AsyncPgConnection, code: &str) -> Result<RoomId, Error> {
    let room_id: Option<Uuid> = invites::table
        .filter(invites::code_hash.eq(secret::hash(code)))
        .select(invites::room_id)
        .first(conn)
        .await
        .optional()?;
    room_id.map(RoomId).ok_or_else(|| Error::new(ErrorCode::InviteInvalid))
}

/// Spends one use and gives the room. Done in the transaction that makes its holder a member, always after the room's
/// lock (the other order could deadlock): two holders of the last use can't both spend it.
pub async fn spend(conn: &mut AsyncPgConnection, code: &str) -> Result<RoomId, Error> {
    let good = invites::table
        .filter(invites::code_hash.eq(secret::hash(code)).and(invites::revoked_at.is_null()))
        .filter(invites::expires_at.gt(crate::now()))
        .filter(invites::max_uses.is_null().or(invites::max_uses.gt(invites::uses.nullable())));
    let room_id: Option<Uuid> = diesel::update(good)
        .set(invites::uses.eq(invites::uses + 1))
        .returning(invites::room_id)
        .get_result(conn)
        .await
        .optional()?;
    room_id.map(RoomId).ok_or_else(|| Error::new(ErrorCode::InviteInvalid))
}

/// Takes up an invite with an account. Who is in already spends none.
pub async fn accept(app: &App, user_id: UserId, code: &str) -> Result<RoomView, Error> {
    let mut conn = app.db.get().await?;
    let room_id = find_room(&mut conn, code).await?;
    let mut news = News::new(app);
    let news = conn
        .transaction(async |conn| {
            let mut room = Locked::lock(conn, &news, room_id).await.map_err(|e| match e.code {
                ErrorCode::NotFound => Error::new(ErrorCode::InviteInvalid),
                _ => e,
            })?;
            let inside = access(conn, user_id, room_id).await.is_ok_and(|a| a.role.is_some());
            if !inside {
                room.writable()?;
                spend(conn, code).await?;
                enter(conn, &mut news, &mut room, &[user_id], user_id).await?;
            }
            room.save(app, conn, &mut news).await?;
            Ok::<_, Error>(news)
        })
        .await?;
    app.hub.publish(app, news);
    drop(conn);
    super::find(app, user_id, room_id).await
}
