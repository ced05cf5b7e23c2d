//! Rooms on the command line, without what is said in them, and reports by members.

use clap::Subcommand;
use serde_json::json;

use super::ask::Request;

#[derive(Debug, Subcommand)]
pub(super) enum RoomsAct {
    /// All groups and channels
    Rooms,
    /// Archive a room: it can only be read then
    Archive { room: i64 },
    /// Open an archived room again
    Unarchive { room: i64 },
    /// Delete a room with everything in it
    DeleteRoom { room: i64 },
    /// Reported messages, without those of the first owner
    Reports {
        /// Reports that were answered
        #[arg(long)]
        answered: bool,
    },
    /// Answer a report and all others of the same message; without options, nothing is done about the message
    AnswerReport {
        report: i64,
        /// Delete the message
        #[arg(long)]
        delete: bool,
        /// Warn its author, in a message from the first owner
        #[arg(long, value_name = "TEXT")]
        warn: Option<String>,
        /// Suspend its author
        #[arg(long)]
        suspend: bool,
    },
}

impl RoomsAct {
    pub(super) fn request(&self) -> Request {
        let room = |id: &i64| format!("/api/v1/admin/rooms/{id}");
        match self {
            Self::Rooms => Request::get("/api/v1/admin/rooms"),
            Self::Archive { room: id } => Request::send("PATCH", room(id), json!({"archived": true})),
            Self::Unarchive { room: id } => Request::send("PATCH", room(id), json!({"archived": false})),
            Self::DeleteRoom { room: id } => Request::of("DELETE", room(id)),
            Self::Reports { answered } => Request::get(format!("/api/v1/admin/reports?answered={answered}")),
            Self::AnswerReport { report, delete, warn, suspend } => {
                let body = json!({"delete": delete, "warning": warn, "suspend": suspend});
                Request::send("POST", format!("/api/v1/admin/reports/{report}"), body)
            }
        }
    }
}
