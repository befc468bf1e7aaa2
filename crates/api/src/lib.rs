//! The server of Confab.
//!
//! `main → app → {rest, socket} → nouns → {db, realtime}`: the doors parse, call one verb and render; a folder is a noun
//! of the product and a function its verb. Read [`app`] for what is shared, [`realtime`] for how a change travels.

pub mod accounts;
pub mod app;
pub mod bots;
pub mod config;
pub mod db;
pub mod drafts;
pub mod error;
pub mod me;
pub mod messages;
pub mod metrics;
pub mod polls;
pub mod presence;
pub mod reactions;
pub mod realtime;
pub mod rest;
pub mod rooms;
pub mod saved;
pub mod scheduled;
pub mod search;
pub mod seeded;
pub mod server;
pub mod site;
pub mod socket;
pub mod threads;

pub use app::App;
pub use config::Config;
pub use error::Error;

/// This moment to the microsecond, as Postgres keeps it: what is told at once equals what is read later.
pub fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::SubsecRound::trunc_subsecs(chrono::Utc::now(), 6)
}
