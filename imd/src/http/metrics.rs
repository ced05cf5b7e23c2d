//! Counters and gauges in the Prometheus text format, for whoever watches the box.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::House;

/// What is counted. No names, no rooms, no words.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    answers: Family<[(&'static str, &'static str); 1], Counter>,
    /// WebSocket frames received.
    pub frames_in: Counter,
    /// Messages acknowledged.
    pub messages: Counter,
    sessions: Gauge<i64>,
    people: Gauge<i64>,
    /// Open connections.
    pub connections: Gauge<i64>,
    started: Gauge<f64, AtomicU64>,
}

impl Metrics {
    /// All at zero; `started`: seconds since 1970.
    #[must_use]
    pub fn new(started: f64) -> Arc<Self> {
        let mut registry = Registry::with_prefix("imd");
        let answers = Family::<[(&'static str, &'static str); 1], Counter>::default();
        let (frames_in, messages) = (Counter::default(), Counter::default());
        let (sessions, people, connections) = (Gauge::default(), Gauge::default(), Gauge::default());
        let started_at = Gauge::<f64, AtomicU64>::default();
        started_at.set(started);
        registry.register("http_answers", "HTTP answers by class of status", answers.clone());
        registry.register("ws_frames_received", "WebSocket frames received", frames_in.clone());
        registry.register("messages", "Messages acknowledged, each on the disk", messages.clone());
        registry.register("sessions", "Live WebSocket sessions", sessions.clone());
        registry.register("people_online", "People with at least one session", people.clone());
        registry.register("connections", "Open TCP connections", connections.clone());
        registry.register("start_time_seconds", "When the daemon started, seconds since 1970", started_at.clone());
        Arc::new(Self { registry, answers, frames_in, messages, sessions, people, connections, started: started_at })
    }

    pub(super) fn answered(&self, status: StatusCode) {
        let class = match status.as_u16() {
            100..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        self.answers.get_or_create(&[("class", class)]).inc();
    }

    /// Seconds since 1970 at which the daemon started.
    #[must_use]
    pub fn started(&self) -> f64 {
        self.started.get()
    }
}

pub(super) async fn metrics(State(house): State<House>) -> Response {
    let metrics = &house.metrics;
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    metrics.sessions.set(count(house.core.hub.session_count()));
    metrics.people.set(count(house.core.hub.user_count()));
    let mut text = String::new();
    if encode(&mut text, &metrics.registry).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response()
}
