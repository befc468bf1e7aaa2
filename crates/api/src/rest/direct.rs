//! Direct conversations; once open, they are rooms.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, post, web};
use types::{NewDirect, Room};
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::Json;
use crate::accounts::Caller;
use crate::app::App;
use crate::error::Error;
use crate::rooms::direct;

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(open_direct);
}

/// The conversation of me and these people: the same people have the same one for ever. Only me = notes to myself.
#[utoipa::path(tag = "rooms", request_body = NewDirect, responses((status = 201, description = "Made now", body = Room), (status = 200, description = "It was there", body = Room), Problems), security(("bearer" = [])))]
#[post("/direct")]
async fn open_direct(caller: Caller, app: web::Data<App>, body: Json<NewDirect>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let (room, made) = app.finish(async move { direct::open(&work, caller.user_id, body.0).await }).await?;
    Ok(match made {
        true => HttpResponse::Created().insert_header((LOCATION, format!("/api/v1/rooms/{}", room.id))).json(room),
        false => HttpResponse::Ok().json(room),
    })
}
