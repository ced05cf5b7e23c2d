//! When invites, tickets and join requests end, on a box whose clock may be set while it runs.
//!
//! A deadline means "this long from now". The passing of time counts, and so do corrections of the clock of up to a
//! day. When the clock is set by more than that, in either direction, no time has passed, and the stored deadlines are
//! moved along with it. Until that is done, they are compared with a time that has not jumped, so that in between
//! nothing ends and nothing becomes valid again.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::actions::{Core, Done};
use crate::clock::Clock;
use crate::store::Setting;

/// The largest change of the clock that counts as a correction, in milliseconds: a day.
const FOLLOWED_MS: i64 = 24 * 3_600_000;
/// How old the noted time may get, in milliseconds: each note is a write.
const NOTED_EVERY_MS: i64 = 3_600_000;

/// The time that deadlines are compared with.
#[derive(Debug)]
pub struct Deadlines {
    /// Its distance to the machine's uptime.
    base: AtomicI64,
    /// The time last noted on the disk.
    noted: AtomicI64,
    /// Held while a change of the clock is followed: otherwise it could be followed twice.
    turn: tokio::sync::Mutex<()>,
}

impl Deadlines {
    /// `noted` is the time that the last run left on the disk. The machine may have lost the time since, if its clock
    /// has no battery: this time never begins earlier.
    #[must_use]
    pub fn new(clock: &dyn Clock, noted: Option<i64>) -> Self {
        let noted = noted.unwrap_or(i64::MIN);
        let base = AtomicI64::new(clock.now().max(noted) - clock.uptime());
        Self { base, noted: AtomicI64::new(noted), turn: tokio::sync::Mutex::default() }
    }

    /// The time that deadlines use, in milliseconds since 1970.
    pub(in crate::actions) fn now(&self, clock: &dyn Clock) -> i64 {
        let base = self.base.load(Ordering::SeqCst);
        let now = base + clock.uptime();
        let step = clock.now() - now;
        if step.abs() > FOLLOWED_MS {
            return now;
        }
        // Whoever was faster saw the same clock.
        let _ = self.base.compare_exchange(base, base + step, Ordering::SeqCst, Ordering::SeqCst);
        now + step
    }
}

/// Follows a clock that was set, and notes the time on the disk; to be called now and then.
///
/// # Errors
/// As any write; it is tried again the next time.
pub async fn keep(core: &Core) -> Done<()> {
    let deadlines = &core.upkeep.deadlines;
    let _turn = deadlines.turn.lock().await;
    let now = core.due();
    let step = core.now() - now;
    if step.abs() > FOLLOWED_MS {
        crate::actions::rooms::retention::clock_was_set(core, now + step).await?;
        core.store.move_deadlines(step, now + step).await?;
        deadlines.base.fetch_add(step, Ordering::SeqCst);
        core.access.reclaim.moved(step).await;
        core.moving.out.moved(step).await;
        tracing::info!(by_s = step / 1_000, "the clock was set, deadlines were moved with it");
    } else if now.saturating_sub(deadlines.noted.load(Ordering::SeqCst)).abs() >= NOTED_EVERY_MS {
        core.store.set(Setting::DeadlineTime, Some(now.to_string())).await?;
    } else {
        return Ok(());
    }
    deadlines.noted.store(core.due(), Ordering::SeqCst);
    Ok(())
}

/// The time that the last run left on the disk.
///
/// # Errors
/// As any read.
pub async fn noted(store: &crate::store::Store) -> Result<Option<i64>, crate::store::StoreError> {
    store.number(Setting::DeadlineTime).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SetClock;

    const DAY: i64 = 24 * 3_600_000;

    /// Were this to fail, an invite would end late by every correction of the clock; or one made before the clock was
    /// set would end at once.
    #[test]
    fn a_clock_put_right_is_followed_and_one_that_jumps_is_not() {
        let clock = SetClock::default();
        clock.set(100 * DAY);
        let deadlines = Deadlines::new(&clock, None);
        clock.pass(5);
        assert_eq!(deadlines.now(&clock), 100 * DAY + 5);
        for (set_to, seen) in [
            (101 * DAY + 5, 101 * DAY + 5),
            (100 * DAY + 5, 100 * DAY + 5),
            (101 * DAY + 6, 100 * DAY + 5),
            (0, 100 * DAY + 5),
        ] {
            clock.set(set_to);
            assert_eq!(deadlines.now(&clock), seen, "{set_to}");
        }
        clock.pass(7);
        assert_eq!(deadlines.now(&clock), 100 * DAY + 12, "time goes on all the same");
    }

    /// Were this to fail, a box that starts without the time would bring back every invite that had ended.
    #[test]
    fn time_begins_no_earlier_than_it_stopped() {
        let clock = SetClock::default();
        clock.pass(9);
        assert_eq!(Deadlines::new(&clock, Some(100 * DAY)).now(&clock), 100 * DAY);
        clock.set(300 * DAY);
        assert_eq!(Deadlines::new(&clock, Some(100 * DAY)).now(&clock), 300 * DAY, "the box was off for that long");
    }
}
