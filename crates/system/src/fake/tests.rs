//! Were these to fail, the imagined machine would behave differently from a box, and trying something out with it would
//! prove nothing.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::{Fake, Pace};
use crate::network::{
    Applied, Change, ConfirmedBy, Hotspot, IpSettings, Prefixed, Ssid, Stage, Undone, WifiBand, WifiPassword,
};
use crate::{
    BundleFault, Cursor, InstallProgress, Journal, LogFilter, LogPosition, Network, NextStart, Ntp, Power, Severity,
    SlotHealth, SystemControl, SystemError, TimeKeeping, Update,
};

const DEADLINE: Duration = Duration::from_secs(20);

fn fake(confirm_within: Duration) -> Fake {
    Fake::new(Pace { confirm_within, step: Duration::from_millis(2) }, Instant::now())
}

fn fixed() -> Change {
    Change::Addresses {
        interface: "eth0".to_owned(),
        ipv4: IpSettings::Fixed {
            address: Prefixed { address: Ipv4Addr::new(10, 0, 0, 5), prefix: 24 },
            gateway: None,
            dns: vec![],
        },
        ipv6: IpSettings::Off,
    }
}

fn join(ssid: &str, password: &str) -> Change {
    Change::JoinWifi { ssid: Ssid::new(ssid).unwrap(), password: Some(WifiPassword::parse(password).unwrap()) }
}

async fn address(fake: &Fake) -> IpAddr {
    fake.network_state().await.unwrap().interfaces[0].addresses[0].address
}

/// Makes a change and waits until it is up or has ended; returns how it ended, if it did.
async fn settle(fake: &Fake, change: Change, by: ConfirmedBy) -> Option<Option<Undone>> {
    let Applied::Pending(pending) = fake.apply(change, by).await.unwrap() else { panic!("done at once") };
    let mut changes = fake.changes();
    let settled = changes.wait_for(|state| match &state.pending {
        Some(pending) => pending.stage == Stage::Up && by == ConfirmedBy::Person,
        None => state.last.is_some_and(|last| last.id == pending.id),
    });
    let state = timeout(DEADLINE, settled).await.unwrap().unwrap().clone();
    if state.pending.is_some() { None } else { state.last.map(|last| last.undone) }
}

async fn ended(fake: &Fake) -> Option<Undone> {
    let mut changes = fake.changes();
    let over = changes.wait_for(|state| state.pending.is_none());
    timeout(DEADLINE, over).await.unwrap().unwrap().last.unwrap().undone
}

/// What both have in common must be usable without knowing which one it is.
#[tokio::test]
async fn it_is_a_system_like_the_other() {
    let system: std::sync::Arc<dyn SystemControl> = std::sync::Arc::new(fake(DEADLINE));
    assert_eq!(system.name().await.unwrap().host, "imbox");
    assert!(system.health().await.memory.is_some(), "that of the machine it runs on");
}

#[tokio::test]
async fn a_change_is_kept_when_confirmed_and_undone_when_not() {
    let old = IpAddr::V4(Ipv4Addr::new(192, 168, 1, 50));
    let new = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 5));
    // Long enough for a busy machine to see the change in progress, and short enough to wait for.
    let fake = fake(Duration::from_secs(2));
    assert_eq!(settle(&fake, fixed(), ConfirmedBy::Person).await, None);
    assert_eq!(address(&fake).await, new);
    assert_eq!(fake.apply(fixed(), ConfirmedBy::Person).await, Err(SystemError::ChangePending));
    assert_eq!(ended(&fake).await, Some(Undone::NotConfirmed));
    assert_eq!(address(&fake).await, old);

    let fake = self::fake(DEADLINE);
    settle(&fake, fixed(), ConfirmedBy::Person).await;
    let id = fake.changes().borrow().pending.as_ref().unwrap().id;
    fake.confirm(id).await.unwrap();
    assert_eq!((ended(&fake).await, address(&fake).await), (None, new));
    assert_eq!(fake.undo(id).await, Err(SystemError::NoSuchChange));
}

