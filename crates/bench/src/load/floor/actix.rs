//! The floor of the library: actix-ws with a channel for each reader, and a `text` for each frame.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use actix_ws::{Message, MessageStream, Session};
use anyhow::Result;
use bytestring::ByteString;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

type Everyone = web::Data<Mutex<HashMap<usize, UnboundedSender<ByteString>>>>;

pub(super) async fn serve() -> Result<()> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    let everyone: Everyone = web::Data::from(Arc::default());
    let server = HttpServer::new(move || App::new().app_data(everyone.clone()).route("/", web::get().to(welcome)));
    let server = server.max_connections(60_000).tcp_nodelay(true).listen(listener)?.run();
    super::say(address)?;
    Ok(server.await?)
}

async fn welcome(request: HttpRequest, body: web::Payload, everyone: Everyone) -> actix_web::Result<HttpResponse> {
    let (response, session, stream) = actix_ws::handle(&request, body)?;
    let (tx, rx) = unbounded_channel();
    // A name that no other live connection has: all come from one address.
    let number = request.peer_addr().map_or(0, |address| usize::from(address.port()));
    lock(&everyone).insert(number, tx);
    actix_web::rt::spawn(async move {
        run(&everyone, session, stream, rx).await;
        lock(&everyone).remove(&number);
    });
    Ok(response)
}

async fn run(
    everyone: &Everyone,
    mut session: Session,
    mut stream: MessageStream,
    mut waiting: UnboundedReceiver<ByteString>,
) {
    loop {
        tokio::select! {
            incoming = stream.recv() => match incoming {
                Some(Ok(Message::Text(text))) => {
                    for reader in lock(everyone).values() {
                        let _ = reader.send(text.clone());
                    }
                }
                Some(Ok(_)) => {}
                None | Some(Err(_)) => return,
            },
            Some(text) = waiting.recv() => {
                if session.text(text).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
