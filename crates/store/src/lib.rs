//! The store: everything that must survive a power cut.
//!
//! One writer thread commits whatever has been queued in one transaction; a bounded pool reads. The API uses types of the
//! domain, and is laid out by subject: `people`, `joining`, `rooms`, `log`, `files`, `admin` and `settings`.
//! Their queries are written once, against `sql`. What an engine is, says `engine`; there is SQLite, in a file on the
//! card, and with the feature `postgres` PostgreSQL, which is not used by the daemon yet. Nothing here knows sockets, JSON
//! on the wire, or who may do what.

mod admin;
mod batch;
mod change;
mod engine;
mod error;
mod files;
mod handle;
mod joining;
mod log;
mod people;
#[cfg(feature = "postgres")]
mod postgres;
mod readers;
mod rooms;
mod settings;
mod soundness;
mod sql;
mod sqlite;
mod writer;

use admin::{audit, samples};
use files::{storage, uploads};
use joining::{attempts, invites, reclaim};
use log::{body, edits, events, followers, mentions, reactions, reported_files, reports, retention, stars};
use people::{devices, standing, tickets, users, users_admin};
use rooms::{access, members, rooms_admin};

pub use attempts::Attempt;
pub use audit::{Act, AuditRow};
pub use change::Change;
pub use devices::{DeviceRow, Known};
pub use edits::EarlierText;
pub use error::{OpenError, StoreError};
pub use events::{Appended, EventSlice, Side};
pub use files::{FileRow, NewFile};
pub use followers::LogEntry;
pub use handle::Store;
pub use invites::{InviteRow, NewInvite};
pub use joining::NewUser;
pub use members::MemberRow;
pub use mentions::{MentionedIn, UnreadMentions};
#[cfg(feature = "postgres")]
pub use postgres::PostgresOptions;
pub use reactions::ReactionRow;
pub use reclaim::Reclaiming;
pub use reported_files::ReportedFile;
pub use reports::{Answered, ReportRow, Reported};
pub use retention::{Expiring, Rule};
pub use rooms::mine::{Mine, MineChange};
pub use rooms::{NewRoom, RoomChange, RoomView};
pub use rooms_admin::{Archive, RoomSummary};
pub use samples::{Ring, Sample};
pub use settings::Setting;
pub use soundness::Soundness;
pub use sqlite::{
    Becomes, Go, LATEST, Layout, Options, SalvageError, SalvageReport, TableReport, change_codes, inspect, salvage,
};
pub use storage::{Cleared, Older, Tally, Usage};
pub use tickets::{NewTicket, Redeem, Redeemed, TicketRow, TicketState};
pub use uploads::{NewUpload, Quota, UnsentLimits, UploadRow};
pub use users::{Logins, UserRow};
pub use users_admin::{ImportedUser, UserSummary};
