//! When you do not want to be disturbed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// When you do not want to be disturbed, the same on all your devices. The box sends everything all the same: apps show no
/// notification and make no sound then.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// Each day.
    #[serde(default, deserialize_with = "super::object::if_any", skip_serializing_if = "Option::is_none")]
    pub hours: Option<QuietHours>,
    /// Until then, milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
}

/// A stretch of each day by the clock of the device, over midnight where `from` is later than `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// Minutes after midnight, 0 to 1,439.
    pub from: u32,
    /// Minutes after midnight, 0 to 1,439; not the same as `from`.
    pub to: u32,
}
