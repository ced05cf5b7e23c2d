//! Choosing a USB disk for the files, moving them back to the card, ejecting the disk, and giving up a lost one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::follow::find;
use super::{Chosen, FOLDER, GOING, Mark, Moving};
use crate::actions::disk::on_disk;
use crate::actions::machine::usb::{self, FAT_FILE};
use crate::actions::{Caller, Core, Done, Refused, identity::facts};
use crate::chat::Role;
use crate::files::{Amounts, Way, clear, space_at, write_whole};
use crate::system::{DiskState, UsbDisk};
use crate::wire::{ErrorCode, FilesDisk, FilesPlace, FilesWay, KeepFiles, PlaceChoice};

/// Bytes that must stay free on the disk once all files are on it: a disk that would be full at once cannot be chosen.
const SPARE: u64 = 64 << 20;

/// How long to wait for work on a disk to finish before it is ejected.
const LETTING_GO: Duration = Duration::from_secs(10);

/// Where the files are, how far moving them has got, and which disks there are.
///
/// # Errors
/// `forbidden`, and as any read.
pub async fn state(core: &Core, caller: &Caller) -> Done<FilesPlace> {
    caller.must_be_admin()?;
    let chosen = core.files.usb_storage.chosen();
    let mut disks = Vec::new();
    for disk in core.system.usb_disks().await {
        let (refused, holds) = match look_unless(core, &disk, chosen.is_some()).await {
            Ok(Looked { refused, other }) => (refused, other),
            Err(refused) => (Some(refused.code), None),
        };
        disks.push(PlaceChoice { disk: usb::shown(disk).await, refused, holds });
    }
    let disk = match chosen {
        Some(chosen) => Some(shown(core, chosen).await?),
        None => None,
    };
    Ok(FilesPlace { disk, disks })
}

async fn shown(core: &Core, chosen: Chosen) -> Done<FilesDisk> {
    let Moving { counted, mut total, failed, unreadable, refused } = *core.files.usb_storage.moving();
    let (space, away) = (core.blobs.disk_space().await.unwrap_or_default(), core.blobs.is_away());
    let mut done = total.map(|total| core.files.usb_storage.pace.done().min(total));
    // While files are being moved, this is asked every second; counting all of them would slow the move down.
    let files = match (total, done) {
        _ if away => None,
        (Some(_), Some(done)) if chosen.way == Way::There => Some(done),
        (Some(total), Some(done)) => Some(total - done),
        _ => {
            let Amounts { on_box, on_disk } = core.blobs.amounts().await?;
            // Just chosen: it must not look as if everything were there already.
            if let (true, Some(on_disk)) = (counted != Some(chosen.way), on_disk) {
                let there = if chosen.way == Way::There { on_disk.bytes } else { on_box.bytes };
                (total, done) = (Some(on_box.bytes + on_disk.bytes), Some(there));
            }
            on_disk.map(|amount| amount.bytes)
        }
    };
    Ok(FilesDisk {
        id: chosen.disk,
        label: chosen.label,
        way: match chosen.way {
            Way::There => FilesWay::ToDisk,
            Way::Back => FilesWay::ToBox,
        },
        away,
        total_bytes: space.total,
        free_bytes: space.free,
        files_bytes: files,
        done_bytes: done,
        all_bytes: total,
        failed: if away { refused } else { failed },
        unreadable,
    })
}

/// What was found on a disk.
struct Looked {
    refused: Option<ErrorCode>,
    /// The name of the other box whose files are on it.
    other: Option<String>,
}

/// Like [`look`]; while a disk is in use, no other one can be chosen.
async fn look_unless(core: &Core, disk: &UsbDisk, in_use: bool) -> Done<Looked> {
    if in_use { Ok(Looked { refused: Some(ErrorCode::Conflict), other: None }) } else { look(core, disk).await }
}

/// Can the files be stored on this disk?
async fn look(core: &Core, disk: &UsbDisk) -> Done<Looked> {
    let refuse = |code| Ok(Looked { refused: Some(code), other: None });
    match disk.state {
        DiskState::Ready => {}
        DiskState::Format => return refuse(ErrorCode::UsbFormat),
        DiskState::Unwritable => return refuse(ErrorCode::UsbUnwritable),
    }
    let folder = disk.folder.join(FOLDER);
    let marked = folder.clone();
    if let Some(mark) = on_disk(move || Mark::read(&marked)).await?
        && mark.id != core.identity.id
    {
        return Ok(Looked { refused: Some(ErrorCode::UsbOtherBox), other: Some(mark.name) });
    }
    let (lacking, largest) = core.blobs.lacking_in(folder).await?;
    // FAT32 cannot hold larger files; exFAT and ext4 can. Nothing more is needed of the file system than that synced
    // data stays, because a file gets its name once and never changes.
    if disk.format == "vfat" && largest.max(core.limits.max_file_bytes) > FAT_FILE {
        return refuse(ErrorCode::UsbFormat);
    }
    let space = space_at(disk.folder.clone()).await?;
    if space.free < lacking.bytes.saturating_add(SPARE) {
        return refuse(ErrorCode::UsbFull);
    }
    Ok(Looked { refused: None, other: None })
}

