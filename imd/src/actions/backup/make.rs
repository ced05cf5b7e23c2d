//! Making a backup: the checks before it, the copy of the database, and the file that everything is packed into.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::watch;

use super::destinations::{self, Destination};
use super::list::{LOCKED, rotate, state};
use super::{BACKUP, FORMAT, Manifest, codes};
use crate::actions::disk::blocking;
use crate::actions::secrets::random;
use crate::actions::{Caller, Core, Done, Refused, identity::facts};
use crate::age::{Passphrase, Randomness};
use crate::files::{Amount, Amounts, FilesError, Lock, Progress, hash_file};
use crate::store::{self, Setting};
use crate::wire::{BackupState, ErrorCode, MakeBackup};

/// Begins to make a backup, which then continues by itself.
///
/// # Errors
/// `forbidden`, `password_too_short` or `password_unfit` for the passphrase, `backup_running`, `disk_full` when there
/// is not enough room, `usb_…` for a disk, and as any write.
pub async fn begin(core: &Arc<Core>, caller: &Caller, order: MakeBackup) -> Done<BackupState> {
    caller.must_be_admin()?;
    let lock = order.passphrase.map(chosen).transpose()?;
    let alone = core.backup.shelf.claim().ok_or_else(|| Refused::from(ErrorCode::BackupRunning))?;
    let place = destinations::find(core, &core.backup.shelf, order.disk.as_deref()).await?;
    check_space(core, &place).await?;
    let detail = if lock.is_some() { "locked" } else { "" };
    core.store.note(caller.act(core, "backup.make", "box".to_owned(), detail.to_owned())).await?;
    let progress = announce(core).await?;
    let task = Arc::clone(core);
    tokio::spawn(async move {
        make(&task, &place, lock, progress).await;
        drop(alone);
    });
    state(core, caller).await
}

/// The lock for a passphrase that somebody chose.
fn chosen(passphrase: String) -> Done<Lock> {
    match passphrase.chars().count() {
        0..8 => Err(ErrorCode::PasswordTooShort.into()),
        257.. => Err(ErrorCode::PasswordUnfit.into()),
        _ => lock(passphrase),
    }
}

/// The lock for a passphrase, with a key that is used only once.
pub(in crate::actions) fn lock(passphrase: String) -> Done<Lock> {
    let passphrase = Passphrase::new(passphrase).ok_or(ErrorCode::PasswordUnfit)?;
    Ok(Lock { passphrase, randomness: Randomness { file_key: random()?, salt: random()?, nonce: random()? } })
}

/// Makes the progress of a backup visible to admins, until [`note_end`](super::shelf::Shelf::note_end).
pub(in crate::actions) async fn announce(core: &Core) -> Done<watch::Sender<Progress>> {
    // Fails with `files_away` when the files cannot be read: without them it would not be a backup of the box.
    let total = core.blobs.inventory().await?.amount().bytes;
    let (tell, progress) = watch::channel(Progress { done: 0, total });
    core.backup.shelf.note_begin(progress);
    Ok(tell)
}

/// Makes a backup and remembers whether it failed.
pub(super) async fn make(core: &Core, place: &Destination, lock: Option<Lock>, progress: watch::Sender<Progress>) {
    let ended = write(core, place, lock, progress).await;
    core.backup.shelf.note_end();
    let failed = match ended {
        Ok(name) => {
            tracing::info!(name, "backup made");
            None
        }
        Err(refused) => {
            tracing::warn!(code = ?refused.code, "no backup was made");
            Some(refused.code)
        }
    };
    core.backup.shelf.note_failure(failed);
}

async fn write(
    core: &Core,
    place: &Destination,
    lock: Option<Lock>,
    progress: watch::Sender<Progress>,
) -> Done<String> {
    let now = core.now();
    let name = format!("{}{}", BACKUP.of(now), if lock.is_some() { LOCKED } else { "" });
    write_as(core, (place, &name), now, (lock, progress)).await?;
    core.store.set(Setting::LastBackup, Some(now.to_string())).await?;
    rotate(core, place).await?;
    Ok(name)
}

