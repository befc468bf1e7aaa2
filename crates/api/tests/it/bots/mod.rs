//! Bots and webhooks.

mod commands;
mod document;
mod incoming;
mod outgoing;
mod tokens;
