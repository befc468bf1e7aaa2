//! The categories of everyone's list of rooms: rows of the site's stream, set by who runs the site. All changes are made
//! under the lock of the site's head, so their order is one.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::validate;
use types::{
    Category, CategoryId, ErrorCode, NewCategory, Page, Rev, SiteChanges, SiteRole, UpdateCategory, UserId, limits,
};
use uuid::Uuid;

use crate::accounts;
use crate::app::App;
use crate::db::schema::categories;
use crate::error::Error;
use crate::realtime::News;

/// A row of `categories`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = categories)]
#[expect(missing_docs, reason = "the migration describes the columns")]
pub struct CategoryRow {
    pub id: Uuid,
    pub name: String,
    pub position: i32,
    pub removed: bool,
    pub rev: i64,
}

impl From<CategoryRow> for Category {
    fn from(row: CategoryRow) -> Category {
        let CategoryRow { id, name, position, removed, rev } = row;
        Category { id: CategoryId(id), name, position, removed, rev }
    }
}

/// Those there are, in order; never more than [`limits::CATEGORIES_MAX`].
pub async fn list(app: &App) -> Result<Page<Category>, Error> {
    let rows = read(&mut *app.db.get().await?).await?;
    Ok(Page { items: rows.into_iter().map(Category::from).collect(), next: None })
}

/// Refuses a category that there is not.
pub async fn find(conn: &mut AsyncPgConnection, id: CategoryId) -> Result<(), Error> {
    let there = categories::table.find(id.0).filter(categories::removed.eq(false));
    match diesel::select(diesel::dsl::exists(there)).get_result(conn).await? {
        true => Ok(()),
        false => Err(Error::field("category_id", "unknown", "There is no such category.")),
    }
}

/// Makes one, the last of all; for who runs the site.
pub async fn create(app: &App, actor_id: UserId, new: NewCategory) -> Result<Category, Error> {
    let name = validate::line("name", &new.name, 1, limits::SECTION_NAME_MAX)?;
    change(app, actor_id, |rows| {
        if rows.len() as i64 >= limits::CATEGORIES_MAX {
            return Err(Error::new(ErrorCode::TooMany));
        }
        let id = Uuid::now_v7();
        rows.push(CategoryRow { id, name, position: 0, removed: false, rev: 0 });
        Ok(id)
    })
    .await
}

/// Changes name or place; for who runs the site. The same again changes nothing.
pub async fn update(app: &App, actor_id: UserId, id: CategoryId, update: UpdateCategory) -> Result<Category, Error> {
    let named = |name: String| validate::line("name", &name, 1, limits::SECTION_NAME_MAX);
    let name = update.name.map(named).transpose()?;
    if update.position.is_some_and(|position| position < 0) {
        return Err(Error::field("position", "out_of_range", "The first place is 0."));
    }
    change(app, actor_id, |rows| {
        let at = place(rows, id)?;
        let mut row = rows.remove(at);
        row.name = name.unwrap_or(row.name);
        let to = update.position.map_or(at, |position| usize::try_from(position).unwrap_or(usize::MAX));
        rows.insert(to.min(rows.len()), row);
        Ok(id.0)
    })
    .await
}

/// Takes one away; for who runs the site. Its rooms stand in none then.
pub async fn remove(app: &App, actor_id: UserId, id: CategoryId) -> Result<(), Error> {
    change(app, actor_id, |rows| {
        let at = place(rows, id)?;
        let mut row = rows.remove(at);
        row.removed = true;
        rows.push(row);
        Ok(id.0)
    })
    .await
    .map(drop)
}

fn place(rows: &[CategoryRow], id: CategoryId) -> Result<usize, Error> {
    rows.iter().position(|row| row.id == id.0).ok_or_else(|| Error::new(ErrorCode::NotFound))
}

async fn read(conn: &mut AsyncPgConnection) -> Result<Vec<CategoryRow>, Error> {
    let standing = categories::table.filter(categories::removed.eq(false));
    Ok(standing.order((categories::position, categories::id)).select(CategoryRow::as_select()).load(conn).await?)
}

/// Changes the list under the lock of the site's head. `make` alters it and says which row is answered with; what is
/// another then than before is numbered anew, takes a revision of its own and is told.
async fn change(
    app: &App,
    actor_id: UserId,
    make: impl FnOnce(&mut Vec<CategoryRow>) -> Result<Uuid, Error> + Send,
) -> Result<Category, Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (category, news) = conn
        .transaction(async |conn| {
            if accounts::find_role(conn, actor_id).await? < SiteRole::Admin {
                return Err(Error::new(ErrorCode::NotAllowed));
            }
            let mut rev = super::lock(conn).await?;
            let before = read(conn).await?;
            let mut rows = before.clone();
            let id = make(&mut rows)?;
            number(&mut rows);
            let since = rev;
            let mut told = Vec::new();
            for row in rows.iter_mut().filter(|row| !before.contains(row)) {
                rev += 1;
                row.rev = rev;
                let write = diesel::insert_into(categories::table).values(&*row);
                write.on_conflict(categories::id).do_update().set(&*row).execute(conn).await?;
                told.push(Category::from(row.clone()));
            }
            let row = rows.into_iter().find(|row| row.id == id).ok_or_else(|| Error::new(ErrorCode::NotFound))?;
            if rev > since {
                super::raise(conn, rev).await?;
                news.site = Some(span(app, since, rev, told));
            }
            Ok::<_, Error>((Category::from(row), news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(category)
}

/// Each at its place; one that is no more keeps the place it had.
fn number(rows: &mut [CategoryRow]) {
    for (position, row) in (0..).zip(rows.iter_mut().filter(|row| !row.removed)) {
        row.position = position;
    }
}

fn span(app: &App, since: Rev, rev: Rev, categories: Vec<Category>) -> SiteChanges {
    SiteChanges { rev, categories, ..SiteChanges::empty(app.epoch.clone(), since) }
}
