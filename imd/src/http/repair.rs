//! The routes of a box whose database is damaged: the repair page at every address, and what its forms send. They are
//! behind the same listeners, host check, rate limit and headers as all others; there are no accounts to check.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequestParts, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::de::DeserializeOwned;
use tokio::io::AsyncReadExt;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

use super::authentication::{same_origin, text};
use super::guard::{panicked, secure};
use super::local::Local;
use super::{Peer, Problem, problem, target};
use crate::actions::{Rates, identity::addresses};
use crate::discovery::Announced;
use crate::repair::{Choice, Language, RepairJob, SCRIPT, STYLE, WhichFile, page};
use crate::wire::{
    ChooseRepair, DownloadDamaged, ErrorCode, Object, RepairAddresses, RepairChoice, RepairStage, WellOrNot,
};

/// A form consists of a code and a word or two.
const MAX_BODY: usize = 4 << 10;
const BODY_TIMEOUT: Duration = Duration::from_secs(15);
/// Bytes of a download that are read and sent at once.
const PIECE: usize = 64 << 10;
/// The word to type before everything is started anew.
const CONFIRM: &str = "anew";

/// State that the routes get.
#[derive(Debug, Clone)]
pub struct RepairApp {
    /// Where the choice is made and followed.
    pub job: Arc<RepairJob>,
    /// How often somebody may try.
    pub rates: Arc<Rates>,
    /// The label the box asks for on the network.
    pub wanted: String,
    /// Further host names.
    pub hosts: Vec<String>,
    /// Current names and addresses.
    pub announced: watch::Receiver<Announced>,
    /// The port that browsers use.
    pub port: u16,
}

/// All routes, guarded.
pub fn repair_router(app: RepairApp) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/repair.css", get(style))
        .route("/repair.js", get(script))
        .route("/api/v1/repair", get(state))
        .route("/api/v1/repair/choose", post(choose))
        .route("/api/v1/repair/download", post(download))
        .fallback(anything)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(RequestBodyTimeoutLayer::new(BODY_TIMEOUT))
        .layer(middleware::from_fn_with_state(app.clone(), guard))
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(app)
}

async fn guard(State(app): State<RepairApp>, mut request: Request, next: Next) -> Response {
    let mut response = match target::read(&mut request).and_then(|()| admit(&app, &request)) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    let headers = response.headers_mut();
    secure(headers);
    // With `no-referrer`, browsers send forms with `Origin: null` (Fetch, "append a request Origin header"), which
    // would be refused.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
    );
    response
}

fn admit(app: &RepairApp, request: &Request) -> Result<(), Problem> {
    let host = text(request.headers(), header::HOST).unwrap_or_default();
    if host.is_empty() || !addresses::is_one_of(host, &app.wanted, &app.hosts, &app.announced.borrow()) {
        return Err(ErrorCode::HostNotAllowed.into());
    }
    if let Some(Peer(address)) = request.extensions().get::<Peer>() {
        app.rates.request(*address)?;
    }
    Ok(())
}

async fn healthz() -> Response {
    let health = WellOrNot { status: "damaged".to_owned() };
    (StatusCode::SERVICE_UNAVAILABLE, axum::Json(health)).into_response()
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT).into_response()
}

async fn state(State(app): State<RepairApp>) -> Response {
    let addresses = addresses::list_of(&app.announced.borrow(), &app.hosts, app.port);
    axum::Json(RepairAddresses { state: app.job.state(), addresses }).into_response()
}

/// The repair page at every address; an error for programs.
async fn anything(State(app): State<RepairApp>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if uri.path().starts_with("/api/") {
        return Problem::from(ErrorCode::DatabaseDamaged).into_response();
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        return problem::only_read();
    }
    shown(&app, &uri, &headers, None)
}

fn shown(app: &RepairApp, uri: &Uri, headers: &HeaderMap, refused: Option<Problem>) -> Response {
    let language = Language::of(uri.query(), text(headers, header::ACCEPT_LANGUAGE).unwrap_or_default());
    let html = page(language, &app.job.state(), refused.map(|problem| problem.0.code));
    let status = refused.map_or(StatusCode::SERVICE_UNAVAILABLE, |problem| super::status(problem.0.code));
    let html_type = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, html_type, html).into_response()
}

/// Who sends something that needs the code: a program sends JSON, the page sends a form.
struct Sender {
    from: IpAddr,
    is_local: bool,
    uri: Uri,
    headers: HeaderMap,
}

