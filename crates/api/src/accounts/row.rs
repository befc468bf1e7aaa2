//! The public columns of an account, and how they become a [`User`].

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Deserialize;
use types::{SiteRole, User, UserId};
use uuid::Uuid;

use crate::db::schema::users;

/// The public columns of `users`.
#[derive(Debug, Clone, Queryable, Selectable, QueryableByName, Deserialize)]
#[diesel(table_name = users)]
#[expect(missing_docs, reason = "the migration describes the columns")]
pub struct UserRow {
    pub id: Uuid,
    pub username: String,
    pub display_name: String,
    pub bio: String,
    pub status_text: String,
    pub site_role: String,
    pub bot: bool,
    pub created_at: DateTime<Utc>,
    pub rev: i64,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> User {
        User {
            id: UserId(row.id),
            username: row.username,
            display_name: row.display_name,
            bio: row.bio,
            status_text: row.status_text,
            avatar: None,
            site_role: site_role(&row.site_role),
            bot: row.bot,
            created_at: row.created_at,
            rev: row.rev,
        }
    }
}

/// A role out of the table; what is not known can do the least.
pub fn site_role(text: &str) -> SiteRole {
    match text {
        "owner" => SiteRole::Owner,
        "admin" => SiteRole::Admin,
        _ => SiteRole::Member,
    }
}

/// A role as the table has it.
pub fn site_role_text(role: SiteRole) -> &'static str {
    match role {
        SiteRole::Owner => "owner",
        SiteRole::Admin => "admin",
        SiteRole::Member => "member",
    }
}
