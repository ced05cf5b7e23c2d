//! Restoring a backup on a new box: it is received, unpacked beside the existing data, and every byte is checked. Only
//! the next start puts it in place, and a start that is interrupted is continued by the one after it.

use std::fs;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::Stream;

use super::stored::opened_by;
use super::{FORMAT, Manifest, codes};
use crate::actions::access::claim;
use crate::actions::disk::blocking;
use crate::actions::{Core, Done, Refused, files::place, search};
use crate::age::Passphrase;
use crate::files::{ArchiveError, Spool, check_lock, clear, unpack};
use crate::store::{self, OpenError};
use crate::wire::{ErrorCode, Restored};

/// In the data folder: what was unpacked and is to be put in place.
const STAGED: &str = "restored";
/// Written last into that folder: everything else in it is complete.
const READY: &str = "ready";
/// The previous data, until the restored box has started.
const BEFORE: &str = "before-restore";

/// Is a backup being received or restored?
#[must_use]
pub fn is_running(core: &Core) -> bool {
    core.backup.restoring.try_lock().is_err()
}

/// Receives a backup and prepares it; the program restarts into it a moment after the answer. To its members the box is
/// the same as before, with their devices signed in.
///
/// # Errors
/// `rate_limited`, `already_claimed`, `wrong_claim_code`, `backup_running`, `not_a_backup`, `backup_damaged`, `backup_newer`,
/// `backup_locked`, `backup_wrong_passphrase`, `disk_full`, `upload_interrupted`, and as any read.
pub async fn restore<S, E>(core: &Core, by: Bringer<'_>, len: Option<u64>, body: S) -> Done<Restored>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: std::fmt::Display,
{
    let passphrase = by.check(core).await?;
    let _alone = core.backup.restoring.try_lock().map_err(|_| Refused::from(ErrorCode::BackupRunning))?;
    // For a while there is both the packed and the unpacked form.
    let room = core.blobs.free_bytes().await?.saturating_sub(core.blobs.reserve()) / 2;
    if len.is_some_and(|len| len > room) {
        return Err(ErrorCode::DiskFull.into());
    }
    let spool = Spool::new(core.folder.join("incoming-backup"));
    let received = spool.receive(body, "backup.tar", len, room).await;
    let prepared = match received {
        Ok((archive, _)) => prepare(core.folder.clone(), archive, passphrase).await,
        Err(error) => Err(error.into()),
    };
    spool.clear().await?;
    Ok(restart_into(core, prepared?))
}

/// Everything is ready: restarts the program, and the next start puts the backup in place.
pub(super) fn restart_into(core: &Core, (note, invites_void): (Manifest, u64)) -> Restored {
    tracing::info!(made_at = note.made_at, files = note.files, "a backup is ready; restarting into it");
    core.restart.send_replace(true);
    Restored { name: note.name, made_at: note.made_at, files: note.files, bytes: note.bytes, invites_void }
}

/// Who restores a backup, and how it is opened.
#[derive(Debug, Clone)]
pub struct Bringer<'a> {
    /// Their address.
    pub from: IpAddr,
    /// The box's claim code, as typed.
    pub code: &'a str,
    /// The backup's passphrase; empty if it is not locked.
    pub passphrase: String,
}

impl Bringer<'_> {
    pub(super) async fn check(self, core: &Core) -> Done<Option<Passphrase>> {
        core.rates.sign_in(self.from)?;
        claim::check_code(core, self.code).await?;
        opened_by(self.passphrase)
    }
}

/// Could a backup with this beginning be opened? Asked before the whole of it is sent.
///
/// # Errors
/// `rate_limited`, `already_claimed`, `wrong_claim_code`, `backup_running`, `not_a_backup`, `backup_damaged`,
/// `backup_locked`, `backup_wrong_passphrase`.
pub async fn check_beginning(core: &Core, by: Bringer<'_>, beginning: Bytes) -> Done<()> {
    let passphrase = by.check(core).await?;
    // Opening takes much memory, so only one is opened at a time.
    let _alone = core.backup.restoring.try_lock().map_err(|_| Refused::from(ErrorCode::BackupRunning))?;
    Ok(blocking(move || check_lock(&beginning, passphrase.as_ref())).await??)
}

