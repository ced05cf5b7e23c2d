//! How often somebody may do something. The counters are in memory, are bounded by cleaning them, and a restart forgets
//! them.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};

use crate::actions::{Done, Refused};
use crate::chat::{UserId, folded};
use crate::config::Limits;
use crate::wire::ErrorCode;

/// How often per minute the password of one person may be tried from one address, by whatever name and whether right or
/// wrong.
const PASSWORDS_PER_MINUTE: u32 = 10;
/// How often it may be tried from all addresses together before every further attempt is delayed.
const GUESSES_PER_MINUTE: u32 = 30;
/// How long such an attempt is delayed.
const SLOWED: Duration = Duration::from_secs(3);
/// How many pairs of person and address are remembered.
const MAX_FAMILIAR: usize = 1 << 16;

/// Join requests per hour from one network. An admin has to look at each of them.
const ASKS_PER_HOUR: u32 = 200;

/// Reports per minute by one person. An admin has to read each of them.
const REPORTS_PER_MINUTE: u32 = 5;

/// Searches per minute by one person: enough for looking while they type. Each reads much.
const SEARCHES_PER_MINUTE: u32 = 120;

/// Typing, opening a room, saying hello: none of them writes to the disk, but each costs everybody a little.
const SIGNALS_PER_MINUTE: u32 = 600;
/// A message counts once more for every this many bytes, because delivering it to everyone costs that much more.
const MESSAGE_BYTES: usize = 1 << 10;
/// The devices of a house share one IPv6 /64, and each of them can give itself any address in it. Together they may do
/// this many times what one address may.
const ADDRESSES_PER_NETWORK: u32 = 50;

/// A counter for each kind of action.
#[derive(Debug)]
pub struct Rates {
    requests: PerAddress,
    sign_ins: PerAddress,
    messages: DefaultKeyedRateLimiter<UserId>,
    /// The most that a message can count, so that no limit is too low for a long one ever to go through.
    heaviest_message: NonZeroU32,
    asks: DefaultKeyedRateLimiter<Network>,
    rooms: DefaultKeyedRateLimiter<UserId>,
    signals: DefaultKeyedRateLimiter<UserId>,
    passwords: DefaultKeyedRateLimiter<UserId>,
    log_ins: Guesses,
    codes: DefaultKeyedRateLimiter<UserId>,
    reports: DefaultKeyedRateLimiter<UserId>,
    searches: DefaultKeyedRateLimiter<UserId>,
}

impl Rates {
    /// With all counters at zero.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            requests: PerAddress::new(limits.http_requests_per_minute_per_address),
            sign_ins: PerAddress::new(limits.sign_ins_per_minute_per_address),
            messages: keyed(limits.messages_per_minute_per_user),
            heaviest_message: NonZeroU32::new(limits.messages_per_minute_per_user).unwrap_or(NonZeroU32::MIN),
            asks: RateLimiter::keyed(Quota::per_hour(NonZeroU32::new(ASKS_PER_HOUR).unwrap_or(NonZeroU32::MIN))),
            rooms: keyed(limits.rooms_per_minute_per_user),
            signals: keyed(SIGNALS_PER_MINUTE),
            passwords: keyed(PASSWORDS_PER_MINUTE),
            log_ins: Guesses::new(),
            codes: keyed(limits.codes_per_minute_per_user),
            reports: keyed(REPORTS_PER_MINUTE),
            searches: keyed(SEARCHES_PER_MINUTE),
        }
    }

    /// Any request.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn request(&self, from: IpAddr) -> Done<()> {
        self.requests.check(from)
    }

    /// An attempt to claim, join or sign in.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn sign_in(&self, from: IpAddr) -> Done<()> {
        self.sign_ins.check(from)
    }

    /// A join request.
    pub(super) fn ask(&self, from: IpAddr) -> Done<()> {
        check(&self.asks, &network(from))
    }

    /// A message of this many bytes.
    pub(super) fn message(&self, from: UserId, bytes: usize) -> Done<()> {
        let weight = u32::try_from(bytes / MESSAGE_BYTES).unwrap_or(u32::MAX).saturating_add(1);
        let weight = NonZeroU32::new(weight).map_or(NonZeroU32::MIN, |w| w.min(self.heaviest_message));
        match self.messages.check_key_n(&from, weight) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(not_until)) => Err(too_often(&not_until)),
            // A message that could never go through; the limit above rules that out.
            Err(_) => Err(ErrorCode::RateLimited.into()),
        }
    }

    /// A new room: it stays for ever, and everyone in it is told.
    pub(super) fn room(&self, by: UserId) -> Done<()> {
        check(&self.rooms, &by)
    }

    /// A signal that is shown for a moment, or a hello.
    pub(super) fn signal(&self, from: UserId) -> Done<()> {
        check(&self.signals, &from)
    }

    /// An attempt to sign in, counted whether or not anybody has the name, so that guessing does not reveal who is
    /// here. Returns how long the attempt has to be delayed.
    pub(super) fn log_in(&self, from: IpAddr, tried: Tried<'_>) -> Done<Duration> {
        self.log_ins.check(from, tried)
    }

    /// This person was signed in from this address.
    pub(super) fn seen(&self, from: IpAddr, user: UserId) {
        self.log_ins.seen(from, user);
    }

    /// A new invite, ticket or hand-over.
    pub(super) fn code(&self, of: UserId) -> Done<()> {
        check(&self.codes, &of)
    }

    /// A report to the admins.
    pub(super) fn report(&self, by: UserId) -> Done<()> {
        check(&self.reports, &by)
    }

    /// A search for messages.
    pub(super) fn search(&self, by: UserId) -> Done<()> {
        check(&self.searches, &by)
    }

    /// A signed-in person's attempt at their own password.
    pub(super) fn password(&self, of: UserId) -> Done<()> {
        check(&self.passwords, &of)
    }

    /// Forgets those who are far from any limit; to be called now and then.
    pub fn clean(&self) {
        self.requests.retain_recent();
        self.sign_ins.retain_recent();
        self.messages.retain_recent();
        self.asks.retain_recent();
        self.rooms.retain_recent();
        self.signals.retain_recent();
        self.passwords.retain_recent();
        self.log_ins.from_here.retain_recent();
        self.log_ins.from_anywhere.retain_recent();
        self.codes.retain_recent();
        self.reports.retain_recent();
        self.searches.retain_recent();
    }
}

