//! Messages that I keep for later.

use actix_web::{HttpResponse, delete, get, put, web};
use types::{MessageId, Saved, SavedPage, SetSaved};
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::{Optional, Path, Query};
use super::paging::TimePaging;
use crate::accounts::Caller;
use crate::app::App;
use crate::error::Error;
use crate::saved;

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(list_saved).service(save_message).service(unsave_message);
}

/// The messages that I keep, the latest first; what I may not read any more comes without its message.
#[utoipa::path(tag = "mine", params(TimePaging), responses((status = 200, description = "The saved messages", body = SavedPage), Problems), security(("bearer" = [])))]
#[get("/me/saved")]
async fn list_saved(caller: Caller, app: web::Data<App>, query: Query<TimePaging>) -> Result<HttpResponse, Error> {
    let limit = query.0.limit();
    Ok(HttpResponse::Ok().json(saved::list(&app, caller.user_id, query.0.cursor, limit).await?))
}

/// Keeps a message, with a time at which to be reminded or without; instead of what was said before.
#[utoipa::path(tag = "mine", params(("id" = MessageId, Path)), request_body = SetSaved, responses((status = 200, description = "As it is kept", body = Saved), Problems), security(("bearer" = [])))]
#[put("/messages/{id}/saved")]
async fn save_message(
    caller: Caller,
    app: web::Data<App>,
    id: Path<MessageId>,
    body: Optional<SetSaved>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let save = async move { saved::save(&work, caller.user_id, id.0, body.0.remind_at).await };
    Ok(HttpResponse::Ok().json(app.finish(save).await?))
}

/// Keeps a message no longer.
#[utoipa::path(tag = "mine", params(("id" = MessageId, Path)), responses((status = 204, description = "Not kept any more"), Problems), security(("bearer" = [])))]
#[delete("/messages/{id}/saved")]
async fn unsave_message(caller: Caller, app: web::Data<App>, id: Path<MessageId>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    app.finish(async move { saved::remove(&work, caller.user_id, id.0).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}
