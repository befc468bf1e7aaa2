//! The change feed of a room, and its newest page for who begins anew.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::{Changes, Epoch, ErrorCode, Rev, RoomId, UserId};

use super::row::{EventRow, MemberRow, RoomRow};
use crate::app::App;
use crate::db::feed::{self, FeedPage};
use crate::db::schema::members;
use crate::error::Error;
use crate::messages::MessageRow;
use crate::messages::history::{self, Place, Scope};
use crate::polls::VoteRow;

/// Messages of a reset's page.
const PAGE: i64 = 50;
/// Bytes of rows in a frame, about.
pub const FRAME: usize = 256 * 1024;
/// What a row weighs beside its text, in bytes, about.
pub const ROW: usize = 400;

/// Each kind of row is limited by itself, so no kind is read further than the page can need. Messages as they were posted
/// are found by their place, changed ones by an index of their own.
const FEED: &str = "\
SELECT h.rev AS head, f.kind, f.rev, f.row::text AS row FROM room_heads h LEFT JOIN LATERAL ( \
    SELECT * FROM ( \
        (SELECT 'message' AS kind, m.rev, to_jsonb(m) - 'fingerprint' AS row FROM messages m \
         WHERE m.room_id = h.room_id AND m.in_room AND m.seq > $2 AND m.rev = m.seq ORDER BY m.seq LIMIT $3) \
        UNION ALL \
        (SELECT 'message', m.rev, to_jsonb(m) - 'fingerprint' FROM messages m \
         WHERE m.room_id = h.room_id AND NOT m.in_room AND m.seq > $2 AND m.rev = m.seq ORDER BY m.seq LIMIT $3) \
        UNION ALL \
        (SELECT 'message', m.rev, to_jsonb(m) - 'fingerprint' FROM messages m \
         WHERE m.room_id = h.room_id AND m.rev > $2 AND m.rev <> m.seq ORDER BY m.rev LIMIT $3) \
        UNION ALL \
        (SELECT 'member', m.rev, to_jsonb(m) FROM members m \
         WHERE m.room_id = h.room_id AND m.rev > $2 ORDER BY m.rev LIMIT $3) \
        UNION ALL \
        (SELECT 'reaction', x.rev, to_jsonb(x) FROM reactions x \
         WHERE x.room_id = h.room_id AND x.rev > $2 ORDER BY x.rev LIMIT $3) \
        UNION ALL \
        (SELECT 'vote', v.rev, to_jsonb(v) FROM votes v \
         WHERE v.room_id = h.room_id AND v.rev > $2 ORDER BY v.rev LIMIT $3) \
        UNION ALL \
        (SELECT 'event', e.seq, to_jsonb(e) FROM events e \
         WHERE e.room_id = h.room_id AND e.seq > $2 ORDER BY e.seq LIMIT $3) \
        UNION ALL \
        (SELECT 'room', r.rev, to_jsonb(r) FROM rooms r WHERE r.id = h.room_id AND r.rev > $2) \
    ) merged ORDER BY rev LIMIT $3) f ON true \
WHERE h.room_id = $1 ORDER BY f.rev";

/// The rows of a room since `since`; none if there is no such room. Resets only if `since` is beyond the head.
pub async fn read(
    conn: &mut AsyncPgConnection,
    epoch: &Epoch,
    room_id: RoomId,
    since: Rev,
    limit: i64,
) -> Result<Option<Changes>, Error> {
    let Some(page) = feed::page(conn, FEED, room_id.0, since, limit).await? else { return Ok(None) };
    let FeedPage { since, rev, more, reset, rows } = page;
    let mut changes = Changes { rev, more, reset, ..Changes::empty(room_id, epoch.clone(), since) };
    for row in rows {
        match row.kind.as_str() {
            "message" => changes.messages.push(row.read::<MessageRow>()?.into()),
            "member" => changes.members.push(row.read::<MemberRow>()?.into()),
            "reaction" => changes.reactions.push(row.read()?),
            "vote" => changes.votes.push(row.read::<VoteRow>()?.into()),
            "event" => changes.events.push(row.read::<EventRow>()?.into()),
            _ => changes.room = Some(row.read::<RoomRow>()?.into()),
        }
    }
    Ok(Some(changes))
}

/// The newest page as a reset: with the room, the authors, and the asker's own place in it.
pub async fn newest(
    conn: &mut AsyncPgConnection,
    epoch: &Epoch,
    user_id: UserId,
    room_id: RoomId,
) -> Result<Changes, Error> {
    let access = super::access(conn, user_id, room_id).await?;
    let mut page = history::read(conn, room_id, Scope::Room, Place::Newest, PAGE).await?;
    let mut weight: usize = page.items.iter().map(|m| m.body.len() + ROW).sum();
    while weight > FRAME && page.items.len() > 1 {
        let oldest = page.items.remove(0);
        weight -= oldest.body.len() + ROW;
        page.previous = page.items.as_slice().first().map(|m| m.seq);
        page.events.retain(|line| page.previous.is_none_or(|low| low <= line.seq));
        page.reactions.retain(|reaction| reaction.message_id != oldest.id);
        page.votes.retain(|vote| vote.message_id != oldest.id);
    }
    let own: MemberRow = members::table.find((room_id.0, user_id.0)).select(MemberRow::as_select()).first(conn).await?;
    Ok(Changes {
        rev: page.rev,
        reset: true,
        room: Some(access.room),
        messages: page.items,
        members: vec![own.into()],
        events: page.events,
        reaction_counts: page.reactions,
        votes: page.votes,
        users: page.users,
        previous: page.previous,
        ..Changes::empty(room_id, epoch.clone(), 0)
    })
}

/// `GET /rooms/{id}/changes`: membership and rows are read in one snapshot, so nobody reads past their removal.
pub async fn list(app: &App, user_id: UserId, room_id: RoomId, since: Rev, limit: i64) -> Result<Changes, Error> {
    let mut conn = app.db.get().await?;
    let epoch = app.epoch.clone();
    conn.build_transaction()
        .read_only()
        .repeatable_read()
        .run(async move |conn| {
            super::access(conn, user_id, room_id).await?.member()?;
            match read(conn, &epoch, room_id, since, limit).await? {
                Some(changes) if changes.reset => newest(conn, &epoch, user_id, room_id).await,
                Some(changes) => Ok(changes),
                None => Err(Error::new(ErrorCode::NotFound)),
            }
        })
        .await
}

#[derive(QueryableByName)]
struct Head {
    #[diesel(sql_type = BigInt)]
    rev: Rev,
    #[diesel(sql_type = BigInt)]
    last_seq: Rev,
}

/// Head and place of the newest message of a room.
pub async fn head(conn: &mut AsyncPgConnection, room_id: RoomId) -> Result<Option<(Rev, Rev)>, Error> {
    let head: Option<Head> = sql_query("SELECT rev, last_seq FROM room_heads WHERE room_id = $1")
        .bind::<SqlUuid, _>(room_id.0)
        .get_result(conn)
        .await
        .optional()?;
    Ok(head.map(|h| (h.rev, h.last_seq)))
}
