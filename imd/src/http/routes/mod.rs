//! Every REST route, by subject. A handler parses, calls one action, and encodes; nothing else.

mod admin;
mod edits;
mod files;
mod invites;
mod join_requests;
mod me;
mod moving;
mod people;
mod reactions;
mod rooms;
mod search;
mod sign_in;
mod stars;
mod the_box;
mod tickets;
mod uploads;

use utoipa_axum::router::OpenApiRouter;

use super::AppState;

/// All routes, with their documentation.
pub(super) fn all() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(the_box::routes())
        .merge(sign_in::routes())
        .merge(me::routes())
        .merge(moving::routes())
        .merge(tickets::routes())
        .merge(people::routes())
        .merge(join_requests::routes())
        .merge(rooms::routes())
        .merge(reactions::routes())
        .merge(stars::routes())
        .merge(edits::routes())
        .merge(self::search::routes())
        .merge(files::routes())
        .merge(uploads::routes())
        .merge(invites::routes())
        .merge(admin::routes())
}
