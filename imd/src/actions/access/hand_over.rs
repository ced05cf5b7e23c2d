//! Moving a signed-in device from one address of the box to another: cookies belong to one host name, people do not.

use crate::actions::access::tickets::{Kind, make};
use crate::actions::{Caller, Core, Done, identity::addresses};
use crate::wire::{ErrorCode, HandOver, HandOverLink};

/// Long enough for a page to load, too short to be passed on.
const LASTS_MS: i64 = 60_000;

/// A link that signs this device in at another address of the box, once.
///
/// # Errors
/// `host_not_allowed` when the address is not the box's, `rate_limited`, and as any write.
pub async fn hand_over(core: &Core, caller: &Caller, to: HandOver) -> Done<HandOverLink> {
    caller.must_be_active()?;
    let url = to.url.trim_end_matches('/');
    let host = url.strip_prefix("http://").ok_or(ErrorCode::HostNotAllowed)?;
    if !addresses::list(core).iter().any(|a| a.url == url) && !is_named(core, host) {
        return Err(ErrorCode::HostNotAllowed.into());
    }
    core.rates.code(caller.user)?;
    let ticket = make(core, caller.user, Kind::HandOver(caller.device, LASTS_MS)).await?;
    Ok(HandOverLink { link: format!("{url}/#/ticket/{}", ticket.code.unwrap_or_default()) })
}

/// Is it one of the host names that were configured, with or without a port?
fn is_named(core: &Core, host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, "80"));
    !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) && core.identity.hosts.iter().any(|h| h == name)
}
