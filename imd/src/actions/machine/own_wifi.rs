//! The Wi-Fi that the box opens by itself when there is no other way to it: no cable, no network that it knows. Its
//! password is the same each time, and is shown where the claim code is: only to who holds the box.
//!
//! That happens after a start alone. While people are in a network, a cable that is pulled for a minute opens nothing.

use std::fmt;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout_at};

use crate::actions::{Core, Done, secrets};
use crate::store::Setting;
use crate::system::SystemError;
use crate::system::network::{
    Applied, Change, ConfirmedBy, Hotspot, InterfaceKind, Link, NetworkState, Ssid, WifiBand, WifiPassword,
};

/// Name and password, for who holds the box.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnWifi {
    /// Its name, as phones list it.
    pub ssid: Ssid,
    /// Its password. Debug-printing does not show it.
    pub password: String,
}

impl fmt::Debug for OwnWifi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OwnWifi({})", self.ssid)
    }
}

/// How long the box waits for others.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For a cable or another network, after a start.
    pub alone: Duration,
    /// Between two looks, and after a failure.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { alone: Duration::from_secs(60), pause: Duration::from_secs(5) }
    }
}

/// Opens the box's own Wi-Fi once it has been alone for long enough, and closes it after a start with a cable. `shown`
/// always has what is open because of this, also when an admin closes it later. Never returns.
pub async fn open_when_alone(core: &Core, patience: Patience, shown: &watch::Sender<Option<OwnWifi>>) {
    let mut changes = core.system.changes();
    let deadline = Instant::now() + patience.alone;
    loop {
        match look(core, shown, Instant::now() >= deadline).await {
            Ok(Found::Settled) => break,
            Ok(Found::Wait) => {}
            Err(refused) => {
                tracing::debug!(code = ?refused.code, "not yet");
                sleep(patience.alone).await;
            }
        }
        sleep(patience.pause).await;
    }
    // From here on only admins change the network.
    loop {
        if let Err(refused) = show(core, shown).await {
            tracing::warn!(code = ?refused.code, "whether the box's own Wi-Fi is open");
        }
        if changes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// An admin opened a hotspot with a password of their choice: the box's own is no longer what is open.
pub(in crate::actions) async fn forget(core: &Core) -> Done<()> {
    Ok(core.store.set(Setting::OwnWifi, None).await?)
}

enum Found {
    /// The box can be reached.
    Settled,
    /// Not yet.
    Wait,
}

async fn look(core: &Core, shown: &watch::Sender<Option<OwnWifi>>, waited: bool) -> Done<Found> {
    let control = &core.system;
    let state = match control.network_state().await {
        // Somebody else manages this machine's network, or the service is still starting, as this program is.
        Err(SystemError::NotHere(_)) => return Ok(if waited { Found::Settled } else { Found::Wait }),
        other => other?,
    };
    let own = own(core, &state).await?;
    let cable = state.interfaces.iter().any(has_cable_network);
    // Checked also for a network that is known but not yet joined: the cable may be ready before the radio is.
    if cable && core.store.setting(Setting::OwnWifi).await?.is_some() {
        change(core, Change::HotspotOff).await?;
        if own.is_some() {
            tracing::info!("there is a cable: the box's own Wi-Fi is closed");
        }
        return Ok(Found::Settled);
    }
    let is_open = own.is_some();
    tell(shown, own);
    match company(&state) {
        // The cable may take longer than the radio.
        Company::Somebody if is_open && !waited => return Ok(Found::Wait),
        Company::Somebody => return Ok(Found::Settled),
        Company::NoRadio => return Ok(Found::Wait),
        Company::Nobody if !waited => return Ok(Found::Wait),
        Company::Nobody => {}
    }
    // While the hotspot is on, some radios find nothing: what is in range is remembered for the page that offers it.
    if let Err(refused) = super::network::look_around(core).await {
        tracing::debug!(code = ?refused.code, "nothing is known of the networks around");
    }
    let own = wanted(core).await?;
    let password = WifiPassword::parse(&own.password)?;
    let hotspot = Hotspot { ssid: own.ssid.clone(), password, band: WifiBand::Ghz2 };
    change(core, Change::HotspotOn(hotspot)).await?;
    tracing::info!(ssid = %own.ssid, "no cable and no known network: the box opened its own Wi-Fi");
    Ok(Found::Settled)
}

enum Company {
    /// There is a cable, a known network (perhaps still being joined), or a hotspot that is on.
    Somebody,
    Nobody,
    /// There is no radio either. One may appear later, or a cable.
    NoRadio,
}

fn company(state: &NetworkState) -> Company {
    let some = |kind, at_least: fn(Link) -> bool| {
        state.interfaces.iter().any(|interface| interface.kind == kind && at_least(interface.link))
    };
    let is_there = |link| link != Link::Absent;
    let used = |link| matches!(link, Link::Connecting | Link::Connected);
    if state.hotspot.is_some()
        || !state.known_wifi.is_empty()
        || some(InterfaceKind::Ethernet, is_there)
        || some(InterfaceKind::Wifi, used)
    {
        Company::Somebody
    } else if some(InterfaceKind::Wifi, is_there) {
        Company::Nobody
    } else {
        Company::NoRadio
    }
}

fn has_cable_network(interface: &crate::system::network::Interface) -> bool {
    interface.kind == InterfaceKind::Ethernet && interface.link == Link::Connected
}

/// Makes a change that nobody has to confirm, and waits until it has ended.
async fn change(core: &Core, change: Change) -> Done<()> {
    let control = &core.system;
    let mut changes = control.changes();
    let Applied::Pending(pending) = control.apply(change, ConfirmedBy::Link).await? else { return Ok(()) };
    let settled = changes.wait_for(|now| now.last.is_some_and(|last| last.id == pending.id));
    let undone = match timeout_at(pending.deadline + Duration::from_secs(5), settled).await {
        Ok(Ok(now)) => now.last.and_then(|last| last.undone),
        // Its end was followed by another's.
        Ok(Err(_)) | Err(_) => None,
    };
    match undone {
        None => Ok(()),
        Some(why) => {
            tracing::warn!(%why, "the box's own Wi-Fi");
            Err(crate::wire::ErrorCode::SystemFailed.into())
        }
    }
}

async fn show(core: &Core, shown: &watch::Sender<Option<OwnWifi>>) -> Done<()> {
    match core.system.network_state().await {
        Err(SystemError::NotHere(_)) => {}
        state => tell(shown, own(core, &state?).await?),
    }
    Ok(())
}

/// Who shows it writes to the card: only when there is something new.
fn tell(shown: &watch::Sender<Option<OwnWifi>>, own: Option<OwnWifi>) {
    shown.send_if_modified(|shown| {
        let changed = *shown != own;
        *shown = own;
        changed
    });
}

/// The box's own Wi-Fi, if that is what is open.
async fn own(core: &Core, state: &NetworkState) -> Done<Option<OwnWifi>> {
    let ssid = name(core)?;
    if state.hotspot.as_ref() != Some(&ssid) {
        return Ok(None);
    }
    let Some(password) = core.store.setting(Setting::OwnWifi).await? else { return Ok(None) };
    Ok(Some(OwnWifi { ssid, password }))
}

/// What it is to be: its password is made once.
async fn wanted(core: &Core) -> Done<OwnWifi> {
    // 50 random bits; in lower case, because phones begin to type with that.
    let new = secrets::code::<10>()?.to_ascii_lowercase();
    let password = core.store.set_once(Setting::OwnWifi, new).await?;
    Ok(OwnWifi { ssid: name(core)?, password })
}

/// As the box is called on the network by its serial number: two boxes that wait side by side can be told apart.
fn name(core: &Core) -> Done<Ssid> {
    let serial = core.identity.announced.borrow().serial_name.clone();
    let label = serial.split('.').next().filter(|label| !label.is_empty()).unwrap_or("imbox");
    Ok(Ssid::new(label)?)
}
