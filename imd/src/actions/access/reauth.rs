//! Recently entered passwords. Admins need one for changes in addition to their session, so that nobody can run the box
//! with an unlocked phone that was left on a table.

use std::time::Instant;

use crate::actions::{Caller, Core, Done};
use crate::wire::{EnterPassword, ErrorCode};

/// May the caller see the administration?
///
/// # Errors
/// `forbidden`, `pending_approval`, `suspended`.
pub fn may_look(caller: &Caller) -> Done<()> {
    caller.must_be_admin()
}

/// May the caller make changes as an admin now?
///
/// # Errors
/// As [`may_look`], and `fresh_password_required`.
pub fn may_act(core: &Core, caller: &Caller) -> Done<()> {
    caller.must_be_admin()?;
    if core.reauth.is_fresh(caller.device, Instant::now()) {
        Ok(())
    } else {
        Err(ErrorCode::FreshPasswordRequired.into())
    }
}

/// Accepts the password that the caller enters again on this device.
///
/// # Errors
/// `rate_limited`, `wrong_password` (also when none is set), `busy`, and as any read.
pub async fn enter(core: &Core, caller: &Caller, with: EnterPassword) -> Done<()> {
    caller.must_be_active()?;
    core.rates.password(caller.user)?;
    let stored = core.store.password(caller.user).await?;
    if !core.access.passwords.verify(with.password, stored).await? {
        return Err(ErrorCode::WrongPassword.into());
    }
    core.reauth.note(caller.user, caller.device, Instant::now());
    Ok(())
}
