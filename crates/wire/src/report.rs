//! Messages that members report to those who run the box.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Report a message to the admins. They see this message with its files and nothing else of the room. Its author does
/// not see the report, even if they are an admin themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportMessage {
    /// The reason, at most 500 characters; may be left out.
    #[serde(default)]
    pub reason: String,
}

/// A reported message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// Identifies the report.
    pub id: i64,
    /// The room's name when it was reported; absent for a direct room.
    pub room_name: Option<String>,
    /// Who wrote the message.
    pub author: ReportPerson,
    /// Who reported it.
    pub reporter: ReportPerson,
    /// The reason; may be empty.
    pub reason: String,
    /// The message's text when it was reported; may be empty.
    pub text: String,
    /// The message's files, in its order.
    pub files: Vec<ReportedFile>,
    /// When it was sent, milliseconds since 1970.
    pub sent_at: i64,
    /// When it was reported, milliseconds since 1970.
    pub at: i64,
    /// Whether the message is still in the room.
    pub stands: bool,
    /// Whether you may answer it. You may not once it was answered, nor while you reported it yourself and there is
    /// another admin who did not.
    pub yours_to_answer: bool,
    /// How it was answered; absent while it is open.
    pub closed: Option<ReportClosed>,
}

/// A file of a reported message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportedFile {
    /// The file's name.
    pub name: String,
    /// What the report keeps of it, at `/api/v1/admin/reports/{report}/files/{place}` with `place` counted from 0,
    /// until the report is answered. Absent afterwards, and when reports already keep 1 GiB.
    pub kept: Option<KeptFile>,
}

/// What a report keeps of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeptFile {
    /// Media type (RFC 6838).
    pub media_type: String,
    /// Size in bytes.
    pub size: u64,
    /// Width of a photo in pixels, orientation applied.
    pub width: Option<u32>,
    /// Height of a photo in pixels, orientation applied.
    pub height: Option<u32>,
    /// Whether there is a thumbnail at `…/files/{place}/thumbnail` (JPEG).
    pub thumbnail: bool,
}

/// A person in a report.
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
    /// When it was answered, milliseconds since 1970.
    pub at: i64,
    /// What was done; empty when nothing was.
    pub did: Vec<ReportDeed>,
}

/// What can be done about a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportDeed {
    /// The message was deleted; a tombstone stays.
    Deleted,
    /// The admin sent its author a warning.
    Warned,
    /// Its author was suspended.
    Suspended,
}

/// A page of reports, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportPage {
    /// At most 50.
    pub reports: Vec<Report>,
    /// Number of open reports in all.
    pub open: u32,
    /// Pass as `before` to get older ones; absent on the last page.
    pub next: Option<i64>,
}

/// Answer a report. With nothing set, it is closed and nothing is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerReport {
    /// Delete the message.
    #[serde(default)]
    pub delete: bool,
    /// A warning to its author, sent as a message from you.
    #[serde(default)]
    pub warning: Option<String>,
    /// Suspend its author.
    #[serde(default)]
    pub suspend: bool,
}
