//! `/api/v1/openapi.json` and the reference page `/api/docs`, which works without the network: its files are vendored.

use std::sync::{Arc, LazyLock};

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use actix_web::{HttpResponse, web};
use types::ErrorCode;
use utoipa_swagger_ui::Config;

use super::{headers, openapi};
use crate::error::Error;

/// Where the document is.
const DOCUMENT: &str = "/api/v1/openapi.json";

/// The document as it is sent.
static TEXT: LazyLock<String> = LazyLock::new(|| openapi::document().to_json().unwrap_or_default());

/// The routes of this file.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .route(DOCUMENT, web::get().to(document))
        .route("/api/docs", web::get().to(page))
        .route("/api/docs/", web::get().to(page))
        .route("/api/docs/{file}", web::get().to(file));
}

async fn document() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").insert_header((CACHE_CONTROL, "no-cache")).body(TEXT.as_str())
}

async fn page() -> HttpResponse {
    answer("text/html; charset=utf-8").body(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Confab API</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"/api/docs/swagger-ui.css\"></head><body><div id=\"swagger-ui\"></div>\
         <script src=\"/api/docs/swagger-ui-bundle.js\"></script>\
         <script src=\"/api/docs/swagger-ui-standalone-preset.js\"></script>\
         <script src=\"/api/docs/swagger-initializer.js\"></script></body></html>",
    )
}

async fn file(name: web::Path<String>) -> Result<HttpResponse, Error> {
    let config = Arc::new(Config::from(DOCUMENT).validator_url("none"));
    match utoipa_swagger_ui::serve(&name, config) {
        Ok(Some(file)) => Ok(answer(&file.content_type).body(file.bytes.into_owned())),
        Ok(None) => Err(Error::new(ErrorCode::NotFound)),
        Err(error) => Err(Error::internal(error)),
    }
}

fn answer(content_type: &str) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer
        .content_type(content_type)
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, headers::REFERENCE_POLICY));
    answer
}
