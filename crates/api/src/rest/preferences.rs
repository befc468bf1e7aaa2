//! How I like things.

use actix_web::{HttpResponse, get, patch, put, web};
use types::{Preferences, PreferencesRow, UpdatePreferences};
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::Json;
use crate::accounts::Caller;
use crate::app::App;
use crate::error::Error;
use crate::me::preferences;

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(find_preferences).service(set_preferences).service(update_preferences);
}

/// My preferences; revision 0 = none were ever set.
#[utoipa::path(tag = "mine", responses((status = 200, description = "My preferences", body = PreferencesRow), Problems), security(("bearer" = [])))]
#[get("/me/preferences")]
async fn find_preferences(caller: Caller, app: web::Data<App>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(preferences::find(&app, caller.user_id).await?))
}

/// Sets all my preferences; an absent one takes its default.
#[utoipa::path(tag = "mine", request_body = Preferences, responses((status = 200, description = "My preferences", body = PreferencesRow), Problems), security(("bearer" = [])))]
#[put("/me/preferences")]
async fn set_preferences(caller: Caller, app: web::Data<App>, body: Json<Preferences>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let set = async move { preferences::set(&work, caller.user_id, body.0).await };
    Ok(HttpResponse::Ok().json(app.finish(set).await?))
}

/// Sets some of my preferences; an absent one stays.
#[utoipa::path(tag = "mine", request_body = UpdatePreferences, responses((status = 200, description = "My preferences", body = PreferencesRow), Problems), security(("bearer" = [])))]
#[patch("/me/preferences")]
async fn update_preferences(
    caller: Caller,
    app: web::Data<App>,
    body: Json<UpdatePreferences>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let update = async move { preferences::update(&work, caller.user_id, body.0).await };
    Ok(HttpResponse::Ok().json(app.finish(update).await?))
}
