//! What two boxes do about one name, without a network.

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

fn host(text: &str) -> HostLabel {
    HostLabel::parse(text).unwrap()
}

fn claim() -> (Claim, Instant) {
    let now = Instant::now();
    let mut claim = Claim::new(host("imbox"), None, MINUTE, 7);
    claim.link_up(now);
    (claim, now)
}

/// Runs until the name is held; returns the steps and the time at the end.
fn run(claim: &mut Claim) -> (Vec<Step>, Instant) {
    let mut steps = Vec::new();
    loop {
        let now = claim.deadline().unwrap();
        let step = claim.tick(now).unwrap();
        steps.push(step);
        if step == Step::Hold {
            return (steps, now);
        }
    }
}

fn held() -> (Claim, Instant) {
    let (mut claim, _) = claim();
    let (_, now) = run(&mut claim);
    (claim, now)
}

// Were this to fail, the box would announce a name without asking, and take one that somebody's bookmarks point to.
#[test]
fn a_name_is_held_after_three_unanswered_probes() {
    let (mut claim, start) = claim();
    assert!(!claim.is_held());
    assert_eq!(claim.tick(start), None, "the first probe waits a random moment");
    let (steps, now) = run(&mut claim);
    assert_eq!(steps, [Step::Probe, Step::Probe, Step::Probe, Step::Hold]);
    assert!(now - start <= Duration::from_secs(1));
    assert_eq!(claim.label().as_str(), "imbox");
}

#[test]
fn a_taken_name_leads_to_the_next() {
    let (mut claim, now) = claim();
    claim.tick(claim.deadline().unwrap());
    assert_eq!(claim.conflict(now), None);
    assert_eq!(claim.label().as_str(), "imbox-2");
    claim.conflict(now);
    assert_eq!(claim.label().as_str(), "imbox-3");
    run(&mut claim);
    assert!(claim.is_held());
}

// Were this to fail, a box that was imbox-2 yesterday and starts together with its neighbour after a power cut would
// swap names with it, and every bookmark would open the wrong box.
#[test]
fn yesterdays_name_is_asked_for_first_and_then_the_wanted_one() {
    let now = Instant::now();
    let mut claim = Claim::new(host("imbox"), Some(host("imbox-2")), MINUTE, 7);
    claim.link_up(now);
    assert_eq!(claim.label().as_str(), "imbox-2");
    claim.conflict(now);
    assert_eq!(claim.label().as_str(), "imbox");
    claim.conflict(now);
    assert_eq!(claim.label().as_str(), "imbox-2");
}

// Two boxes whose networks were joined must neither both give up the name nor both keep it.
#[test]
fn a_held_name_is_withdrawn_and_asked_for_again() {
    let (mut claim, now) = held();
    assert_eq!(claim.conflict(now), Some(Step::Release));
    assert!(!claim.is_held());
    assert_eq!(claim.label().as_str(), "imbox");
    run(&mut claim);
    assert_eq!(claim.label().as_str(), "imbox");
}

#[test]
fn a_rival_that_never_yields_is_left_the_name() {
    let (mut claim, mut now) = held();
    for _ in 0..STUBBORN_RIVAL {
        assert_eq!(claim.conflict(now), Some(Step::Release));
        now = run(&mut claim).1;
        assert_eq!(claim.label().as_str(), "imbox");
    }
    claim.conflict(now);
    assert_eq!(claim.label().as_str(), "imbox-2");
}

#[test]
fn a_quiet_minute_forgets_old_conflicts() {
    let (mut claim, now) = held();
    for _ in 0..STUBBORN_RIVAL + 2 {
        claim.conflict(now);
        run(&mut claim);
        assert_eq!(claim.tick(claim.deadline().unwrap()), Some(Step::Check));
    }
    assert_eq!(claim.label().as_str(), "imbox");
}

#[test]
fn of_two_that_ask_at_once_the_lesser_waits() {
    let (mut claim, _) = claim();
    let now = claim.deadline().unwrap();
    claim.tick(now);
    claim.rival_probe(Ordering::Equal, now);
    claim.rival_probe(Ordering::Greater, now);
    assert_eq!(claim.deadline(), Some(now + PROBE_EVERY));
    claim.rival_probe(Ordering::Less, now);
    assert_eq!(claim.deadline(), Some(now + AFTER_LOST_TIE));
    assert_eq!(claim.label().as_str(), "imbox", "the other may yet not take it");
}

// A probe from a box that asks for a name we hold is answered, but does not make us give it up.
#[test]
fn a_held_name_is_not_lost_to_a_probe() {
    let (mut claim, now) = held();
    claim.rival_probe(Ordering::Less, now);
    assert!(claim.is_held());
    assert!(claim.deadline().unwrap() >= now + MINUTE);
}

// When somebody plugs a cable in, people on the Wi-Fi must not lose the name meanwhile.
#[test]
fn a_new_link_is_asked_while_the_name_stays() {
    let (mut claim, now) = held();
    claim.link_up(now);
    assert!(claim.is_held());
    assert_eq!(run(&mut claim).0.len(), 4);
    claim.link_up(now);
    assert_eq!(claim.conflict(now), Some(Step::Release));
    assert_eq!(claim.label().as_str(), "imbox-2", "the same new name on all links");
}

#[test]
fn without_links_there_is_no_name_and_nothing_to_do() {
    let (mut claim, now) = held();
    assert_eq!(claim.offline(), Some(Step::Release));
    assert_eq!(claim.deadline(), None);
    assert_eq!(claim.conflict(now), None);
    claim.link_up(now);
    run(&mut claim);
    assert_eq!(claim.label().as_str(), "imbox");
}

#[test]
fn an_admins_name_replaces_the_old_one() {
    let (mut claim, now) = held();
    assert_eq!(claim.rename(host("imbox"), now), None);
    assert_eq!(claim.rename(host("haus"), now), Some(Step::Release));
    run(&mut claim);
    assert_eq!(claim.label().as_str(), "haus");
}

// A LAN full of boxes, or somebody who answers every probe, must not cause a storm of packets.
#[test]
fn endless_conflicts_slow_down() {
    let (mut claim, now) = claim();
    for _ in 0..MANY_CONFLICTS {
        claim.conflict(now);
    }
    assert_eq!(claim.deadline(), Some(now + AFTER_MANY_CONFLICTS));
}

#[test]
fn looks_around_are_never_in_a_hurry() {
    let (mut claim, now) = held();
    claim.check_soon(now);
    let deadline = claim.deadline().unwrap();
    assert_eq!(deadline, now + CHECK_AT_MOST_EVERY);
    assert_eq!(claim.tick(deadline), Some(Step::Check));
    claim.check_soon(deadline);
    assert!(claim.deadline().unwrap() >= deadline + CHECK_AT_MOST_EVERY);
}
