//! What the database holds, asked of Postgres itself and not of the server under test.

use std::collections::HashMap;

use anyhow::Result;
use types::{MessageId, Rev, RoomId, UserId};
use uuid::Uuid;

use super::check::{Row, Truth};
use crate::host::Postgres;

/// The heads of all rooms.
pub async fn heads(postgres: &Postgres) -> Result<HashMap<RoomId, Rev>> {
    let sql = postgres.connect().await?;
    let rows = sql.query("SELECT room_id::text, rev FROM room_heads", &[]).await?;
    rows.iter().map(|row| Ok((RoomId(id(row.try_get(0)?)?), row.try_get(1)?))).collect()
}

/// All that the checker compares with, but for rooms that are not part of the run.
pub async fn read(postgres: &Postgres, rooms: &[RoomId]) -> Result<Truth> {
    let mut truth = Truth { heads: heads(postgres).await?, ..Truth::default() };
    let sql = postgres.connect().await?;
    let messages = "SELECT room_id::text, id::text, seq, rev, author_id::text, body, deleted_at IS NOT NULL, reply_count, \
                    (SELECT count(*) FROM reactions r \
                     WHERE r.message_id = m.id AND NOT r.removed AND m.deleted_at IS NULL) \
                    FROM messages m ORDER BY seq";
    for row in sql.query(messages, &[]).await? {
        let room = RoomId(id(row.try_get(0)?)?);
        let message = Row {
            id: MessageId(id(row.try_get(1)?)?),
            seq: row.try_get(2)?,
            rev: row.try_get(3)?,
            author: UserId(id(row.try_get(4)?)?),
            body: row.try_get(5)?,
            deleted: row.try_get(6)?,
            replies: row.try_get(7)?,
            reactions: row.try_get(8)?,
        };
        if rooms.contains(&room) {
            truth.messages.entry(room).or_default().push(message);
        }
    }
    // A removal writes its line and then the member's row, a return the row and then the line.
    let comings = "SELECT room_id::text, user_id::text, seq, kind FROM events \
                   WHERE kind IN ('joined', 'left') AND user_id IS NOT NULL ORDER BY seq";
    for row in sql.query(comings, &[]).await? {
        let place = (RoomId(id(row.try_get(0)?)?), UserId(id(row.try_get(1)?)?));
        let (seq, kind): (Rev, String) = (row.try_get(2)?, row.try_get(3)?);
        let inside = kind == "joined";
        let rev = if inside { seq - 1 } else { seq + 1 };
        truth.comings.entry(place).or_default().push((rev, inside));
    }
    Ok(truth)
}

fn id(text: String) -> Result<Uuid> {
    Ok(text.parse()?)
}
