//! The existing backups, on the box and on every USB disk that is plugged in: listing, downloading and deleting them.

use std::io;
use std::path::{Path, PathBuf};

use super::destinations::{self, Destination};
use super::make::needed;
use super::schedule::schedule;
use super::{BACKUP, names};
use crate::actions::disk::on_disk;
use crate::actions::{Caller, Core, Done, machine::usb};
use crate::files::{FilesError, entries};
use crate::wire::{Backup, BackupProgress, BackupState, ErrorCode};

/// The suffix of locked backups.
pub(super) const LOCKED: &str = ".age";

/// The existing backups, newest first, the one being made, and the schedule.
///
/// # Errors
/// `forbidden`, and as any read.
pub async fn state(core: &Core, caller: &Caller) -> Done<BackupState> {
    caller.must_be_admin()?;
    let shelf = &core.backup.shelf;
    let under_way = shelf.progress();
    let failed = shelf.failure();
    Ok(BackupState {
        backups: list_all(core).await?,
        under_way: under_way.map(|p| BackupProgress { done_bytes: p.done, total_bytes: p.total }),
        failed: failed.filter(|_| under_way.is_none()),
        schedule: schedule(core).await?,
        needed_bytes: needed(core).await?,
        free_bytes: core.blobs.free_bytes().await?,
        disks: usb::disks(core).await,
    })
}

/// The path of a backup.
///
/// # Errors
/// `forbidden`, `backup_missing`.
pub async fn path(core: &Core, caller: &Caller, name: &str) -> Done<PathBuf> {
    caller.must_be_admin()?;
    for place in destinations::all(core, &core.backup.shelf).await {
        let here = list(&place).await.unwrap_or_default();
        if here.into_iter().any(|backup| backup.name == name) {
            return Ok(place.folder.join(name));
        }
    }
    Err(ErrorCode::BackupMissing.into())
}

/// Notes in the audit log that a backup is about to be downloaded.
///
/// # Errors
/// As any write.
pub async fn note_download(core: &Core, caller: &Caller, name: &str) -> Done<()> {
    Ok(core.store.note(caller.act(core, "backup.download", name.to_owned(), String::new())).await?)
}

/// Deletes a backup.
///
/// # Errors
/// `forbidden`, `backup_missing`, and as any write.
pub async fn delete(core: &Core, caller: &Caller, name: &str) -> Done<()> {
    let path = path(core, caller, name).await?;
    tokio::fs::remove_file(path).await.map_err(FilesError::from)?;
    Ok(core.store.note(caller.act(core, "backup.delete", name.to_owned(), String::new())).await?)
}

/// The backups everywhere, newest first. A disk that cannot be read at the moment counts as empty.
pub(super) async fn list_all(core: &Core) -> Done<Vec<Backup>> {
    let mut found = Vec::new();
    for place in destinations::all(core, &core.backup.shelf).await {
        match list(&place).await {
            Ok(here) => found.extend(here),
            Err(refused) if place.disk.is_none() => return Err(refused),
            Err(refused) => tracing::debug!(code = ?refused.code, "a disk cannot be read"),
        }
    }
    newest_first(&mut found);
    Ok(found)
}

/// The backups in one place, newest first.
pub(super) async fn list(place: &Destination) -> Done<Vec<Backup>> {
    let (folder, disk) = (place.folder.clone(), place.disk_id());
    let mut found = on_disk(move || read_folder(&folder)).await?;
    found.iter_mut().for_each(|backup| backup.disk.clone_from(&disk));
    newest_first(&mut found);
    Ok(found)
}

fn newest_first(backups: &mut [Backup]) {
    backups.sort_by(|one, other| (other.made_at, &other.name).cmp(&(one.made_at, &one.name)));
}

fn read_folder(folder: &Path) -> io::Result<Vec<Backup>> {
    let mut found = Vec::new();
    for entry in entries(folder)? {
        let meta = match entry.metadata() {
            // It was renamed or removed a moment ago: an unfinished backup has a temporary name.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            meta => meta?,
        };
        // On somebody's disk anything may be found; a link would lead elsewhere.
        if !meta.is_file() {
            continue;
        }
        let Ok(name) = entry.file_name().into_string() else { continue };
        if let Some((made_at, locked)) = made_at(&name) {
            found.push(Backup { size: meta.len(), made_at, locked, name, disk: None });
        }
    }
    Ok(found)
}

/// When a backup of this name was made, and whether it is locked. The name is the box's own, or that of a download.
fn made_at(name: &str) -> Option<(i64, bool)> {
    let (open, locked) = name.strip_suffix(LOCKED).map_or((name, false), |open| (open, true));
    let made_at = BACKUP.made_at(open).or_else(|| names::made_at(open.strip_suffix(BACKUP.ends)?))?;
    Some((made_at, locked))
}

/// The name under which a backup is downloaded: the box's present name, and when it was made.
#[must_use]
pub fn download_name(core: &Core, name: &str) -> String {
    let Some((made_at, locked)) = made_at(name) else { return name.to_owned() };
    let box_name = core.identity.box_name.borrow().clone().unwrap_or_else(|| "imbox".to_owned());
    names::readable(&box_name, made_at, &format!("{}{}", BACKUP.ends, if locked { LOCKED } else { "" }))
}

/// Deletes all but the newest backups that the schedule keeps; what somebody put there under another name stays.
pub(super) async fn rotate(core: &Core, place: &Destination) -> Done<()> {
    let keep = schedule(core).await?.keep as usize;
    let own = |backup: &Backup| BACKUP.made_at(backup.name.strip_suffix(LOCKED).unwrap_or(&backup.name)).is_some();
    for old in list(place).await?.into_iter().filter(own).skip(keep) {
        tokio::fs::remove_file(place.folder.join(&old.name)).await.map_err(FilesError::from)?;
    }
    Ok(())
}
