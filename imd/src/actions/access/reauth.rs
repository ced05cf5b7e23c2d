//! Recently entered passwords. Admins need one for changes in addition to their session, so that nobody can run the box
//! with an unlocked phone that was left on a table.
//!
//! A device's password counts as recent for some minutes after it was entered there. This is kept in memory only: after
//! a restart it is asked for again. It is measured by a clock that only goes forward, because admins can set the other
//! one.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::actions::{Caller, Core, Done};
use crate::chat::{DeviceId, UserId};
use crate::wire::{EnterPassword, ErrorCode};

/// Where a password was entered recently.
#[derive(Debug)]
pub struct Reauthenticated {
    within: Duration,
    entered: Mutex<HashMap<DeviceId, (UserId, Instant)>>,
}

impl Reauthenticated {
    /// A password counts as recent for less than `within`.
    #[must_use]
    pub fn new(within: Duration) -> Self {
        Self { within, entered: Mutex::default() }
    }

    /// The right password was entered on this device.
    pub(in crate::actions) fn note(&self, user: UserId, device: DeviceId, now: Instant) {
        self.lock().insert(device, (user, now));
    }

    fn is_fresh(&self, device: DeviceId, now: Instant) -> bool {
        self.lock().get(&device).is_some_and(|(_, at)| now.saturating_duration_since(*at) < self.within)
    }

    /// The person's password was changed.
    pub(in crate::actions) fn forget(&self, user: UserId) {
        self.lock().retain(|_, (whose, _)| *whose != user);
    }

    /// Forgets what is no longer recent; to be called now and then.
    pub fn clean(&self, now: Instant) {
        self.lock().retain(|_, (_, at)| now.saturating_duration_since(*at) < self.within);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<DeviceId, (UserId, Instant)>> {
        self.entered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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
    if !core.passwords.verify(with.password, stored).await? {
        return Err(ErrorCode::WrongPassword.into());
    }
    core.reauth.note(caller.user, caller.device, Instant::now());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, whoever finds the phone an hour later could run the box; or its owner would be asked at every
    /// click.
    #[test]
    fn a_password_is_fresh_for_its_time_on_its_device_alone() {
        let start = Instant::now();
        let within = Duration::from_secs(600);
        let (phone, laptop) = (DeviceId(1), DeviceId(2));
        let fresh = Reauthenticated::new(within);
        fresh.note(UserId(1), phone, start);
        assert!(fresh.is_fresh(phone, start) && fresh.is_fresh(phone, start + within - Duration::from_millis(1)));
        assert!(!fresh.is_fresh(phone, start + within) && !fresh.is_fresh(laptop, start));
        fresh.clean(start + within);
        assert!(fresh.lock().is_empty());
        fresh.note(UserId(1), phone, start);
        fresh.forget(UserId(2));
        assert!(fresh.is_fresh(phone, start));
        fresh.forget(UserId(1));
        assert!(!fresh.is_fresh(phone, start));
    }
}
