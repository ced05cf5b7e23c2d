//! One's own name and handle.

use crate::actions::error::unfit_name;
use crate::actions::people::quiet::quiet_of;
use crate::actions::{Caller, Core, Done, view};
use crate::chat::{DeviceId, DisplayName, Handle, UserId};
use crate::wire::{ChangeMe, ErrorCode, Me};

/// The caller's own account. Somebody who waits for approval or is suspended gets it from the box's description
/// instead.
///
/// # Errors
/// `pending_approval`, `suspended`, and as any read.
pub async fn me(core: &Core, caller: &Caller) -> Done<Me> {
    caller.must_be_active()?;
    me_of(core, caller.user, caller.device).await
}

pub(in crate::actions) async fn me_of(core: &Core, user: UserId, device: DeviceId) -> Done<Me> {
    let row = core.store.user(user).await?;
    let quiet = quiet_of(core, user).await?;
    Ok(Me { user: view::user(&row, &core.hub), device: device.0, has_password: row.has_password, quiet })
}

/// Changes the caller's name and handle.
///
/// # Errors
/// `name_unfit`, `handle_unfit`, `name_of_admin`, `conflict` when the handle is taken, and as any write.
pub async fn change_me(core: &Core, caller: &Caller, change: ChangeMe) -> Done<Me> {
    caller.must_be_active()?;
    let name = change.name.as_deref().map(DisplayName::new).transpose().map_err(unfit_name)?;
    let handle = change.handle.as_deref().map(Handle::new).transpose().map_err(|_| ErrorCode::HandleUnfit)?;
    core.store.change_profile(caller.user, name, handle).await?;
    me(core, caller).await
}
