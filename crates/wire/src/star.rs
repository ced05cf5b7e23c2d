//! Messages that somebody has starred for themselves.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SearchHit;

/// Messages that you have starred, newest message first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StarPage {
    /// In your rooms, as far back as you may see.
    pub hits: Vec<SearchHit>,
    /// Ask again with this as `before` for older ones. A page may have fewer than asked for, even none, and still go on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next: Option<i64>,
}

/// What you have starred in one room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StarsInRoom {
    /// Of each message, ascending; at most 1,000 in all rooms.
    pub seqs: Vec<u64>,
}
