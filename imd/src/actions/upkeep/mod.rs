//! Keeping the box healthy: what runs without being asked, and what admins look at.

pub mod audit;
pub mod charts;
pub mod deadlines;
pub mod health;
pub mod patrol;
pub mod repair_order;
pub mod scrape;
pub mod storage;

use deadlines::Deadlines;

/// What upkeep remembers from one time to the next.
pub(super) struct Upkeep {
    pub(in crate::actions) deadlines: Deadlines,
    last_patrol: patrol::Last,
    last_health: health::Last,
}

impl Upkeep {
    pub(super) fn new(deadlines: Deadlines) -> Self {
        Self { deadlines, last_patrol: patrol::Last::default(), last_health: health::Last::default() }
    }
}
