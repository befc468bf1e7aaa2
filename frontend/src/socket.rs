//! One live connection that comes back by itself.
//!
//! It connects, introduces itself, listens for silence, and reconnects with full jitter; at once when the browser says
//! that the network is back or the tab is seen again. It knows nothing of rooms: what it hears goes to one listener.

mod close;

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use close::Closed;
use js_sys::Date;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::{document, set_interval_with_handle, window, window_event_listener};
use leptos::{ev, task::spawn_local};
use types::Epoch;
use types::limits::{HEARTBEAT_MS, SILENCE_MS};
use types::socket::{ClientFrame, ServerFrame};
use wasm_bindgen::{JsCast, prelude::Closure};

use crate::api::Failure;
use crate::pause;

/// A heartbeat this late is worth telling the reader of, though the connection may still recover, in milliseconds.
const LATE_MS: f64 = HEARTBEAT_MS as f64 + 5_000.0;

/// What the listener is told.
#[derive(Debug)]
pub enum Heard {
    /// The server said something; boxed, since frames are much larger than the rest.
    Frame(Box<ServerFrame>),
    /// The connection was lost; another attempt follows by itself.
    Lost,
    /// A heartbeat is late.
    Late,
    /// The server will not have this page: no attempt follows until one is asked for.
    Refused,
    /// The session is over: no attempt follows.
    Ended,
}

/// A future that gives an access token, refreshed if it must be.
pub type TokenAnswer = Pin<Box<dyn Future<Output = Result<String, Failure>>>>;

/// What the connection needs from the page.
pub trait Listener {
    /// Gets an access token, other than the one refused if there is one.
    fn token(&self, refused: Option<String>) -> TokenAnswer;
    /// The first frame, for a server of this epoch.
    fn introduce(&self, token: String, epoch: Epoch) -> ClientFrame;
    /// Hears.
    fn hear(&self, heard: Heard);
}

type Message = Closure<dyn FnMut(web_sys::MessageEvent)>;
type Close = Closure<dyn FnMut(web_sys::CloseEvent)>;

struct Connection {
    socket: web_sys::WebSocket,
    _on_message: Message,
    _on_close: Close,
}

/// The connection.
pub struct Socket {
    listener: Box<dyn Listener>,
    connection: RefCell<Option<Connection>>,
    /// Counts the attempts ever made, so that what an abandoned one still says is not heard.
    attempt: Cell<u32>,
    failures: Cell<u32>,
    live: Cell<bool>,
    late: Cell<bool>,
    stopped: Cell<bool>,
    /// The token last shown, whether the server refused it, and whether it refused one since the last `ready`.
    shown: RefCell<Option<String>>,
    refused: Cell<bool>,
    doubted: Cell<bool>,
    heard_at: Cell<f64>,
    come_back_in: Cell<Option<u64>>,
    pause: Cell<Option<TimeoutHandle>>,
}

impl Socket {
    /// Connects, and stays connected until [`stop`](Self::stop).
    pub fn start(listener: Box<dyn Listener>) -> Rc<Self> {
        let socket = Rc::new(Self {
            listener,
            connection: RefCell::new(None),
            attempt: Cell::new(0),
            failures: Cell::new(0),
            live: Cell::new(false),
            late: Cell::new(false),
            stopped: Cell::new(false),
            shown: RefCell::new(None),
            refused: Cell::new(false),
            doubted: Cell::new(false),
            heard_at: Cell::new(Date::now()),
            come_back_in: Cell::new(None),
            pause: Cell::new(None),
        });
        socket.watch_page();
        socket.connect();
        socket
    }

    /// Says something, if there is a connection that has come to `ready`.
    pub fn say(&self, frame: &ClientFrame) -> bool {
        self.live.get() && self.write(frame)
    }

    /// Connects at once instead of waiting for the pause to end.
    pub fn hurry(self: &Rc<Self>) {
        if !self.stopped.get() && self.connection.borrow().is_none() {
            self.connect();
        }
    }

    /// Ends for good.
    pub fn stop(&self) {
        self.stopped.set(true);
        self.abandon();
    }

    fn write(&self, frame: &ClientFrame) -> bool {
        let Ok(text) = serde_json::to_string(frame) else { return false };
        self.connection.borrow().as_ref().is_some_and(|connection| connection.socket.send_with_str(&text).is_ok())
    }

    fn watch_page(self: &Rc<Self>) {
        let online = Rc::clone(self);
        drop(window_event_listener(ev::online, move |_| online.wake()));
        let visible = Rc::clone(self);
        drop(window_event_listener(ev::visibilitychange, move |_| {
            if !document().hidden() {
                visible.wake();
            }
        }));
        let silence = Rc::clone(self);
        // The handle is not kept: the check lives as long as the page, and does nothing once stopped.
        let _ = set_interval_with_handle(move || silence.check_silence(), Duration::from_secs(1));
    }

