//! Counters and gauges in the Prometheus text format, for monitoring.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use super::authentication::Scraper;
use super::process::Process;
use super::{AppState, accepts};
use crate::actions::live::signals;

/// What is counted. It contains no names, rooms or messages.
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
    process: Process,
}

impl Metrics {
    /// All at zero. `started`: seconds since 1970.
    #[must_use]
    pub fn new(started: f64) -> Arc<Self> {
        let mut registry = Registry::default();
        let answers = Family::<[(&'static str, &'static str); 1], Counter>::default();
        let (frames_in, messages) = (Counter::default(), Counter::default());
        let (sessions, people, connections) = (Gauge::default(), Gauge::default(), Gauge::default());
        let started_at = Gauge::<f64, AtomicU64>::default();
        started_at.set(started);
        registry.register("imd_http_answers", "HTTP answers by class of status", answers.clone());
        registry.register("imd_ws_frames_received", "WebSocket frames received", frames_in.clone());
        registry.register("imd_messages", "Messages acknowledged, each on the disk", messages.clone());
        registry.register("imd_sessions", "Live WebSocket sessions", sessions.clone());
        registry.register("imd_people_online", "People with at least one session", people.clone());
        registry.register("imd_connections", "Open TCP connections", connections.clone());
        registry.register("imd_start_time_seconds", "When the daemon started, seconds since 1970", started_at.clone());
        registry.register("imd_build", "Which program this is", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        let process = Process::new(&mut registry, started_at.clone());
        Arc::new(Self {
            registry,
            answers,
            frames_in,
            messages,
            sessions,
            people,
            connections,
            started: started_at,
            process,
        })
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

    /// When the daemon started, in seconds since 1970.
    #[must_use]
    pub fn started(&self) -> f64 {
        self.started.get()
    }
}

/// Counters and gauges for Prometheus
///
/// For admins, for requests from the box itself, and for programs with the token of `POST /api/v1/admin/scrape-token`.
#[utoipa::path(get, path = "/metrics", tag = "box", responses((status = 200, content(
    (String = "text/plain"), (String = "application/openmetrics-text")), description = "OpenMetrics where `Accept` asks for it.")))]
pub(super) async fn metrics(State(state): State<AppState>, _: Scraper, headers: HeaderMap) -> Response {
    let metrics = &state.metrics;
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let connected = signals::connected(&state.core);
    metrics.sessions.set(count(connected.sessions));
    metrics.people.set(count(connected.people));
    metrics.process.look();
    let mut open = String::new();
    if encode(&mut open, &metrics.registry).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    // Prometheus asks for it; `curl` and older collectors do not.
    let (kind, body) = if accepts::media_type(&headers, "application/openmetrics-text") {
        (OPEN_METRICS, open)
    } else {
        (PLAIN, plain(&open))
    };
    ([(header::CONTENT_TYPE, kind)], body).into_response()
}

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PLAIN: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The same in Prometheus' older text format: counters are described under the name of their samples, info metrics are
/// gauges, and there is no end marker.
fn plain(open: &str) -> String {
    let samples = |line: &str| {
        let (name, kind) = line.strip_prefix("# TYPE ")?.split_once(' ')?;
        match kind {
            "counter" => Some((name.to_owned(), "_total")),
            "info" => Some((name.to_owned(), "_info")),
            _ => None,
        }
    };
    let renamed: HashMap<String, &str> = open.lines().filter_map(samples).collect();
    let mut text = String::with_capacity(open.len());
    for line in open.lines().filter(|line| *line != "# EOF" && !line.starts_with("# UNIT ")) {
        let mut words = line.splitn(4, ' ');
        let described = match (words.next(), words.next(), words.next(), words.next()) {
            (Some("#"), Some(what), Some(name), Some(rest)) => {
                let rest = if rest == "info" { "gauge" } else { rest };
                renamed.get(name).map(|end| format!("# {what} {name}{end} {rest}"))
            }
            _ => None,
        };
        text.push_str(described.as_deref().unwrap_or(line));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, monitoring would see counters that nothing describes.
    #[test]
    fn the_older_format_describes_counters_by_their_samples() {
        let open = "# HELP imd_messages Messages.\n# TYPE imd_messages counter\nimd_messages_total 3\n# HELP imd_sessions Live.\n# TYPE imd_sessions gauge\nimd_sessions 2\n# EOF\n";
        let text = "# HELP imd_messages_total Messages.\n# TYPE imd_messages_total counter\nimd_messages_total 3\n# HELP imd_sessions Live.\n# TYPE imd_sessions gauge\nimd_sessions 2\n";
        assert_eq!(plain(open), text);
    }
}
