//! `/health/live`, `/health/ready` and `/metrics`, for whoever runs the server.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use diesel::sql_query;
use diesel_async::RunQueryDsl;
use serde_json::json;
use types::ErrorCode;

use super::address;
use crate::accounts::secret;
use crate::app::App;
use crate::error::Error;

/// How long the database may take to answer a readiness check.
const WAIT: Duration = Duration::from_secs(2);

/// The routes of this file.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/health/live", web::get().to(live))
        .route("/health/ready", web::get().to(ready))
        .route("/metrics", web::get().to(metrics));
}

async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "live" }))
}

async fn ready(app: web::Data<App>) -> Result<HttpResponse, Error> {
    if app.is_stopping() {
        return Err(Error::new(ErrorCode::Stopping));
    }
    let ask = async {
        let mut conn = app.db.get().await?;
        sql_query("SELECT 1").execute(&mut conn).await?;
        Ok::<_, Error>(())
    };
    tokio::time::timeout(WAIT, ask).await.map_err(|_| Error::unavailable("no answer in time".into()))??;
    Ok(HttpResponse::Ok().json(json!({ "status": "ready" })))
}

async fn metrics(request: HttpRequest, app: web::Data<App>) -> Result<HttpResponse, Error> {
    if !may_read(&request, &app) {
        return Err(Error::new(ErrorCode::NotSignedIn));
    }
    let text = app.metrics.render(&app.db);
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}

/// Loopback itself, or the token. What a proxy on this machine forwards is not loopback's own.
fn may_read(request: &HttpRequest, app: &App) -> bool {
    let headers = request.headers();
    let forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
    let named = headers.get("authorization").and_then(|header| header.to_str().ok());
    let token = named.and_then(|header| header.strip_prefix("Bearer ")).unwrap_or_default();
    let knows = app.config.metrics_token.as_ref().is_some_and(|good| secret::same(good.as_bytes(), token.as_bytes()));
    knows || (!forwarded && address::find(request, &app.config).is_loopback())
}
