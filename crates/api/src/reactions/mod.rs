//! Reactions: one person, one message, one emoji. Rows of the room's stream of their own.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Bool, Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, Message, MessageId, Reaction, ReactionCount, ReactionPage, Rev, User, UserId, limits};
use uuid::Uuid;

use crate::accounts::UserRow;
use crate::app::App;
use crate::db::schema::{messages, reactions, users};
use crate::error::Error;
use crate::messages::find::visible;
use crate::realtime::News;
use crate::rooms::Locked;

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = reactions)]
struct ReactionRow {
    message_id: Uuid,
    emoji: String,
    user_id: Uuid,
    room_id: Uuid,
    seq: i64,
    removed: bool,
    count: i64,
    rev: i64,
}

impl From<ReactionRow> for Reaction {
    fn from(row: ReactionRow) -> Reaction {
        let ReactionRow { message_id, emoji, user_id, room_id: _, seq, removed, count, rev } = row;
        Reaction { message_id: MessageId(message_id), seq, emoji, user_id: UserId(user_id), removed, count, rev }
    }
}

/// Reacts with an emoji, or takes that back; doing it again changes nothing.
pub async fn set(app: &App, user_id: UserId, id: MessageId, emoji: &str, standing: bool) -> Result<(), Error> {
    let emoji = qualified(emoji)?;
    let mut conn = app.db.get().await?;
    let Message { room_id, seq, .. } = visible(&mut conn, user_id, id).await?;
    let mut news = News::new(app);
    let news = conn
        .transaction(async |conn| {
            let (mut room, _) = Locked::lock_for(conn, &news, user_id, room_id).await?;
            let deleted: bool =
                messages::table.find(id.0).select(messages::deleted_at.is_not_null()).first(conn).await?;
            if deleted {
                return Err(Error::new(ErrorCode::MessageDeleted));
            }
            room.writable()?;
            let Of { stands, count } = of(conn, id, emoji, user_id).await?;
            if stands == standing {
                return Ok(news);
            }
            if standing && count == 0 {
                leave_room_for_one(conn, id).await?;
            }
            let count = count + if standing { 1 } else { -1 };
            let row = ReactionRow {
                message_id: id.0,
                emoji: emoji.into(),
                user_id: user_id.0,
                room_id: room_id.0,
                seq,
                removed: !standing,
                count,
                rev: room.next_rev(),
            };
            diesel::insert_into(reactions::table)
                .values(&row)
                .on_conflict((reactions::message_id, reactions::emoji, reactions::user_id))
                .do_update()
                .set((reactions::removed.eq(row.removed), reactions::count.eq(row.count), reactions::rev.eq(row.rev)))
                .execute(conn)
                .await?;
            room.reacted(row.into());
            room.save(app, conn, &mut news).await?;
            Ok(news)
        })
        .await?;
    app.hub.publish(app, news);
    Ok(())
}

/// The emoji as the tables have it, or the refusal of what is none.
fn qualified(text: &str) -> Result<&'static str, Error> {
    let found = emojis::get(text).map(emojis::Emoji::as_str);
    found.ok_or_else(|| Error::field("emoji", "bad_format", "This is not an emoji."))
}

