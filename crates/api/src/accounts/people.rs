//! Finding people. Everyone who is signed in may see everyone's public fields.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, Page, SiteRole, User, UserId, limits};
use uuid::Uuid;

use super::row::{UserRow, site_role};
use crate::app::App;
use crate::db::schema::users;
use crate::error::Error;

/// Which people are asked for.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// The beginning of a username or of a display name.
    pub text: Option<String>,
    /// Only these.
    pub ids: Option<Vec<UserId>>,
    /// The username after which the page begins.
    pub cursor: Option<String>,
    /// Rows of the page.
    pub limit: i64,
}

diesel::define_sql_function! {
    /// Lower case, as the index has it.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// One person.
pub async fn find_user(app: &App, id: UserId) -> Result<User, Error> {
    let mut conn = app.db.get().await?;
    let row: Option<UserRow> =
        users::table.find(id.0).select(UserRow::as_select()).first(&mut conn).await.optional()?;
    row.map(User::from).ok_or_else(|| Error::new(ErrorCode::NotFound))
}

/// What somebody may do on the site.
pub async fn find_role(conn: &mut AsyncPgConnection, id: UserId) -> Result<SiteRole, Error> {
    let role: Option<String> = users::table.find(id.0).select(users::site_role).first(conn).await.optional()?;
    role.map(|role| site_role(&role)).ok_or_else(|| Error::new(ErrorCode::NotFound))
}

/// A page of people by username.
pub async fn list_users(app: &App, query: Query) -> Result<Page<User>, Error> {
    let mut rows = users::table.select(UserRow::as_select()).into_boxed();
    if let Some(ids) = &query.ids {
        if ids.len() > limits::USER_IDS_MAX {
            let most = limits::USER_IDS_MAX;
            return Err(Error::field("ids", "out_of_range", format!("Ask for at most {most} people.")));
        }
        rows = rows.filter(users::id.eq_any(ids.iter().map(|id| id.0).collect::<Vec<Uuid>>()));
    }
    if let Some(text) = query.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        let prefix = prefix(text);
        rows = rows.filter(users::username.like(prefix.clone()).or(lower(users::display_name).like(prefix)));
    }
    if let Some(cursor) = query.cursor {
        rows = rows.filter(users::username.gt(cursor));
    }
    let mut conn = app.db.get().await?;
    let mut rows: Vec<UserRow> = rows.order(users::username).limit(query.limit + 1).load(&mut conn).await?;
    let more = crate::db::page(&mut rows, query.limit);
    let next = rows.last().filter(|_| more).map(|row| row.username.clone());
    Ok(Page { items: rows.into_iter().map(User::from).collect(), next })
}

/// A LIKE pattern for what begins with `text`, whose own `%` and `_` mean themselves.
pub fn prefix(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 1);
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_in_a_search_mean_themselves() {
        assert_eq!(prefix("Ada_%\\"), "ada\\_\\%\\\\%");
    }
}
