//! How long messages in a room are kept, and when they are old enough to be deleted.

/// The most days that can be set.
pub const MAX_KEEP_DAYS: u32 = 36_500;

const DAY_MS: i64 = 24 * 3_600_000;

/// How long messages and their files are kept, in days; `None`: for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Keep {
    /// The rule for all rooms of the box.
    pub of_box: Option<u32>,
    /// The rule for this room.
    pub of_room: Option<u32>,
}

impl Keep {
    /// The rule that applies: a room may forget sooner than the box, never later.
    #[must_use]
    pub fn days(self) -> Option<u32> {
        self.of_box.into_iter().chain(self.of_room).min()
    }

    /// May a room of this box have a rule of this many days?
    #[must_use]
    pub fn room_may(self, days: u32) -> bool {
        self.of_box.is_none_or(|of_box| days <= of_box)
    }
}

/// The time, and since when it can be trusted. Milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Believed {
    /// The current time.
    pub now: i64,
    /// Since when the clock has only gone forward; before that it may have shown anything.
    pub since: i64,
}

impl Believed {
    /// A rule of this many days may delete what was sent before this time; `None`: nothing yet. Messages from before
    /// the clock was set have at least this age once this many days have passed since then, whatever their date says.
    #[must_use]
    pub fn before(self, days: u32) -> Option<i64> {
        let age = i64::from(days) * DAY_MS;
        (days > 0 && self.now.saturating_sub(self.since) >= age).then(|| self.now.saturating_sub(age))
    }

    /// When a rule of this many days begins to delete; `None`: it does already.
    #[must_use]
    pub fn waits_until(self, days: u32) -> Option<i64> {
        let until = self.since.saturating_add(i64::from(days) * DAY_MS);
        (until > self.now).then_some(until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, a room's admin could keep what the box promised to forget.
    #[test]
    fn a_room_forgets_sooner_and_never_later() {
        let keep = |of_box, of_room| Keep { of_box, of_room };
        assert_eq!(keep(None, None).days(), None);
        assert_eq!(keep(Some(30), None).days(), Some(30));
        assert_eq!(keep(None, Some(7)).days(), Some(7));
        assert_eq!((keep(Some(30), Some(7)).days(), keep(Some(30), Some(90)).days()), (Some(7), Some(30)));
        let may = |days| keep(Some(30), None).room_may(days);
        assert_eq!((may(29), may(30), may(31)), (true, true, false));
        assert!(keep(None, None).room_may(MAX_KEEP_DAYS));
    }

    /// Were this to fail, a clock that was wrong for a while would empty the box.
    #[test]
    fn a_rule_waits_as_long_as_it_keeps_after_the_clock_was_set() {
        let believed = |now| Believed { now, since: 100 * DAY_MS };
        assert_eq!(believed(130 * DAY_MS - 1).before(30), None);
        assert_eq!(believed(130 * DAY_MS - 1).waits_until(30), Some(130 * DAY_MS));
        assert_eq!(believed(130 * DAY_MS).before(30), Some(100 * DAY_MS));
        assert_eq!(believed(130 * DAY_MS).waits_until(30), None);
        assert_eq!(believed(99 * DAY_MS).before(1), None, "set back");
        assert_eq!(believed(130 * DAY_MS).before(0), None);
        let never_set = Believed { now: 0, since: i64::MIN };
        assert_eq!((never_set.before(1), never_set.waits_until(1)), (Some(-DAY_MS), None));
    }
}
