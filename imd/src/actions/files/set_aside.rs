//! What repairs have set aside: damaged databases and what belonged to them. Only an admin deletes it.
//!
//! A name from a caller is only compared with what is found in the folder; it never becomes part of a path.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::actions::disk::on_disk;
use crate::actions::{Caller, Core, Done};
use crate::files::{clear, entries};
use crate::wire::{ErrorCode, SetAside, SetAsideFile};

/// In the data folder. It contains a folder for each repair, named by its time.
pub const FOLDER: &str = "damaged";
/// The report of a salvage, kept beside the damaged database.
pub const REPORT: &str = "report.json";
/// A database and the files that belong to it. The log is first, so that it is never mistaken for the new database's.
pub const DATABASE: [&str; 3] = ["imd.db-wal", "imd.db-shm", "imd.db"];

/// The name of the folder for a repair at this time, milliseconds since 1970.
#[must_use]
pub fn name(at: i64) -> String {
    format!("{:015}", at.max(0))
}

/// What was set aside, newest first.
///
/// # Errors
/// `forbidden`, and those of the disk.
pub async fn list(core: &Core, caller: &Caller) -> Done<Vec<SetAside>> {
    caller.must_be_admin()?;
    let folder = core.folder.join(FOLDER);
    on_disk(move || look(&folder)).await
}

/// The path of one of these files, which is about to be downloaded; the audit log notes that.
///
/// # Errors
/// `forbidden`, `not_found`, and as any write.
pub async fn download(core: &Core, caller: &Caller, name: &str, file: &str) -> Done<PathBuf> {
    let found = find(core, caller, name).await?;
    let file = found.files.iter().find(|one| one.name == file).ok_or(ErrorCode::NotFound)?;
    let act = caller.act(core, "damaged.download", found.name.clone(), file.name.clone());
    core.store.note(act).await?;
    Ok(core.folder.join(FOLDER).join(&found.name).join(&file.name))
}

/// Deletes what one repair has set aside.
///
/// # Errors
/// `forbidden`, `not_found`, those of the disk, and as any write.
pub async fn delete(core: &Core, caller: &Caller, name: &str) -> Done<()> {
    let found = find(core, caller, name).await?;
    let path = core.folder.join(FOLDER).join(&found.name);
    on_disk(move || clear(&path)).await?;
    let act = caller.act(core, "damaged.delete", found.name, format!("{} bytes", found.bytes));
    Ok(core.store.note(act).await?)
}

async fn find(core: &Core, caller: &Caller, name: &str) -> Done<SetAside> {
    let found = list(core, caller).await?.into_iter().find(|one| one.name == name);
    found.ok_or(ErrorCode::NotFound.into())
}

/// Folders whose name is a time. Links are skipped: nothing here makes any.
fn look(folder: &Path) -> io::Result<Vec<SetAside>> {
    let mut found = Vec::new();
    for entry in entries(folder)? {
        let Ok(at) = entry.file_name().to_string_lossy().parse() else { continue };
        if !entry.file_type()?.is_dir() || entry.file_name().to_string_lossy() != name(at) {
            continue;
        }
        let mut files = Vec::new();
        for file in DATABASE.into_iter().rev().chain([REPORT]) {
            if let Ok(meta) = entry.path().join(file).symlink_metadata()
                && meta.is_file()
            {
                files.push(SetAsideFile { name: file.to_owned(), bytes: meta.len() });
            }
        }
        found.push(SetAside { name: name(at), at, bytes: bytes_in(&entry.path())?, files });
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.at));
    Ok(found)
}

/// Size of all files below a folder. Where a whole box was set aside, its stored files are among them.
fn bytes_in(folder: &Path) -> io::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        sum += if kind.is_dir() {
            bytes_in(&entry.path())?
        } else if kind.is_file() {
            entry.metadata()?.len()
        } else {
            0
        };
    }
    Ok(sum)
}
