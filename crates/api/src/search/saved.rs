//! Searches that somebody keeps: rows of their own stream. What is unread of one is counted when it is asked for, above
//! the moment up to which its owner has seen it.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use diesel::dsl::not;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use types::search::query;
use types::validate::{self, Faults};
use types::{
    CountedSearch, ErrorCode, NewSavedSearch, Page, Rev, SavedSearch, SearchId, UpdateSavedSearch, UserId, limits,
};
use uuid::Uuid;

use super::{SETTINGS, candidates, check_offset, in_time, plan};
use crate::app::App;
use crate::db::schema::searches;
use crate::error::Error;
use crate::me::Own;
use crate::realtime::News;

/// A row of `searches`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = searches)]
struct SearchRow {
    id: Uuid,
    user_id: Uuid,
    name: String,
    query: String,
    seen_at: DateTime<Utc>,
    removed: bool,
    rev: Rev,
}

impl From<SearchRow> for SavedSearch {
    fn from(row: SearchRow) -> SavedSearch {
        let SearchRow { id, user_id: _, name, query, seen_at, removed, rev } = row;
        SavedSearch { id: SearchId(id), name, query, seen_at, removed, rev }
    }
}

/// What became of a request to keep a search.
#[derive(Debug)]
pub enum Kept {
    /// Kept now.
    New(SavedSearch),
    /// Kept by an earlier request; as it is now.
    Again(SavedSearch),
}

