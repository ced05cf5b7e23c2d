//! How long messages are kept.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Set how long messages and their files are kept, or see what such a rule would delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetKeep {
    /// What is older than this many days is deleted automatically, once a day; at most 36,500. 0: no rule; a room then
    /// follows the box's.
    pub days: u32,
    /// `true`: change nothing, only report what the rule would delete.
    #[serde(default)]
    pub check: bool,
}

/// What a rule will delete within a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Expiring {
    /// Number of messages and notices.
    pub events: u64,
    /// Number of files.
    pub files: u64,
    /// Size of those files in bytes. What another message also carries stays on the disk.
    pub bytes: u64,
    /// When the oldest of them was sent, milliseconds since 1970; absent: nothing will be deleted.
    pub oldest_at: Option<i64>,
    /// Everything before this time will be deleted, up to the first message of a room that is younger; absent: there is
    /// no rule.
    pub before: Option<i64>,
    /// The clock was set recently: nothing is deleted until this time, milliseconds since 1970.
    pub waits_until: Option<i64>,
}

/// How long the box keeps messages, and what that has deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeepState {
    /// In days; absent: for ever.
    pub days: Option<u32>,
    /// The clock was set recently: nothing is deleted until this time, milliseconds since 1970.
    pub waits_until: Option<i64>,
    /// What was deleted the last time, if anything was.
    pub last: Option<KeepRound>,
}

/// What was deleted automatically in one go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeepRound {
    /// When it was deleted, milliseconds since 1970.
    pub at: i64,
    /// Number of messages and notices.
    pub events: u64,
    /// Number of files.
    pub files: u64,
    /// Size of those files in bytes.
    pub bytes: u64,
}
