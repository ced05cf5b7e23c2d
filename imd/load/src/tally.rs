//! What the sessions of a run saw, counted in one place.
//!
//! Everything runs on one thread, so plain cells do.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Instant;

use crate::histogram::Histogram;

/// The counters of a run. Times are nanoseconds since the run's start.
#[derive(Debug)]
pub(crate) struct Tally {
    start: Instant,
    /// What was scheduled before belongs to an earlier step and is not counted.
    step_began: Cell<u64>,
    /// From scheduled to acknowledged.
    pub(crate) acks: RefCell<Histogram>,
    /// From scheduled to delivered.
    pub(crate) deliveries: RefCell<Histogram>,
    /// From scheduled to written: how late this program itself was.
    pub(crate) lag: RefCell<Histogram>,
    /// From scheduled to `caught_up`.
    pub(crate) sign_ins: RefCell<Histogram>,
    /// `error` frames by code.
    pub(crate) errors: RefCell<BTreeMap<String, u64>>,
    /// `resync` frames.
    pub(crate) resyncs: Cell<u64>,
    /// Connections that ended, or never came about, with the first few reasons on standard error.
    pub(crate) broken: Cell<u64>,
}

impl Tally {
    /// Starts the run's clock.
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
            step_began: Cell::new(0),
            acks: RefCell::new(Histogram::new()),
            deliveries: RefCell::new(Histogram::new()),
            lag: RefCell::new(Histogram::new()),
            sign_ins: RefCell::new(Histogram::new()),
            errors: RefCell::new(BTreeMap::new()),
            resyncs: Cell::new(0),
            broken: Cell::new(0),
        }
    }

    /// Nanoseconds since the start; monotonic.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// The moment as the runtime's clock has it, to sleep until.
    pub(crate) fn moment(&self, ns: u64) -> tokio::time::Instant {
        tokio::time::Instant::from_std(self.start + std::time::Duration::from_nanos(ns))
    }

    /// Begins a step: what was counted is forgotten, what comes late is not counted.
    pub(crate) fn begin_step(&self) -> u64 {
        self.acks.borrow_mut().clear();
        self.deliveries.borrow_mut().clear();
        self.lag.borrow_mut().clear();
        self.errors.borrow_mut().clear();
        self.resyncs.set(0);
        self.broken.set(0);
        let now = self.now();
        self.step_began.set(now);
        now
    }

    /// Counts in `into` something that was scheduled at `scheduled` and seen at `now`.
    pub(crate) fn count(&self, into: &RefCell<Histogram>, scheduled: u64, now: u64) {
        if scheduled >= self.step_began.get() {
            into.borrow_mut().record(now.saturating_sub(scheduled));
        }
    }
}
