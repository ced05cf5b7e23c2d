//! What people can do: one file for each intent. Every dialect (REST, WebSocket, later XMPP) calls these and nothing
//! below them. Nothing here parses a request or knows a socket.

pub mod addresses;
pub mod announce;
mod at_once;
pub mod audit;
pub mod backup;
pub mod box_info;
pub mod box_settings;
mod caller;
pub mod charts;
pub mod claim_box;
mod core;
mod csv;
pub mod deadlines;
pub mod devices;
mod error;
pub mod files;
pub mod files_place;
pub mod fresh;
pub mod hand_over;
pub mod health;
pub mod hello;
pub mod history;
pub mod invites;
pub mod join;
pub mod machine;
pub mod members;
pub mod messages;
pub mod moving;
mod on_disk;
mod passwords;
pub mod patrol;
pub mod people;
pub mod people_admin;
pub mod people_import;
pub mod pictures;
pub mod probe;
pub mod profile;
pub mod quota;
mod rates;
pub mod reclaim;
pub mod repair_order;
pub mod reports;
pub mod requests;
pub mod retention;
pub mod rooms;
pub mod rooms_admin;
pub mod scrape;
mod secrets;
pub mod set_aside;
pub mod sign_in;
pub mod signals;
pub mod storage;
pub mod sweep_files;
#[cfg(test)]
mod tests;
pub mod tickets;
mod turns;
pub mod uploads;
mod view;

pub use at_once::AtOnce;
pub use caller::Caller;
pub use core::Core;
pub use deadlines::Deadlines;
pub use error::Refused;
pub use fresh::FreshPasswords;
pub use machine::Machine;
pub use passwords::Passwords;
pub use rates::Rates;
pub use reclaim::Reclaim;
pub use secrets::{Token, holders_code, is_code, token_hash};
pub use turns::Turns;

use crate::chat::{Role, UserStatus};
use crate::wire::ErrorCode;

/// Result of every action.
pub type Done<T> = Result<T, Refused>;

/// Only those who are in.
fn active(caller: &Caller) -> Done<()> {
    match caller.status {
        UserStatus::Active => Ok(()),
        UserStatus::Pending => Err(ErrorCode::PendingApproval.into()),
        UserStatus::Suspended => Err(ErrorCode::Suspended.into()),
        UserStatus::Removed => Err(ErrorCode::NotSignedIn.into()),
    }
}

/// Only those who run the box.
fn admin(caller: &Caller) -> Done<()> {
    active(caller)?;
    if crate::chat::may_administer(caller.role) { Ok(()) } else { Err(ErrorCode::Forbidden.into()) }
}

/// Not for guests.
fn resident(caller: &Caller) -> Done<()> {
    active(caller)?;
    if caller.role == Role::Guest { Err(ErrorCode::Forbidden.into()) } else { Ok(()) }
}
