//! The REST door: the route table, and what every answer has in common.
//!
//! Handlers parse, call one verb and render. [`extract`] turns what came in into typed values, [`problem`] renders what
//! went wrong, [`edge`] wraps every request (its id, log, time limit and security headers), [`openapi`] describes it all.

pub mod address;
pub mod answers;
pub mod auth;
pub mod blocks;
pub mod bots;
pub mod categories;
pub mod changes;
pub mod commands;
pub mod cookie;
pub mod direct;
pub mod drafts;
pub mod edge;
pub mod extract;
pub mod headers;
pub mod health;
pub mod hooks;
pub mod incoming;
pub mod me;
pub mod messages;
pub mod missing;
pub mod openapi;
pub mod origin;
mod paging;
pub mod polls;
pub mod preferences;
pub mod problem;
pub mod reactions;
pub mod reads;
pub mod reference;
pub mod rooms;
pub mod saved;
pub mod scheduled;
pub mod search;
pub mod site;
pub mod threads;
pub mod users;
pub mod web_app;

use actix_web::web;
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

/// Largest JSON body: several times the longest message.
pub const BODY_MAX_BYTES: usize = 256 * 1024;

/// The documented routes, under `/api/v1`.
pub fn api(config: &mut ServiceConfig) {
    config.service(
        scope::scope("/api/v1")
            .configure(auth::configure)
            .configure(me::configure)
            .configure(users::configure)
            .configure(site::configure)
            .configure(categories::configure)
            .configure(rooms::configure)
            .configure(messages::configure)
            .configure(reactions::configure)
            .configure(polls::configure)
            .configure(direct::configure)
            .configure(threads::configure)
            .configure(reads::configure)
            .configure(drafts::configure)
            .configure(saved::configure)
            .configure(scheduled::configure)
            .configure(preferences::configure)
            .configure(search::configure)
            .configure(blocks::configure)
            .configure(bots::configure)
            .configure(hooks::configure)
            .configure(commands::configure)
            .configure(changes::configure),
    );
}

/// Everything else: the description of the routes, health, metrics, and the web app for all other addresses.
pub fn around(config: &mut web::ServiceConfig) {
    config
        .configure(reference::configure)
        .configure(health::configure)
        .configure(incoming::configure)
        .default_service(web::to(missing::answer));
}
