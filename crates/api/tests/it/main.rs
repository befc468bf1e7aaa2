//! The one test binary: people who use a server that was started in this process, on a real Postgres.
//!
//! Its tree mirrors the product. [`support`] has the town the people live in: its database, its nodes, the people.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that can't go on says so by panicking, in what its tests share too"
)]

mod accounts;
mod bot;
mod bots;
mod changes;
mod db;
mod frame;
mod messages;
mod nodes;
mod own;
mod readme;
mod rooms;
mod search;
mod site;
mod socket;
mod support;
mod threads;
