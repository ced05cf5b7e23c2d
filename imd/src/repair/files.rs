//! The files of a repair, and putting its result in place in such a way that a power cut at any point does no harm.
//!
//! In the data folder: `repair-ordered` (the box starts into its repair page; contains the choice once it was made),
//! `repair/` (what is being made), `damaged/TIME/` (what was set aside; only an admin deletes it).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Choice;
use crate::actions::files::place;
use crate::actions::files::set_aside;
pub(super) use crate::actions::files::set_aside::{DATABASE, REPORT};
use crate::actions::search::FOLDER as SEARCH;
use crate::actions::upkeep::repair_order::{self, ORDER};
use crate::files::{clear, write_whole};

const WORK: &str = "repair";
/// Written last into the work folder: everything in it is complete. It contains where the damaged database goes, and
/// the choice.
const READY: &str = "ready";

/// Orders the repair page for the next start.
///
/// # Errors
/// Those of the disk.
pub fn order(folder: &Path) -> io::Result<()> {
    repair_order::write(folder, "")
}

/// Was the repair page ordered, or a choice made and not carried out completely?
#[must_use]
pub fn is_ordered(folder: &Path) -> bool {
    folder.join(ORDER).exists()
}

/// Why the repair page is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// The database cannot be opened; contains SQLite's message.
    Damaged(String),
    /// An admin has ordered it: the box can also continue as it is.
    Ordered,
    /// The data folder itself cannot be read.
    Unreadable,
}

/// The choice that was made before a power cut.
pub(super) fn chosen(folder: &Path) -> Option<Choice> {
    Choice::parse(fs::read_to_string(folder.join(ORDER)).ok()?.trim())
}

/// Stores the choice, so that it is carried out again after a power cut.
pub(super) fn remember(folder: &Path, choice: &Choice) -> io::Result<()> {
    repair_order::write(folder, &choice.to_string())
}

/// Nothing is ordered any more.
pub(super) fn forget(folder: &Path) -> io::Result<()> {
    clear(&folder.join(ORDER))
}

/// Makes an empty work folder, and returns the path of the new database in it.
pub(super) fn begin(folder: &Path) -> io::Result<PathBuf> {
    let work = folder.join(WORK);
    clear(&work)?;
    fs::create_dir_all(&work)?;
    Ok(work)
}

/// Everything in the work folder is complete, and the next [`take_over`] puts it in place.
pub(super) fn ready(folder: &Path, choice: &Choice, now: i64) -> io::Result<()> {
    let work = folder.join(WORK);
    fs::File::open(&work)?.sync_all()?;
    write_whole(&work.join(READY), format!("{} {choice}", set_aside::name(now)).as_bytes())
}

/// Was a repaired database put in place?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TookOver {
    /// Yes: it is in its place now.
    Repaired,
    /// No.
    Nothing,
}

/// Puts the result of a repair in place. To be called at the start, before the database is opened; if it is interrupted
/// at any point, the next call continues.
///
/// # Errors
/// Those of the disk.
pub fn take_over(folder: &Path) -> io::Result<TookOver> {
    let work = folder.join(WORK);
    let Ok(ready) = fs::read_to_string(work.join(READY)) else { return Ok(TookOver::Nothing) };
    let (time, choice) = ready.trim().split_once(' ').unwrap_or((ready.trim(), ""));
    let aside = folder.join(set_aside::FOLDER).join(time);
    let new = work.join(DATABASE[2]);
    let anew = Choice::parse(choice) == Some(Choice::Anew);
    if anew || new.exists() {
        fs::create_dir_all(&aside)?;
        for old in DATABASE.into_iter().chain(if anew { &["blobs", place::FILE][..] } else { &[] }.iter().copied()) {
            let (from, to) = (folder.join(old), aside.join(old));
            // What is there already was set aside before the interruption.
            if from.exists() && !to.exists() {
                fs::rename(from, to)?;
            }
        }
        let report = work.join(REPORT);
        if report.exists() {
            fs::rename(report, aside.join(REPORT))?;
        }
        fs::File::open(&aside)?.sync_all()?;
        fs::File::open(folder.join(set_aside::FOLDER))?.sync_all()?;
        if new.exists() {
            fs::rename(new, folder.join(DATABASE[2]))?;
        }
        fs::File::open(folder)?.sync_all()?;
    }
    // It was made from another log.
    clear(&folder.join(SEARCH))?;
    forget(folder)?;
    clear(&work)?;
    Ok(TookOver::Repaired)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, a power cut could leave neither the damaged database nor the repaired one.
    #[test]
    fn wherever_it_is_cut_off_the_next_start_ends_with_the_repaired_one_and_keeps_the_damaged_one() {
        for cut in 0..=4 {
            let folder = tempfile::tempdir().unwrap();
            let path = |name: &str| folder.path().join(name);
            order(folder.path()).unwrap();
            remember(folder.path(), &Choice::Salvage).unwrap();
            for name in ["imd.db", "imd.db-wal"] {
                fs::write(path(name), "old").unwrap();
            }
            let work = begin(folder.path()).unwrap();
            fs::write(work.join("imd.db"), "new").unwrap();
            // Not ready: what is half made is discarded, and made again.
            assert_eq!(take_over(folder.path()).unwrap(), TookOver::Nothing);
            assert_eq!(chosen(folder.path()), Some(Choice::Salvage));
            ready(folder.path(), &Choice::Salvage, 17).unwrap();
            let kept = "damaged/000000000000017";
            let steps: [&dyn Fn(); 4] = [
                &|| fs::create_dir_all(path(kept)).unwrap(),
                &|| fs::rename(path("imd.db-wal"), path(kept).join("imd.db-wal")).unwrap(),
                &|| fs::rename(path("imd.db"), path(kept).join("imd.db")).unwrap(),
                &|| fs::rename(work.join("imd.db"), path("imd.db")).unwrap(),
            ];
            steps[..cut].iter().for_each(|step| step());
            assert_eq!(take_over(folder.path()).unwrap(), TookOver::Repaired, "{cut}");
            assert_eq!(fs::read_to_string(path("imd.db")).unwrap(), "new", "{cut}");
            assert_eq!(fs::read_to_string(path(kept).join("imd.db")).unwrap(), "old", "{cut}");
            assert!(!path("imd.db-wal").exists() && !is_ordered(folder.path()), "{cut}");
            assert_eq!(take_over(folder.path()).unwrap(), TookOver::Nothing);
            assert_eq!(fs::read_to_string(path("imd.db")).unwrap(), "new", "{cut}");
        }
    }

    /// Were this to fail, a box that starts anew would keep the old files, or lose what somebody may still want.
    #[test]
    fn starting_anew_puts_everything_aside() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("imd.db"), "old").unwrap();
        fs::create_dir_all(folder.path().join("blobs/aa")).unwrap();
        fs::write(folder.path().join("files-place"), "USB-0001 there HOLIDAY").unwrap();
        begin(folder.path()).unwrap();
        ready(folder.path(), &Choice::Anew, 17).unwrap();
        take_over(folder.path()).unwrap();
        assert!(!folder.path().join("imd.db").exists() && !folder.path().join("blobs").exists());
        assert!(!folder.path().join("files-place").exists(), "another box's files are not looked for on the disk");
        assert!(folder.path().join("damaged/000000000000017/blobs/aa").exists());
    }
}
