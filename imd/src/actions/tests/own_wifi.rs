//! Were these to fail, a box without a cable could not be reached at all, because it would not open its own Wi-Fi; and
//! a box with a cable would have an open Wi-Fi that nobody asked for.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::*;
use crate::actions::machine::own_wifi::{OwnWifi, Patience, forget, open_when_alone};
use crate::system::network::{Change as NetworkChange, ConfirmedBy, Network as _, NetworkState, Ssid, WifiPassword};
use crate::system::{Fake, Pace};

struct Started {
    shown: watch::Receiver<Option<OwnWifi>>,
    task: JoinHandle<()>,
}

impl Drop for Started {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The box starts, and counts as alone after `alone`.
fn start(house: &House, alone: Duration) -> Started {
    let (tell, shown) = watch::channel(None);
    let core = Arc::clone(&house.core);
    let patience = Patience { alone, pause: Duration::from_millis(1) };
    let task = tokio::spawn(async move { open_when_alone(&core, patience, &tell).await });
    Started { shown, task }
}

async fn machine_and_house() -> (Arc<Fake>, House) {
    let pace = Pace { step: Duration::from_millis(1), ..Pace::default() };
    let machine = Arc::new(Fake::new(pace, tokio::time::Instant::now()));
    (Arc::clone(&machine), House::on(machine).await)
}

async fn until(machine: &Fake, what: &str, wished: impl Fn(&NetworkState) -> bool) {
    let wait = async {
        while !wished(&machine.network_state().await.unwrap()) {
            sleep(Duration::from_millis(1)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(20), wait).await.is_ok(), "never: {what}");
}

async fn shown(started: &mut Started, wished: impl Fn(&Option<OwnWifi>) -> bool) -> Option<OwnWifi> {
    let wait = started.shown.wait_for(wished);
    tokio::time::timeout(Duration::from_secs(20), wait).await.expect("shown in time").unwrap().clone()
}

#[tokio::test]
async fn alone_it_opens_its_own_and_shows_how_to_get_in() {
    let (machine, house) = machine_and_house().await;
    machine.pull_cable();
    let mut started = start(&house, Duration::from_millis(5));
    let own = shown(&mut started, Option::is_some).await.unwrap();
    assert_eq!(machine.network_state().await.unwrap().hotspot.as_ref(), Some(&own.ssid));
    assert_eq!(own.ssid.to_string(), "imbox");
    assert!(own.password.len() == 10 && own.password.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert!(!format!("{own:?}").contains(&own.password));
    // What was in range before the hotspot took the radio is offered to those who connect by it.
    let offered = machine::network::scan(&house.core, &house.owner).await.unwrap();
    assert!(offered.iter().any(|network| network.ssid == "Office"), "{offered:?}");
    drop(started);
    // After the next start it is the same Wi-Fi, so that phones that know it come back automatically.
    let mut again = start(&house, Duration::from_millis(5));
    assert_eq!(shown(&mut again, Option::is_some).await.unwrap(), own);
}

#[tokio::test]
async fn with_a_cable_a_known_network_or_before_its_time_nothing_is_opened() {
    let (machine, house) = machine_and_house().await;
    let started = start(&house, Duration::ZERO);
    sleep(Duration::from_millis(50)).await;
    assert_eq!(machine.network_state().await.unwrap().hotspot, None, "there is a cable");
    assert!(!started.shown.has_changed().unwrap(), "the card is written to though there is nothing new");
    drop(started);
    let join = NetworkChange::JoinWifi { ssid: Ssid::new("Café").unwrap(), password: None };
    machine.apply(join, ConfirmedBy::Link).await.unwrap();
    until(&machine, "in the café", |state| !state.known_wifi.is_empty()).await;
    machine.pull_cable();
    let started = start(&house, Duration::ZERO);
    sleep(Duration::from_millis(50)).await;
    assert_eq!(machine.network_state().await.unwrap().hotspot, None, "it knows a network");
    drop(started);
    let forget = NetworkChange::ForgetWifi { ssid: Ssid::new("Café").unwrap() };
    machine.apply(forget, ConfirmedBy::Link).await.unwrap();
    until(&machine, "forgotten", |state| state.known_wifi.is_empty()).await;
    let _started = start(&house, Duration::from_secs(60));
    sleep(Duration::from_millis(50)).await;
    assert_eq!(machine.network_state().await.unwrap().hotspot, None, "the minute is not over");
}

#[tokio::test]
async fn after_a_start_with_a_cable_it_is_closed_again() {
    let (machine, house) = machine_and_house().await;
    machine.pull_cable();
    let mut started = start(&house, Duration::from_millis(5));
    shown(&mut started, Option::is_some).await;
    machine.plug_in_cable();
    sleep(Duration::from_millis(20)).await;
    assert!(machine.network_state().await.unwrap().hotspot.is_some(), "whoever is in it is not thrown out");
    drop(started);
    let started = start(&house, Duration::from_secs(60));
    until(&machine, "closed", |state| state.hotspot.is_none()).await;
    assert_eq!(*started.shown.borrow(), None);
}

/// After a start, the daemon is there before the service that it asks, and the cable before the radio.
#[tokio::test]
async fn it_is_closed_however_late_service_and_radio_come() {
    let (machine, house) = machine_and_house().await;
    machine.pull_cable();
    let mut started = start(&house, Duration::from_millis(5));
    shown(&mut started, Option::is_some).await;
    drop(started);
    machine.plug_in_cable();
    machine.let_radio_sleep();
    machine.network_service_starts();
    let _started = start(&house, Duration::from_secs(60));
    sleep(Duration::from_millis(20)).await;
    machine.network_service_runs();
    sleep(Duration::from_millis(20)).await;
    machine.wake_radio();
    until(&machine, "closed", |state| state.hotspot.is_none()).await;
}

#[tokio::test]
async fn a_box_whose_network_service_comes_late_opens_it_too() {
    let (machine, house) = machine_and_house().await;
    machine.pull_cable();
    machine.network_service_starts();
    let mut started = start(&house, Duration::from_millis(200));
    sleep(Duration::from_millis(20)).await;
    machine.network_service_runs();
    shown(&mut started, Option::is_some).await;
}

#[tokio::test]
async fn what_an_admin_opens_is_theirs() {
    let (machine, house) = machine_and_house().await;
    machine.pull_cable();
    let mut started = start(&house, Duration::from_millis(5));
    let own = shown(&mut started, Option::is_some).await.unwrap();
    // The same name with another password.
    let hotspot = crate::system::network::Hotspot {
        ssid: own.ssid.clone(),
        password: WifiPassword::parse("chosen by us").unwrap(),
        band: Default::default(),
    };
    forget(&house.core).await.unwrap();
    machine.apply(NetworkChange::HotspotOn(hotspot), ConfirmedBy::Link).await.unwrap();
    shown(&mut started, Option::is_none).await;
    drop(started);
    machine.plug_in_cable();
    let _started = start(&house, Duration::ZERO);
    sleep(Duration::from_millis(50)).await;
    assert!(machine.network_state().await.unwrap().hotspot.is_some(), "not closed by itself");
}
