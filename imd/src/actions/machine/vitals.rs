//! Readings of the machine; the self-check judges what they mean.

use super::view;
use crate::actions::{Caller, Core, Done};
use crate::wire::MachineHealth;

/// The current readings.
///
/// # Errors
/// `forbidden`.
pub async fn health(core: &Core, caller: &Caller) -> Done<MachineHealth> {
    caller.must_be_admin()?;
    let space = core.blobs.space().await.unwrap_or_default();
    Ok(view::health(core.system.health().await, core.now(), space))
}
