//! The directory: public rooms as rows of the site's stream.

use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Deserialize;
use types::{DirectoryEntry, DirectoryRoom, Page, Rev, Room, RoomId, RoomKind, UserId, limits};
use uuid::Uuid;

use crate::app::App;
use crate::db::schema::{directory, members};
use crate::error::Error;
use crate::realtime::News;

/// A row of `directory`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Deserialize)]
#[diesel(table_name = directory)]
#[expect(missing_docs, reason = "the migration describes the columns")]
pub struct DirectoryRow {
    pub room_id: Uuid,
    pub name: String,
    pub topic: String,
    pub archived_at: Option<chrono::DateTime<chrono::Utc>>,
    pub hidden: bool,
    pub rev: i64,
}

impl From<DirectoryRow> for DirectoryRoom {
    fn from(row: DirectoryRow) -> DirectoryRoom {
        DirectoryRoom {
            id: RoomId(row.room_id),
            name: row.name,
            topic: row.topic,
            archived_at: row.archived_at,
            hidden: row.hidden,
            rev: row.rev,
        }
    }
}

/// Brings the directory in line with a room that was made or changed; the site's head is locked last. Rooms that never
/// were public leave no trace.
pub async fn save(app: &App, conn: &mut AsyncPgConnection, news: &mut News, room: &Room) -> Result<(), Error> {
    let visible = room.kind == RoomKind::Public && room.deleted_at.is_none();
    if !visible {
        let listed = directory::table.find(room.id.0).filter(directory::hidden.eq(false));
        if !diesel::select(diesel::dsl::exists(listed)).get_result::<bool>(conn).await? {
            return Ok(());
        }
    }
    let rev = crate::site::next_rev(conn).await?;
    let row = save_at(conn, room, rev).await?;
    news.site = Some(crate::site::one_change(app, rev, Vec::new(), vec![row]));
    Ok(())
}

/// Writes a room's directory row at a revision of the site that is already taken.
pub async fn save_at(conn: &mut AsyncPgConnection, room: &Room, rev: Rev) -> Result<DirectoryRoom, Error> {
    let hidden = room.kind != RoomKind::Public || room.deleted_at.is_some();
    let shown = |text: &str| if hidden { String::new() } else { text.to_owned() };
    let row = DirectoryRow {
        room_id: room.id.0,
        name: shown(room.name.as_deref().unwrap_or_default()),
        topic: shown(&room.topic),
        archived_at: room.archived_at,
        hidden,
        rev,
    };
    diesel::insert_into(directory::table)
        .values(&row)
        .on_conflict(directory::room_id)
        .do_update()
        .set((
            directory::name.eq(excluded(directory::name)),
            directory::topic.eq(excluded(directory::topic)),
            directory::archived_at.eq(excluded(directory::archived_at)),
            directory::hidden.eq(excluded(directory::hidden)),
            directory::rev.eq(excluded(directory::rev)),
        ))
        .execute(conn)
        .await?;
    Ok(row.into())
}

diesel::define_sql_function! {
    /// Lower case, as the index has it.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// A page of the public rooms by name; the cursor is the last name and id.
pub async fn list(
    app: &App,
    user_id: UserId,
    query: Option<&str>,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<DirectoryEntry>, Error> {
    let limit = limit.clamp(1, limits::PAGE_MAX);
    let mut conn = app.db.get().await?;
    let mut rows = directory::table.filter(directory::hidden.eq(false)).into_boxed();
    if let Some(text) = query.filter(|q| !q.trim().is_empty()) {
        let escaped = text.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        rows = rows.filter(lower(directory::name).like(lower(format!("%{escaped}%"))));
    }
    if let Some((name, id)) = cursor.and_then(parse_cursor) {
        rows = rows.filter(
            lower(directory::name)
                .gt(lower(name.clone()))
                .or(lower(directory::name).eq(lower(name)).and(directory::room_id.gt(id))),
        );
    }
    let mut rows: Vec<DirectoryRow> = rows
        .order((lower(directory::name), directory::room_id))
        .limit(limit + 1)
        .select(DirectoryRow::as_select())
        .load(&mut conn)
        .await?;
    let more = crate::db::page(&mut rows, limit);
    let next = rows.last().filter(|_| more).map(|r| format!("{}:{}", r.room_id, r.name));
    let ids: Vec<Uuid> = rows.iter().map(|r| r.room_id).collect();
    let counts: Vec<(Uuid, i64)> = members::table
        .filter(members::room_id.eq_any(&ids).and(members::left_at.is_null()))
        .group_by(members::room_id)
        .select((members::room_id, diesel::dsl::count_star()))
        .load(&mut conn)
        .await?;
    let mine = super::which_are_mine(&mut conn, user_id, &ids).await?;
    let entry = |row: DirectoryRow| DirectoryEntry {
        member_count: counts.iter().find(|(id, _)| *id == row.room_id).map_or(0, |(_, n)| *n),
        joined: mine.contains(&RoomId(row.room_id)),
        room: row.into(),
    };
    Ok(Page { items: rows.into_iter().map(entry).collect(), next })
}

fn parse_cursor(text: &str) -> Option<(String, Uuid)> {
    let (id, name) = text.split_once(':')?;
    Some((name.to_owned(), id.parse().ok()?))
}
