//! What uses the storage, making room by hand, and the factory reset.

use std::fs;
use std::io;
use std::path::Path;

use crate::actions::backup::nightly;
use crate::actions::disk::on_disk;
use crate::actions::{
    Caller, Core, Done, Refused, files::place, identity::facts, people::quota, rooms::retention, search,
};
use crate::chat::{Role, RoomId};
use crate::files::{FilesError, clear};
use crate::store::{Cleared, Older, Tally};
use crate::wire::{CleanUp, CleanedUp, ErrorCode, FactoryReset, StorageReport, StorageShare};

/// What uses the storage.
///
/// # Errors
/// `forbidden`, and as any read.
pub async fn report(core: &Core, caller: &Caller) -> Done<StorageReport> {
    caller.must_be_admin()?;
    let (space, amounts, usage) = (core.blobs.space().await?, core.blobs.amounts().await?, core.store.usage().await?);
    let folder = core.folder.clone();
    let sizes = tokio::task::spawn_blocking(move || {
        let database = ["imd.db", "imd.db-wal"].map(|name| size_of(&folder.join(name))).iter().sum();
        let backups = size_of(&folder.join("backups")) + size_of(&folder.join(nightly::FOLDER));
        (database, size_of(&folder.join(search::FOLDER)), backups)
    });
    let (database_bytes, search_bytes, backups_bytes) = sizes.await.unwrap_or_default();
    Ok(StorageReport {
        total_bytes: space.total,
        free_bytes: space.free,
        limits: quota::limits(core).await?,
        keep: retention::state(core).await?,
        database_bytes,
        search_bytes,
        files_bytes: amounts.on_box.bytes,
        usb_files_bytes: amounts.on_disk.map(|amount| amount.bytes),
        backups_bytes,
        events: usage.events,
        kinds: usage.kinds.into_iter().map(|(kind, tally)| share(None, kind, tally)).collect(),
        rooms: usage.rooms.into_iter().map(|(id, name, tally)| share(Some(id.0), name, tally)).collect(),
        direct: share(None, String::new(), usage.direct),
        people: usage.people.into_iter().map(|(id, name, tally)| share(Some(id.0), name, tally)).collect(),
    })
}

/// Deletes old messages, or reports what would be deleted.
///
/// # Errors
/// `forbidden`, `invalid_setting`, and as any write.
pub async fn clean_up(core: &Core, caller: &Caller, wanted: CleanUp) -> Done<CleanedUp> {
    const DAY_MS: i64 = 24 * 3_600_000;
    caller.must_be_admin()?;
    if !(1..=36_500).contains(&wanted.older_than_days) {
        return Err(Refused::invalid("older_than_days", "must be 1 to 36500"));
    }
    let than = core.now() - i64::from(wanted.older_than_days) * DAY_MS;
    let older = Older { room: wanted.room.map(RoomId), than };
    let Cleared { events, tally } = if wanted.check {
        core.store.count_older(older).await?
    } else {
        let where_ = wanted.room.map_or_else(|| "all rooms".to_owned(), |room| format!("room {room}"));
        let detail = format!("older than {} days", wanted.older_than_days);
        core.store.clear_older(older, caller.act(core, "storage.clean_up", where_, detail)).await?
    };
    Ok(CleanedUp { events, files: tally.files, bytes: tally.bytes })
}

/// The file that orders a reset; its content says what is kept.
const ORDER: &str = "factory-reset";
/// Written into the order when backups are kept.
const KEEP_BACKUPS: &str = "keep backups";
/// A reset never touches this file: its lock is held.
const LOCK: &str = "imd.lock";

/// Deletes everything: the program starts again with an empty folder and a new claim code. Files on a USB disk are
/// deleted too; those on a disk that is not plugged in stay.
///
/// # Errors
/// `forbidden` for everybody but owners, `conflict` when the name is not the box's, and those of the disk.
pub async fn factory_reset(core: &Core, caller: &Caller, order: FactoryReset) -> Done<()> {
    caller.must_be_admin()?;
    if caller.role != Role::Owner {
        return Err(ErrorCode::Forbidden.into());
    }
    if order.name.trim() != facts::name(core).await? {
        return Err(ErrorCode::Conflict.into());
    }
    let (path, text) = (core.folder.join(ORDER), if order.keep_backups { KEEP_BACKUPS } else { "" });
    let write = move || {
        fs::write(&path, text)?;
        fs::File::open(&path)?.sync_all()
    };
    on_disk(write).await?;
    tracing::warn!(by = caller.user.0, "factory reset ordered");
    let going = place::forget_all(core).await.unwrap_or_else(|refused| {
        tracing::warn!(code = ?refused.code, "files stay on the USB disk");
        None
    });
    let restart = core.restart.clone();
    // Deleting many files on a slow disk takes a while; the caller already has the answer.
    tokio::task::spawn_blocking(move || {
        if let Some(Err(error)) = going.as_deref().map(clear) {
            tracing::warn!(%error, "files stay on the USB disk");
        }
        restart.send_replace(true);
    });
    Ok(())
}

/// Reserves space for a start with a full disk.
///
/// # Errors
/// Those of the disk.
pub async fn keep_ballast(core: &Core) -> Result<(), FilesError> {
    crate::files::keep_ballast(core.folder.clone(), core.blobs.reserve()).await
}

/// Carries out a reset that was ordered. To be called at the start, before anything else reads the folder; if it is
/// interrupted, the next call continues.
///
/// # Errors
/// Those of the disk.
pub fn reset_if_ordered(folder: &Path) -> io::Result<()> {
    let order = folder.join(ORDER);
    let Ok(text) = fs::read_to_string(&order) else { return Ok(()) };
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name == LOCK || name == ORDER || (name == "backups" && text == KEEP_BACKUPS) {
            continue;
        }
        let removed = match entry.file_type()?.is_dir() {
            true => fs::remove_dir_all(entry.path()),
            false => fs::remove_file(entry.path()),
        };
        // When the last reader of a box that has just stopped lets go, SQLite deletes its own log.
        removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
    }
    fs::File::open(folder)?.sync_all()?;
    fs::remove_file(order)
}

fn share(id: Option<i64>, name: String, tally: Tally) -> StorageShare {
    StorageShare { id, name, files: tally.files, bytes: tally.bytes }
}

/// Size of a file, or of all files directly in a folder; 0 for what does not exist.
fn size_of(path: &Path) -> u64 {
    match fs::read_dir(path) {
        Ok(entries) => entries.flatten().filter_map(|entry| entry.metadata().ok()).map(|meta| meta.len()).sum(),
        Err(_) => path.metadata().map(|meta| meta.len()).unwrap_or_default(),
    }
}
