//! Moving to another box, for the two boxes and whoever sets up the new one. What the old box's admin does is among the
//! other admin routes.

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::moving::TOKEN_HEADER;
use crate::actions::moving::into::{self, Holder};
use crate::actions::moving::out::{self, Fetcher};
use crate::http::authentication::text;
use crate::http::blob_response::{BlobFile, Charset, Disposition, blob_response};
use crate::http::json::Json;
use crate::http::{AppState, Peer, Problem};
use crate::wire::{Bytes, ErrorCode, MoveHere, MoveIn, MoveOffer};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_move, begin_move, cancel_move))
        .routes(routes!(get_offer))
        .routes(routes!(fetch))
        .routes(routes!(arrived))
}

/// State of the move to this box, on a box that nobody owns; ask every two seconds meanwhile
#[utoipa::path(get, path = "/api/v1/move", tag = "move", params(("Claim-Code" = String, Header)),
    responses((status = 200, body = MoveIn)))]
async fn get_move(State(state): State<AppState>, peer: Peer, headers: HeaderMap) -> Result<Json<MoveIn>, Problem> {
    Ok(Json(into::state(&state.core, holder(peer, &headers)).await?))
}

/// Move another box here, to a box that nobody owns
///
/// The old box is asked before this is answered. The rest continues by itself, through broken connections and restarts
/// of either box, until the program restarts with what was moved. Only private addresses are allowed.
#[utoipa::path(post, path = "/api/v1/move", tag = "move", params(("Claim-Code" = String, Header)), request_body = MoveHere,
    responses((status = 202, body = MoveIn)))]
async fn begin_move(
    State(state): State<AppState>,
    peer: Peer,
    headers: HeaderMap,
    Json(order): Json<MoveHere>,
) -> Result<(StatusCode, Json<MoveIn>), Problem> {
    Ok((StatusCode::ACCEPTED, Json(into::begin(&state.core, holder(peer, &headers), order).await?)))
}

/// Cancel the move to this box, and delete what was received
#[utoipa::path(delete, path = "/api/v1/move", tag = "move", params(("Claim-Code" = String, Header)),
    responses((status = 200, body = MoveIn)))]
async fn cancel_move(State(state): State<AppState>, peer: Peer, headers: HeaderMap) -> Result<Json<MoveIn>, Problem> {
    Ok(Json(into::cancel(&state.core, holder(peer, &headers)).await?))
}

/// What a box offers for a move, for whoever has the token made from its code
#[utoipa::path(get, path = "/api/v1/move/offer", tag = "move", params(("Move-Token" = String, Header)),
    responses((status = 200, body = MoveOffer)))]
async fn get_offer(State(state): State<AppState>, peer: Peer, headers: HeaderMap) -> Result<Json<MoveOffer>, Problem> {
    Ok(Json(out::offered(&state.core, fetcher(peer, &headers)).await?))
}

/// The whole box as a backup locked with the code (age v1)
///
/// Ranges and conditions as in RFC 9110; the entity tag is that of the offer.
#[utoipa::path(get, path = "/api/v1/move/offer/backup", tag = "move", params(("Move-Token" = String, Header)),
    responses((status = 200, body = inline(Bytes), content_type = "application/octet-stream"), (status = 206), (status = 304)))]
async fn fetch(
    State(state): State<AppState>,
    peer: Peer,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let from = text(&headers, header::RANGE).and_then(first_byte).unwrap_or_default();
    let (path, tag) = out::file(&state.core, fetcher(peer, &headers), from).await?;
    let (name, media_type) = ("backup.tar.age".to_owned(), "application/octet-stream".to_owned());
    let file =
        BlobFile { path, tag, name, media_type, disposition: Disposition::Attachment, charset: Charset::Said("UTF-8") };
    blob_response(file, &method, &headers).await.map_err(|error| {
        tracing::error!(%error, "what was packed for another box cannot be read");
        ErrorCode::MoveExpired.into()
    })
}

/// Tell the old box that everything has arrived intact: its offer ends
#[utoipa::path(post, path = "/api/v1/move/offer/arrived", tag = "move", params(("Move-Token" = String, Header)),
    responses((status = 204)))]
async fn arrived(State(state): State<AppState>, peer: Peer, headers: HeaderMap) -> Result<StatusCode, Problem> {
    out::arrived(&state.core, fetcher(peer, &headers)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn holder(Peer(from): Peer, headers: &HeaderMap) -> Holder<'_> {
    Holder { from, code: value(headers, "claim-code") }
}

fn fetcher(Peer(from): Peer, headers: &HeaderMap) -> Fetcher<'_> {
    Fetcher { from, token: value(headers, TOKEN_HEADER) }
}

fn value<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The first byte of `bytes=17-`.
fn first_byte(range: &str) -> Option<u64> {
    range.strip_prefix("bytes=")?.split('-').next()?.parse().ok()
}
