//! Mentions: who is called in a message.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SearchHit;

/// Somebody whom a message mentions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Mention {
    /// Id of the person; absent: everybody in the room (`all`), or everybody who was online (`here`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user: Option<i64>,
    /// What stands behind the `@` in the text, in lower case. Show the present name of `user` in place of the two.
    pub handle: String,
}

/// Messages that mention you, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MentionPage {
    /// In your rooms, as far back as you may see. In each excerpt, what mentions you is the hit.
    pub hits: Vec<SearchHit>,
    /// Ask again with this as `before` for older ones. A page may have fewer than asked for, even none, and still go on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next: Option<i64>,
}
