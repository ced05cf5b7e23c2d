//! Getting and keeping one name on all links: a state machine after RFC 6762 §8 and §9. It is told what was heard and
//! what time it is, and says what to do; it knows no sockets and no records.

use std::{
    cmp::Ordering,
    time::{Duration, Instant},
};

use super::names::HostLabel;

/// Time between probes, and the longest wait before the first (RFC 6762 §8.1).
const PROBE_EVERY: Duration = Duration::from_millis(250);
/// Probes without an objection that are needed before a name is ours (RFC 6762 §8.1).
const PROBES: u8 = 3;
/// How long the loser of a tie waits for the winner to announce itself (RFC 6762 §8.2).
const AFTER_LOST_TIE: Duration = Duration::from_secs(1);
/// After this many conflicts without a pause, every further attempt waits (RFC 6762 §8.1).
const MANY_CONFLICTS: u32 = 15;
const AFTER_MANY_CONFLICTS: Duration = Duration::from_secs(5);
/// After this many conflicts over a name that we had won, it is left to the rival, who does not follow the rules.
const STUBBORN_RIVAL: u32 = 3;
/// The shortest time between two checks.
const CHECK_AT_MOST_EVERY: Duration = Duration::from_secs(5);

/// What the caller must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Send one probe for [`Claim::label`] on every link.
    Probe,
    /// Ask on every link whether somebody else has [`Claim::label`].
    Check,
    /// [`Claim::label`] is ours on every link: announce it there.
    Hold,
    /// It is no longer ours: withdraw it everywhere.
    Release,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// There is no link, and so nobody to ask.
    Offline,
    /// Asking. `held`: meanwhile the name is announced on the older links.
    Probing {
        sent: u8,
        next: Instant,
        held: bool,
    },
    Held {
        check: Instant,
        checked: Instant,
    },
}

/// A box's claim to a host name.
#[derive(Debug)]
pub(super) struct Claim {
    wanted: HostLabel,
    label: HostLabel,
    /// The number of the next candidate derived from `wanted`.
    next_candidate: u32,
    phase: Phase,
    /// Conflicts since the last quiet period.
    conflicts: u32,
    check_every: Duration,
    random: u64,
}

impl Claim {
    /// Starts offline. `previous` is the name the box had before, which it asks for first. `seed` spreads the probes of
    /// boxes that start after the same power cut.
    pub(super) fn new(wanted: HostLabel, previous: Option<HostLabel>, check_every: Duration, seed: u64) -> Self {
        let (label, next_candidate) = match previous {
            Some(previous) if previous != wanted => (previous, 1),
            _ => (wanted.clone(), 2),
        };
        let check_every = check_every.max(Duration::from_secs(1));
        let phase = Phase::Offline;
        Self { wanted, label, next_candidate, phase, conflicts: 0, check_every, random: seed }
    }

    /// The name that is held or asked for.
    pub(super) fn label(&self) -> &HostLabel {
        &self.label
    }

    /// Whether the name is announced somewhere.
    pub(super) fn is_held(&self) -> bool {
        matches!(self.phase, Phase::Held { .. } | Phase::Probing { held: true, .. })
    }

    /// When [`Claim::tick`] has something to do.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.phase {
            Phase::Offline => None,
            Phase::Probing { next, .. } => Some(next),
            Phase::Held { check, .. } => Some(check),
        }
    }

    /// To be called as time passes.
    pub(super) fn tick(&mut self, now: Instant) -> Option<Step> {
        if self.deadline().is_none_or(|deadline| deadline > now) {
            return None;
        }
        match self.phase {
            Phase::Offline => None,
            Phase::Probing { sent: PROBES, .. } => {
                self.phase = Phase::Held { check: now + self.until_check(), checked: now };
                Some(Step::Hold)
            }
            Phase::Probing { sent, held, .. } => {
                self.phase = Phase::Probing { sent: sent + 1, next: now + PROBE_EVERY, held };
                Some(Step::Probe)
            }
            Phase::Held { .. } => {
                self.conflicts = 0;
                self.phase = Phase::Held { check: now + self.until_check(), checked: now };
                Some(Step::Check)
            }
        }
    }

    /// A link came up (RFC 6762 §8: probe again). The name stays announced on the others meanwhile.
    pub(super) fn link_up(&mut self, now: Instant) {
        self.probe(now, self.is_held());
    }

    /// The last link went down.
    pub(super) fn offline(&mut self) -> Option<Step> {
        let held = self.is_held();
        self.phase = Phase::Offline;
        held.then_some(Step::Release)
    }

    /// Something has happened on the network that may have brought a rival: check soon.
    pub(super) fn check_soon(&mut self, now: Instant) {
        if let Phase::Held { check, checked } = self.phase {
            let soon = (now + self.jitter()).max(checked + CHECK_AT_MOST_EVERY);
            self.phase = Phase::Held { check: check.min(soon), checked };
        }
    }

    /// An admin wants another name.
    pub(super) fn rename(&mut self, wanted: HostLabel, now: Instant) -> Option<Step> {
        if wanted == self.wanted {
            return None;
        }
        let held = self.is_held();
        self.wanted = wanted.clone();
        self.label = wanted;
        self.next_candidate = 2;
        self.conflicts = 0;
        if self.phase != Phase::Offline {
            self.probe(now, false);
        }
        held.then_some(Step::Release)
    }

    /// Somebody else says that our name is theirs.
    ///
    /// While we are asking for the name, that settles it: the next candidate is tried. A name that we held is given up
    /// and asked for again (RFC 6762 §9), so that of two boxes whose networks were joined one keeps it.
    pub(super) fn conflict(&mut self, now: Instant) -> Option<Step> {
        let held = self.is_held();
        match self.phase {
            Phase::Offline => return None,
            Phase::Held { .. } if self.conflicts < STUBBORN_RIVAL => {}
            Phase::Held { .. } | Phase::Probing { .. } => {
                self.label = self.wanted.candidate(self.next_candidate);
                self.next_candidate += 1;
            }
        }
        self.conflicts += 1;
        self.probe(now, false);
        held.then_some(Step::Release)
    }

    /// Somebody else is asking for our name at the same time. `ours` compares what we propose on that link with what
    /// they propose: the greater wins (RFC 6762 §8.2).
    pub(super) fn rival_probe(&mut self, ours: Ordering, now: Instant) {
        if let Phase::Probing { sent: 1.., held, .. } = self.phase
            && ours == Ordering::Less
        {
            self.phase = Phase::Probing { sent: 0, next: now + AFTER_LOST_TIE, held };
        }
    }

    fn probe(&mut self, now: Instant, held: bool) {
        let wait = if self.conflicts >= MANY_CONFLICTS { AFTER_MANY_CONFLICTS } else { self.jitter() };
        self.phase = Phase::Probing { sent: 0, next: now + wait, held };
    }

    /// Up to a tenth longer than asked for, so that boxes do not check at the same moment.
    fn until_check(&mut self) -> Duration {
        let tenths = self.jitter().as_secs_f64() / PROBE_EVERY.as_secs_f64();
        self.check_every.mul_f64(1.0 + tenths / 10.0)
    }

    /// 0 to 250 ms. SplitMix64 is enough: it only has to differ between boxes.
    fn jitter(&mut self) -> Duration {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.random;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        PROBE_EVERY.mul_f64((bits >> 40) as f64 / f64::from(1 << 24))
    }
}

#[cfg(test)]
#[path = "claim_tests.rs"]
mod tests;
