//! Why posts were not stored: asked beside the next commits, outside the transaction. A repeated id answers with the first
//! row, and comes before the check of membership, so that an author who lost the answer learns it even after leaving.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use types::{ErrorCode, Message, PostedReceipt, RoomId, RoomKind};
use uuid::Uuid;

use super::store::Answers;
use super::{Draft, MessageRow, Posted};
use crate::app::App;
use crate::db::schema::{members, messages, rooms};
use crate::error::Error;
use crate::rooms::RoomRow;

/// Why each of these drafts was not stored; none if nothing stands in its way any more.
pub(super) async fn explain(app: &App, drafts: &[&Draft]) -> Result<Answers, Error> {
    let mut conn = app.db.get().await?;
    let (ids, authors, places) = (
        drafts.iter().map(|d| d.id.0).collect::<Vec<Uuid>>(),
        drafts.iter().map(|d| d.author_id.0).collect::<Vec<Uuid>>(),
        drafts.iter().map(|d| d.room_id.0).collect::<Vec<Uuid>>(),
    );
    let stored: Vec<(MessageRow, Vec<u8>)> = messages::table
        .filter(messages::id.eq_any(ids))
        .select((MessageRow::as_select(), messages::fingerprint))
        .load(&mut conn)
        .await?;
    let stored: HashMap<Uuid, (MessageRow, Vec<u8>)> = stored.into_iter().map(|row| (row.0.id, row)).collect();
    let live: Vec<RoomRow> = rooms::table
        .filter(rooms::id.eq_any(&places).and(rooms::deleted_at.is_null()))
        .select(RoomRow::as_select())
        .load(&mut conn)
        .await?;
    let live: HashMap<RoomId, types::Room> = live.into_iter().map(|row| (RoomId(row.id), row.into())).collect();
    let inside: Vec<(Uuid, Uuid)> = members::table
        .filter(members::room_id.eq_any(places).and(members::user_id.eq_any(authors)).and(members::left_at.is_null()))
        .select((members::room_id, members::user_id))
        .load(&mut conn)
        .await?;
    let inside: HashSet<(Uuid, Uuid)> = inside.into_iter().collect();
    let others = named(&mut conn, drafts).await?;
    let directs = live.values().filter(|room| room.user_ids.len() == 2);
    let pairs: Vec<&types::Room> = directs.collect();
    let blocked =
        if pairs.is_empty() { HashSet::new() } else { crate::rooms::direct::blocked(&mut conn, &pairs).await? };
    let answer = |draft: &&Draft| {
        let room = live.get(&draft.room_id);
        let present = room.is_some() && inside.contains(&(draft.room_id.0, draft.author_id.0));
        if let Some((row, fingerprint)) = stored.get(&draft.id.0) {
            if *fingerprint != draft.fingerprint {
                return Some(Err(Error::new(ErrorCode::IdTaken)));
            }
            let message: Message = row.clone().into();
            return Some(Ok(match present {
                true => Posted::Again(message),
                false => Posted::Receipt(PostedReceipt { id: message.id, seq: message.seq }),
            }));
        }
        let code = match room {
            None => ErrorCode::NotFound,
            Some(room) if !present && room.kind == RoomKind::Public => ErrorCode::NotAMember,
            Some(_) if !present => ErrorCode::NotFound,
            Some(room) if room.archived_at.is_some() => ErrorCode::RoomArchived,
            Some(room) if blocked.contains(&room.id.0) => ErrorCode::Blocked,
            Some(_) => return missing(draft, &others).map(Err),
        };
        Some(Err(Error::new(code)))
    };
    Ok(drafts.iter().map(answer).collect())
}

/// The messages that drafts answer or quote: their rooms, and whether they were deleted.
type Others = HashMap<Uuid, (Uuid, bool)>;

async fn named(conn: &mut diesel_async::AsyncPgConnection, drafts: &[&Draft]) -> Result<Others, Error> {
    let ids = drafts.iter().flat_map(|draft| [draft.parent_id, draft.extra.quoted_id]).flatten();
    let ids: Vec<Uuid> = ids.map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(Others::new());
    }
    let rows: Vec<(Uuid, Uuid, bool)> = messages::table
        .filter(messages::id.eq_any(ids))
        .select((messages::id, messages::room_id, messages::deleted_at.is_not_null()))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(id, room_id, deleted)| (id, (room_id, deleted))).collect())
}

/// Why a message can't be answered or quoted; none if it can.
fn missing(draft: &Draft, others: &Others) -> Option<Error> {
    for (field, id) in [("parent_id", draft.parent_id), ("quoted_id", draft.extra.quoted_id)] {
        let Some(id) = id else { continue };
        match others.get(&id.0).filter(|(room_id, _)| *room_id == draft.room_id.0) {
            None => return Some(Error::field(field, "unknown", "There is no such message in this room.")),
            Some((_, true)) => return Some(Error::new(ErrorCode::MessageDeleted)),
            Some(_) => {}
        }
    }
    None
}
