//! Whom I do not want to hear from.

use actix_web::{HttpResponse, delete, get, put, web};
use types::{Block, Page, UserId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::{Path, Query};
use super::paging::Paging;
use crate::accounts::Caller;
use crate::app::App;
use crate::error::Error;
use crate::me::blocks;

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(list_blocks).service(block_user).service(unblock_user);
}

/// Whom I have blocked, by id.
#[utoipa::path(tag = "mine", params(Paging), responses((status = 200, description = "Whom I have blocked", body = Page<Block>), Problems), security(("bearer" = [])))]
#[get("/me/blocks")]
async fn list_blocks(caller: Caller, app: web::Data<App>, query: Query<Paging>) -> Result<HttpResponse, Error> {
    let (after, limit) = (query.0.cursor.map(UserId), query.0.limit());
    Ok(HttpResponse::Ok().json(blocks::list(&app, caller.user_id, after, limit).await?))
}

/// Blocks somebody: neither of us writes to the other directly.
#[utoipa::path(tag = "mine", params(("user_id" = UserId, Path)), responses((status = 200, description = "They are blocked", body = Block), Problems), security(("bearer" = [])))]
#[put("/me/blocks/{user_id}")]
async fn block_user(caller: Caller, app: web::Data<App>, id: Path<UserId>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let block = app.finish(async move { blocks::set(&work, caller.user_id, id.0, true).await }).await?;
    Ok(HttpResponse::Ok().json(block))
}

/// Takes a block back.
#[utoipa::path(tag = "mine", params(("user_id" = UserId, Path)), responses((status = 204, description = "They are not blocked"), Problems), security(("bearer" = [])))]
#[delete("/me/blocks/{user_id}")]
async fn unblock_user(caller: Caller, app: web::Data<App>, id: Path<UserId>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    app.finish(async move { blocks::set(&work, caller.user_id, id.0, false).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}
