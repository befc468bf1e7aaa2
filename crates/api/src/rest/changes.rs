//! The change feeds of rooms, of oneself and of the site.

use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use types::{Changes, ErrorCode, Heads, MeChanges, Rev, RoomId, SiteChanges, limits};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::{Path, Query};
use crate::accounts::Caller;
use crate::app::App;
use crate::error::Error;
use crate::{me, rooms, site};

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(room_changes).service(my_changes).service(site_changes).service(heads);
}

/// Since when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Since {
    /// The revision held; 0 = nothing.
    #[serde(default)]
    #[param(minimum = 0)]
    since: Rev,
    /// The epoch it belongs to; with another one the answer starts afresh.
    epoch: Option<String>,
    /// Rows, 1 to 1,000.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<i64>,
}

impl Since {
    /// The revision to read from. Another epoch's means nothing here: beyond any head, so that the answer resets.
    fn rev(&self, app: &App) -> Result<Rev, Error> {
        if self.since < 0 {
            return Err(Error::with(ErrorCode::Malformed, "since can't be negative."));
        }
        let ours = self.epoch.as_ref().is_none_or(|epoch| *epoch == app.epoch.0);
        Ok(if ours { self.since } else { Rev::MAX })
    }

    fn limit(&self) -> i64 {
        self.limit.unwrap_or(limits::CHANGES_DEFAULT)
    }
}

/// The rows of a room changed since a revision; pages from any revision to the head, never resets for distance.
#[utoipa::path(tag = "changes", params(("id" = RoomId, Path), Since), responses((status = 200, description = "The rows", body = Changes), Problems), security(("bearer" = [])))]
#[get("/rooms/{id}/changes")]
async fn room_changes(
    caller: Caller,
    app: web::Data<App>,
    id: Path<RoomId>,
    query: Query<Since>,
) -> Result<HttpResponse, Error> {
    let since = query.0.rev(&app)?;
    let changes = rooms::changes::list(&app, caller.user_id, id.0, since, query.0.limit()).await?;
    Ok(HttpResponse::Ok().json(changes))
}

/// My own rows changed since a revision: rooms, marks, threads, drafts, saved and scheduled messages, blocks, preferences.
#[utoipa::path(tag = "changes", params(Since), responses((status = 200, description = "The rows", body = MeChanges), Problems), security(("bearer" = [])))]
#[get("/me/changes")]
async fn my_changes(caller: Caller, app: web::Data<App>, query: Query<Since>) -> Result<HttpResponse, Error> {
    let changes = me::changes::list(&app, caller.user_id, query.0.rev(&app)?, query.0.limit()).await?;
    Ok(HttpResponse::Ok().json(changes))
}

/// The site's rows changed since a revision: people and public rooms.
#[utoipa::path(tag = "changes", params(Since), responses((status = 200, description = "The rows", body = SiteChanges), Problems), security(("bearer" = [])))]
#[get("/site/changes")]
async fn site_changes(_caller: Caller, app: web::Data<App>, query: Query<Since>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(site::changes::list(&app, query.0.rev(&app)?, query.0.limit()).await?))
}

/// The epoch and the heads of my own and the site's stream: where a client that holds nothing starts.
#[utoipa::path(tag = "changes", responses((status = 200, description = "The heads", body = Heads), Problems), security(("bearer" = [])))]
#[get("/heads")]
async fn heads(caller: Caller, app: web::Data<App>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(site::changes::heads(&app, caller.user_id).await?))
}
