//! Where a password was entered recently: what [`access::reauth`](super::access::reauth) asks.
//!
//! A device's password counts as recent for some minutes after it was entered there. This is kept in memory only: after
//! a restart it is asked for again. It is measured by a clock that only goes forward, because admins can set the other
//! one.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::chat::{DeviceId, UserId};

/// Where a password was entered recently.
#[derive(Debug)]
pub(super) struct Reauthenticated {
    within: Duration,
    entered: Mutex<HashMap<DeviceId, (UserId, Instant)>>,
}

impl Reauthenticated {
    /// A password counts as recent for less than `within`.
    pub(super) fn new(within: Duration) -> Self {
        Self { within, entered: Mutex::default() }
    }

    /// The right password was entered on this device.
    pub(super) fn note(&self, user: UserId, device: DeviceId, now: Instant) {
        self.lock().insert(device, (user, now));
    }

    pub(super) fn is_fresh(&self, device: DeviceId, now: Instant) -> bool {
        self.lock().get(&device).is_some_and(|(_, at)| now.saturating_duration_since(*at) < self.within)
    }

    /// The person's password was changed.
    pub(super) fn forget(&self, user: UserId) {
        self.lock().retain(|_, (whose, _)| *whose != user);
    }

    /// Forgets what is no longer recent; to be called now and then.
    pub(super) fn clean(&self, now: Instant) {
        self.lock().retain(|_, (_, at)| now.saturating_duration_since(*at) < self.within);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<DeviceId, (UserId, Instant)>> {
        self.entered.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
