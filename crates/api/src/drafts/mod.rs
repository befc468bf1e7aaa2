//! What somebody has begun to write, in a room or in a thread: on all their devices, and nobody else's.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::{Draft, ErrorCode, MessageId, Page, Rev, RoomId, SetDraft, UserId, limits, validate};
use uuid::Uuid;

use crate::app::App;
use crate::db::schema::drafts;
use crate::error::Error;
use crate::me::Own;
use crate::realtime::News;

/// As the index says it: written out, so that every plan can use that.
const STANDING: &str = "body <> ''";

/// A row of `drafts`. The nil root is the room itself.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = drafts, primary_key(user_id, room_id, root_id))]
struct DraftRow {
    user_id: Uuid,
    room_id: Uuid,
    root_id: Uuid,
    body: String,
    updated_at: DateTime<Utc>,
    rev: Rev,
}

impl From<DraftRow> for Draft {
    fn from(row: DraftRow) -> Draft {
        let DraftRow { user_id: _, room_id, root_id, body, updated_at, rev } = row;
        let root_id = (!root_id.is_nil()).then_some(MessageId(root_id));
        Draft { room_id: RoomId(room_id), root_id, body, updated_at, rev }
    }
}

/// Keeps what I have begun to write in a room; an empty body clears it.
pub async fn set_in_room(app: &App, user_id: UserId, room_id: RoomId, draft: SetDraft) -> Result<Draft, Error> {
    let body = body(&draft)?;
    crate::rooms::access(&mut *app.db.get().await?, user_id, room_id).await?.member()?;
    set(app, user_id, room_id, None, body).await
}

/// The same in a thread, by its first message.
pub async fn set_in_thread(app: &App, user_id: UserId, root_id: MessageId, draft: SetDraft) -> Result<Draft, Error> {
    let body = body(&draft)?;
    let root = crate::threads::root(&mut *app.db.get().await?, user_id, root_id).await?;
    set(app, user_id, root.room_id, Some(root_id), body).await
}

fn body(draft: &SetDraft) -> Result<String, Error> {
    Ok(if draft.body.trim().is_empty() { String::new() } else { validate::body(&draft.body)? })
}

async fn set(
    app: &App,
    user_id: UserId,
    room_id: RoomId,
    root_id: Option<MessageId>,
    body: String,
) -> Result<Draft, Error> {
    let root = root_id.map_or(Uuid::nil(), |id| id.0);
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (draft, news) = conn
        .transaction(async |conn| {
            let mut own = Own::lock(conn, &news, user_id).await?;
            let row = drafts::table.find((user_id.0, room_id.0, root)).select(DraftRow::as_select());
            let row: Option<DraftRow> = row.first(conn).await.optional()?;
            let nothing = Draft { room_id, root_id, body: String::new(), updated_at: crate::now(), rev: 0 };
            let before = row.map_or(nothing, Draft::from);
            if before.body == body {
                return Ok((before, news));
            }
            if before.body.is_empty() {
                leave_room_for_one(conn, user_id).await?;
            }
            let (user_id, room_id) = (user_id.0, room_id.0);
            let row = DraftRow { user_id, room_id, root_id: root, body, updated_at: crate::now(), rev: own.next_rev() };
            diesel::insert_into(drafts::table)
                .values(&row)
                .on_conflict((drafts::user_id, drafts::room_id, drafts::root_id))
                .do_update()
                .set(&row)
                .execute(conn)
                .await?;
            let draft = Draft::from(row);
            own.span.drafts.push(draft.clone());
            own.save(conn, &mut news).await?;
            Ok::<_, Error>((draft, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(draft)
}

/// Refuses one more where somebody has begun as many as there may be.
async fn leave_room_for_one(conn: &mut AsyncPgConnection, user_id: UserId) -> Result<(), Error> {
    let standing = drafts::table.filter(drafts::user_id.eq(user_id.0).and(sql::<Bool>(STANDING)));
    let count: i64 = standing.count().get_result(conn).await?;
    match count < limits::DRAFTS_MAX {
        true => Ok(()),
        false => Err(Error::with(ErrorCode::TooMany, "There are 1,000 drafts already: send or clear some.")),
    }
}

/// `GET /me/drafts`: all that stand, the latest first; the cursor is a revision.
pub async fn list(app: &App, user_id: UserId, before: Option<Rev>, limit: i64) -> Result<Page<Draft>, Error> {
    let limit = limit.clamp(1, limits::PAGE_MAX);
    let mut rows: Vec<DraftRow> = drafts::table
        .filter(drafts::user_id.eq(user_id.0).and(sql::<Bool>(STANDING)))
        .filter(drafts::rev.lt(before.unwrap_or(Rev::MAX)))
        .order(drafts::rev.desc())
        .limit(limit + 1)
        .select(DraftRow::as_select())
        .load(&mut *app.db.get().await?)
        .await?;
    let more = crate::db::page(&mut rows, limit);
    let next = rows.last().filter(|_| more).map(|row| row.rev.to_string());
    Ok(Page { items: rows.into_iter().map(Draft::from).collect(), next })
}
