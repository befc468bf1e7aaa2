//! The live side: `GET /api/v1/socket`. One task owns a socket (`connection`) and its wire (`wire`); it turns frames into
//! verbs (`dispatch`), listens to streams (`streams`), reads what the client missed of them (`replay`). What is
//! queued for the client, by this task or by the hub, is written by the connection itself (`body`).

mod body;
mod close;
mod connection;
mod dispatch;
pub mod document;
mod examples;
mod pace;
mod replay;
mod streams;
mod wire;

use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, web};
use types::{ErrorCode, limits};

use crate::accounts::Limit;
use crate::app::App;
use crate::error::Error;
use crate::realtime::way_out;

pub use document::document;

/// Upgrades a request to a socket. The token comes in the first frame, never in the URL.
pub async fn connect(
    request: HttpRequest,
    body: web::Payload,
    app: web::Data<App>,
) -> Result<HttpResponse, actix_web::Error> {
    if app.is_stopping() {
        return Err(Error { retry_after: Some(2), ..Error::new(ErrorCode::Stopping) }.into());
    }
    if !crate::rest::origin::allowed(&request, &app.config) {
        return Err(Error::new(ErrorCode::WrongOrigin).into());
    }
    let address = crate::rest::address::find(&request, &app.config);
    app.limits.check(Limit::SocketsAddress, &crate::rest::address::key(address))?;
    let (response, _, stream) = actix_ws::handle(&request, body)
        .map_err(|_| Error::with(ErrorCode::Malformed, "This address is a WebSocket: ask for an upgrade."))?;
    let stream = stream
        .max_frame_size(limits::FRAME_MAX_BYTES)
        .aggregate_continuations()
        .max_continuation_size(limits::FRAME_MAX_BYTES);
    let app = app.get_ref().clone();
    let (pen, way_out) = way_out();
    actix_web::rt::spawn(connection::run(app, pen, stream));
    Ok(response.map_body(|_, handshake| BoxBody::new(body::Body::new(handshake, way_out))))
}