/// Writes the whole box into a file with this name and returns its note. The caller has
/// [claimed](super::shelf::Shelf::claim) the shelf.
pub(in crate::actions) async fn write_as(
    core: &Core,
    (place, name): (&Destination, &str),
    now: i64,
    (lock, progress): (Option<Lock>, watch::Sender<Progress>),
) -> Done<Manifest> {
    let shelf = &core.backup.shelf;
    tokio::fs::create_dir_all(shelf.folder()).await.map_err(FilesError::from)?;
    // Left by a backup that was interrupted.
    let database = shelf.folder().join("database.unfinished");
    let _ = tokio::fs::remove_file(&database).await;
    let _no_sweeping = core.files.packing.lock().await;
    // Until everything is packed, nothing that the copied database refers to may be swept away.
    let _kept = core.blobs.keep().await;
    core.store.copy_to(database.clone()).await?;
    // In a locked backup the passphrase protects the codes, and the box that a move leads to does not have the key.
    let ready = if lock.is_none() { seal_codes(core, database.clone()).await } else { Ok(()) };
    let packed = match ready {
        Ok(()) => pack(core, &database, (place, name), now, (lock, progress)).await,
        Err(refused) => Err(refused),
    };
    let _ = tokio::fs::remove_file(&database).await;
    packed
}

async fn seal_codes(core: &Core, database: PathBuf) -> Done<()> {
    let folder = core.folder.clone();
    blocking(move || codes::seal_all(&database, &folder)).await?
}

async fn pack(
    core: &Core,
    database: &Path,
    (place, name): (&Destination, &str),
    now: i64,
    (lock, progress): (Option<Lock>, watch::Sender<Progress>),
) -> Done<Manifest> {
    // Listed after the database was copied, so that it contains everything the copy refers to. What is stored from now
    // on is neither in the note nor in the file.
    let inventory = core.blobs.inventory().await?;
    let manifest = describe(core, database.to_owned(), inventory.amount(), now).await?;
    let note = serde_json::to_vec_pretty(&manifest).map_err(|_| Refused::from(ErrorCode::Internal))?;
    let to = place.folder.join(name);
    match core.blobs.pack(to, note, database.to_owned(), inventory, lock, progress).await {
        Ok(_) => Ok(manifest),
        Err(error) => Err(place.refusal(core, error).await),
    }
}

async fn describe(core: &Core, database: PathBuf, amount: Amount, made_at: i64) -> Done<Manifest> {
    let looked = tokio::task::spawn_blocking(move || {
        let layout = store::inspect(&database);
        (layout, hash_file(&database))
    });
    let Ok((layout, hash)) = looked.await else { return Err(ErrorCode::Internal.into()) };
    let layout = layout.map_err(|error| {
        tracing::error!(%error, "the database is damaged; a copy of it would be no backup");
        Refused::from(ErrorCode::BackupDamaged)
    })?;
    Ok(Manifest {
        format: FORMAT.to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        layout: layout.version,
        min_program: layout.min_program,
        made_at,
        name: facts::name(core).await?,
        database_blake3: hash?.0,
        files: amount.files,
        bytes: amount.bytes,
    })
}

/// Bytes that another backup would need while it is made: the files, and the database twice.
pub(in crate::actions) async fn needed(core: &Core) -> Done<u64> {
    let (files, database) = amounts(core).await?;
    Ok(destinations::on_the_box(files, database))
}

/// Bytes of all files, and of the database.
async fn amounts(core: &Core) -> Done<(u64, u64)> {
    let database = tokio::fs::metadata(core.folder.join("imd.db")).await.map(|meta| meta.len()).unwrap_or_default();
    let Amounts { on_box, on_disk } = core.blobs.amounts().await?;
    Ok((on_box.bytes + on_disk.map_or(0, |amount| amount.bytes), database))
}

/// Refuses when the destination has no room for another backup.
pub(in crate::actions) async fn check_space(core: &Core, place: &Destination) -> Done<()> {
    let (files, database) = amounts(core).await?;
    place.check(core, files, database).await
}
