//! How much of the disk files may take: one person's, and all of them together.

use super::{Caller, Core, Done, Refused, active, admin};
use crate::chat::UserId;
use crate::store::Setting;
use crate::wire::{OwnStorage, StorageLimits};

const LEAST_QUOTA: u64 = 1 << 20;
const LEAST_RESERVE: u64 = 16 << 20;

/// What is set.
///
/// # Errors
/// As any read.
pub(super) async fn limits(core: &Core) -> Done<StorageLimits> {
    Ok(StorageLimits {
        quota_bytes: core.store.number(Setting::Quota).await?.unwrap_or(0),
        reserve_bytes: core.blobs.reserve(),
    })
}

/// Sets the limits; what is stored already stays.
///
/// # Errors
/// `forbidden`, `invalid_setting`, and as any write.
pub async fn set(core: &Core, caller: &Caller, to: StorageLimits) -> Done<StorageLimits> {
    admin(caller)?;
    let StorageLimits { quota_bytes: quota, reserve_bytes: reserve } = to;
    if (1..LEAST_QUOTA).contains(&quota) {
        return Err(Refused::invalid("quota_bytes", "must be 0 or at least 1 MiB"));
    }
    let most = core.blobs.space().await?.total / 2;
    // What the configuration says may stay as it is.
    if reserve != core.blobs.reserve() && !(LEAST_RESERVE..=most).contains(&reserve) {
        return Err(Refused::invalid("reserve_bytes", "must be 16 MiB to half of the disk"));
    }
    let detail = format!("quota {quota}, reserve {reserve}");
    let values = vec![(Setting::Quota, quota.to_string()), (Setting::Reserve, reserve.to_string())];
    core.store.set_all(values, caller.act(core, "storage.limits", "box".to_owned(), detail)).await?;
    core.blobs.set_reserve(reserve);
    Ok(to)
}

/// What one has stored oneself, and how much one may.
///
/// # Errors
/// `pending_approval`, `suspended`, and as any read.
pub async fn mine(core: &Core, caller: &Caller) -> Done<OwnStorage> {
    active(caller)?;
    stored_by(core, caller.user).await
}

pub(super) async fn stored_by(core: &Core, user: UserId) -> Done<OwnStorage> {
    let used_bytes = core.store.stored_by(user).await?;
    Ok(OwnStorage { used_bytes, quota_bytes: core.store.number(Setting::Quota).await?.filter(|quota| *quota > 0) })
}

/// Takes up what was set before the program started.
///
/// # Errors
/// As any read.
pub async fn take_up(core: &Core) -> Done<()> {
    if let Some(reserve) = core.store.number(Setting::Reserve).await? {
        core.blobs.set_reserve(reserve);
    }
    Ok(())
}