/// Stores the files on a disk from now on, or on the card; existing files are moved there. Ordering the opposite while
/// they are being moved makes them turn around.
///
/// # Errors
/// `forbidden`, `usb_absent`, `usb_format`, `usb_unwritable`, `usb_full`, `usb_other_box`, `files_away` when the disk
/// is not plugged in, `conflict` while another disk is in use, `disk_full` when the card has no room for them, and as
/// any write.
pub async fn choose(core: &Core, caller: &Caller, to: KeepFiles) -> Done<FilesPlace> {
    caller.must_be_admin()?;
    {
        let _switching = core.files.usb_storage.switching.lock().await;
        match (core.files.usb_storage.chosen(), to.disk) {
            (None, None) => {}
            (None, Some(id)) => begin(core, caller, &id).await?,
            (Some(chosen), None) => turn(core, caller, chosen, Way::Back).await?,
            (Some(chosen), Some(id)) if chosen.disk == id => turn(core, caller, chosen, Way::There).await?,
            (Some(_), Some(_)) => return Err(ErrorCode::Conflict.into()),
        }
    }
    state(core, caller).await
}

async fn begin(core: &Core, caller: &Caller, id: &str) -> Done<()> {
    let disks = core.system.usb_disks().await;
    let disk = disks.into_iter().find(|disk| disk.id == id).ok_or(ErrorCode::UsbAbsent)?;
    if let Looked { refused: Some(code), .. } = look(core, &disk).await? {
        return Err(code.into());
    }
    let mark = Mark { id: core.identity.id.clone(), name: facts::name(core).await? };
    let root = disk.folder.clone();
    let prepare = move || {
        // What is left of files that were being deleted earlier.
        clear(&root.join(GOING))?;
        let folder = root.join(FOLDER);
        fs::create_dir_all(&folder)?;
        if !folder.symlink_metadata()?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        mark.write(&folder)?;
        fs::File::open(&root)?.sync_all()
    };
    if let Err(refused) = on_disk(prepare).await {
        tracing::warn!(code = ?refused.code, "the disk cannot be prepared for files");
        return Err(ErrorCode::UsbUnwritable.into());
    }
    let chosen = Chosen { disk: disk.id, way: Way::There, label: disk.label };
    // Written first: after a power cut, what has been stored on the disk by then must be looked for there.
    write_down(core, &chosen).await?;
    core.blobs.set_way(Some(Way::There));
    if let Err(error) = core.blobs.attach(disk.folder.join(FOLDER)).await {
        tracing::warn!(%error, "the disk cannot be taken into use");
        forget(core).await?;
        return Err(ErrorCode::UsbUnwritable.into());
    }
    core.files.usb_storage.settle(&chosen);
    let act = caller.act(core, "storage.to_disk", chosen.disk.clone(), chosen.label.clone());
    Ok(core.store.note(act).await?)
}

/// Reverses the direction in which files are moved.
async fn turn(core: &Core, caller: &Caller, chosen: Chosen, way: Way) -> Done<()> {
    if chosen.way == way {
        // Try again: what was refused before may work now.
        core.files.usb_storage.kick.notify_one();
        return Ok(());
    }
    let on_disk = core.blobs.amounts().await?.on_disk.ok_or(ErrorCode::FilesAway)?;
    if way == Way::Back {
        let room = core.blobs.free_bytes().await?.saturating_sub(core.blobs.reserve());
        if on_disk.bytes > room {
            return Err(ErrorCode::DiskFull.into());
        }
    }
    let action = match way {
        Way::There => "storage.to_disk",
        Way::Back => "storage.to_box",
    };
    let chosen = Chosen { way, ..chosen };
    let (id, label) = (chosen.disk.clone(), chosen.label.clone());
    write_down(core, &chosen).await?;
    core.files.usb_storage.pace.halt();
    core.blobs.set_way(Some(way));
    core.files.usb_storage.settle(&chosen);
    Ok(core.store.note(caller.act(core, action, id, label)).await?)
}

async fn write_down(core: &Core, chosen: &Chosen) -> Done<()> {
    let (file, text) = (core.files.usb_storage.file.clone(), chosen.spell());
    on_disk(move || write_whole(&file, text.as_bytes())).await
}