#[tokio::test]
async fn what_can_go_wrong_with_wifi_can_be_tried() {
    let fake = fake(DEADLINE);
    let by = ConfirmedBy::Gateway;
    assert_eq!(settle(&fake, join("Office", "wrong-password"), by).await, Some(Some(Undone::WrongPassword)));
    assert_eq!(settle(&fake, join("Cellar", "some password"), by).await, Some(Some(Undone::NoAddress)));
    assert_eq!(settle(&fake, join("Elsewhere", "some password"), by).await, Some(Some(Undone::OutOfRange)));
    assert_eq!(fake.apply(join("Corporate", "some password"), by).await, Err(SystemError::WifiSecurity));
    assert_eq!(settle(&fake, join("Office", "some password"), by).await, Some(None));
    let office = fake.scan_wifi().await.unwrap().into_iter().find(|network| network.in_use).unwrap();
    assert!(office.known && office.ssid.to_string() == "Office");
    let (ssid, password) = (Ssid::new("imbox").unwrap(), WifiPassword::parse("open sesame").unwrap());
    let hotspot = Hotspot { ssid: ssid.clone(), password, band: WifiBand::Ghz2 };
    assert_eq!(settle(&fake, Change::HotspotOn(hotspot), ConfirmedBy::Link).await, Some(None));
    let state = fake.network_state().await.unwrap();
    assert_eq!((state.hotspot, state.known_wifi.len()), (Some(ssid), 1));
    let forget = Change::ForgetWifi { ssid: Ssid::new("Office").unwrap() };
    assert_eq!(fake.apply(forget, ConfirmedBy::Person).await, Ok(Applied::Done), "it is not in use any more");
}

async fn install(fake: &Fake, name: &str) -> Result<InstallProgress, SystemError> {
    let dir = tempfile::tempdir().unwrap();
    let bundle = dir.path().join(name);
    std::fs::write(&bundle, "bundle").unwrap();
    let mut progress: watch::Receiver<InstallProgress> = fake.install_update(&bundle).await?;
    assert_eq!(fake.install_update(&bundle).await.unwrap_err(), SystemError::UpdateRunning);
    let over = progress.wait_for(|now| !matches!(now, InstallProgress::Running { .. }));
    Ok(timeout(DEADLINE, over).await.unwrap().unwrap().clone())
}

#[tokio::test]
async fn an_update_is_started_and_a_broken_one_gone_back_from() {
    let fake = fake(DEADLINE);
    assert_eq!(install(&fake, "new.raucb").await, Ok(InstallProgress::Done));
    assert_eq!(fake.update_state().await.unwrap().next, NextStart::Other);
    fake.restart_box().await.unwrap();
    assert_eq!(fake.update_state().await.unwrap().current.version.as_deref(), Some("9.9.9"));
    assert_eq!(install(&fake, "broken.raucb").await, Ok(InstallProgress::Done));
    fake.restart_box().await.unwrap();
    let state = fake.update_state().await.unwrap();
    assert_eq!((state.current.boot_name.as_str(), state.other.unwrap().health), ("B", SlotHealth::Bad));
    assert_eq!(fake.start_other_next().await, Err(SystemError::NoOtherVersion));
    let refused = |fault| Err(SystemError::BundleRefused(fault));
    assert_eq!(install(&fake, "unsigned.raucb").await, refused(BundleFault::Signature));
    let failed = InstallProgress::Failed(BundleFault::Incompatible);
    assert_eq!(install(&fake, "other.raucb").await, Ok(failed));
}

#[tokio::test]
async fn the_clock_takes_a_phone_s_time_only_without_a_server_s() {
    let fake = fake(DEADLINE);
    assert_eq!(fake.set_time(1).await, Err(SystemError::ClockSynchronised));
    fake.set_ntp(Ntp::Off).await.unwrap();
    assert_eq!(fake.set_time(1).await, Ok(()));
    assert_eq!(fake.set_time_zone("Mars/Olympus").await, Err(SystemError::UnknownTimeZone));
}

#[tokio::test]
async fn its_log_is_paged_without_holes() {
    let fake = fake(DEADLINE);
    let filter = LogFilter { at_least: Some(Severity::Warning), ..LogFilter::default() };
    let mut from = LogPosition::Newest;
    let mut found: Vec<Cursor> = Vec::new();
    loop {
        let page = fake.read_log(&filter, from, 7).await.unwrap();
        found.splice(0..0, page.entries.iter().map(|entry| entry.cursor.clone()));
        from = LogPosition::Before(found[0].clone());
        if !page.more {
            break;
        }
    }
    let all = fake.read_log(&filter, LogPosition::Newest, 500).await.unwrap();
    assert_eq!(found, all.entries.into_iter().map(|entry| entry.cursor).collect::<Vec<_>>());
}
