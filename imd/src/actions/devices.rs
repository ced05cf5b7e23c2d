//! One's own devices.

use super::{Caller, Core, Done, active};
use crate::chat::DeviceId;
use crate::wire::Device;

/// My devices, newest first.
///
/// # Errors
/// As any read.
pub async fn list(core: &Core, caller: &Caller) -> Done<Vec<Device>> {
    active(caller)?;
    let rows = core.store.devices(caller.user).await?;
    let device = |row: crate::store::DeviceRow| Device {
        current: row.id == caller.device,
        online: core.hub.is_device_online(caller.user, row.id),
        id: row.id.0,
        label: row.label,
        created_at: row.created_at,
        seen_at: row.seen_at,
    };
    Ok(rows.into_iter().map(device).collect())
}

/// Signs one of my devices out.
///
/// # Errors
/// `not_found` when it is not mine, and as any write.
pub async fn revoke(core: &Core, caller: &Caller, device: DeviceId) -> Done<()> {
    active(caller)?;
    Ok(core.store.revoke_device(caller.user, device).await?)
}
