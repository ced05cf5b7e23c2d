//! Moving this box to another one, for its admins.

use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actions::moving::out;
use crate::http::json::Json;
use crate::http::{Admin, AppState, Problem};
use crate::wire::{MoveBegun, MoveOut};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_move, begin_move, revoke_move))
}

/// State of the move to another box; ask every second while there is one (admins)
#[utoipa::path(get, path = "/api/v1/admin/move", tag = "admin", responses((status = 200, body = MoveOut)))]
async fn get_move(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<MoveOut>, Problem> {
    Ok(Json(out::state(&state.core, &caller).await?))
}

/// Begin a move: pack this box for a new one on which the code is entered; ends an earlier move (admins)
///
/// The box goes on as before. What is said from now on is not part of the move.
#[utoipa::path(post, path = "/api/v1/admin/move", tag = "admin", responses((status = 202, body = MoveBegun)))]
async fn begin_move(
    State(state): State<AppState>,
    Admin(caller): Admin,
) -> Result<(StatusCode, Json<MoveBegun>), Problem> {
    Ok((StatusCode::ACCEPTED, Json(out::begin(&state.core, &caller).await?)))
}

/// Cancel the move: nothing can be fetched any more (admins)
#[utoipa::path(delete, path = "/api/v1/admin/move", tag = "admin", responses((status = 200, body = MoveOut)))]
async fn revoke_move(State(state): State<AppState>, Admin(caller): Admin) -> Result<Json<MoveOut>, Problem> {
    Ok(Json(out::revoke(&state.core, &caller).await?))
}
