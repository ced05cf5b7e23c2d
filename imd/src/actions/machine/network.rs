//! Changes of the box's network by admins, made in such a way that nobody is locked out.
//!
//! A change in progress must be confirmed with a token that only the page of whoever made it has. By then that page may
//! be at another address, where it has no cookie, so the token alone is enough: 256 random bits, valid once, while the
//! change is in progress. (The system's own number of a change is easily guessed and confirms nothing here.)

use std::fmt::Display;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use super::{country, own_wifi, view};
use crate::actions::access::tickets::{self, Kind};
use crate::actions::{Caller, Core, Done, Token, access::sign_in, identity::addresses, token_hash};
use crate::chat::DeviceId;
use crate::store::Setting;
use crate::system::network::{
    Applied, Change, ChangeId, ConfirmedBy, CountryCode, IpSettings, Ssid, WifiNetwork as WifiFound,
};
use crate::wire::{
    ConfirmNetworkChange, ErrorCode, NetworkChange, NetworkChangeConfirmed, NetworkChangeMade, NetworkState,
    WifiCountry, WifiNetwork,
};

/// Long enough for the page to redeem it, too short to be passed on.
const TICKET_MS: i64 = 60_000;

/// Who may confirm the change in progress.
#[derive(Debug, Default)]
pub(super) struct Confirm(Mutex<Option<Confirmation>>);

#[derive(Debug, Clone, Copy)]
struct Confirmation {
    token_hash: [u8; 32],
    change: ChangeId,
    device: DeviceId,
}

/// The networks that the box found in its last successful scan.
#[derive(Debug, Default)]
pub(super) struct Around(Mutex<Vec<WifiFound>>);

