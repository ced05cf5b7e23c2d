//! The HTTP dialect: it parses requests, authenticates, calls `actions`, and encodes responses.
//!
//! Nothing here decides what people may do, and nothing here touches the database.

mod accepts;
mod assets;
mod authentication;
mod blob_response;
mod captive;
mod fixed;
mod guard;
mod json;
mod lingering;
mod local;
mod metrics;
mod openapi;
mod other_name;
mod problem;
mod process;
mod repair;
mod routes;
mod server;
mod target;

pub use authentication::{Admin, Authenticated, Browser, Peer};
pub use captive::{Reached, Visitors};
pub use local::LocalSocket;
pub use metrics::Metrics;
pub use openapi::document;
pub use problem::{Problem, status};
pub use repair::{RepairApp, repair_router};
pub use server::{ConnectionPermit, Server, bind, inherited};

use std::sync::Arc;
use std::time::Duration;

use axum::Router;

use crate::actions::Core;

/// State that every handler gets.
#[derive(Debug, Clone)]
pub struct AppState {
    /// What the actions work with.
    pub core: Arc<Core>,
    /// Counters for `/metrics`.
    pub metrics: Arc<Metrics>,
    /// Limits of single requests.
    pub limits: RequestLimits,
    /// Phones in the box's own Wi-Fi that have read where the box is.
    pub visitors: Arc<Visitors>,
}

/// Limits of single requests.
#[derive(Debug, Clone, Copy)]
pub struct RequestLimits {
    /// Largest body with JSON, in bytes.
    pub max_json_bytes: usize,
    /// How long a response may take.
    pub request_timeout: Duration,
    /// How long to wait for the next piece of a body.
    pub upload_idle_timeout: Duration,
}

/// Every route behind its guards; `live` is the WebSocket's route.
pub fn router(state: AppState, live: axum::routing::MethodRouter<AppState>) -> Router {
    let (api, _) = openapi::routes().split_for_parts();
    let router =
        api.route("/api/v1/ws", live).fallback(assets::asset).method_not_allowed_fallback(problem::method_not_allowed);
    guard::guarded(router, state)
}
