//! Searching, what is suggested meanwhile, and the searches that I keep.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use serde::Deserialize;
use types::{
    CountedSearch, NewSavedSearch, Page, SavedSearch, SearchId, SearchOrder, SearchPage, Suggestions,
    UpdateSavedSearch, limits,
};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::{Json, Path, Query};
use crate::accounts::Caller;
use crate::app::App;
use crate::error::Error;
use crate::search::saved::{self, Kept};
use crate::search::{self, Asked};

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(search_messages)
        .service(suggest)
        .service(list_searches)
        .service(create_search)
        .service(update_search)
        .service(delete_search);
}

/// What is searched for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// Words, `"a phrase"`, `-without`, and `from:@name`, `in:#room`, `in:@name`, `has:link`, `has:image`, `has:file`,
    /// `mentions:me`, `before:2026-11-26`, `after:`, `on:`, `is:pinned`, `is:saved`, `is:thread`; at most 500 characters.
    query: String,
    /// In which order.
    #[serde(default)]
    #[param(inline)]
    order: SearchOrder,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Minutes that the asker's clock is ahead of UTC: when their days begin.
    #[serde(default)]
    #[param(minimum = -840, maximum = 840)]
    utc_offset: i32,
}

/// Messages that I may read, found by what they say and by what is said of them. A message is found two seconds after it
/// was posted or edited at the latest, and never after it was deleted.
#[utoipa::path(tag = "search", params(SearchQuery), responses((status = 200, description = "What was found", body = SearchPage), Problems), security(("bearer" = [])))]
#[get("/search")]
async fn search_messages(
    caller: Caller,
    app: web::Data<App>,
    query: Query<SearchQuery>,
) -> Result<HttpResponse, Error> {
    let SearchQuery { query, order, cursor, limit, utc_offset } = query.0;
    let limit = limit.unwrap_or(limits::PAGE_DEFAULT);
    let asked = Asked { query, order, cursor, limit, utc_offset };
    Ok(HttpResponse::Ok().json(search::list(&app, caller.user_id, asked).await?))
}

/// What is being typed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct WordQuery {
    /// The word that is being typed, such as `from:@a`; empty for all operators.
    #[serde(default)]
    word: String,
}

/// What the word that is being typed may become: people, rooms of mine, operators.
#[utoipa::path(tag = "search", params(WordQuery), responses((status = 200, description = "The likeliest first", body = Suggestions), Problems), security(("bearer" = [])))]
#[get("/search/suggestions")]
async fn suggest(caller: Caller, app: web::Data<App>, query: Query<WordQuery>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(search::suggest(&app, caller.user_id, &query.0.word).await?))
}

/// Where somebody is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ClockQuery {
    /// Minutes that the asker's clock is ahead of UTC: when their days begin.
    #[serde(default)]
    #[param(minimum = -840, maximum = 840)]
    utc_offset: i32,
}

/// The searches that I keep, at most 50, each with what is unread of it, counted now.
#[utoipa::path(tag = "search", params(ClockQuery), responses((status = 200, description = "The searches", body = Page<CountedSearch>), Problems), security(("bearer" = [])))]
#[get("/me/searches")]
async fn list_searches(caller: Caller, app: web::Data<App>, query: Query<ClockQuery>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(saved::list(&app, caller.user_id, query.0.utc_offset).await?))
}

/// Keeps a search. The same id again answers with the first.
#[utoipa::path(tag = "search", request_body = NewSavedSearch, responses((status = 201, description = "Kept", body = SavedSearch), (status = 200, description = "Kept by an earlier request; as it is now", body = SavedSearch), Problems), security(("bearer" = [])))]
#[post("/me/searches")]
async fn create_search(caller: Caller, app: web::Data<App>, body: Json<NewSavedSearch>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let create = async move { saved::create(&work, caller.user_id, body.0).await };
    Ok(match app.finish(create).await? {
        Kept::New(search) => {
            let place = format!("/api/v1/me/searches/{}", search.id);
            HttpResponse::Created().insert_header((LOCATION, place)).json(search)
        }
        Kept::Again(search) => HttpResponse::Ok().json(search),
    })
}

/// Renames a saved search, changes what it searches for, or tells up to when I have seen it.
#[utoipa::path(tag = "search", params(("id" = SearchId, Path)), request_body = UpdateSavedSearch, responses((status = 200, description = "As it is kept now", body = SavedSearch), Problems), security(("bearer" = [])))]
#[patch("/me/searches/{id}")]
async fn update_search(
    caller: Caller,
    app: web::Data<App>,
    id: Path<SearchId>,
    body: Json<UpdateSavedSearch>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let update = async move { saved::update(&work, caller.user_id, id.0, body.0).await };
    Ok(HttpResponse::Ok().json(app.finish(update).await?))
}

/// Keeps a search no longer.
#[utoipa::path(tag = "search", params(("id" = SearchId, Path)), responses((status = 204, description = "Not kept any more"), Problems), security(("bearer" = [])))]
#[delete("/me/searches/{id}")]
async fn delete_search(caller: Caller, app: web::Data<App>, id: Path<SearchId>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    app.finish(async move { saved::remove(&work, caller.user_id, id.0).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}
