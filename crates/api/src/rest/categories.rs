//! The categories of everyone's list of rooms.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use types::{Category, CategoryId, NewCategory, Page, UpdateCategory};
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::{Json, Path};
use crate::accounts::Caller;
use crate::app::App;
use crate::error::Error;
use crate::site::categories;

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(list_categories).service(create_category).service(update_category).service(delete_category);
}

/// All categories, in order; there are few.
#[utoipa::path(tag = "site", responses((status = 200, description = "The categories", body = Page<Category>), Problems), security(("bearer" = [])))]
#[get("/categories")]
async fn list_categories(_caller: Caller, app: web::Data<App>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(categories::list(&app).await?))
}

/// Makes a category, the last of all; for who runs the site.
#[utoipa::path(tag = "site", request_body = NewCategory, responses((status = 201, description = "The category", body = Category), Problems), security(("bearer" = [])))]
#[post("/categories")]
async fn create_category(caller: Caller, app: web::Data<App>, body: Json<NewCategory>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let create = async move { categories::create(&work, caller.user_id, body.0).await };
    let category = app.finish(create).await?;
    Ok(HttpResponse::Created().insert_header((LOCATION, "/api/v1/categories")).json(category))
}

/// Changes the name or the place of a category; for who runs the site.
#[utoipa::path(tag = "site", params(("id" = CategoryId, Path)), request_body = UpdateCategory, responses((status = 200, description = "The category", body = Category), Problems), security(("bearer" = [])))]
#[patch("/categories/{id}")]
async fn update_category(
    caller: Caller,
    app: web::Data<App>,
    id: Path<CategoryId>,
    body: Json<UpdateCategory>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let update = async move { categories::update(&work, caller.user_id, id.0, body.0).await };
    Ok(HttpResponse::Ok().json(app.finish(update).await?))
}

/// Takes a category away; for who runs the site. Its rooms stand in none then.
#[utoipa::path(tag = "site", params(("id" = CategoryId, Path)), responses((status = 204, description = "It is no more"), Problems), security(("bearer" = [])))]
#[delete("/categories/{id}")]
async fn delete_category(caller: Caller, app: web::Data<App>, id: Path<CategoryId>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    app.finish(async move { categories::remove(&work, caller.user_id, id.0).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}
