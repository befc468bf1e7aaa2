//! A typed client of Confab for programs: bots, mirrors, the load tool and the tests.
//!
//! [`Client`] speaks REST with the types of the wire and keeps its tokens fresh. [`Socket`] is one connection of the live
//! side, frame by frame. [`Live`] is what a program usually wants: it connects, comes back after every loss with what it
//! holds, heals gaps from the feed, and holds the rooms it watches as [`sync::RoomState`]s.
//!
//! ```no_run
//! # async fn run() -> Result<(), client::ClientError> {
//! let client = client::Client::new("http://127.0.0.1:8000");
//! client.sign_in("ada", "correct horse").await?;
//! let room = client.my_rooms().await?.items.remove(0).room.id;
//! client.post(room, &client::text("hello")).await?;
//! # Ok(())
//! # }
//! ```

mod accounts;
mod error;
mod http;
mod live;
mod messages;
mod rooms;
mod socket;

pub use error::ClientError;
pub use http::{Answer, Client};
pub use live::{Live, Update};
pub use messages::{Posted, text};
pub use socket::{Closed, Resume, Socket};

pub use reqwest::Method;
