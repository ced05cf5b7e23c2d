//! One's own password.

use std::time::Instant;

use crate::actions::{Caller, Core, Done, access::passwords, identity::facts};
use crate::wire::{ErrorCode, SetPassword};

/// Sets, changes or removes the caller's password.
///
/// # Errors
/// `rate_limited`, `wrong_password` when one is set and `current` is wrong, `password_…` for an unsuitable password,
/// and as any write.
pub async fn set_password(core: &Core, caller: &Caller, set: SetPassword) -> Done<()> {
    caller.must_be_active()?;
    core.rates.password(caller.user)?;
    if let Some(stored) = core.store.password(caller.user).await? {
        let current = set.current.unwrap_or_default();
        if !core.access.passwords.verify(current, Some(stored)).await? {
            return Err(ErrorCode::WrongPassword.into());
        }
    }
    let new = match set.new {
        Some(password) => {
            let row = core.store.user(caller.user).await?;
            let names = [row.name.as_str(), row.handle.as_str(), &facts::name(core).await?];
            Some(passwords::choose(core, password, &names).await?)
        }
        None => None,
    };
    let removed = new.is_none();
    core.store.set_password(caller.user, new).await?;
    core.reauth.forget(caller.user);
    if !removed {
        core.reauth.note(caller.user, caller.device, Instant::now());
    }
    Ok(())
}
