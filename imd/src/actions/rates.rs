//! How often who may do what. Counters live in memory, are bounded by cleaning, and a restart forgets them.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::{Done, Refused};
use crate::chat::UserId;
use crate::config::Limits;
use crate::wire::ErrorCode;

/// Wrong or right, a person's password may be tried this often a minute, from wherever.
const PASSWORDS_PER_MINUTE: u32 = 10;

/// One counter for each kind of thing.
#[derive(Debug)]
pub struct Rates {
    requests: DefaultKeyedRateLimiter<IpAddr>,
    sign_ins: DefaultKeyedRateLimiter<IpAddr>,
    messages: DefaultKeyedRateLimiter<UserId>,
    passwords: DefaultKeyedRateLimiter<UserId>,
}

impl Rates {
    /// With nothing counted or under way yet.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            requests: keyed(limits.http_requests_per_minute_per_address),
            sign_ins: keyed(limits.sign_ins_per_minute_per_address),
            messages: keyed(limits.messages_per_minute_per_user),
            passwords: keyed(PASSWORDS_PER_MINUTE),
        }
    }

    /// Any request.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn request(&self, from: IpAddr) -> Done<()> {
        check(&self.requests, &network(from))
    }

    /// A try to claim, join or sign in.
    pub(super) fn sign_in(&self, from: IpAddr) -> Done<()> {
        check(&self.sign_ins, &network(from))
    }

    /// A message.
    pub(super) fn message(&self, from: UserId) -> Done<()> {
        check(&self.messages, &from)
    }

    /// A try of this person's password.
    pub(super) fn password(&self, of: UserId) -> Done<()> {
        check(&self.passwords, &of)
    }

    /// Forgets those who have not been near a limit; to be called now and then.
    pub fn clean(&self) {
        self.requests.retain_recent();
        self.sign_ins.retain_recent();
        self.messages.retain_recent();
        self.passwords.retain_recent();
    }
}

fn keyed<K: std::hash::Hash + Eq + Clone>(per_minute: u32) -> DefaultKeyedRateLimiter<K> {
    RateLimiter::keyed(Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN)))
}

fn check<K: std::hash::Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Done<()> {
    limiter.check_key(key).map_err(|not_until| {
        let wait = not_until.wait_time_from(DefaultClock::default().now());
        let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
        Refused::later(ErrorCode::RateLimited, seconds)
    })
}

/// One IPv6 host has a whole /64 to itself.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        },
    }
}
