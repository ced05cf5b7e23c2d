//! Restoring a backup that is on the box or on a USB disk, so that nothing has to go through a browser. On a box that
//! nobody owns, whoever has its claim code can do that; on a box in use its owners can, and lose what is newer than the
//! backup.

use std::sync::Arc;

use super::restore::{Bringer, prepare, restart_into};
use super::{destinations, list};
use crate::actions::{Caller, Core, Done, Refused, machine::usb};
use crate::age::Passphrase;
use crate::chat::Role;
use crate::wire::{ErrorCode, RestoreStored, Restored, StoredBackups};

/// The backups on the box and on the disks that are plugged in, for whoever has the claim code.
///
/// # Errors
/// `rate_limited`, `already_claimed`, `wrong_claim_code`, and as any read.
pub async fn list(core: &Core, by: Bringer<'_>) -> Done<StoredBackups> {
    by.check(core).await?;
    Ok(StoredBackups { backups: list::list_all(core).await?, disks: usb::disks(core).await })
}

/// Restores one of them on a box that nobody owns; otherwise like [`restore`](super::restore::restore).
///
/// # Errors
/// As [`restore`](super::restore::restore), and `usb_absent`, `backup_missing`.
pub async fn restore(core: &Arc<Core>, by: Bringer<'_>, which: RestoreStored) -> Done<Restored> {
    let passphrase = by.check(core).await?;
    bring_back(core, which, passphrase).await
}

/// Restores one of them on a box in use: what is newer than the backup is lost.
///
/// # Errors
/// `forbidden` for everybody but owners, `backup_running`, `usb_absent`, `backup_missing`, `not_a_backup`,
/// `backup_damaged`, `backup_newer`, `backup_locked`, `backup_wrong_passphrase`, `disk_full`, and as any write.
pub async fn restore_over(core: &Arc<Core>, caller: &Caller, which: RestoreStored) -> Done<Restored> {
    caller.must_be_admin()?;
    if caller.role != Role::Owner {
        return Err(ErrorCode::Forbidden.into());
    }
    let passphrase = opened_by(which.passphrase.clone().unwrap_or_default())?;
    // This entry is lost with the rest of the database, unless the backup is refused.
    let detail = which.disk.clone().unwrap_or_default();
    core.store.note(caller.act(core, "backup.restore", which.name.clone(), detail)).await?;
    bring_back(core, which, passphrase).await
}

/// The typed passphrase; empty for none.
pub(super) fn opened_by(typed: String) -> Done<Option<Passphrase>> {
    if typed.is_empty() {
        return Ok(None);
    }
    Passphrase::new(typed).map(Some).ok_or(ErrorCode::BackupWrongPassphrase.into())
}

async fn bring_back(core: &Arc<Core>, which: RestoreStored, passphrase: Option<Passphrase>) -> Done<Restored> {
    let busy = || Refused::from(ErrorCode::BackupRunning);
    let alone = Arc::clone(&core.backup.restoring).try_lock_owned().map_err(|_| busy())?;
    // Meanwhile no backup is made and no disk is ejected.
    let quiet = core.backup.shelf.claim().ok_or_else(busy)?;
    let place = destinations::find(core, &core.backup.shelf, which.disk.as_deref()).await?;
    let found = match list::list(&place).await {
        Ok(here) => here.into_iter().find(|backup| backup.name == which.name).ok_or(ErrorCode::BackupMissing)?,
        Err(refused) => return Err(place.unreadable(core, refused).await),
    };
    // It is unpacked beside the existing data.
    if found.size > core.blobs.free_bytes().await?.saturating_sub(core.blobs.reserve()) {
        return Err(ErrorCode::DiskFull.into());
    }
    let (task, archive) = (Arc::clone(core), place.folder.join(&found.name));
    // The client may disconnect: a phone whose screen goes dark must not leave this half done.
    let work = tokio::spawn(async move {
        let prepared = prepare(task.folder.clone(), archive, passphrase).await;
        let ended = match prepared {
            Ok(prepared) => Ok(restart_into(&task, prepared)),
            Err(refused) => Err(place.unreadable(&task, refused).await),
        };
        drop((alone, quiet));
        ended
    });
    work.await.map_err(|_| Refused::from(ErrorCode::Internal))?
}
