//! A typed client of Confab for programs: bots, mirrors, the load tool and the tests.
//!
//! [`Client`] speaks REST with the types of the wire and keeps its tokens fresh. [`Socket`] is one connection of the live
//! side, frame by frame. [`Live`] is what a program usually wants: it connects, comes back after every loss (to another
//! node, where it knows one) with what it holds, heals gaps from the feed, holds the rooms it watches as
//! [`sync::RoomState`]s, and sends what is posted through it until it is stored, once and in order.
//!
//! ```no_run
//! # async fn run() -> Result<(), client::ClientError> {
//! use client::{Client, Live, Update, text};
//!
//! let client = Client::new("http://127.0.0.1:8000");
//! client.sign_in("ada", "correct horse").await?;
//! let room = client.my_rooms().await?.items.remove(0).room.id;
//!
//! let mut live = Live::new(client);
//! live.watch(room).await?;
//! let hello = live.post(room, text("hello"));
//! // Whatever happens to the connection meanwhile, this ends when the message is stored, or was refused for good.
//! loop {
//!     match live.next().await? {
//!         Update::Posted { id, .. } if id == hello => break,
//!         Update::Refused { id, code, .. } if id == hello => panic!("{}", code.as_str()),
//!         Update::Room(changes) => println!("{} messages came or changed", changes.messages.len()),
//!         _ => {}
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # A bot
//!
//! `examples/bot.rs` answers and reminds. It keeps on disk what it has heard and what it has yet to say, so it may be
//! killed at any moment: each question is answered once, those asked while it was away too.
//!
//! ```sh
//! CONFAB_TOKEN=cfb_… cargo run --package client --example bot
//! ```

mod accounts;
mod bots;
mod direct;
mod error;
mod http;
mod live;
mod messages;
mod own;
mod polls;
mod rooms;
mod search;
mod socket;
mod threads;

pub use error::ClientError;
pub use http::{Answer, Client};
pub use live::{Live, Update};
pub use messages::{Posted, text};
pub use socket::{Closed, Resume, Socket};

pub use reqwest::Method;
