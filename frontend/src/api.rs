//! The REST side of the server: one function per endpoint, named by its verb and typed by `types`.
//!
//! Every call carries the access token, which `session` keeps fresh; one that was refused as expired is refreshed and
//! repeated once. What can't be done comes back as a [`Failure`], never as a panic or a silence.

mod account;
mod bot;
mod draft;
mod list;
mod message;
mod mine;
mod poll;
mod request;
mod room;
mod search;

pub use account::*;
pub use bot::*;
pub use draft::*;
pub use list::*;
pub use message::*;
pub use mine::*;
pub use poll::*;
pub use request::{Answer, Failure};
pub use room::*;
pub use search::*;