/// There are no files on the disk any more: it is released for good, unless one was stored there at the last moment.
pub(in crate::actions) async fn finish(core: &Core, chosen: &Chosen) -> Done<()> {
    let _switching = core.files.usb_storage.switching.lock().await;
    if core.files.usb_storage.chosen().as_ref() != Some(chosen) || !core.blobs.is_disk_empty().await? {
        return Ok(());
    }
    let Some(disk) = find(core, chosen).await else { return Ok(()) };
    // New files already go to the card. Whoever is still writing to the disk began before, and finishes now.
    if !core.blobs.detach(LETTING_GO).await {
        return Ok(());
    }
    core.blobs.attach(disk.folder.join(FOLDER)).await?;
    if !core.blobs.is_disk_empty().await? {
        core.files.usb_storage.kick.notify_one();
        return Ok(());
    }
    forget(core).await?;
    let root = disk.folder;
    let cleared = on_disk(move || throw_away(&root).and_then(|()| clear(&root.join(GOING)))).await;
    if let Err(refused) = cleared {
        tracing::warn!(code = ?refused.code, "empty folders stay on the disk");
    }
    tracing::info!(disk = chosen.disk, "all files are on the card");
    Ok(())
}

/// No disk is chosen any more.
async fn forget(core: &Core) -> Done<()> {
    let file = core.files.usb_storage.file.clone();
    on_disk(move || {
        clear(&file)?;
        fs::File::open(file.parent().unwrap_or(Path::new(".")))?.sync_all()
    })
    .await?;
    core.blobs.detach(Duration::ZERO).await;
    core.blobs.set_way(None);
    core.files.usb_storage.chosen.send_replace(None);
    *core.files.usb_storage.moving() = Moving::default();
    Ok(())
}

/// Moved out of sight at once; `GOING` is deleted later.
fn throw_away(root: &Path) -> io::Result<()> {
    let (files, going) = (root.join(FOLDER), root.join(GOING));
    if !files.exists() {
        return Ok(());
    }
    clear(&going)?;
    fs::rename(files, going)?;
    fs::File::open(root)?.sync_all()
}

/// Goes on without a lost disk: files that are only on it are lost to the box. If the disk turns up again, it can be
/// chosen again.
///
/// # Errors
/// `forbidden` for everybody but owners, `conflict` while the disk is plugged in and everything on it can be read, and
/// as any write.
pub async fn give_up(core: &Core, caller: &Caller) -> Done<FilesPlace> {
    caller.must_be_admin()?;
    if caller.role != Role::Owner {
        return Err(ErrorCode::Forbidden.into());
    }
    {
        let _switching = core.files.usb_storage.switching.lock().await;
        let chosen = core.files.usb_storage.chosen().ok_or(ErrorCode::Conflict)?;
        let unreadable = chosen.way == Way::Back && core.files.usb_storage.moving().unreadable > 0;
        if !core.blobs.is_away() && !unreadable {
            return Err(ErrorCode::Conflict.into());
        }
        core.files.usb_storage.pace.halt();
        forget(core).await?;
        tracing::warn!(by = caller.user.0, disk = chosen.disk, "the disk with the files is given up");
        core.store.note(caller.act(core, "storage.give_up_disk", chosen.disk, chosen.label)).await?;
    }
    state(core, caller).await
}

/// Makes any disk ready to be unplugged. If the files are on it, nothing new begins there, and everything is written to
/// it.
pub(in crate::actions) async fn let_go(core: &Core, disk: &str) -> Done<()> {
    let _switching = core.files.usb_storage.switching.lock().await;
    if core.files.usb_storage.chosen().is_some_and(|chosen| chosen.disk == disk) && core.blobs.is_attached() {
        core.files.usb_storage.pace.halt();
        // When the work does not finish in time, the next look takes the disk into use again.
        if !core.blobs.detach(LETTING_GO).await {
            return Err(Refused::later(ErrorCode::Busy, 5));
        }
    }
    Ok(core.system.eject(disk).await?)
}

/// Before a factory reset: from now on the files on the disk belong to no box. Returns what deletes them, or `None`
/// without a disk that is plugged in; files on a disk that is away stay there.
pub(in crate::actions) async fn forget_all(core: &Core) -> Done<Option<PathBuf>> {
    let _switching = core.files.usb_storage.switching.lock().await;
    let Some(chosen) = core.files.usb_storage.chosen() else { return Ok(None) };
    let Some(disk) = find(core, &chosen).await else { return Ok(None) };
    core.files.usb_storage.pace.halt();
    core.blobs.detach(LETTING_GO).await;
    let root = disk.folder.clone();
    on_disk(move || throw_away(&root)).await?;
    Ok(Some(disk.folder.join(GOING)))
}
