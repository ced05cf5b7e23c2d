//! What every request passes before its route: which host names are accepted, rate, time and size limits, and the
//! security headers.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

use super::authentication::{Peer, host_is_ours, text};
use super::{AppState, Problem, captive, other_name, target};
use crate::actions::identity::probe;
use crate::actions::machine::network;
use crate::wire::ErrorCode;

/// Routes whose bodies may take as long as they keep coming, in addition to files sent to rooms.
const ADMIN_UPLOADS: &[&str] = &["/api/v1/admin/update/bundle", "/api/v1/restore"];
/// Routes whose work takes as long as reading a disk takes.
const LONG_WORK: &[&str] = &["/api/v1/admin/restore", "/api/v1/restore/stored"];

pub(super) fn guarded(router: Router<AppState>, state: AppState) -> Router {
    let limits = state.limits;
    router
        .layer(DefaultBodyLimit::max(limits.max_json_bytes))
        // The time between two pieces of a body is limited, so that a long upload works and a stalled one ends.
        .layer(RequestBodyTimeoutLayer::new(limits.upload_idle_timeout))
        .layer(middleware::from_fn_with_state(state.clone(), guard))
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(state)
}

async fn guard(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let read = target::read(&mut request);
    let host = text(request.headers(), header::HOST).unwrap_or_default().to_owned();
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = match read.and_then(|()| admit(&state, &request)) {
        Ok(Admitted::Here) => in_time(&state, request, next).await,
        Ok(Admitted::Elsewhere(answer)) => answer,
        Err(problem) => problem.into_response(),
    };
    state.metrics.answered(response.status());
    let headers = response.headers_mut();
    secure(headers);
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        // The page checks whether the box also answers by its names, and at the address it is about to get.
        let mut names = if is_api { Vec::new() } else { probe::places(&state.core) };
        if !is_api {
            names.extend(network::places_to_be(&state.core));
        }
        headers.insert(header::CONTENT_SECURITY_POLICY, csp(&host, &names.join(" ")));
    }
    if is_api && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Headers of every response.
pub(super) fn secure(headers: &mut HeaderMap) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // The app shows PDFs in a frame.
    headers.entry(header::X_FRAME_OPTIONS).or_insert(HeaderValue::from_static("DENY"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.insert("permissions-policy", HeaderValue::from_static("geolocation=(), payment=(), usb=()"));
}

/// Limits the time from the request's head to the response. An upload may take as long as it keeps coming; a download's
/// body follows the response.
async fn in_time(state: &AppState, request: Request, next: Next) -> Response {
    let (method, path) = (request.method(), request.uri().path());
    let whole = method == Method::POST
        && (path.starts_with("/api/v1/rooms/") && path.ends_with("/files") || ADMIN_UPLOADS.contains(&path));
    let long = method == Method::POST && LONG_WORK.contains(&path);
    let part = method == Method::PATCH && path.starts_with("/api/v1/uploads/");
    if whole || part || long {
        return next.run(request).await;
    }
    match tokio::time::timeout(state.limits.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::from(ErrorCode::Timeout).into_response(),
    }
}

/// Where a request may go.
enum Admitted {
    /// On to its route.
    Here,
    /// Nowhere: it asked for another host, in the box's own Wi-Fi or by a wrong name, and this is the response.
    Elsewhere(Response),
}

fn admit(state: &AppState, request: &Request) -> Result<Admitted, Problem> {
    if let Some(Peer(address)) = request.extensions().get::<Peer>() {
        state.core.count_request(*address)?;
    }
    if let Some(answer) = captive::answer(state, request) {
        return Ok(Admitted::Elsewhere(answer));
    }
    if host_is_ours(state, request.headers()) {
        Ok(Admitted::Here)
    } else {
        Ok(Admitted::Elsewhere(other_name::answer(state, request)))
    }
}

/// Allows only the box's own scripts, styles and pictures, and PDFs in frames. Older browsers do not count `ws:` as
/// `'self'`, so it is named; the host was checked before.
fn csp(host: &str, names: &str) -> HeaderValue {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; \
         connect-src 'self' ws://{host} wss://{host} {names}; font-src 'self'; manifest-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

pub(super) fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let what = cause.downcast_ref::<&str>().copied().or_else(|| cause.downcast_ref::<String>().map(String::as_str));
    tracing::error!(what = what.unwrap_or("?"), "a handler panicked");
    let mut response = Problem::from(ErrorCode::Internal).into_response();
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