/// Unpacks an archive beside the existing data and checks every byte; the next start puts it in place. Returns its
/// note, and how many invites no longer work.
pub(in crate::actions) async fn prepare(
    folder: PathBuf,
    archive: PathBuf,
    passphrase: Option<Passphrase>,
) -> Done<(Manifest, u64)> {
    let work = move || {
        let staged = folder.join(STAGED);
        remove(&staged)?;
        let checked = check(&archive, &staged, &folder, passphrase.as_ref());
        if checked.is_err() {
            remove(&staged)?;
        }
        checked
    };
    blocking(work).await?
}

/// Unpacks it and checks every byte; afterwards it is ready.
fn check(archive: &Path, staged: &Path, folder: &Path, passphrase: Option<&Passphrase>) -> Done<(Manifest, u64)> {
    let unpacked = unpack_noted(archive, staged, folder, passphrase)?;
    let ready = || -> io::Result<()> {
        fs::File::create(staged.join(READY))?.sync_all()?;
        fs::File::open(staged)?.sync_all()
    };
    ready().map_err(crate::files::FilesError::from)?;
    Ok(unpacked)
}

/// Unpacks an unlocked backup into a folder of its own and checks every byte, for the box in `folder`. Blocks.
///
/// # Errors
/// `not_a_backup`, `backup_damaged`, `backup_newer`, `backup_locked`, `disk_full`.
pub fn unpack_checked(archive: &Path, to: &Path, folder: &Path) -> Done<()> {
    unpack_noted(archive, to, folder, None).map(|_| ())
}

fn unpack_noted(
    archive: &Path,
    staged: &Path,
    folder: &Path,
    passphrase: Option<&Passphrase>,
) -> Done<(Manifest, u64)> {
    let mut note = None;
    let unpacked = unpack(archive, staged, passphrase, |text| -> Done<()> {
        let read = read_note(text)?;
        // Refused before hours of unpacking.
        if is_newer(read.layout, read.min_program) {
            return Err(ErrorCode::BackupNewer.into());
        }
        note = Some(read);
        Ok(())
    })?;
    let note = note.ok_or(Refused::from(ErrorCode::NotABackup))?;
    let amount = unpacked.amount;
    if unpacked.database_hash != note.database_blake3 || amount.files != note.files || amount.bytes != note.bytes {
        return Err(ErrorCode::BackupDamaged.into());
    }
    let database = staged.join("imd.db");
    store::inspect(&database).map_err(|error| match error {
        OpenError::Newer { .. } => Refused::from(ErrorCode::BackupNewer),
        OpenError::Damaged { .. } | OpenError::Unusable { .. } => ErrorCode::BackupDamaged.into(),
    })?;
    let invites_void = codes::open_all(&database, folder, note.made_at)?;
    Ok((note, invites_void))
}

/// Does a database of this layout, which needs at least layout `min_program`, need a newer program than this?
pub(in crate::actions) fn is_newer(layout: i64, min_program: i64) -> bool {
    layout > store::LATEST && min_program > store::LATEST
}

fn read_note(text: &[u8]) -> Done<Manifest> {
    let note: Manifest = serde_json::from_slice(text).map_err(|_| Refused::from(ErrorCode::NotABackup))?;
    if note.format == FORMAT { Ok(note) } else { Err(ErrorCode::BackupNewer.into()) }
}

