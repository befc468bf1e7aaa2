//! `/site`: what anyone may know.

use actix_web::{HttpResponse, get, web};
use types::Site;
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::Visitor;
use crate::app::App;
use crate::error::Error;

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(find_site);
}

/// The site's name, who may register, and whether the owner's account is still to be made.
#[utoipa::path(tag = "site", responses((status = 200, description = "The site", body = Site), Problems))]
#[get("/site")]
async fn find_site(_visitor: Visitor, app: web::Data<App>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(crate::site::find(&app).await?))
}
