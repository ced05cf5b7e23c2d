//! The time: this is the only place that asks the system for it. Everything else is told.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use nix::sys::time::TimeValLike as _;
use nix::time::{ClockId, clock_gettime};

/// Tells the time, which may jump in either direction: a box can start without knowing it, and people set it. It never
/// decides the order of anything.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// Milliseconds since 1970.
    fn now(&self) -> i64;

    /// Milliseconds since the machine started, sleep included. Nobody can set it, and it only goes forward.
    fn uptime(&self) -> i64;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> i64 {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
        }
    }

    fn uptime(&self) -> i64 {
        // Fails only on kernels without this clock (before 2.6.39); deadlines then simply follow `now`.
        clock_gettime(ClockId::CLOCK_BOOTTIME).map_or(0, |at| at.num_milliseconds())
    }
}

/// A clock that shows what it was set to, for tests of passing time and of jumps.
#[derive(Debug, Default)]
pub struct SetClock {
    now: AtomicI64,
    uptime: AtomicI64,
}

impl SetClock {
    /// Sets it to `now`, milliseconds since 1970, as a person or a time server does.
    pub fn set(&self, now: i64) {
        self.now.store(now, Ordering::SeqCst);
    }

    /// Lets this many milliseconds pass.
    pub fn pass(&self, milliseconds: i64) {
        self.uptime.fetch_add(milliseconds, Ordering::SeqCst);
        self.now.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> i64 {
        self.now.load(Ordering::SeqCst)
    }

    fn uptime(&self) -> i64 {
        self.uptime.load(Ordering::SeqCst)
    }
}
