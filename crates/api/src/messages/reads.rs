//! Who has read up to a message. Asked for, never pushed; who hides what they have read neither is told of nor may ask.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use types::{ErrorCode, MessageId, ReadPage, User, UserId, limits};
use uuid::Uuid;

use super::find::visible;
use crate::accounts::UserRow;
use crate::app::App;
use crate::db::schema::users;
use crate::error::Error;
use crate::me::preferences;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Reader {
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
}

/// Members of room `$1` other than the author `$2` who have read up to `$3`: the thread `$4`, where that shows in the
/// thread only, else the room. `OFFSET 0`: for each member one look-up by key; the marks of all rooms are never read.
const READERS: &str = "\
FROM members m \
CROSS JOIN LATERAL ( \
    SELECT FROM marks k WHERE $4 IS NULL AND k.user_id = m.user_id AND k.room_id = $1 AND k.read_seq >= $3 \
    UNION ALL \
    SELECT FROM thread_marks k WHERE $4 IS NOT NULL AND k.user_id = m.user_id AND k.root_id = $4 AND k.read_seq >= $3 \
    OFFSET 0) reading \
LEFT JOIN LATERAL ( \
    SELECT p.preferences ->> 'hide_reads' AS hidden FROM preferences p WHERE p.user_id = m.user_id OFFSET 0) wish ON true \
WHERE m.room_id = $1 AND m.left_at IS NULL AND m.user_id <> $2 AND wish.hidden IS DISTINCT FROM 'true'";

/// `GET /messages/{id}/reads`: a page of them by id, for members of the room.
pub async fn list(
    app: &App,
    user_id: UserId,
    id: MessageId,
    after: Option<UserId>,
    limit: i64,
) -> Result<ReadPage, Error> {
    let limit = limit.clamp(1, limits::PAGE_MAX);
    let mut conn = app.db.get().await?;
    let message = visible(&mut conn, user_id, id).await?;
    if preferences::read(&mut conn, user_id).await?.preferences.hide_reads {
        let words = "Who hides what they have read is not told what others have.";
        return Err(Error::with(ErrorCode::NotAllowed, words));
    }
    let thread = message.thread_root_id.filter(|_| !message.in_room).map(|id| id.0);
    let count: Count = sql_query(format!("SELECT count(*) {READERS}"))
        .bind::<SqlUuid, _>(message.room_id.0)
        .bind::<SqlUuid, _>(message.author_id.0)
        .bind::<BigInt, _>(message.seq)
        .bind::<Nullable<SqlUuid>, _>(thread)
        .get_result(&mut conn)
        .await?;
    let mut readers: Vec<Reader> =
        sql_query(format!("SELECT m.user_id {READERS} AND m.user_id > $5 ORDER BY m.user_id LIMIT $6"))
            .bind::<SqlUuid, _>(message.room_id.0)
            .bind::<SqlUuid, _>(message.author_id.0)
            .bind::<BigInt, _>(message.seq)
            .bind::<Nullable<SqlUuid>, _>(thread)
            .bind::<SqlUuid, _>(after.map_or(Uuid::nil(), |id| id.0))
            .bind::<BigInt, _>(limit + 1)
            .load(&mut conn)
            .await?;
    let more = crate::db::page(&mut readers, limit);
    let next = readers.last().filter(|_| more).map(|reader| reader.user_id.to_string());
    let ids: Vec<Uuid> = readers.into_iter().map(|reader| reader.user_id).collect();
    let people = users::table.filter(users::id.eq_any(ids)).order(users::id).select(UserRow::as_select());
    let people: Vec<UserRow> = people.load(&mut conn).await?;
    Ok(ReadPage { users: people.into_iter().map(User::from).collect(), count: count.count, next })
}
