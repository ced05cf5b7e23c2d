//! The box's clock: zone, time servers, and setting it from a phone.
//!
//! The clock is never set to a time before this version was built. At the start it is raised to the latest of that
//! time, the time last noted, and the time of the newest message (see [`super::again`]).

use crate::actions::{Caller, Core, Done};
use crate::store::Setting;
use crate::system::{Ntp, SystemControl};
use crate::wire::{ChangeClock, ClockState, ErrorCode, SetTime};

/// When this version was built, milliseconds since 1970: `SOURCE_DATE_EPOCH` of its build, or 1 November 2026.
#[must_use]
pub fn made_at() -> i64 {
    /// 2026-11-01T00:00:00Z
    const AT_LEAST: i64 = 1_793_491_200;
    let built: Option<i64> = option_env!("SOURCE_DATE_EPOCH").and_then(|seconds| seconds.parse().ok());
    built.unwrap_or(AT_LEAST).saturating_mul(1_000)
}

/// The state of the clock.
///
/// # Errors
/// `forbidden`, `not_on_this_machine`, `system_…`, and as any read.
pub async fn state(core: &Core, caller: &Caller) -> Done<ClockState> {
    caller.must_be_admin()?;
    let state = core.system.clock_state().await?;
    Ok(ClockState {
        now: core.now(),
        zone: state.zone,
        ntp: state.ntp.map(|ntp| ntp == Ntp::On),
        synchronised: state.synchronised,
        servers: state.servers,
        offered_servers: state.offered_servers,
        server: state.server,
        not_before: made_at(),
        newest_message_at: core.store.newest_event_at().await?,
    })
}

/// The names of all time zones.
///
/// # Errors
/// As [`state`].
pub async fn zones(core: &Core, caller: &Caller) -> Done<Vec<String>> {
    caller.must_be_admin()?;
    Ok(core.system.time_zones().await?)
}

/// Changes the settings of the clock; what is left out stays. Parts that succeeded stay changed even when a later one
/// is refused.
///
/// # Errors
/// `forbidden`, `unknown_time_zone`, `invalid_setting`, `not_on_this_machine`, `system_…`, and as any write.
pub async fn change(core: &Core, caller: &Caller, change: ChangeClock) -> Done<ClockState> {
    caller.must_be_admin()?;
    let control = &core.system;
    let act = |detail: String| caller.act(core, "clock.change", "clock".to_owned(), detail);
    if let Some(zone) = change.zone {
        control.set_time_zone(&zone).await?;
        core.store.note(act(format!("zone {zone}"))).await?;
    }
    if let Some(servers) = change.servers {
        control.set_ntp_servers(&servers).await?;
        let detail = format!("servers {}", servers.join(" "));
        core.store.set_all(vec![(Setting::NtpServers, servers.join(" "))], act(detail)).await?;
    }
    if let Some(ntp) = change.ntp {
        control.set_ntp(if ntp { Ntp::On } else { Ntp::Off }).await?;
        core.store.note(act(format!("time servers {}", if ntp { "on" } else { "off" }))).await?;
    }
    state(core, caller).await
}

/// Sets the clock. The order of messages does not depend on it.
///
/// # Errors
/// `forbidden`, `clock_too_early`, `clock_synchronised`, `not_on_this_machine`, `system_…`, and as any write.
pub async fn set(core: &Core, caller: &Caller, to: SetTime) -> Done<ClockState> {
    caller.must_be_admin()?;
    if to.at < made_at() {
        return Err(ErrorCode::ClockTooEarly.into());
    }
    let before = core.now();
    core.system.set_time(to.at).await?;
    let act = caller.act(core, "clock.set", "clock".to_owned(), format!("{before} -> {}", to.at));
    core.store.set_all(vec![(Setting::LastTime, to.at.to_string())], act).await?;
    state(core, caller).await
}

/// For a machine whose clock has no battery: raises the clock to the earliest possible time, if it is before that.
pub(super) async fn raise_to_floor(core: &Core, control: &dyn SystemControl) -> Done<()> {
    let floor = floor(core).await?;
    if core.now() >= floor {
        return Ok(());
    }
    control.set_time(floor).await?;
    tracing::info!(floor, "the clock was behind and was set to the latest time that is known");
    Ok(())
}

/// A message that is this much later than the time last noted was sent while the clock was wrong.
const LATER_AT_MOST_MS: i64 = 24 * 3_600_000;

async fn floor(core: &Core) -> Done<i64> {
    let noted = core.store.setting(Setting::LastTime).await?.and_then(|text| text.parse::<i64>().ok());
    let newest = core.store.newest_event_at().await?;
    let newest = newest.filter(|at| noted.is_none_or(|noted| *at <= noted.saturating_add(LATER_AT_MOST_MS)));
    Ok(made_at().max(noted.unwrap_or_default()).max(newest.unwrap_or_default()))
}

/// Notes the time for the next start of a machine whose clock has no battery.
///
/// # Errors
/// As any write.
pub async fn note_time(core: &Core) -> Done<()> {
    let now = core.now();
    if now < made_at() {
        return Ok(());
    }
    // A clock without a battery is behind until it was raised; only a clock that was set by a time server may go back.
    let noted = core.store.setting(Setting::LastTime).await?.and_then(|text| text.parse::<i64>().ok());
    let sure = core.system.clock_state().await.is_ok_and(|clock| clock.synchronised);
    if noted.is_some_and(|noted| now < noted) && !sure {
        return Ok(());
    }
    Ok(core.store.set(Setting::LastTime, Some(now.to_string())).await?)
}
