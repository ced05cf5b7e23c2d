//! Fresh passwords: what an admin's acts ask for beside their session, so that an unlocked phone on a table administers
//! nothing.
//!
//! A device's password is fresh for some minutes after it was entered there. Kept in memory alone: after a restart it
//! is asked for again. Counted by a clock that only goes forward, because admins set the other one.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::actions::{Caller, Core, Done};
use crate::chat::{DeviceId, UserId};
use crate::wire::{EnterPassword, ErrorCode};

/// Where a password was entered a moment ago.
#[derive(Debug)]
pub struct Reauthenticated {
    within: Duration,
    entered: Mutex<HashMap<DeviceId, (UserId, Instant)>>,
}

impl Reauthenticated {
    /// Fresh for less than `within`.
    #[must_use]
    pub fn new(within: Duration) -> Self {
        Self { within, entered: Mutex::default() }
    }

    /// The right password was entered here.
    pub(in crate::actions) fn note(&self, user: UserId, device: DeviceId, now: Instant) {
        self.lock().insert(device, (user, now));
    }

    fn is_fresh(&self, device: DeviceId, now: Instant) -> bool {
        self.lock().get(&device).is_some_and(|(_, at)| now.saturating_duration_since(*at) < self.within)
    }

    /// A person's password is another one now.
    pub(in crate::actions) fn forget(&self, user: UserId) {
        self.lock().retain(|_, (whose, _)| *whose != user);
    }

    /// Forgets what is fresh no longer; to be called now and then.
    pub fn clean(&self, now: Instant) {
        self.lock().retain(|_, (_, at)| now.saturating_duration_since(*at) < self.within);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<DeviceId, (UserId, Instant)>> {
        self.entered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// May the caller look at the box's administration?
///
/// # Errors
/// `forbidden`, `pending_approval`, `suspended`.
pub fn may_look(caller: &Caller) -> Done<()> {
    caller.must_be_admin()
}

/// May the caller administer now?
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

/// Takes the password that the caller enters again on this device.
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

    /// Whoever finds the phone an hour later would run the box; or its owner would be asked at every click.
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
