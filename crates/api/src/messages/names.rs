//! Whom and which rooms a message names: found when it is posted or edited, and kept as ids, so that a new name later
//! changes nothing.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use markup::{Document, Mentions};
use quick_cache::sync::Cache;
use types::{Everyone, RoomId, RoomMention, RoomRole, UserId, limits};
use uuid::Uuid;

use super::{Draft, Extra};
use crate::app::App;
use crate::db::schema::{members, rooms, users};
use crate::error::Error;

/// Usernames remembered.
const NAMES: usize = 50_000;

/// Whose username is whose. A name never changes its person, so what is known stays true.
pub struct Usernames(Cache<String, UserId>);

impl Usernames {
    /// None known yet.
    #[expect(clippy::new_without_default, reason = "made once, by the app")]
    pub fn new() -> Usernames {
        Usernames(Cache::new(NAMES))
    }

    async fn find(&self, app: &App, names: &[String]) -> Result<Vec<UserId>, Error> {
        let mut known: HashMap<String, UserId> = HashMap::new();
        let mut unknown = Vec::new();
        for name in names {
            match self.0.get(name) {
                Some(id) => drop(known.insert(name.clone(), id)),
                None => unknown.push(name.clone()),
            }
        }
        if !unknown.is_empty() {
            let found: Vec<(String, Uuid)> = users::table
                .filter(users::username.eq_any(unknown))
                .select((users::username, users::id))
                .load(&mut *app.db.get().await?)
                .await?;
            for (name, id) in found {
                self.0.insert(name.clone(), UserId(id));
                known.insert(name, UserId(id));
            }
        }
        Ok(names.iter().filter_map(|name| known.get(name).copied()).collect())
    }
}

/// Finds whom a new message names.
pub async fn resolved(app: &App, mut draft: Draft) -> Result<Draft, Error> {
    let (author, room) = (draft.author_id, draft.room_id);
    let Some(document) = document(&draft.body) else { return Ok(draft) };
    let mentions = document.mentions();
    name(app, author, &document, &mentions, &mut draft.extra).await?;
    if !mentions.here && !mentions.all {
        return Ok(draft);
    }
    let mut conn = app.db.get().await?;
    if may_name_everyone(&mut conn, author, room).await? {
        if mentions.all {
            draft.extra.everyone = Some(Everyone::All);
        } else {
            draft.extra.everyone = Some(Everyone::Here);
            draft.extra.mentions.extend(here(&mut conn, app, author, room).await?);
            dedup(&mut draft.extra.mentions);
        }
    }
    Ok(draft)
}

/// Finds whom an edited message names. It names many only if it did before: an edit calls nobody.
pub async fn resolve_again(app: &App, author: UserId, body: &str, before: &Extra) -> Result<Extra, Error> {
    let mut extra = Extra { mentions: Vec::new(), everyone: None, room_mentions: Vec::new(), ..before.clone() };
    let Some(document) = document(body) else { return Ok(extra) };
    let mentions = document.mentions();
    name(app, author, &document, &mentions, &mut extra).await?;
    match before.everyone {
        Some(Everyone::All) if mentions.all => extra.everyone = Some(Everyone::All),
        Some(Everyone::Here) if mentions.here => {
            extra.everyone = Some(Everyone::Here);
            extra.mentions.extend(&before.mentions);
            dedup(&mut extra.mentions);
        }
        _ => {}
    }
    Ok(extra)
}

/// The tree of a body that may name somebody; most need not be looked at.
fn document(body: &str) -> Option<Document> {
    body.contains(['@', '#']).then(|| markup::parse(body))
}

async fn name(
    app: &App,
    author: UserId,
    document: &Document,
    mentions: &Mentions,
    extra: &mut Extra,
) -> Result<(), Error> {
    let mut users = mentions.users.clone();
    users.truncate(limits::MENTIONS_MAX);
    extra.mentions = app.usernames.find(app, &users).await?;
    let mut names = document.rooms();
    names.truncate(limits::MENTIONS_MAX);
    if !names.is_empty() {
        extra.room_mentions = find_rooms(&mut *app.db.get().await?, author, names).await?;
    }
    Ok(())
}

fn dedup(mentions: &mut Vec<UserId>) {
    let mut seen = std::collections::HashSet::new();
    mentions.retain(|id| seen.insert(*id));
}

/// The rooms of these names that the author may see.
async fn find_rooms(
    conn: &mut AsyncPgConnection,
    author: UserId,
    names: Vec<String>,
) -> Result<Vec<RoomMention>, Error> {
    let keys: Vec<String> = names.iter().map(|name| crate::rooms::name_key(name)).collect();
    let mine =
        members::table.filter(members::user_id.eq(author.0).and(members::left_at.is_null())).select(members::room_id);
    let found: Vec<(Option<String>, Uuid)> = rooms::table
        .filter(rooms::name_key.eq_any(&keys).and(rooms::deleted_at.is_null()))
        .filter(rooms::kind.eq("public").or(rooms::id.eq_any(mine)))
        .select((rooms::name_key, rooms::id))
        .load(conn)
        .await?;
    let found: HashMap<String, Uuid> = found.into_iter().filter_map(|(key, id)| Some((key?, id))).collect();
    let named = names.into_iter().zip(keys);
    let mention = |(name, key): (String, String)| found.get(&key).map(|id| RoomMention { name, room_id: RoomId(*id) });
    Ok(named.filter_map(mention).collect())
}

/// Everyone may be named by a moderator, and by anyone where few are.
async fn may_name_everyone(conn: &mut AsyncPgConnection, author: UserId, room_id: RoomId) -> Result<bool, Error> {
    // Who may not even post here is refused by the post itself.
    let Ok(access) = crate::rooms::access(conn, author, room_id).await else { return Ok(false) };
    if access.role.is_some_and(|role| role >= RoomRole::Moderator) {
        return Ok(true);
    }
    Ok(crate::rooms::count_members(conn, room_id.0).await? <= limits::EVERYONE_FREE)
}

/// Members of a room who are online now, the author aside.
async fn here(conn: &mut AsyncPgConnection, app: &App, author: UserId, room_id: RoomId) -> Result<Vec<UserId>, Error> {
    let online: Vec<Uuid> = app.presence.online().into_iter().map(|id| id.0).collect();
    let ids: Vec<Uuid> = members::table
        .filter(members::room_id.eq(room_id.0).and(members::left_at.is_null()))
        .filter(members::user_id.eq_any(online).and(members::user_id.ne(author.0)))
        .order(members::user_id)
        .limit(limits::HERE_MAX as i64)
        .select(members::user_id)
        .load(conn)
        .await?;
    Ok(ids.into_iter().map(UserId).collect())
}
