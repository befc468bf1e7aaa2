//! `confab serve`: from the start of the database to the last answer before the stop.

use std::net::TcpListener;

use api::app::{App, Faults};
use api::{Config, db, server, site};
use tokio::signal::unix::{SignalKind, signal};

use super::database::Database;
use super::{Failed, log, print};

/// Runs the server until it is told to stop.
pub(crate) async fn run(config: Config) -> Result<(), Failed> {
    log::start(&config);
    warn_of(&config);
    // Before anything takes time, so that a stop during the start is heard.
    let mut stop = Stop::listen()?;
    let database = tokio::select! {
        database = Database::open(&config) => database?,
        () = stop.told() => return Ok(()),
    };
    let served = serve(config, &database.url, stop).await;
    let closed = database.close().await;
    served.and(closed)
}

async fn serve(config: Config, url: &str, mut stop: Stop) -> Result<(), Failed> {
    // A database that was put back or promoted under a running server is served anew: clients are told its epoch.
    while !serve_once(&config, url, &mut stop).await? {
        tracing::warn!("the database is not the one the server started on: starting anew");
    }
    tracing::info!("stopped");
    Ok(())
}

/// Serves until a stop was asked for (true), or until the database turns out to be another (false).
async fn serve_once(config: &Config, url: &str, stop: &mut Stop) -> Result<bool, Failed> {
    db::migrate(url).await?;
    let address = config.listen;
    let listener = TcpListener::bind(address).map_err(|error| Failed(format!("can't listen on {address}: {error}")))?;
    let address = listener.local_addr().map_err(|error| Failed(error.to_string()))?;
    let app = App::start(config.clone(), url, Faults::default()).await?;
    let server = server::serve(app.clone(), listener).map_err(|error| Failed(error.to_string()))?;
    let handle = server.handle();
    let mut running = tokio::spawn(server);
    tell(&app, &format!("http://{address}")).await?;
    let stopped = tokio::select! {
        ended = &mut running => {
            return Err(Failed(format!("the server ended by itself: {ended:?}")));
        }
        () = stop.told() => true,
        () = app.outdated.notified() => false,
    };
    // Readiness goes off and sockets are told when to come back; then requests under way are waited for.
    tracing::info!("stopping");
    app.drain();
    let drained = async {
        handle.stop(true).await;
        let _ = running.await;
    };
    tokio::select! {
        () = drained => {}
        () = stop.told() => tracing::warn!("told to stop twice: not waiting any more"),
    }
    // Marks that were answered but not yet written; those of another history mean nothing.
    if stopped && let Err(error) = api::rooms::reads::flush(&app).await {
        tracing::warn!(%error, "the last read marks could not be written");
    }
    app.end();
    Ok(stopped)
}

/// Says where the server is and, while it is needed, how the first account is made.
async fn tell(app: &App, address: &str) -> Result<(), Failed> {
    let public = app.config.public_url.as_deref();
    print(&format!("Confab {} is ready at {}", env!("CARGO_PKG_VERSION"), public.unwrap_or(address)))?;
    let site = site::find(app).await?;
    match &app.setup_code {
        Some(code) if site.needs_setup_code => print(&format!("Set-up code for the first account: {code}")),
        _ if site.needs_owner => print("The first account made there is the owner's."),
        _ => Ok(()),
    }
}

fn warn_of(config: &Config) {
    if !config.rate_limits {
        tracing::warn!("CONFAB_RATE_LIMITS=off: anyone may try passwords as fast as they like");
    }
    if config.public_url.as_ref().is_some_and(|url| url.starts_with("http://")) {
        tracing::warn!("CONFAB_PUBLIC_URL is http: passwords and messages cross the network in the open");
    }
}

/// The signals that stop a server.
struct Stop {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Stop {
    fn listen() -> Result<Stop, Failed> {
        let listen = |kind| signal(kind).map_err(|error| Failed(format!("can't hear signals: {error}")));
        Ok(Stop { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    async fn told(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