impl Around {
    fn lock(&self) -> MutexGuard<'_, Vec<WifiFound>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Confirm {
    fn lock(&self) -> MutexGuard<'_, Option<Confirmation>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The state of the network, and the change in progress.
///
/// # Errors
/// `forbidden`, `not_on_this_machine`, `system_…`.
pub async fn state(core: &Core, caller: &Caller) -> Done<NetworkState> {
    caller.must_be_admin()?;
    let control = &core.system;
    let now = control.network_state().await?;
    let changes = control.changes().borrow().clone();
    Ok(view::network(now, &changes, Instant::now()))
}

/// Scans for Wi-Fi networks, for at most ten seconds.
///
/// # Errors
/// `forbidden`, `no_wifi`, `not_on_this_machine`, `system_…`.
pub async fn scan(core: &Core, caller: &Caller) -> Done<Vec<WifiNetwork>> {
    caller.must_be_admin()?;
    let mut found = look_around(core).await?;
    // A radio that is a hotspot may find nothing; what was in range before is still worth offering.
    if core.system.network_state().await?.hotspot.is_some() {
        let before = core.machine.around.lock().clone();
        let is_new = |one: &WifiFound| !found.iter().any(|other| other.ssid == one.ssid);
        let more: Vec<WifiFound> = before.into_iter().filter(is_new).collect();
        found.extend(more);
    }
    Ok(found.iter().map(view::wifi_network).collect())
}

/// Scans for Wi-Fi networks and remembers them if there are any.
pub(super) async fn look_around(core: &Core) -> Done<Vec<WifiFound>> {
    let found = core.system.scan_wifi().await?;
    let others = found.iter().filter(|one| !one.in_use);
    if others.clone().next().is_some() {
        *core.machine.around.lock() = others.cloned().collect();
    }
    Ok(found)
}

/// Makes a change that is undone unless it is confirmed within two minutes.
///
/// # Errors
/// `forbidden`, `invalid_setting`, `network_change_pending`, `no_such_interface`, `no_wifi`, `no_such_wifi`, `wifi_security`,
/// `not_on_this_machine`, `system_…`, and as any write.
pub async fn change(core: &Core, caller: &Caller, wanted: NetworkChange) -> Done<NetworkChangeMade> {
    caller.must_be_admin()?;
    let control = &core.system;
    let change = view::change(wanted)?;
    let detail = describe(&change);
    let opens_hotspot = matches!(change, Change::HotspotOn(_));
    // When the box moves from its hotspot to another Wi-Fi, nobody can follow: the radio that carried their connection
    // is gone.
    let leaves_hotspot = matches!(change, Change::JoinWifi { .. }) && control.network_state().await?.hotspot.is_some();
    let confirmed_by = if leaves_hotspot { ConfirmedBy::Gateway } else { ConfirmedBy::Person };
    let token = Token::new()?;
    let applied = control.apply(change, confirmed_by).await?;
    if opens_hotspot {
        own_wifi::forget(core).await?;
    }
    core.store.note(caller.act(core, "network.change", "network".to_owned(), detail)).await?;
    let pending = match applied {
        Applied::Done => return Ok(NetworkChangeMade { pending: None, token: None, links: Vec::new() }),
        Applied::Pending(pending) => pending,
    };
    tracing::info!(by = caller.user.0, change = %pending.id, "network change waits to be confirmed");
    let shown = view::pending(&pending, Instant::now());
    if confirmed_by != ConfirmedBy::Person {
        return Ok(NetworkChangeMade { pending: Some(shown), token: None, links: Vec::new() });
    }
    let waiting = Confirmation { token_hash: token.hash(), change: pending.id, device: caller.device };
    *core.machine.confirm.lock() = Some(waiting);
    let path = format!("/#/network/{}", token.reveal());
    let mut links: Vec<String> =
        pending.new_addresses.iter().map(|ip| format!("{}{path}", addresses::url_of(core, *ip))).collect();
    links.extend(addresses::list(core).into_iter().filter(|a| a.is_name).map(|a| format!("{}{path}", a.url)));
    Ok(NetworkChangeMade { pending: Some(shown), token: Some(token.reveal().to_owned()), links })
}

/// Where the box will be once the change has taken effect, as far as that is known. Its page may look there.
#[must_use]
pub fn places_to_be(core: &Core) -> Vec<String> {
    let changes = core.system.changes();
    let pending = changes.borrow();
    let addresses = pending.pending.iter().flat_map(|pending| &pending.new_addresses);
    addresses.map(|ip| addresses::url_of(core, *ip)).collect()
}

/// Keeps the change in progress, for whoever has its token.
///
/// # Errors
/// `rate_limited`, `no_such_network_change`, `network_change_unfinished` (ask again in a second), and as any write.
pub async fn confirm(core: &Core, from: IpAddr, with: ConfirmNetworkChange) -> Done<NetworkChangeConfirmed> {
    core.rates.sign_in(from)?;
    let hash = token_hash(&with.token);
    let waiting = core.machine.confirm.lock().filter(|waiting| waiting.token_hash == hash);
    let Some(Confirmation { change, device, .. }) = waiting else { return Err(ErrorCode::NoSuchNetworkChange.into()) };
    core.system.confirm(change).await?;
    core.machine.confirm.lock().take_if(|waiting| waiting.change == change);
    let caller = sign_in::of_device(core, device, from).await?;
    core.store.note(caller.act(core, "network.confirm", "network".to_owned(), String::new())).await?;
    let ticket = tickets::make(core, caller.user, Kind::HandOver(device, TICKET_MS)).await?;
    Ok(NetworkChangeConfirmed { ticket: ticket.code.unwrap_or_default() })
}

/// Undoes the change in progress now.
///
/// # Errors
/// `forbidden`, `no_such_network_change`, and as any write.
pub async fn undo(core: &Core, caller: &Caller, id: u64) -> Done<()> {
    caller.must_be_admin()?;
    core.system.undo(ChangeId(id)).await?;
    core.machine.confirm.lock().take_if(|waiting| waiting.change == ChangeId(id));
    Ok(core.store.note(caller.act(core, "network.undo", "network".to_owned(), String::new())).await?)
}

/// Sets the country whose radio rules apply, now and after each start.
///
/// # Errors
/// `forbidden`, `invalid_setting`, `not_on_this_machine`, `system_…`, and as any write.
pub async fn set_country(core: &Core, caller: &Caller, to: WifiCountry) -> Done<()> {
    caller.must_be_admin()?;
    let country = CountryCode::parse(&to.country)?;
    core.system.set_wifi_country(country).await?;
    country::keep(&core.folder, country).await;
    let act = caller.act(core, "network.country", "network".to_owned(), country.to_string());
    Ok(core.store.set_all(vec![(Setting::WifiCountry, country.to_string())], act).await?)
}

/// The change for the audit log, without passwords.
fn describe(change: &Change) -> String {
    let name = |ssid: &Ssid| ssid.to_string();
    match change {
        Change::Addresses { interface, ipv4, ipv6 } => {
            format!("{interface} ipv4 {}, ipv6 {}", addresses(ipv4), addresses(ipv6))
        }
        Change::JoinWifi { ssid, .. } => format!("join {}", name(ssid)),
        Change::ForgetWifi { ssid } => format!("forget {}", name(ssid)),
        Change::HotspotOn(hotspot) => format!("hotspot {}", name(&hotspot.ssid)),
        Change::HotspotOff => "hotspot off".to_owned(),
    }
}

fn addresses<A: Display>(settings: &IpSettings<A>) -> String {
    let (how, dns) = match settings {
        IpSettings::Automatic { dns } => ("automatic".to_owned(), dns.as_slice()),
        IpSettings::Fixed { address, gateway: Some(gateway), dns } => {
            (format!("{}/{} via {gateway}", address.address, address.prefix), dns.as_slice())
        }
        IpSettings::Fixed { address, gateway: None, dns } => {
            (format!("{}/{}", address.address, address.prefix), dns.as_slice())
        }
        IpSettings::Shared => ("shared".to_owned(), &[][..]),
        IpSettings::Off => ("off".to_owned(), &[][..]),
    };
    let dns: String = dns.iter().map(|server| format!(" {server}")).collect();
    if dns.is_empty() { how } else { format!("{how} dns{dns}") }
}