    /// The network is back or the page is seen again: what seemed alive may be long dead.
    fn wake(self: &Rc<Self>) {
        self.check_silence();
        self.hurry();
    }

    fn check_silence(self: &Rc<Self>) {
        let silence = Date::now() - self.heard_at.get();
        if self.stopped.get() || self.connection.borrow().is_none() {
            return;
        }
        if silence > SILENCE_MS as f64 {
            self.lose();
            self.connect();
        } else if silence > LATE_MS && !self.late.replace(true) {
            self.listener.hear(Heard::Late);
        }
    }

    fn connect(self: &Rc<Self>) {
        self.abandon();
        if self.stopped.get() {
            return;
        }
        let attempt = self.attempt.get();
        let this = Rc::clone(self);
        let refused = if self.refused.replace(false) { self.shown.borrow_mut().take() } else { None };
        let token = self.listener.token(refused);
        spawn_local(async move {
            let answer = token.await;
            if this.attempt.get() != attempt || this.stopped.get() {
                return;
            }
            match answer {
                Ok(token) => this.open(attempt, token),
                Err(failure) if failure.ends_session() => this.end(),
                Err(_) => this.retry_later(),
            }
        });
    }

    fn open(self: &Rc<Self>, attempt: u32, token: String) {
        self.heard_at.set(Date::now());
        let Ok(socket) = web_sys::WebSocket::new(&address()) else { return self.retry_later() };
        let this = Rc::clone(self);
        let on_message = Message::new(move |event: web_sys::MessageEvent| {
            if this.attempt.get() == attempt
                && let Some(text) = event.data().as_string()
            {
                this.hear(&text, &token);
            }
        });
        let this = Rc::clone(self);
        let on_close = Close::new(move |event: web_sys::CloseEvent| {
            if this.attempt.get() == attempt {
                this.closed(event.code());
            }
        });
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        let connection = Connection { socket, _on_message: on_message, _on_close: on_close };
        *self.connection.borrow_mut() = Some(connection);
    }

    fn hear(self: &Rc<Self>, text: &str, token: &str) {
        self.heard_at.set(Date::now());
        let was_late = self.late.replace(false);
        // A frame of a kind this version does not know is not for it.
        let Ok(frame) = types::frame_from_text(text) else { return };
        match &frame {
            ServerFrame::Hello { epoch, .. } => {
                *self.shown.borrow_mut() = Some(token.to_owned());
                self.write(&self.listener.introduce(token.to_owned(), epoch.clone()));
            }
            ServerFrame::Ready { .. } => {
                self.live.set(true);
                self.failures.set(0);
                self.doubted.set(false);
            }
            ServerFrame::Restart { after_ms } => self.come_back_in.set(Some(*after_ms)),
            ServerFrame::Heartbeat {} if !was_late => return,
            _ => {}
        }
        self.listener.hear(Heard::Frame(Box::new(frame)));
    }

    fn closed(self: &Rc<Self>, code: u16) {
        match close::read(code, self.doubted.get()) {
            Closed::Return => {}
            // A token refused once is not shown twice; whether the session lives the refresh will tell.
            Closed::Refresh { at_once } => {
                self.refused.set(true);
                self.doubted.set(self.doubted.get() || !at_once);
                if at_once && self.failures.get() == 0 {
                    self.come_back_in.set(Some(0));
                }
            }
            Closed::Refused => {
                self.abandon();
                return self.listener.hear(Heard::Refused);
            }
            Closed::Ended => return self.end(),
        }
        self.lose();
        self.retry_later();
    }

    fn retry_later(self: &Rc<Self>) {
        self.abandon();
        let failures = self.failures.get();
        self.failures.set(failures.saturating_add(1));
        let pause = self.come_back_in.take().map_or_else(|| pause::after(failures), Duration::from_millis);
        let this = Rc::clone(self);
        self.pause.set(set_timeout_with_handle(move || this.connect(), pause).ok());
    }

    fn lose(&self) {
        self.abandon();
        self.listener.hear(Heard::Lost);
    }

    fn end(&self) {
        self.stop();
        self.listener.hear(Heard::Ended);
    }

    /// Lets the present connection and any attempt under way go.
    fn abandon(&self) {
        self.attempt.set(self.attempt.get().wrapping_add(1));
        self.live.set(false);
        self.late.set(false);
        if let Some(pause) = self.pause.take() {
            pause.clear();
        }
        if let Some(connection) = self.connection.borrow_mut().take() {
            connection.socket.set_onmessage(None);
            connection.socket.set_onclose(None);
            // Closing a socket that is closed already does nothing.
            let _ = connection.socket.close();
            // Its own handler may be what is running: it is dropped once that has returned.
            spawn_local(async move { drop(connection) });
        }
    }
}

fn address() -> String {
    let location = window().location();
    let scheme = if location.protocol().is_ok_and(|protocol| protocol == "https:") { "wss" } else { "ws" };
    format!("{scheme}://{}/api/v1/socket", location.host().unwrap_or_default())
}
