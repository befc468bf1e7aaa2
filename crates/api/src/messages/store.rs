//! One commit of posts: many rooms, one transaction, heads locked in order of id, each membership checked under the
//! lock, one statement for all rows.
//!
//! A repeated id answers with the first row and comes before the check of membership, so that an author who lost the
//! answer learns it even after leaving.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use tokio::sync::oneshot;
use types::{ErrorCode, Message, MessageId, PostedReceipt, RoomId};
use uuid::Uuid;

use super::{Draft, MessageRow, Posted};
use crate::app::App;
use crate::db::schema::{members, messages, rooms};
use crate::error::Error;
use crate::realtime::News;
use crate::rooms::Locked;
use crate::seeded::{FORGOTTEN_AFTER, SeededFault};

/// How long a commit dawdles where a fault was put in before it.
const DAWDLE: Duration = Duration::from_millis(20);

/// One per draft; none if another node stored its id at the same moment and it must be looked for again.
pub(super) type Answers = Vec<Option<Result<Posted, Error>>>;

/// Stores what can be stored; every other draft has the answer that is its own.
pub(super) async fn write(app: &App, drafts: &[Draft]) -> Result<(Answers, News), Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    conn.transaction(async |conn| {
        let answers = match app.config.suffers(SeededFault::ForgetfulDedupe) {
            false => fill(app, conn, &mut news, drafts).await?,
            true => {
                let drafts = forgotten(conn, drafts).await?;
                fill(app, conn, &mut news, &drafts).await?
            }
        };
        if app.config.suffers(SeededFault::PublishBeforeCommit) {
            app.hub.publish(app, std::mem::take(&mut news));
            tokio::time::sleep(DAWDLE).await;
        }
        Ok((answers, std::mem::take(&mut news)))
    })
    .await
}

/// As [`write()`], but tells the answers before the commit: a fault put in on purpose.
pub(super) async fn write_late(app: &App, drafts: &[Draft], tell: oneshot::Sender<Answers>) -> Result<News, Error> {
    let mut conn = app.db.get().await?;
    let (mut news, mut tell) = (News::new(app), Some(tell));
    conn.transaction(async |conn| {
        let answers = fill(app, conn, &mut news, drafts).await?;
        if let Some(tell) = tell.take() {
            let _ = tell.send(answers);
        }
        tokio::time::sleep(DAWDLE).await;
        Ok(std::mem::take(&mut news))
    })
    .await
}

/// Everything of a transaction but its commit.
async fn fill(app: &App, conn: &mut AsyncPgConnection, news: &mut News, drafts: &[Draft]) -> Result<Answers, Error> {
    let mut answers: BTreeMap<usize, Result<Posted, Error>> = repeats(app, conn, drafts).await?;
    let mut rooms: BTreeMap<RoomId, Vec<usize>> = BTreeMap::new();
    for (place, draft) in drafts.iter().enumerate() {
        if !answers.contains_key(&place) {
            rooms.entry(draft.room_id).or_default().push(place);
        }
    }
    let ids: Vec<RoomId> = rooms.keys().copied().collect();
    let mut locked = Vec::with_capacity(rooms.len());
    for room in Locked::lock_all(conn, news, &ids).await? {
        let places = rooms.remove(&room.room.id).unwrap_or_default();
        locked.push((room, places));
    }
    let gone = rooms.into_values().flatten();
    answers.extend(gone.map(|place| (place, Err(Error::new(ErrorCode::NotFound)))));
    insert(app, conn, news, drafts, locked, &mut answers).await?;
    Ok((0..drafts.len()).map(|place| answers.remove(&place)).collect())
}

/// The drafts with new ids for those that were stored too long ago to be known: a fault put in on purpose.
async fn forgotten(conn: &mut AsyncPgConnection, drafts: &[Draft]) -> Result<Vec<Draft>, Error> {
    let ids: Vec<Uuid> = drafts.iter().map(|d| d.id.0).collect();
    let old: Vec<Uuid> = messages::table
        .filter(messages::id.eq_any(ids).and(messages::created_at.lt(crate::now() - FORGOTTEN_AFTER)))
        .select(messages::id)
        .load(conn)
        .await?;
    let renamed = drafts.iter().map(|draft| match old.contains(&draft.id.0) {
        true => Draft { id: MessageId(Uuid::now_v7()), ..draft.clone() },
        false => draft.clone(),
    });
    Ok(renamed.collect())
}

