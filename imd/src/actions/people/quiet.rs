//! When somebody does not want to be disturbed.

use crate::actions::{Caller, Core, Done};
use crate::chat::{self, UserId};
use crate::wire::{ErrorCode, Quiet, QuietHours};

/// Sets when the caller does not want to be disturbed, all of it.
///
/// # Errors
/// `bad_request` for hours that are none, `pending_approval`, `suspended`, `rate_limited`, and as any write.
pub async fn set(core: &Core, caller: &Caller, quiet: Quiet) -> Done<()> {
    caller.must_be_active()?;
    core.rates.message(caller.user, 0)?;
    let hours = match quiet.hours {
        Some(QuietHours { from, to }) => Some(chat::QuietHours::new(from, to).ok_or(ErrorCode::BadRequest)?),
        None => None,
    };
    Ok(core.store.set_quiet(caller.user, chat::Quiet { hours, until: quiet.until }).await?)
}

pub(in crate::actions) async fn quiet_of(core: &Core, user: UserId) -> Done<Quiet> {
    let quiet = core.store.quiet(user).await?;
    let hours = quiet.hours.map(|hours| QuietHours { from: hours.from(), to: hours.to() });
    Ok(Quiet { hours, until: quiet.until })
}