/// Puts a prepared backup in place. To be called at the start, before the database is opened; if it is interrupted at
/// any point, the next call continues. Returns whether there was one.
///
/// # Errors
/// Those of the disk.
pub fn take_over(folder: &Path) -> io::Result<TookOver> {
    let (staged, before) = (folder.join(STAGED), folder.join(BEFORE));
    if !staged.join(READY).exists() {
        clear(&staged)?;
        clear(&before)?;
        return Ok(TookOver::Nothing);
    }
    fs::create_dir_all(&before)?;
    if staged.join("imd.db").exists() {
        // The log of the old database must be gone before the new database gets its name.
        for old in ["imd.db-wal", "imd.db-shm", "imd.db"] {
            move_aside(&folder.join(old), &before.join(old))?;
        }
        fs::rename(staged.join("imd.db"), folder.join("imd.db"))?;
    }
    if staged.join("blobs").exists() {
        move_aside(&folder.join("blobs"), &before.join("blobs"))?;
        fs::rename(staged.join("blobs"), folder.join("blobs"))?;
    }
    // Unfinished work of the old box does not belong to the restored one, which counts its uploads anew. All its files
    // are on the card now; a USB disk has to be chosen again.
    for under_way in ["partial", "moving", "incoming-move", search::FOLDER, place::FILE] {
        clear(&folder.join(under_way))?;
    }
    fs::File::open(folder)?.sync_all()?;
    clear(&staged)?;
    Ok(TookOver::Backup)
}

/// Was a backup put in place?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TookOver {
    /// Yes.
    Backup,
    /// No.
    Nothing,
}

fn move_aside(from: &Path, to: &Path) -> io::Result<()> {
    if !from.exists() {
        return Ok(());
    }
    clear(to)?;
    fs::rename(from, to)
}

fn remove(path: &Path) -> Done<()> {
    Ok(clear(path).map_err(crate::files::FilesError::from)?)
}

impl From<ArchiveError> for Refused {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::NoArchive => ErrorCode::NotABackup.into(),
            ArchiveError::Locked => ErrorCode::BackupLocked.into(),
            ArchiveError::WrongPassphrase => ErrorCode::BackupWrongPassphrase.into(),
            ArchiveError::Damaged(why) => {
                tracing::warn!(why, "a backup is damaged");
                ErrorCode::BackupDamaged.into()
            }
            ArchiveError::Disk(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: PathBuf, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Were this to fail, a power cut while a backup is being put in place would leave neither the old box nor the
    /// restored one.
    #[test]
    fn wherever_it_is_cut_off_the_next_start_ends_with_the_backup() {
        for cut in 0..=4 {
            let folder = tempfile::tempdir().unwrap();
            let path = |name: &str| folder.path().join(name);
            for (name, text) in
                [("imd.db", "old"), ("imd.db-wal", "old"), ("blobs/aa/x", "old"), ("restored/imd.db", "new")]
            {
                write(path(name), text);
            }
            write(path("restored/blobs/bb/y"), "new");
            write(path("partial/17"), "half of somebody's film");
            // Not ready: what was half unpacked is no backup, and the old box stays.
            assert_eq!(take_over(folder.path()).unwrap(), TookOver::Nothing);
            assert_eq!(fs::read_to_string(path("imd.db")).unwrap(), "old");
            write(path("restored/imd.db"), "new");
            write(path("restored/blobs/bb/y"), "new");
            write(path("restored/ready"), "");
            let steps: [&dyn Fn(); 4] = [
                &|| fs::create_dir_all(path("before-restore")).unwrap(),
                &|| fs::rename(path("imd.db-wal"), path("before-restore/imd.db-wal")).unwrap(),
                &|| fs::rename(path("imd.db"), path("before-restore/imd.db")).unwrap(),
                &|| fs::rename(path("restored/imd.db"), path("imd.db")).unwrap(),
            ];
            steps[..cut].iter().for_each(|step| step());
            assert_eq!(take_over(folder.path()).unwrap(), TookOver::Backup, "{cut}");
            assert_eq!(fs::read_to_string(path("imd.db")).unwrap(), "new", "{cut}");
            assert!(!path("imd.db-wal").exists() && !path("blobs/aa/x").exists() && path("blobs/bb/y").exists());
            assert_eq!(take_over(folder.path()).unwrap(), TookOver::Nothing);
            assert!(!path("before-restore").exists() && !path("partial").exists());
        }
    }
}
