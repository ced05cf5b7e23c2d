//! The administration of the box: settings and the audit log.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::JoinMode;

/// Settings of the whole box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BoxSettings {
    /// The box's name to show, 1 to 64 characters.
    pub name: String,
    /// The host name it asks for on the network, without `.local`. Another machine may already have it; see `address`.
    pub host: String,
    /// The host name it has on the network now, `imbox-2.local`; absent while it has none.
    pub address: Option<String>,
    /// How people join.
    pub join_mode: JoinMode,
    /// Minimum length of passwords that are set from now on.
    pub password_min_length: u32,
    /// For how many minutes one's own messages may be edited; 0: not at all.
    pub edit_minutes: u32,
}

/// Change settings of the box; fields that are left out stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeBoxSettings {
    /// 1 to 64 characters.
    pub name: Option<String>,
    /// 1 to 63 letters, digits and inner hyphens, without `.local`.
    pub host: Option<String>,
    /// How people join.
    pub join_mode: Option<JoinMode>,
    /// 8 to 64. Existing passwords stay valid.
    pub password_min_length: Option<u32>,
    /// 0 to 525,600, a year.
    pub edit_minutes: Option<u32>,
}

/// The token for monitoring programs, which read `/metrics` with `Authorization: Bearer TOKEN`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScrapeToken {
    /// The token; it is shown only this once.
    pub token: String,
}

/// An entry of the audit log: one act of administration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// Identifies the entry.
    pub id: i64,
    /// When it happened, milliseconds since 1970.
    pub at: i64,
    /// Id of the person who did it; 0: nobody who has an account.
    pub actor: i64,
    /// Their name at that time.
    pub name: String,
    /// The address that the request came from.
    pub address: String,
    /// What was done, as a stable word: `person.change`, `person.ticket`, `person.password`, `person.sign_out`,
    /// `person.remove`, `person.import`, `request.approve`, `request.refuse`, `request.recognise`, `invite.revoke`,
    /// `invite.void`, `box.settings`, `room.archive`, `room.unarchive`, `room.transfer`, `room.delete`, `power.…`,
    /// `clock.…`, `network.…`, `update.…`. There may be more.
    pub action: String,
    /// What or whom it was done to.
    pub target: String,
    /// What changed, from what to what; may be empty.
    pub detail: String,
}

/// A page of the audit log, newest entry first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditPage {
    /// At most 200.
    pub entries: Vec<AuditEntry>,
    /// Pass as `before` to get older entries; absent on the last page.
    pub next: Option<i64>,
}
