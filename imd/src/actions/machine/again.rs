//! What the machine forgets when it restarts and has to be told again at each start: time servers, the Wi-Fi country,
//! its names, and the time, if its clock has no battery.

use std::time::Duration;

use super::{clock, country};
use crate::actions::{Core, Done, identity::facts};
use crate::store::Setting;
use crate::system::HostName;
use crate::system::network::CountryCode;
use crate::wire::ErrorCode;

/// Time between two attempts while a service is not there yet.
const PAUSE: Duration = Duration::from_secs(10);
/// Number of attempts.
const TRIES: u32 = 6;

/// Tells the machine everything again. What fails is retried for a minute and then logged; nothing else waits for it.
pub async fn say_again(core: &Core) {
    tokio::join!(
        persistently("the clock", || clock::raise_to_floor(core, &*core.system)),
        persistently("time servers", || servers(core)),
        persistently("the Wi-Fi country", || wifi_country(core)),
        persistently("the names", || names(core)),
    );
}

/// The daemon starts before most of the machine does, so a missing service may only be late. One that is still missing
/// at the end is no error: a laptop does not have all of them.
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
    Ok(core.system.set_ntp_servers(&servers).await?)
}

async fn wifi_country(core: &Core) -> Done<()> {
    let Some(kept) = core.store.setting(Setting::WifiCountry).await? else { return Ok(()) };
    let kept = CountryCode::parse(&kept)?;
    country::keep(&core.folder, kept).await;
    Ok(core.system.set_wifi_country(kept).await?)
}

/// Gives the machine the box's names, also when the box got its name before the service for that was there.
async fn names(core: &Core) -> Done<()> {
    if !facts::is_claimed(core).await? {
        return Ok(());
    }
    let host = HostName::parse(&core.identity.wanted.borrow().clone())?;
    let shown = facts::name(core).await?;
    match core.system.name().await {
        Ok(now) if now.host == host.as_str() && now.shown == shown => Ok(()),
        Ok(_) => Ok(core.system.set_name(&host, &shown).await?),
        Err(error) => Err(error.into()),
    }
}
