//! Where backups can be written: on the box, and on USB disks that are plugged in.

use std::path::PathBuf;

use super::shelf::Shelf;
use crate::actions::disk::{goes_away, refusal};
use crate::actions::machine::usb::FAT_FILE;
use crate::actions::{Caller, Core, Done, Refused, files::place};
use crate::files::{FilesError, tidy_folder};
use crate::system::{DiskState, UsbDisk};
use crate::wire::ErrorCode;

/// What a backup needs in addition to the files and the database: headers, and what locks it, which is about an eighth
/// of a percent.
const MARGIN: u64 = 1 << 20;

/// A place for backups.
#[derive(Debug, Clone)]
pub(in crate::actions) struct Destination {
    /// The USB disk; `None`: the box itself.
    pub(super) disk: Option<UsbDisk>,
    /// The folder.
    pub(super) folder: PathBuf,
}

impl Destination {
    /// A folder on the box.
    pub(in crate::actions) const fn on_box(folder: PathBuf) -> Self {
        Self { disk: None, folder }
    }

    fn of(disk: UsbDisk) -> Self {
        Self { folder: disk.folder.clone(), disk: Some(disk) }
    }

    pub(super) fn disk_id(&self) -> Option<String> {
        self.disk.as_ref().map(|disk| disk.id.clone())
    }

    /// Is there room for a backup with this many bytes? While it is made, `database` of them are needed on the box as
    /// well.
    ///
    /// # Errors
    /// `disk_full` when the box has not enough room, `usb_full`, `usb_format`, `usb_unwritable`, `usb_absent`.
    pub(super) async fn check(&self, core: &Core, files: u64, database: u64) -> Done<()> {
        let free = core.blobs.free_bytes().await?;
        let on_box = if self.disk.is_some() { database } else { on_the_box(files, database) };
        if free.saturating_sub(on_box) < core.blobs.reserve() {
            return Err(ErrorCode::DiskFull.into());
        }
        let Some(disk) = &self.disk else { return Ok(()) };
        match disk.state {
            DiskState::Ready => {}
            DiskState::Format => return Err(ErrorCode::UsbFormat.into()),
            DiskState::Unwritable => return Err(ErrorCode::UsbUnwritable.into()),
        }
        let size = files.saturating_add(database);
        let size = size.saturating_add(size / 800).saturating_add(MARGIN);
        if disk.format == "vfat" && size > FAT_FILE {
            return Err(ErrorCode::UsbFormat.into());
        }
        let tidied = tidy_folder(self.folder.clone()).await;
        let space = match tidied {
            Ok(space) => space,
            Err(error) => return Err(self.refusal(core, error).await),
        };
        if space.free < size { Err(ErrorCode::UsbFull.into()) } else { Ok(()) }
    }

    /// Is this a disk that failed just now because it was unplugged?
    async fn is_pulled_out(&self, core: &Core) -> bool {
        let Some(disk) = &self.disk else { return false };
        goes_away(|| async { core.system.usb_disks().await.iter().any(|now| now.id == disk.id) }).await
    }

    /// The refusal for a read error here. On a disk that is being unplugged, a file looks damaged.
    pub(super) async fn unreadable(&self, core: &Core, refused: Refused) -> Refused {
        match refused.code {
            ErrorCode::BackupDamaged | ErrorCode::NotABackup if self.is_pulled_out(core).await => {
                ErrorCode::UsbAbsent.into()
            }
            ErrorCode::Internal | ErrorCode::NotFound if self.disk.is_some() => {
                if self.is_pulled_out(core).await { ErrorCode::UsbAbsent } else { ErrorCode::BackupDamaged }.into()
            }
            _ => refused,
        }
    }

    /// The refusal for a write error here.
    pub(super) async fn refusal(&self, core: &Core, error: FilesError) -> Refused {
        if self.disk.is_none() {
            return refusal(core, error).await;
        }
        if matches!(error, FilesError::Away) {
            return error.into();
        }
        if self.is_pulled_out(core).await {
            return ErrorCode::UsbAbsent.into();
        }
        match error {
            FilesError::DiskFull => ErrorCode::UsbFull.into(),
            other => {
                tracing::warn!(error = %other, "a USB disk could not be written");
                ErrorCode::UsbUnwritable.into()
            }
        }
    }
}

/// Bytes that a backup needs on the box while it is made: the files, and the database twice.
pub(super) const fn on_the_box(files: u64, database: u64) -> u64 {
    files.saturating_add(database.saturating_mul(2))
}

/// All destinations, the box first.
pub(super) async fn all(core: &Core, shelf: &Shelf) -> Vec<Destination> {
    let mut destinations = vec![Destination::on_box(shelf.folder().to_owned())];
    destinations.extend(core.system.usb_disks().await.into_iter().map(Destination::of));
    destinations
}

/// The destination with this id.
///
/// # Errors
/// `usb_absent`.
pub(super) async fn find(core: &Core, shelf: &Shelf, disk: Option<&str>) -> Done<Destination> {
    let found = all(core, shelf).await.into_iter().find(|place| place.disk_id().as_deref() == disk);
    found.ok_or(ErrorCode::UsbAbsent.into())
}

/// Ejects a disk, so that it can be unplugged.
///
/// # Errors
/// `forbidden`, `usb_absent`, `backup_running` while a backup is being written, `busy` while files are, `system_…`, and
/// as any write.
pub async fn eject(core: &Core, caller: &Caller, disk: &str) -> Done<()> {
    caller.must_be_admin()?;
    let _nothing_is_written = core.backup.shelf.claim().ok_or_else(|| Refused::from(ErrorCode::BackupRunning))?;
    place::let_go(core, disk).await?;
    Ok(core.store.note(caller.act(core, "disk.eject", disk.to_owned(), String::new())).await?)
}
