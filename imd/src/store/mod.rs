//! The store: everything that must survive a power cut, in SQLite (WAL, `synchronous=FULL`).
//!
//! One writer thread commits whatever has queued up in one transaction; a bounded pool reads. The API speaks domain
//! types: no `rusqlite` type leaves this folder, so that a second backend can stand beside it. Nothing here knows
//! sockets, JSON on the wire, or who may do what.

mod access;
mod arrivals;
mod attempts;
mod audit;
mod body;
mod connection;
mod devices;
mod disk;
mod error;
mod events;
mod files;
mod invites;
mod members;
mod migrate;
mod open;
mod readers;
mod rooms;
mod row;
mod settings;
mod soundness;
mod standing;
mod tickets;
mod uploads;
mod users;
mod wal;
mod writer;

use std::sync::Arc;

pub use arrivals::NewUser;
pub use attempts::Attempt;
pub use audit::{Act, AuditRow};
pub use devices::{DeviceRow, Known};
pub use error::{OpenError, StoreError};
pub use events::{Appended, EventSlice, Side};
pub use files::{FileRow, NewFile};
pub use invites::{InviteRow, NewInvite};
pub use members::MemberRow;
pub use migrate::LATEST;
pub use open::Options;
pub use rooms::{NewRoom, RoomChange, RoomView};
pub use settings::Setting;
pub use soundness::Soundness;
pub use tickets::{NewTicket, Redeem, Redeemed, TicketRow, TicketState};
pub use uploads::{NewUpload, UnsentLimits, UploadRow};
pub use users::UserRow;
pub use writer::Change;

use access::AccessCache;
use readers::Readers;
use writer::Writer;

/// A handle to the store; cheap to clone.
#[derive(Clone)]
pub struct Store {
    writer: Writer,
    readers: Readers,
    access: Arc<AccessCache>,
    health: soundness::Health,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}
