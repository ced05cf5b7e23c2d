//! The box's network, and its one route that needs no cookie: confirming a change from the new address.

use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::machine::network;
use crate::http::json::{Json, Path};
use crate::http::{Admin, AppState, Peer, Problem};
use crate::wire::{
    ConfirmNetworkChange, NetworkChange, NetworkChangeConfirmed, NetworkChangeMade, NetworkState, WifiCountry,
    WifiNetwork,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_network))
        .routes(routes!(scan))
        .routes(routes!(change))
        .routes(routes!(undo))
        .routes(routes!(set_country))
        .routes(routes!(confirm))
}

/// State of the network, and the change that waits to be confirmed (admins)
#[utoipa::path(get, path = "/api/v1/admin/network", tag = "admin", responses((status = 200, body = NetworkState)))]
async fn get_network(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<NetworkState>, Problem> {
    Ok(Json(network::state(&state.core, &caller).await?))
}

/// The Wi-Fi networks in range, strongest first; takes up to ten seconds (admins)
#[utoipa::path(get, path = "/api/v1/admin/network/wifi", tag = "admin", responses((status = 200, body = Vec<WifiNetwork>)))]
async fn scan(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<Vec<WifiNetwork>>, Problem> {
    Ok(Json(network::scan(&state.core, &caller).await?))
}

/// Change the network (admins)
///
/// A change that somebody's connection may depend on takes effect about a second after the response, and is undone
/// after two minutes unless `POST /api/v1/network/confirm` keeps it.
#[utoipa::path(post, path = "/api/v1/admin/network/changes", tag = "admin", request_body = NetworkChange,
    responses((status = 200, body = NetworkChangeMade)))]
async fn change(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Json(wanted): Json<NetworkChange>,
) -> Result<Json<NetworkChangeMade>, Problem> {
    Ok(Json(network::change(&state.core, &caller, wanted).await?))
}

/// Undo the change that waits to be confirmed (admins)
#[utoipa::path(delete, path = "/api/v1/admin/network/changes/{change}", tag = "admin", params(("change" = u64, Path)),
    responses((status = 204)))]
async fn undo(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Path(change): Path<u64>,
) -> Result<StatusCode, Problem> {
    network::undo(&state.core, &caller, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Set the country whose radio rules apply (admins)
#[utoipa::path(put, path = "/api/v1/admin/network/country", tag = "admin", request_body = WifiCountry,
    responses((status = 204)))]
async fn set_country(
    State(state): State<AppState>,
    Admin(caller): Admin,
    Json(to): Json<WifiCountry>,
) -> Result<StatusCode, Problem> {
    network::set_country(&state.core, &caller, to).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keep a network change for good; needs no cookie, only the token from the link
///
/// Call it from the new address. On `network_change_unfinished`, try again after a second.
#[utoipa::path(post, path = "/api/v1/network/confirm", tag = "network", request_body = ConfirmNetworkChange,
    responses((status = 200, body = NetworkChangeConfirmed)))]
async fn confirm(
    State(state): State<AppState>,
    Peer(from): Peer,
    Json(with): Json<ConfirmNetworkChange>,
) -> Result<Json<NetworkChangeConfirmed>, Problem> {
    Ok(Json(network::confirm(&state.core, from, with).await?))
}