/// Answers the posts whose id is stored already.
async fn repeats(
    app: &App,
    conn: &mut AsyncPgConnection,
    drafts: &[Draft],
) -> Result<BTreeMap<usize, Result<Posted, Error>>, Error> {
    let ids: Vec<Uuid> = drafts.iter().map(|d| d.id.0).collect();
    let stored: Vec<(MessageRow, Vec<u8>)> = messages::table
        .filter(messages::id.eq_any(ids))
        .select((MessageRow::as_select(), messages::fingerprint))
        .load(conn)
        .await?;
    let mut answers = BTreeMap::new();
    if stored.is_empty() {
        return Ok(answers);
    }
    let present = present(app, conn, drafts).await?;
    for (row, fingerprint) in stored {
        let Some(place) = drafts.iter().position(|d| d.id.0 == row.id) else { continue };
        let Some(draft) = drafts.get(place) else { continue };
        if fingerprint != draft.fingerprint {
            answers.insert(place, Err(Error::new(ErrorCode::IdTaken)));
            continue;
        }
        let message: Message = row.into();
        let answer = if present.contains(&(draft.room_id.0, draft.author_id.0)) {
            Posted::Again(message)
        } else {
            Posted::Receipt(PostedReceipt { id: message.id, seq: message.seq })
        };
        answers.insert(place, Ok(answer));
    }
    Ok(answers)
}

#[derive(Insertable)]
#[diesel(table_name = messages)]
struct NewRow<'a> {
    id: Uuid,
    room_id: Uuid,
    seq: i64,
    rev: i64,
    kind: &'static str,
    author_id: Uuid,
    body: &'a str,
    fingerprint: &'a [u8],
    created_at: DateTime<Utc>,
}

/// Gives each post its place under its room's lock, inserts all rows with one statement and raises the heads.
async fn insert(
    app: &App,
    conn: &mut AsyncPgConnection,
    news: &mut News,
    drafts: &[Draft],
    mut locked: Vec<(Locked, Vec<usize>)>,
    answers: &mut BTreeMap<usize, Result<Posted, Error>>,
) -> Result<(), Error> {
    let present = present(app, conn, drafts).await?;
    let now = crate::now();
    let mut rows = Vec::with_capacity(drafts.len());
    let mut places: HashMap<Uuid, usize> = HashMap::new();
    for (room, wanted) in &mut locked {
        for place in wanted.iter() {
            let Some(draft) = drafts.get(*place) else { continue };
            if !present.contains(&(draft.room_id.0, draft.author_id.0)) {
                let public = room.room.kind == types::RoomKind::Public;
                let code = if public { ErrorCode::NotAMember } else { ErrorCode::NotFound };
                answers.insert(*place, Err(Error::new(code)));
                continue;
            }
            if let Err(error) = room.writable() {
                answers.insert(*place, Err(error));
                continue;
            }
            let seq = room.next_rev();
            places.insert(draft.id.0, *place);
            rows.push(NewRow {
                id: draft.id.0,
                room_id: draft.room_id.0,
                seq,
                rev: seq,
                kind: "text",
                author_id: draft.author_id.0,
                body: &draft.body,
                fingerprint: &draft.fingerprint,
                created_at: now,
            });
        }
    }
    let stored: Vec<MessageRow> = if rows.is_empty() {
        Vec::new()
    } else {
        // Another node may have stored an id since it was looked for: its row wins, this post is left without an answer
        // and looked for again.
        diesel::insert_into(messages::table)
            .values(&rows)
            .on_conflict(messages::id)
            .do_nothing()
            .returning(MessageRow::as_returning())
            .get_results(conn)
            .await?
    };
    for row in stored {
        let Some(place) = places.remove(&row.id) else { continue };
        let message: Message = row.into();
        if let Some((room, _)) = locked.iter_mut().find(|(room, _)| room.room.id == message.room_id) {
            room.touched(message.clone());
        }
        answers.insert(place, Ok(Posted::New(message)));
    }
    Locked::save_all(locked.into_iter().map(|(room, _)| room).collect(), app, conn, news).await
}

/// Who of the authors is in their room, which is not deleted. Read under the locks it holds until the commit.
async fn present(app: &App, conn: &mut AsyncPgConnection, drafts: &[Draft]) -> Result<HashSet<(Uuid, Uuid)>, Error> {
    let places: HashSet<Uuid> = drafts.iter().map(|d| d.room_id.0).collect();
    let authors: HashSet<Uuid> = drafts.iter().map(|d| d.author_id.0).collect();
    let pairs: Vec<(Uuid, Uuid)> = members::table
        .inner_join(rooms::table.on(rooms::id.eq(members::room_id)))
        .filter(members::room_id.eq_any(places).and(members::user_id.eq_any(authors)))
        .filter(members::left_at.is_null().and(rooms::deleted_at.is_null()))
        .select((members::room_id, members::user_id))
        .load(conn)
        .await?;
    let mut present = pairs.into_iter().collect();
    if app.config.suffers(SeededFault::CachedMembership) {
        app.believed.extend(&mut present);
    }
    Ok(present)
}
