//! One's own name, handle and password.

use std::time::Instant;

use super::error::unfit_name;
use super::{Caller, Core, Done, active, box_info, passwords, view};
use crate::chat::{DeviceId, DisplayName, Handle, UserId};
use crate::wire::{ChangeMe, ErrorCode, Me, SetPassword};

/// Who am I? Someone who waits or is suspended reads it in the box's own description.
///
/// # Errors
/// `pending_approval`, `suspended`, and as any read.
pub async fn me(core: &Core, caller: &Caller) -> Done<Me> {
    active(caller)?;
    me_of(core, caller.user, caller.device).await
}

pub(super) async fn me_of(core: &Core, user: UserId, device: DeviceId) -> Done<Me> {
    let row = core.store.user(user).await?;
    Ok(Me { user: view::user(&row, &core.hub), device: device.0, has_password: row.has_password })
}

/// Changes name and handle.
///
/// # Errors
/// `name_unfit`, `conflict` when the handle is taken, and as any write.
pub async fn change_me(core: &Core, caller: &Caller, change: ChangeMe) -> Done<Me> {
    active(caller)?;
    let name = change.name.as_deref().map(DisplayName::new).transpose().map_err(unfit_name)?;
    let handle = change.handle.as_deref().map(Handle::new).transpose().map_err(unfit_name)?;
    core.store.change_profile(caller.user, name, handle).await?;
    me(core, caller).await
}

/// Sets, changes or removes the password.
///
/// # Errors
/// `rate_limited`, `wrong_password` when one is set and `current` is not it, `password_…` for one
/// that must not be chosen, and as any write.
pub async fn set_password(core: &Core, caller: &Caller, set: SetPassword) -> Done<()> {
    active(caller)?;
    core.rates.password(caller.user)?;
    if let Some(stored) = core.store.password(caller.user).await? {
        let current = set.current.unwrap_or_default();
        if !core.passwords.verify(current, Some(stored)).await? {
            return Err(ErrorCode::WrongPassword.into());
        }
    }
    let new = match set.new {
        Some(password) => {
            let row = core.store.user(caller.user).await?;
            let names = [row.name.as_str(), row.handle.as_str(), &box_info::name(core).await?];
            Some(passwords::choose(core, password, &names).await?)
        }
        None => None,
    };
    let removed = new.is_none();
    core.store.set_password(caller.user, new).await?;
    core.fresh.forget(caller.user);
    if !removed {
        core.fresh.note(caller.user, caller.device, Instant::now());
    }
    Ok(())
}
