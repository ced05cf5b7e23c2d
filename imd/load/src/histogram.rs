//! Latencies counted in buckets, so that millions cost no memory and percentiles need no sorting.
//!
//! Knows nothing of what is measured.

use std::time::Duration;

/// Buckets for each doubling of the value: an answer is at most 1/64 (1.6%) above the truth.
const STEPS: usize = 64;
const STEPS_LOG2: u32 = STEPS.trailing_zeros();

/// Counts of durations, in nanoseconds up to 2^63.
#[derive(Debug, Clone)]
pub(crate) struct Histogram {
    buckets: Vec<u64>,
    count: u64,
    sum_ns: u128,
    max_ns: u64,
}

impl Histogram {
    /// An empty one.
    pub(crate) fn new() -> Self {
        let buckets = vec![0; STEPS * (u64::BITS - STEPS_LOG2 + 1) as usize];
        Self { buckets, count: 0, sum_ns: 0, max_ns: 0 }
    }

    /// Counts one value.
    pub(crate) fn record(&mut self, ns: u64) {
        self.buckets[bucket(ns)] += 1;
        self.count += 1;
        self.sum_ns += u128::from(ns);
        self.max_ns = self.max_ns.max(ns);
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.buckets.fill(0);
        (self.count, self.sum_ns, self.max_ns) = (0, 0, 0);
    }

    /// How many values were counted.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Zero when nothing was counted.
    pub(crate) fn mean(&self) -> Duration {
        let mean = self.sum_ns.checked_div(u128::from(self.count)).unwrap_or(0);
        Duration::from_nanos(u64::try_from(mean).unwrap_or(u64::MAX))
    }

    /// Exact.
    pub(crate) fn max(&self) -> Duration {
        Duration::from_nanos(self.max_ns)
    }

    /// The smallest value that at least `percent` of all values do not exceed; zero when nothing was counted.
    pub(crate) fn percentile(&self, percent: u64) -> Duration {
        let wanted = (u128::from(self.count) * u128::from(percent)).div_ceil(100);
        let mut seen = 0;
        for (index, &count) in self.buckets.iter().enumerate() {
            seen += u128::from(count);
            if count > 0 && seen >= wanted {
                return Duration::from_nanos(highest(index).min(self.max_ns));
            }
        }
        Duration::ZERO
    }
}

/// Values below `STEPS` have a bucket each; above, the top `STEPS_LOG2 + 1` bits choose it.
fn bucket(ns: u64) -> usize {
    let shift = (u64::BITS - ns.leading_zeros()).saturating_sub(STEPS_LOG2 + 1);
    STEPS * shift as usize + (ns >> shift) as usize
}

/// The highest value that falls into a bucket.
fn highest(index: usize) -> u64 {
    let shift = (index / STEPS).saturating_sub(1);
    let top = (index - STEPS * shift) as u64;
    (top << shift) + ((1_u64 << shift) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_again_within_two_percent() {
        for ns in (0..40).flat_map(|bits| [1_u64 << bits, (1 << bits) + 1, (3 << bits) / 2]) {
            let above = highest(bucket(ns));
            assert!(above >= ns && above - ns <= ns / 60, "{ns} became {above}");
        }
    }

    #[test]
    fn percentiles_and_mean_are_those_of_the_values() {
        let mut latencies = Histogram::new();
        (1..=1000).for_each(|us| latencies.record(us * 1000));
        let near = |found: Duration, us: f64| (found.as_secs_f64() * 1e6 - us).abs() <= us * 0.02;
        assert!(near(latencies.percentile(50), 500.0) && near(latencies.percentile(99), 990.0));
        assert_eq!(latencies.max(), Duration::from_millis(1));
        assert_eq!(latencies.mean(), Duration::from_nanos(500_500));
        assert_eq!(latencies.percentile(100), latencies.max());
    }

    #[test]
    fn nothing_counted_is_zero() {
        let empty = Histogram::new();
        assert_eq!((empty.percentile(99), empty.mean(), empty.count()), (Duration::ZERO, Duration::ZERO, 0));
    }
}
