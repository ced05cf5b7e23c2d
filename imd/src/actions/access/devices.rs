//! One's own devices.

use crate::actions::{Caller, Core, Done, view};
use crate::chat::DeviceId;
use crate::wire::Device;

/// The caller's devices, newest first.
///
/// # Errors
/// As any read.
pub async fn list(core: &Core, caller: &Caller) -> Done<Vec<Device>> {
    caller.must_be_active()?;
    let rows = core.store.devices(caller.user).await?;
    Ok(rows.into_iter().map(|row| view::device(row, caller.user, caller, &core.hub)).collect())
}

/// Signs one of the caller's devices out.
///
/// # Errors
/// `not_found` when it is not theirs, and as any write.
pub async fn revoke(core: &Core, caller: &Caller, device: DeviceId) -> Done<()> {
    caller.must_be_active()?;
    Ok(core.store.revoke_device(caller.user, device).await?)
}