fn keyed<K: std::hash::Hash + Eq + Clone>(per_minute: u32) -> DefaultKeyedRateLimiter<K> {
    RateLimiter::keyed(Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN)))
}

fn check<K: std::hash::Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Done<()> {
    limiter.check_key(key).map_err(|not_until| too_often(&not_until))
}

/// The first bits of an address, which its neighbours share: 24 for IPv4, 64 for IPv6.
type Network = (bool, u64);

fn network(of: IpAddr) -> Network {
    match of.to_canonical() {
        IpAddr::V4(v4) => (false, u64::from(v4.to_bits() >> 8)),
        IpAddr::V6(v6) => (true, (v6.to_bits() >> 64) as u64),
    }
}

fn too_often(not_until: &NotUntil<<DefaultClock as Clock>::Instant>) -> Refused {
    let wait = not_until.wait_time_from(DefaultClock::default().now());
    let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
    Refused::later(ErrorCode::RateLimited, seconds)
}

/// Whom an attempt to sign in is about: people, or a name that nobody has. Both are counted alike.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tried<'a> {
    /// One of these people.
    People(&'a [UserId]),
    /// Nobody has this name.
    Nobody(&'a str),
}

/// Counts attempts at passwords. Ten per minute from one address for one person are let through, and more are refused
/// at that address only, so that a guessing neighbour keeps nobody else from signing in. What many addresses try
/// together is delayed for every address except those where the person has been before. Memory is bounded: people and
/// addresses share 65,536 counters, and nobody can know or choose which of them share one.
#[derive(Debug)]
struct Guesses {
    from_here: DefaultKeyedRateLimiter<u16>,
    from_anywhere: DefaultKeyedRateLimiter<u16>,
    hasher: RandomState,
    /// Hashes of address and person: who has been signed in from where.
    familiar: Mutex<HashSet<u64>>,
}

impl Guesses {
    fn new() -> Self {
        Self {
            from_here: keyed(PASSWORDS_PER_MINUTE),
            from_anywhere: keyed(GUESSES_PER_MINUTE),
            hasher: RandomState::new(),
            familiar: Mutex::default(),
        }
    }

    fn check(&self, from: IpAddr, tried: Tried<'_>) -> Done<Duration> {
        let from = from.to_canonical();
        match tried {
            Tried::Nobody(name) => self.count(from, self.hasher.hash_one(folded(name)), false),
            Tried::People(people) => people.iter().try_fold(Duration::ZERO, |slowed, user| {
                let familiar = self.familiar().contains(&self.hasher.hash_one((from, user)));
                Ok(slowed.max(self.count(from, self.hasher.hash_one(user), familiar)?))
            }),
        }
    }

    fn count(&self, from: IpAddr, whom: u64, familiar: bool) -> Done<Duration> {
        let short = |hash: u64| (hash >> 48) as u16;
        check(&self.from_here, &short(self.hasher.hash_one((from, whom))))?;
        let often = self.from_anywhere.check_key(&short(whom)).is_err();
        Ok(if often && !familiar { SLOWED } else { Duration::ZERO })
    }

    fn seen(&self, from: IpAddr, user: UserId) {
        let mut familiar = self.familiar();
        if familiar.len() >= MAX_FAMILIAR {
            familiar.clear();
        }
        familiar.insert(self.hasher.hash_one((from.to_canonical(), user)));
    }

    fn familiar(&self) -> MutexGuard<'_, HashSet<u64>> {
        self.familiar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A limit for each address and, because addresses cost nothing in IPv6, a wider one for each network.
#[derive(Debug)]
struct PerAddress {
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    networks: DefaultKeyedRateLimiter<u64>,
}

impl PerAddress {
    fn new(per_minute: u32) -> Self {
        Self { addresses: keyed(per_minute), networks: keyed(per_minute.saturating_mul(ADDRESSES_PER_NETWORK)) }
    }

    fn check(&self, from: IpAddr) -> Done<()> {
        let from = from.to_canonical();
        check(&self.addresses, &from)?;
        match from {
            IpAddr::V4(_) => Ok(()),
            IpAddr::V6(v6) => check(&self.networks, &((v6.to_bits() >> 64) as u64)),
        }
    }

    fn retain_recent(&self) {
        self.addresses.retain_recent();
        self.networks.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates() -> Rates {
        Rates::new(&Limits {
            sign_ins_per_minute_per_address: 2,
            messages_per_minute_per_user: 30,
            ..Limits::default()
        })
    }

    fn of_the_lan(host: u16) -> IpAddr {
        IpAddr::V6(std::net::Ipv6Addr::new(0xfd00, 0, 0, 1, 0, 0, 0, host))
    }

    /// Were this to fail, one device could keep a whole house from signing in: on a LAN all share one /64.
    #[test]
    fn neighbours_do_not_use_up_each_others_tries() {
        let rates = rates();
        while rates.sign_in(of_the_lan(1)).is_ok() {}
        rates.sign_in(of_the_lan(2)).unwrap();
        let mapped: IpAddr = "::ffff:10.0.0.1".parse().unwrap();
        while rates.sign_in("10.0.0.1".parse().unwrap()).is_ok() {}
        rates.sign_in(mapped).unwrap_err();
    }

    /// Were this to fail, one device could try codes without end by giving itself one address after another.
    #[test]
    fn fresh_addresses_do_not_make_fresh_tries_for_ever() {
        let rates = rates();
        let tries = (0..1_000).take_while(|host| rates.sign_in(of_the_lan(*host)).is_ok()).count();
        assert!((50..=200).contains(&tries), "{tries}");
    }

    /// Were this to fail, trying name after name could fill the memory, or writing a name differently would allow
    /// further attempts.
    #[test]
    fn names_are_counted_in_bounded_memory_however_they_are_written() {
        let (rates, from) = (rates(), of_the_lan(1));
        for name in ["Łukasz", "lukasz", " LUKASZ "].iter().cycle().take(10) {
            rates.log_in(from, Tried::Nobody(name)).unwrap();
        }
        assert!(rates.log_in(from, Tried::Nobody("lUkAsZ")).is_err());
        for n in 0..200_000 {
            let _ = rates.log_in(from, Tried::Nobody(&format!("nobody {n}")));
            rates.seen(from, UserId(n));
        }
        assert!(rates.log_ins.from_here.len() <= 1 << 16 && rates.log_ins.from_anywhere.len() <= 1 << 16);
        assert!(rates.log_ins.familiar().len() <= MAX_FAMILIAR);
    }

    /// Were this to fail, ten wrong passwords from one phone would lock somebody out; or a thousand phones could guess
    /// freely.
    #[test]
    fn who_guesses_is_refused_alone_and_many_are_slowed_together() {
        let rates = rates();
        let alice = [UserId(7)];
        let tried = |host| rates.log_in(of_the_lan(host), Tried::People(&alice));
        rates.seen(of_the_lan(9), alice[0]);
        for _ in 0..10 {
            assert_eq!(tried(1), Ok(Duration::ZERO));
        }
        assert!(tried(1).is_err());
        assert_eq!(tried(2), Ok(Duration::ZERO), "her right password opens from elsewhere");
        let slowed = (100..200).filter(|host| tried(*host) == Ok(SLOWED)).count();
        assert!((80..=90).contains(&slowed), "{slowed}");
        assert_eq!(tried(9), Ok(Duration::ZERO), "where she has been before nobody is held up");
    }

    /// Were this to fail, one person's long messages would fill every connection of a room; or a low limit would refuse
    /// them for ever.
    #[test]
    fn long_messages_count_for_more_but_always_go_through_in_the_end() {
        let (ann, bob) = (UserId(1), UserId(2));
        let sent = |of, bytes| {
            let rates = rates();
            (0..100).take_while(|_| rates.message(of, bytes).is_ok()).count()
        };
        assert_eq!(sent(ann, 100), 30);
        assert_eq!(sent(ann, 9 << 10), 3);
        assert_eq!(sent(bob, 1 << 20), 1);
    }
}
