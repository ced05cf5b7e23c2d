//! Limits for files: for one person, and for all of them together.

use crate::actions::people::admin::manageable;
use crate::actions::{Caller, Core, Done, Refused};
use crate::chat::UserId;
use crate::store::Setting;
use crate::wire::{OwnStorage, SetQuota, StorageLimits};

const LEAST_QUOTA: u64 = 1 << 20;
/// An exbibyte.
const MOST_QUOTA: u64 = 1 << 60;
const QUOTA_RULE: &str = "must be 0 or 1 MiB to 1 EiB";
const LEAST_RESERVE: u64 = 16 << 20;

/// The limits that are set.
///
/// # Errors
/// As any read.
pub(in crate::actions) async fn limits(core: &Core) -> Done<StorageLimits> {
    Ok(StorageLimits {
        quota_bytes: core.store.number(Setting::Quota).await?.unwrap_or(0),
        reserve_bytes: core.blobs.reserve(),
    })
}

/// Sets the limits; stored files stay.
///
/// # Errors
/// `forbidden`, `invalid_setting`, and as any write.
pub async fn set(core: &Core, caller: &Caller, to: StorageLimits) -> Done<StorageLimits> {
    caller.must_be_admin()?;
    let StorageLimits { quota_bytes: quota, reserve_bytes: reserve } = to;
    if !is_quota(quota) {
        return Err(Refused::invalid("quota_bytes", QUOTA_RULE));
    }
    let most = core.blobs.space().await?.total / 2;
    // The value from the configuration may stay as it is.
    if reserve != core.blobs.reserve() && !(LEAST_RESERVE..=most).contains(&reserve) {
        return Err(Refused::invalid("reserve_bytes", "must be 16 MiB to half of the disk"));
    }
    let detail = format!("quota {quota}, reserve {reserve}");
    let values = vec![(Setting::Quota, quota.to_string()), (Setting::Reserve, reserve.to_string())];
    core.store.set_all(values, caller.act(core, "storage.limits", "box".to_owned(), detail)).await?;
    core.blobs.set_reserve(reserve);
    Ok(to)
}

/// How much the caller has stored, and how much they may.
///
/// # Errors
/// `pending_approval`, `suspended`, and as any read.
pub async fn mine(core: &Core, caller: &Caller) -> Done<OwnStorage> {
    caller.must_be_active()?;
    stored_by(core, caller.user).await
}

pub(in crate::actions) async fn stored_by(core: &Core, user: UserId) -> Done<OwnStorage> {
    let used_bytes = core.store.stored_by(user).await?;
    Ok(OwnStorage { used_bytes, quota_bytes: core.store.quota(user).await?.bytes() })
}

/// Gives one person a limit of their own, or takes it away again; stored files stay.
///
/// # Errors
/// `forbidden`, `not_found`, `invalid_setting`, and as any write.
pub async fn set_own(core: &Core, caller: &Caller, user: UserId, to: SetQuota) -> Done<OwnStorage> {
    let row = manageable(core, caller, user).await?;
    if to.quota_bytes.is_some_and(|quota| !is_quota(quota)) {
        return Err(Refused::invalid("quota_bytes", QUOTA_RULE));
    }
    let detail = to.quota_bytes.map_or_else(|| "as everybody".to_owned(), |quota| format!("quota {quota}"));
    core.store.set_quota(user, to.quota_bytes, caller.act(core, "person.quota", row.user.handle, detail)).await?;
    stored_by(core, user).await
}

/// No limit, or one that is large enough to be useful and fits the database.
fn is_quota(bytes: u64) -> bool {
    bytes == 0 || (LEAST_QUOTA..=MOST_QUOTA).contains(&bytes)
}

/// Applies what was set before the program started.
///
/// # Errors
/// As any read.
pub async fn take_up(core: &Core) -> Done<()> {
    if let Some(reserve) = core.store.number(Setting::Reserve).await? {
        core.blobs.set_reserve(reserve);
    }
    Ok(())
}
