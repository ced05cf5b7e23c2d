//! How long messages are kept.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Set how long messages, with their files, are kept, or look what would go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetKeep {
    /// What is older than so many days is deleted by itself, once a day; at most 36,500. 0: no rule; a room then follows the
    /// box's.
    pub days: u32,
    /// `true`: only say what would go.
    #[serde(default)]
    pub check: bool,
}

/// What goes by a rule within a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Expiring {
    /// Messages and notices.
    pub events: u64,
    /// Files.
    pub files: u64,
    /// Their bytes; what another message carries too stays on the disk.
    pub bytes: u64,
    /// When the oldest of them came, milliseconds since 1970; absent: nothing goes.
    pub oldest_at: Option<i64>,
    /// All before this goes, up to the first message of a room that is younger; absent: there is no rule.
    pub before: Option<i64>,
    /// The clock was set a while ago: nothing goes until then.
    pub waits_until: Option<i64>,
}

/// How long the box keeps messages, and how that is getting on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeepState {
    /// In days; absent: for ever.
    pub days: Option<u32>,
    /// The clock was set a while ago: nothing goes until then, milliseconds since 1970.
    pub waits_until: Option<i64>,
    /// What went by itself the last time, if anything did.
    pub last: Option<KeepRound>,
}

/// What was deleted by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeepRound {
    /// When, milliseconds since 1970.
    pub at: i64,
    /// Messages and notices.
    pub events: u64,
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}