impl FromRequestParts<RepairApp> for Sender {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _house: &RepairApp) -> Result<Self, Problem> {
        let Peer(from) = *parts.extensions.get::<Peer>().ok_or(ErrorCode::Internal)?;
        let is_local = parts.extensions.get::<Local>().is_some();
        Ok(Self { from, is_local, uri: parts.uri.clone(), headers: parts.headers.clone() })
    }
}

impl Sender {
    fn is_form(&self) -> bool {
        text(&self.headers, header::CONTENT_TYPE)
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
    }

    /// Whoever sent a form is shown the page again.
    fn refused(&self, app: &RepairApp, problem: Problem) -> Response {
        if self.is_form() { shown(app, &self.uri, &self.headers, Some(problem)) } else { problem.into_response() }
    }
}

/// Takes the choice.
async fn choose(State(app): State<RepairApp>, sender: Sender, body: Bytes) -> Response {
    match take(&app, &sender, &body) {
        Ok(()) if sender.is_form() => {
            Redirect::to(&format!("/?{}", sender.uri.query().unwrap_or_default())).into_response()
        }
        Ok(()) => (StatusCode::ACCEPTED, axum::Json(app.job.state())).into_response(),
        Err(problem) => sender.refused(&app, problem),
    }
}

fn take(app: &RepairApp, sender: &Sender, body: &[u8]) -> Result<(), Problem> {
    let wanted: ChooseRepair = read(sender, body)?;
    check(app, sender, &wanted.code)?;
    let choice = match wanted.choice {
        RepairChoice::Salvage => Choice::Salvage,
        RepairChoice::Leave => Choice::Leave,
        RepairChoice::Copy => Choice::Copy(wanted.copy.unwrap_or_default()),
        RepairChoice::Anew if wanted.confirm.as_deref().map(str::trim) == Some(CONFIRM) => Choice::Anew,
        RepairChoice::Anew => return Err(ErrorCode::InvalidSetting.into()),
    };
    Ok(app.job.choose(choice)?)
}

/// Sends the damaged database, or its log, as it is.
async fn download(State(app): State<RepairApp>, sender: Sender, body: Bytes) -> Response {
    let checked =
        read::<DownloadDamaged>(&sender, &body).and_then(|wanted| check(&app, &sender, &wanted.code).map(|()| wanted));
    let wanted = match checked {
        Ok(wanted) => wanted,
        Err(problem) => return sender.refused(&app, problem),
    };
    // Not while the repair is working on it.
    if app.job.state().stage != RepairStage::Choosing {
        return Problem::from(ErrorCode::Conflict).into_response();
    }
    let (which, name) = match wanted.file.as_deref() {
        Some("log") => (WhichFile::Log, "attachment; filename=\"imd.db-wal\""),
        _ => (WhichFile::Database, "attachment; filename=\"imd.db\""),
    };
    let Ok(file) = tokio::fs::File::open(app.job.file(which)).await else {
        return Problem::from(ErrorCode::NotFound).into_response();
    };
    let pieces = futures_util::stream::unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE];
        match file.read(&mut piece).await {
            Ok(0) => None,
            Ok(length) => {
                piece.truncate(length);
                Some((Ok(Bytes::from(piece)), file))
            }
            Err(error) => Some((Err(error), file)),
        }
    });
    let kind = [(header::CONTENT_TYPE, "application/vnd.sqlite3"), (header::CONTENT_DISPOSITION, name)];
    (kind, Body::from_stream(pieces)).into_response()
}

/// Counts the attempt before looking at it, as with the claim code.
fn check(app: &RepairApp, sender: &Sender, code: &str) -> Result<(), Problem> {
    if sender.headers.contains_key(header::ORIGIN) {
        same_origin(&sender.headers)?;
    }
    if sender.is_local {
        return Ok(());
    }
    app.rates.sign_in(sender.from)?;
    if app.job.is_code(code) { Ok(()) } else { Err(ErrorCode::WrongClaimCode.into()) }
}

fn read<T: DeserializeOwned>(sender: &Sender, body: &[u8]) -> Result<T, Problem> {
    let bad = |()| Problem::from(ErrorCode::BadRequest);
    if sender.is_form() {
        // A form is encoded like a query.
        let query = std::str::from_utf8(body).map_err(|_| bad(()))?;
        let uri: Uri = format!("/?{query}").parse().map_err(|_| bad(()))?;
        return Query::try_from_uri(&uri).map(|Query(read)| read).map_err(|_| bad(()));
    }
    if text(&sender.headers, header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("application/json")) {
        return serde_json::from_slice(body).map(|Object(read)| read).map_err(|_| ErrorCode::BadRequest.into());
    }
    Err(ErrorCode::UnsupportedMediaType.into())
}
