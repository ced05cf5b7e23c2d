//! The store: everything that must survive a power cut, in SQLite (WAL, `synchronous=FULL`).
//!
//! One writer thread commits whatever has been queued in one transaction; a bounded pool reads. The API uses domain
//! types: no `rusqlite` type leaves this folder, so that a second backend can be added. Nothing here knows sockets,
//! JSON on the wire, or who may do what.

mod access;
mod attempts;
mod audit;
mod batch;
mod body;
mod change;
mod codes;
mod connection;
mod copy;
mod devices;
mod disk;
mod error;
mod events;
mod files;
mod folding;
mod invites;
mod join_requests;
mod joining;
mod layout;
mod log;
mod members;
mod migrate;
mod open;
mod readers;
mod reclaim;
mod reported_files;
mod reports;
mod retention;
mod rooms;
mod rooms_admin;
mod row;
mod salvage;
mod samples;
mod settings;
mod soundness;
mod standing;
mod storage;
mod tickets;
mod uploads;
mod users;
mod users_admin;
mod wal;
mod writer;

use std::sync::Arc;

pub use attempts::Attempt;
pub use audit::{Act, AuditRow};
pub use change::Change;
pub use codes::{Becomes, change_codes};
pub use copy::{Layout, inspect};
pub use devices::{DeviceRow, Known};
pub use error::{OpenError, StoreError};
pub use events::{Appended, EventSlice, Side};
pub use files::{FileRow, NewFile};
pub use invites::{InviteRow, NewInvite};
pub use joining::NewUser;
pub use log::LogEntry;
pub use members::MemberRow;
pub use migrate::LATEST;
pub use open::Options;
pub use reclaim::Reclaiming;
pub use reported_files::ReportedFile;
pub use reports::{Answered, ReportRow, Reported};
pub use retention::{Expiring, Rule};
pub use rooms::{NewRoom, RoomChange, RoomView};
pub use rooms_admin::{Archive, RoomSummary};
pub use salvage::{Go, SalvageError, SalvageReport, TableReport, salvage};
pub use samples::{Ring, Sample};
pub use settings::Setting;
pub use soundness::Soundness;
pub use storage::{Cleared, Older, Tally, Usage};
pub use tickets::{NewTicket, Redeem, Redeemed, TicketRow, TicketState};
pub use uploads::{NewUpload, Quota, UnsentLimits, UploadRow};
pub use users::{Logins, UserRow};
pub use users_admin::{ImportedUser, UserSummary};

use tokio::sync::watch;

use access::AccessCache;
use readers::Readers;
use writer::Writer;

use chat::EventId;

/// A handle to the store; cheap to clone.
#[derive(Clone)]
pub struct Store {
    writer: Writer,
    readers: Readers,
    access: Arc<AccessCache>,
    health: soundness::Health,
    newest: watch::Receiver<EventId>,
    path: Arc<std::path::Path>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}
