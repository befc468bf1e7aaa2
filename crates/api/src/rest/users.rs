//! `/users`: finding people.

use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use types::{Page, User, UserId, limits};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::{Path, Query};
use crate::accounts::{self, Caller};
use crate::app::App;
use crate::error::Error;

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(find_user).service(list_users);
}

/// Which people.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UserQuery {
    /// The beginning of a username or display name.
    query: Option<String>,
    /// Only these people: ids with commas between, at most 100.
    ids: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// A person.
#[utoipa::path(tag = "people", params(("id" = UserId, Path)), responses((status = 200, description = "The person", body = User), Problems), security(("bearer" = [])))]
#[get("/users/{id}")]
async fn find_user(_caller: Caller, app: web::Data<App>, id: Path<UserId>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(accounts::find_user(&app, id.0).await?))
}

/// People by username: all, those whose name begins so, or those named by id.
#[utoipa::path(tag = "people", params(UserQuery), responses((status = 200, description = "The people", body = Page<User>), Problems), security(("bearer" = [])))]
#[get("/users")]
async fn list_users(_caller: Caller, app: web::Data<App>, query: Query<UserQuery>) -> Result<HttpResponse, Error> {
    let UserQuery { query: text, ids, cursor, limit } = query.0;
    let ids = ids.map(|ids| parse_ids(&ids)).transpose()?;
    // Who asks for named people means all of them.
    let usual = if ids.is_some() { limits::PAGE_MAX } else { limits::PAGE_DEFAULT };
    let limit = limit.unwrap_or(usual).clamp(1, limits::PAGE_MAX);
    let query = accounts::Query { text, ids, cursor, limit };
    Ok(HttpResponse::Ok().json(accounts::list_users(&app, query).await?))
}

fn parse_ids(text: &str) -> Result<Vec<UserId>, Error> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().map_err(|_| Error::field("ids", "bad_format", "These are not ids."))).collect()
}