#[derive(QueryableByName)]
struct Of {
    #[diesel(sql_type = Bool)]
    stands: bool,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many have this emoji on a message, and whether the person is one of them.
async fn of(conn: &mut AsyncPgConnection, id: MessageId, emoji: &str, user_id: UserId) -> Result<Of, Error> {
    let counted = sql_query(
        "SELECT count(*) AS count, coalesce(bool_or(user_id = $3), false) AS stands FROM reactions \
         WHERE message_id = $1 AND emoji = $2 AND NOT removed",
    );
    let counted = counted.bind::<SqlUuid, _>(id.0).bind::<Text, _>(emoji).bind::<SqlUuid, _>(user_id.0);
    Ok(counted.get_result(conn).await?)
}

/// Refuses one more emoji where a message has as many as it may have.
async fn leave_room_for_one(conn: &mut AsyncPgConnection, id: MessageId) -> Result<(), Error> {
    let standing = reactions::table.filter(reactions::message_id.eq(id.0).and(reactions::removed.eq(false)));
    let kinds: Vec<String> = standing.select(reactions::emoji).distinct().load(conn).await?;
    match (kinds.len() as i64) < limits::REACTIONS_MAX {
        true => Ok(()),
        false => Err(Error::with(ErrorCode::TooMany, "A message has at most 20 different reactions.")),
    }
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = SqlUuid)]
    message_id: Uuid,
    #[diesel(sql_type = Text)]
    emoji: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
    #[diesel(sql_type = Array<SqlUuid>)]
    user_ids: Vec<Uuid>,
    #[diesel(sql_type = BigInt)]
    first_rev: Rev,
}

/// The reactions to these messages, counted, in the order of `messages` and of the first reaction.
pub async fn counts(conn: &mut AsyncPgConnection, messages: &[Message]) -> Result<Vec<ReactionCount>, Error> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = messages.iter().filter(|m| m.deleted_at.is_none()).map(|m| m.id.0).collect();
    let rows: Vec<Counted> = sql_query(
        "SELECT message_id, emoji, count(*) AS count, (array_agg(user_id ORDER BY rev))[1:$2] AS user_ids, \
                min(rev) AS first_rev \
         FROM reactions WHERE message_id = ANY ($1) AND NOT removed GROUP BY message_id, emoji ORDER BY min(rev)",
    )
    .bind::<Array<SqlUuid>, _>(&ids)
    .bind::<diesel::sql_types::Integer, _>(limits::REACTION_IDS as i32)
    .load(conn)
    .await?;
    let places: HashMap<Uuid, usize> = ids.into_iter().enumerate().map(|(place, id)| (id, place)).collect();
    let mut counts: Vec<ReactionCount> = rows.into_iter().map(ReactionCount::from).collect();
    counts.sort_by_key(|count| places.get(&count.message_id.0).copied());
    Ok(counts)
}

impl From<Counted> for ReactionCount {
    fn from(row: Counted) -> ReactionCount {
        ReactionCount {
            message_id: MessageId(row.message_id),
            emoji: row.emoji,
            count: row.count,
            user_ids: row.user_ids.into_iter().map(UserId).collect(),
            first_rev: row.first_rev,
        }
    }
}

/// `GET /messages/{id}/reactions`: who reacted, with one emoji or any; the cursor is a revision.
pub async fn list(
    app: &App,
    user_id: UserId,
    id: MessageId,
    emoji: Option<String>,
    after: Rev,
    limit: i64,
) -> Result<ReactionPage, Error> {
    let limit = limit.clamp(1, limits::PAGE_MAX);
    let mut conn = app.db.get().await?;
    visible(&mut conn, user_id, id).await?;
    let mut rows = reactions::table
        .inner_join(users::table.on(users::id.eq(reactions::user_id)))
        .filter(reactions::message_id.eq(id.0).and(reactions::removed.eq(false)).and(reactions::rev.gt(after)))
        .order(reactions::rev)
        .limit(limit + 1)
        .select((ReactionRow::as_select(), UserRow::as_select()))
        .into_boxed();
    if let Some(emoji) = emoji {
        rows = rows.filter(reactions::emoji.eq(emoji));
    }
    let mut rows: Vec<(ReactionRow, UserRow)> = rows.load(&mut conn).await?;
    let more = crate::db::page(&mut rows, limit);
    let next = rows.last().filter(|_| more).map(|(row, _)| row.rev.to_string());
    let (items, people): (Vec<Reaction>, Vec<User>) = rows.into_iter().map(|(r, u)| (r.into(), u.into())).unzip();
    let mut users = people;
    users.sort_by_key(|user| user.id);
    users.dedup_by_key(|user| user.id);
    Ok(ReactionPage { items, users, next })
}
