//! The backups there are, on the box and on every disk that is plugged in: listing, handing out and deleting them.

use std::io;
use std::path::{Path, PathBuf};

use super::BACKUP;
use super::destinations::{self, Destination};
use super::make::needed;
use super::schedule::schedule;
use crate::actions::disk::on_disk;
use crate::actions::{Caller, Core, Done, machine::usb};
use crate::files::{FilesError, entries};
use crate::wire::{Backup, BackupProgress, BackupState, ErrorCode};

/// What the name of a locked one ends with.
pub(super) const LOCKED: &str = ".age";

/// The backups there are, newest first, the one under way, and the schedule.
///
/// # Errors
/// `forbidden`, and as any read.
pub async fn state(core: &Core, caller: &Caller) -> Done<BackupState> {
    caller.must_be_admin()?;
    let shelf = &core.backups;
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

/// Where a backup lies.
///
/// # Errors
/// `forbidden`, `backup_missing`.
pub async fn path(core: &Core, caller: &Caller, name: &str) -> Done<PathBuf> {
    caller.must_be_admin()?;
    for place in destinations::all(core, &core.backups).await {
        let here = list(&place).await.unwrap_or_default();
        if here.into_iter().any(|backup| backup.name == name) {
            return Ok(place.folder.join(name));
        }
    }
    Err(ErrorCode::BackupMissing.into())
}

/// A backup is about to be taken away from the box: that is written down.
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

/// Everywhere, newest first. A disk that cannot be read just now has none.
pub(super) async fn list_all(core: &Core) -> Done<Vec<Backup>> {
    let mut found = Vec::new();
    for place in destinations::all(core, &core.backups).await {
        match list(&place).await {
            Ok(here) => found.extend(here),
            Err(refused) if place.disk.is_none() => return Err(refused),
            Err(refused) => tracing::debug!(code = ?refused.code, "a disk cannot be read"),
        }
    }
    found.sort_by(|one, other| other.name.cmp(&one.name));
    Ok(found)
}

/// Newest first.
pub(super) async fn list(place: &Destination) -> Done<Vec<Backup>> {
    let (folder, disk) = (place.folder.clone(), place.disk_id());
    let mut found = on_disk(move || read_folder(&folder)).await?;
    found.iter_mut().for_each(|backup| backup.disk.clone_from(&disk));
    found.sort_by(|one, other| other.name.cmp(&one.name));
    Ok(found)
}

fn read_folder(folder: &Path) -> io::Result<Vec<Backup>> {
    let mut found = Vec::new();
    for entry in entries(folder)? {
        let meta = match entry.metadata() {
            // Renamed or removed a moment ago: what is under way has another name first.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            meta => meta?,
        };
        // On somebody's disk anything may lie: a link leads elsewhere.
        if !meta.is_file() {
            continue;
        }
        let Ok(name) = entry.file_name().into_string() else { continue };
        let (open, locked) = name.strip_suffix(LOCKED).map_or((name.as_str(), false), |open| (open, true));
        if let Some(made_at) = BACKUP.made_at(open) {
            found.push(Backup { size: meta.len(), made_at, locked, name, disk: None });
        }
    }
    Ok(found)
}

/// Only the newest few are kept.
pub(super) async fn rotate(core: &Core, place: &Destination) -> Done<()> {
    let keep = schedule(core).await?.keep as usize;
    for old in list(place).await?.into_iter().skip(keep) {
        tokio::fs::remove_file(place.folder.join(&old.name)).await.map_err(FilesError::from)?;
    }
    Ok(())
}
