//! Puts both doors on one listener: REST with all that surrounds it, and the socket.

use std::net::TcpListener;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{HttpServer, web};
use utoipa_actix_web::AppExt;

use crate::app::App;
use crate::{rest, socket};

/// Largest head of a request is actix's own (128 KiB); this is how long a client may take to send it.
const HEAD_SECONDS: std::time::Duration = std::time::Duration::from_secs(10);

/// Connections one node holds at most; the sockets of its people among them.
const CONNECTIONS: usize = 60_000;

/// Serves a node on a listener. The returned server runs once it is awaited or spawned, and stops by its handle.
pub fn serve(app: App, listener: TcpListener) -> std::io::Result<Server> {
    let stop_seconds = app.config.stop_seconds;
    let server = HttpServer::new(move || {
        let app = web::Data::new(app.clone());
        actix_web::App::new()
            .app_data(app.clone())
            .app_data(web::PayloadConfig::new(rest::BODY_MAX_BYTES))
            .wrap(Compress::default())
            .wrap(from_fn(rest::edge::around))
            .route("/api/v1/socket", web::get().to(socket::connect))
            // Written-out addresses before the scope that holds the rest of /api/v1.
            .configure(rest::around)
            .into_utoipa_app()
            .configure(rest::api)
            .into_app()
    })
    .max_connections(CONNECTIONS)
    // A frame must not wait for the acknowledgement of the one before: Nagle's rule and a client's delayed
    // acknowledgement together cost 40 ms whenever two small frames follow each other, as a change and an answer do.
    .tcp_nodelay(true)
    .client_request_timeout(HEAD_SECONDS)
    .shutdown_timeout(stop_seconds)
    .disable_signals();
    Ok(server.listen(listener)?.run())
}