/// Keeps a search. Nothing written before is unread in it. The same id again answers with the first.
pub async fn create(app: &App, user_id: UserId, new: NewSavedSearch) -> Result<Kept, Error> {
    let mut faults = Faults::default();
    let id = new.id.map_or_else(Uuid::now_v7, |id| id.0);
    if id.get_version_num() != 7 {
        faults.add("id", "bad_format", "A search's id is a UUID of version 7.");
    }
    let name = faults.check(check_name(&new.name));
    faults.finish()?;
    let query = check_query(&new.query)?;
    let row = SearchRow { id, user_id: user_id.0, name, query, seen_at: crate::now(), removed: false, rev: 0 };
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (kept, news) = conn
        .transaction(async |conn| {
            let mut own = Own::lock(conn, &news, user_id).await?;
            if let Some(first) = searches::table.find(id).select(SearchRow::as_select()).first(conn).await.optional()? {
                return match first.user_id == user_id.0 {
                    true => Ok((Kept::Again(first.into()), news)),
                    false => Err(Error::new(ErrorCode::IdTaken)),
                };
            }
            leave_room_for_one(conn, user_id).await?;
            let row = SearchRow { rev: own.next_rev(), ..row };
            let insert = diesel::insert_into(searches::table).values(&row).execute(conn).await;
            insert.map_err(Error::on_unique("searches_pkey", ErrorCode::IdTaken))?;
            let kept = SavedSearch::from(row);
            own.span.searches.push(kept.clone());
            own.save(conn, &mut news).await?;
            Ok::<_, Error>((Kept::New(kept), news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(kept)
}

fn check_name(name: &str) -> Result<String, types::FieldError> {
    validate::line("name", name, 1, limits::SEARCH_NAME_MAX)
}

/// As it was typed, if it can be searched for. Who and which rooms it names is looked up each time.
fn check_query(text: &str) -> Result<String, Error> {
    query::parse_strictly(text)?;
    Ok(text.trim().to_owned())
}

async fn leave_room_for_one(conn: &mut AsyncPgConnection, user_id: UserId) -> Result<(), Error> {
    let standing = searches::table.filter(searches::user_id.eq(user_id.0).and(not(searches::removed)));
    let count: i64 = standing.count().get_result(conn).await?;
    match count < limits::SEARCHES_MAX {
        true => Ok(()),
        false => Err(Error::with(ErrorCode::TooMany, "There are 50 saved searches already.")),
    }
}

/// Changes its name, what it searches for, or up to when it was seen; the same again changes nothing.
pub async fn update(app: &App, user_id: UserId, id: SearchId, update: UpdateSavedSearch) -> Result<SavedSearch, Error> {
    let UpdateSavedSearch { name, query, seen_at } = update;
    let name = name.map(|name| check_name(&name)).transpose()?;
    let query = query.map(|query| check_query(&query)).transpose()?;
    // Nobody has seen what is not written yet. A moment more: a message that comes just now is not seen with it.
    let seen_at = seen_at.map(|at| at.trunc_subsecs(6).min(crate::now()));
    change(app, user_id, id, |row| SearchRow {
        name: name.unwrap_or(row.name),
        query: query.unwrap_or(row.query),
        seen_at: seen_at.map_or(row.seen_at, |at| at.max(row.seen_at)),
        ..row
    })
    .await
}

/// Keeps it no longer; its name and query are forgotten.
pub async fn remove(app: &App, user_id: UserId, id: SearchId) -> Result<(), Error> {
    let gone = |row| SearchRow { removed: true, name: String::new(), query: String::new(), ..row };
    change(app, user_id, id, gone).await.map(drop)
}

async fn change(
    app: &App,
    user_id: UserId,
    id: SearchId,
    become_: impl FnOnce(SearchRow) -> SearchRow + Send,
) -> Result<SavedSearch, Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (changed, news) = conn
        .transaction(async |conn| {
            let mut own = Own::lock(conn, &news, user_id).await?;
            let mine = searches::table.find(id.0).filter(searches::user_id.eq(user_id.0).and(not(searches::removed)));
            let row: Option<SearchRow> = mine.select(SearchRow::as_select()).first(conn).await.optional()?;
            let row = row.ok_or_else(|| Error::new(ErrorCode::NotFound))?;
            let before = SavedSearch::from(row.clone());
            let mut row = become_(row);
            if SavedSearch::from(row.clone()) == before {
                return Ok((before, news));
            }
            row.rev = own.next_rev();
            diesel::update(searches::table.find(id.0)).set(&row).execute(conn).await?;
            let changed = SavedSearch::from(row);
            own.span.searches.push(changed.clone());
            own.save(conn, &mut news).await?;
            Ok::<_, Error>((changed, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(changed)
}

/// `GET /me/searches`: all of them, by id, each with what is unread of it.
pub async fn list(app: &App, user_id: UserId, utc_offset: i32) -> Result<Page<CountedSearch>, Error> {
    let east = check_offset(utc_offset)?;
    let _turn = app.search.turn().await?;
    let mut conn = app.db.get().await?;
    let work = app.clone();
    let items = conn
        .build_transaction()
        .read_only()
        .repeatable_read()
        .run(async move |conn| {
            conn.batch_execute(SETTINGS).await?;
            let rows: Vec<SearchRow> = searches::table
                .filter(searches::user_id.eq(user_id.0).and(not(searches::removed)))
                .order(searches::id)
                .limit(limits::SEARCHES_MAX)
                .select(SearchRow::as_select())
                .load(conn)
                .await?;
            let mine = plan::rooms_of(conn, user_id).await?;
            let mut items = Vec::with_capacity(rows.len());
            for row in rows {
                let search = SavedSearch::from(row);
                let unread = count(conn, &work, user_id, &mine, &search, east).await?;
                items.push(CountedSearch { search, unread });
            }
            Ok::<_, Error>(items)
        })
        .await
        .map_err(in_time)?;
    Ok(Page { items, next: None })
}

/// Messages of others that a search finds above its mark. One that names somebody or a room that is not there (any more)
/// finds nothing.
async fn count(
    conn: &mut AsyncPgConnection,
    app: &App,
    user_id: UserId,
    mine: &[Uuid],
    search: &SavedSearch,
    east: i32,
) -> Result<i64, Error> {
    let Ok(query) = query::parse_strictly(&search.query) else { return Ok(0) };
    let mut plan = match plan::make(conn, user_id, mine, &query, &app.search.stems, east).await {
        Ok(plan) => plan,
        Err(error) if error.code == ErrorCode::Invalid => return Ok(0),
        Err(error) => return Err(error),
    };
    plan.begin(search.seen_at + TimeDelta::microseconds(1));
    plan.not_authors.push(user_id.0);
    Ok(candidates::newest(conn, app, &plan, None, limits::UNREAD_CAP).await?.len() as i64)
}
