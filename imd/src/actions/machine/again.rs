//! What the machine forgets when it restarts, said again at each start: time servers, the Wi-Fi country, the names, and
//! a clock that has no battery.

use std::time::Duration;

use super::{clock, country};
use crate::actions::{Core, Done, identity::facts};
use crate::store::Setting;
use crate::system::HostName;
use crate::system::network::CountryCode;
use crate::wire::ErrorCode;

/// A service that is not there yet is asked again after so long.
const PAUSE: Duration = Duration::from_secs(10);
/// And so often.
const TRIES: u32 = 6;

/// Says everything again; what fails is tried again for a minute and then logged. Never in the way of anything else.
pub async fn say_again(core: &Core) {
    tokio::join!(
        persistently("the clock", || clock::raise_to_floor(core, &*core.machine.control)),
        persistently("time servers", || servers(core)),
        persistently("the Wi-Fi country", || wifi_country(core)),
        persistently("the names", || names(core)),
    );
}

/// The daemon starts before most of the machine does, so a service that is not there may only be late; one that is still not
/// there at the end is no trouble (a laptop has not all of them).
async fn persistently<F: Future<Output = Done<()>>>(what: &str, say: impl Fn() -> F) {
    let mut last = None;
    for _ in 0..TRIES {
        match say().await {
            Ok(()) => return,
            Err(refused) => tracing::debug!(what, code = ?last.insert(refused.code), "not yet"),
        }
        tokio::time::sleep(PAUSE).await;
    }
    if last != Some(ErrorCode::NotOnThisMachine) {
        tracing::warn!(what, "could not be set again after the start");
    }
}

async fn servers(core: &Core) -> Done<()> {
    let Some(servers) = core.store.setting(Setting::NtpServers).await? else { return Ok(()) };
    let servers: Vec<String> = servers.split_whitespace().map(str::to_owned).collect();
    Ok(core.machine.control.set_ntp_servers(&servers).await?)
}

async fn wifi_country(core: &Core) -> Done<()> {
    let Some(kept) = core.store.setting(Setting::WifiCountry).await? else { return Ok(()) };
    let kept = CountryCode::parse(&kept)?;
    country::keep(&core.folder, kept).await;
    Ok(core.machine.control.set_wifi_country(kept).await?)
}

/// The machine is called as the box is, also when the box got its name before there was a service to tell.
async fn names(core: &Core) -> Done<()> {
    if !facts::is_claimed(core).await? {
        return Ok(());
    }
    let host = HostName::parse(&core.wanted.borrow().clone())?;
    let shown = facts::name(core).await?;
    match core.machine.control.name().await {
        Ok(now) if now.host == host.as_str() && now.shown == shown => Ok(()),
        Ok(_) => Ok(core.machine.control.set_name(&host, &shown).await?),
        Err(error) => Err(error.into()),
    }
}
