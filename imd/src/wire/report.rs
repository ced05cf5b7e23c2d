//! Messages that members report to those who run the box.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Show a message to the admins. They see this message with its files, and nothing else of the room; its writer, even one who runs the box, does
/// not see the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportMessage {
    /// Why, at most 500 characters; may be left out.
    #[serde(default)]
    pub reason: String,
}

/// A reported message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// Names it.
    pub id: i64,
    /// The room's name as reported; absent for a conversation of two.
    pub room_name: Option<String>,
    /// Who wrote the message.
    pub author: ReportPerson,
    /// Who reported it.
    pub reporter: ReportPerson,
    /// Why; may be empty.
    pub reason: String,
    /// What it said when it was reported; may be empty.
    pub text: String,
    /// Its files, in the order of the message.
    pub files: Vec<ReportedFile>,
    /// When it was sent, milliseconds since 1970.
    pub sent_at: i64,
    /// When it was reported.
    pub at: i64,
    /// The message still stands in the room.
    pub stands: bool,
    /// Is the answer yours to give? Not while you reported the message yourself and somebody else runs the box who did not, nor once
    /// it was answered.
    pub yours_to_answer: bool,
    /// What was done about it; absent while it waits.
    pub closed: Option<ReportClosed>,
}

/// A file of a reported message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportedFile {
    /// Its name.
    pub name: String,
    /// What is kept of it at `/api/v1/admin/reports/{report}/files/{place}`, counted from 0, until the report is answered; absent
    /// afterwards, and where reports keep a gibibyte already.
    pub kept: Option<KeptFile>,
}

/// What a report keeps of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeptFile {
    /// Media type (RFC 6838).
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// Pixels of a photo, orientation applied.
    pub width: Option<u32>,
    /// Pixels of a photo, orientation applied.
    pub height: Option<u32>,
    /// Is there a thumbnail at `…/files/{place}/thumbnail` (JPEG)?
    pub thumbnail: bool,
}

/// Somebody in a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportPerson {
    /// Their id.
    pub id: i64,
    /// Their name now.
    pub name: String,
}

/// How a report was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportClosed {
    /// Milliseconds since 1970.
    pub at: i64,
    /// What was done; empty when nothing was.
    pub did: Vec<ReportDeed>,
}

/// One thing that is done about a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportDeed {
    /// The message was deleted; a tombstone stays.
    Deleted,
    /// Its writer got a message from the admin.
    Warned,
    /// Its writer was suspended.
    Suspended,
}

/// A stretch of reports, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportPage {
    /// At most 50.
    pub reports: Vec<Report>,
    /// How many wait in all.
    pub open: u32,
    /// Pass as `before` to get older ones; absent at the end.
    pub next: Option<i64>,
}

/// Answer a report; with nothing set, nothing is done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerReport {
    /// Delete the message.
    #[serde(default)]
    pub delete: bool,
    /// What to tell its writer, as a message from you to them.
    #[serde(default)]
    pub warning: Option<String>,
    /// Suspend its writer.
    #[serde(default)]
    pub suspend: bool,
}
