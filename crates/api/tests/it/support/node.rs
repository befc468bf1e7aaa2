//! A server in this process, on threads of its own, so that a test's runtime is only its clients'.

use std::net::{Ipv4Addr, TcpListener};
use std::thread::JoinHandle;

use api::app::Faults;
use api::{App, Config};

use super::until;

/// A running node; dropping it stops it.
pub(crate) struct Node {
    /// What the node shares, for tests that look behind the door.
    pub(crate) app: App,
    /// Its address.
    pub(crate) url: String,
    handle: actix_web::dev::ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Node {
    /// Starts a node on a migrated database, on a free port.
    pub(crate) async fn start(config: Config, faults: Faults, database: &str) -> Node {
        Self::listen(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap(), config, faults, database).await
    }

    /// Starts a node at the address of one that was stopped.
    pub(crate) async fn start_at(url: &str, config: Config, faults: Faults, database: &str) -> Node {
        let address = url.trim_start_matches("http://");
        let bound = std::cell::RefCell::new(None);
        // The kernel may need a moment to give the address back.
        until("the address to be free", async || {
            *bound.borrow_mut() = TcpListener::bind(address).ok();
            bound.borrow().is_some()
        })
        .await;
        Self::listen(bound.into_inner().unwrap(), config, faults, database).await
    }

    /// Stops it as a planned stop does, and waits for its end.
    pub(crate) async fn stop(&mut self) {
        self.app.drain();
        self.handle.stop(true).await;
        self.app.end();
        if let Some(thread) = self.thread.take() {
            tokio::task::spawn_blocking(move || thread.join()).await.unwrap().expect("the node's thread panicked");
        }
    }

    async fn listen(listener: TcpListener, config: Config, faults: Faults, database: &str) -> Node {
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (started, starting) = tokio::sync::oneshot::channel();
        let database = database.to_owned();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async move {
                let app = App::start(config, &database, faults).await.unwrap_or_else(|error| panic!("{error}"));
                let server = api::server::serve(app.clone(), listener).unwrap();
                let _ = started.send((app, server.handle()));
                let _ = server.await;
            });
            runtime.shutdown_background();
        });
        let (app, handle) = starting.await.expect("the node could not be started");
        Node { app, url, handle, thread: Some(thread) }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.app.drain();
        self.app.end();
        // The command is sent at once; only its end would have to be waited for, and the thread's end tells it too.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !std::thread::panicking()
        {
            panic!("the node's thread panicked");
        }
    }
}
