//! The box's administration: settings and the audit log.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::JoinMode;

/// What is set for the whole box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BoxSettings {
    /// The box's name as shown, 1 to 64 characters.
    pub name: String,
    /// The name it wants on the network, without `.local`; another box may have it, see `address`.
    pub host: String,
    /// The name it has on the network now, `imbox-2.local`; absent while it has none.
    pub address: Option<String>,
    /// How people come in.
    pub join_mode: JoinMode,
    /// Fewest characters of a password that is chosen from now on.
    pub password_min_length: u32,
}

/// Change the box's settings; what is left out stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeBoxSettings {
    /// 1 to 64 characters.
    pub name: Option<String>,
    /// 1 to 63 letters, digits and inner hyphens, without `.local`.
    pub host: Option<String>,
    /// How people come in.
    pub join_mode: Option<JoinMode>,
    /// 8 to 64. Passwords that are there stay.
    pub password_min_length: Option<u32>,
}

/// What a monitoring program reads `/metrics` with: `Authorization: Bearer TOKEN`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScrapeToken {
    /// Shown once.
    pub token: String,
}

/// One act of administration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// Its place in the log.
    pub id: i64,
    /// Milliseconds since 1970.
    pub at: i64,
    /// Who: a user's id; 0: nobody who lives here.
    pub actor: i64,
    /// Their name at that time.
    pub name: String,
    /// The address the request came from.
    pub address: String,
    /// What, as a stable word: `person.change`, `person.ticket`, `person.password`, `person.sign_out`, `person.remove`,
    /// `person.import`, `request.approve`, `request.refuse`, `request.recognise`, `invite.revoke`, `invite.void`, `box.settings`, `room.archive`,
    /// `room.unarchive`, `room.transfer`, `room.delete`, `power.…`, `clock.…`, `network.…`, `update.…`; there may be more.
    pub action: String,
    /// To whom or what.
    pub target: String,
    /// From what to what; may be empty.
    pub detail: String,
}

/// A stretch of the audit log, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditPage {
    /// At most 200.
    pub entries: Vec<AuditEntry>,
    /// Pass as `before` to get older ones; absent at the end.
    pub next: Option<i64>,
}
