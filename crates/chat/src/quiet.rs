//! When somebody does not want to be disturbed.

/// Minutes of a day.
const DAY: u32 = 24 * 60;

/// A stretch of each day, by the clock of the device that is to be quiet; made only by [`QuietHours::new`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    from: u32,
    to: u32,
}

impl QuietHours {
    /// From one minute after midnight up to another, over midnight where the first is the later one. `None` when one is no
    /// minute of a day (0 to 1,439), or both are the same.
    #[must_use]
    pub fn new(from: u32, to: u32) -> Option<Self> {
        (from < DAY && to < DAY && from != to).then_some(Self { from, to })
    }

    /// They begin: minutes after midnight.
    #[must_use]
    pub fn from(self) -> u32 {
        self.from
    }

    /// They end: minutes after midnight.
    #[must_use]
    pub fn to(self) -> u32 {
        self.to
    }
}

/// When somebody does not want to be disturbed, on any of their devices. Only what their devices do about it: everything comes
/// all the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quiet {
    /// Each day.
    pub hours: Option<QuietHours>,
    /// Until then, milliseconds since 1970.
    pub until: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_minutes_of_a_day_and_not_the_same() {
        assert!(QuietHours::new(0, 1_439).is_some() && QuietHours::new(22 * 60, 7 * 60).is_some());
        for (from, to) in [(0, 1_440), (1_440, 0), (60, 60)] {
            assert_eq!(QuietHours::new(from, to), None);
        }
    }
}
