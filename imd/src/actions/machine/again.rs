//! What the machine forgets when it restarts, said again at each start: time servers, the Wi-Fi country, the names, and
//! a clock that has no battery.

use std::time::Duration;

use super::clock;
use crate::actions::{Core, Done, box_info};
use crate::store::Setting;
use crate::system::network::CountryCode;
use crate::system::{HostName, SystemError};

/// A service that is not there yet is asked again after so long.
const PAUSE: Duration = Duration::from_secs(10);
/// And so often.
const TRIES: u32 = 6;

/// Says everything again; what fails is tried again for a minute and then logged. Never in the way of anything else.
pub async fn say_again(core: &Core) {
    tokio::join!(
        persistently("the clock", || clock::raise_to_floor(core, &*core.machine.control)),
        persistently("time servers", || servers(core)),
        persistently("the Wi-Fi country", || country(core)),
        persistently("the names", || names(core)),
    );
}

async fn persistently<F: Future<Output = Done<()>>>(what: &str, say: impl Fn() -> F) {
    for _ in 0..TRIES {
        match say().await {
            Ok(()) => return,
            Err(refused) => tracing::debug!(what, code = ?refused.code, "not yet"),
        }
        tokio::time::sleep(PAUSE).await;
    }
    tracing::warn!(what, "could not be set again after the start");
}

async fn servers(core: &Core) -> Done<()> {
    let Some(servers) = core.store.setting(Setting::NtpServers).await? else { return Ok(()) };
    let servers: Vec<String> = servers.split_whitespace().map(str::to_owned).collect();
    gone_is_fine(core.machine.control.set_ntp_servers(&servers).await)
}

async fn country(core: &Core) -> Done<()> {
    let Some(country) = core.store.setting(Setting::WifiCountry).await? else { return Ok(()) };
    gone_is_fine(core.machine.control.set_wifi_country(CountryCode::parse(&country)?).await)
}

/// The machine is called as the box is, also when the box got its name before there was a service to tell.
async fn names(core: &Core) -> Done<()> {
    if !box_info::is_claimed(core).await? {
        return Ok(());
    }
    let host = HostName::parse(&core.wanted.borrow().clone())?;
    let shown = box_info::name(core).await?;
    match core.machine.control.name().await {
        Ok(now) if now.host == host.as_str() && now.shown == shown => Ok(()),
        Ok(_) => gone_is_fine(core.machine.control.set_name(&host, &shown).await),
        Err(error) => gone_is_fine(Err(error)),
    }
}

/// A laptop without that service is not waited for.
fn gone_is_fine(said: Result<(), SystemError>) -> Done<()> {
    match said {
        Err(SystemError::NotHere(_)) | Ok(()) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
