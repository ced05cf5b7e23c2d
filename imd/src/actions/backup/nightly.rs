//! Copies of the database alone, one a day and the last two of them, so that a damaged database can be replaced. Files
//! are not in them: they are stored under their hashes and never change.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::COPY;
use crate::actions::{Core, Done, disk::blocking};
use crate::files::{FilesError, clear};
use crate::store::{self, Setting, Soundness};
use crate::wire::ErrorCode;

/// The folder of the copies, in the data folder.
pub const FOLDER: &str = "copies";
const DAY_MS: i64 = 24 * 3_600_000;
const KEEP: usize = 2;

/// Are copies made? They are, unless an admin has turned them off.
pub(super) async fn is_on(core: &Core) -> Done<bool> {
    Ok(core.store.setting(Setting::NightlyCopy).await?.as_deref() != Some("off"))
}

/// Makes a copy if the newest one is a day old, there is room, and the database is intact: a copy of a damaged database
/// would displace a good one. Returns whether one was made.
///
/// # Errors
/// As any read.
pub async fn copy_if_due(core: &Core) -> Done<bool> {
    let is_claimed = *core.access.claimed.borrow();
    if !is_on(core).await? || !is_claimed || core.store.soundness() == Soundness::Damaged {
        return Ok(false);
    }
    let _alone = core.files.packing.lock().await;
    let (folder, now) = (core.folder.join(FOLDER), core.now());
    // A clock that was set back also makes it due.
    let newest = times(&folder).map_err(FilesError::from)?.last().copied();
    if newest.is_some_and(|at| (0..DAY_MS).contains(&(now - at))) {
        return Ok(false);
    }
    let database = tokio::fs::metadata(core.folder.join("imd.db")).await.map(|meta| meta.len()).unwrap_or_default();
    if core.blobs.free_bytes().await?.saturating_sub(database) < core.blobs.reserve() {
        return Ok(false);
    }
    let new = folder.join("unfinished");
    fs::create_dir_all(&folder).and_then(|()| clear(&new)).map_err(FilesError::from)?;
    core.store.copy_to(new.clone()).await?;
    let keep = move || keep(&folder, &new, now);
    blocking(keep).await??;
    Ok(true)
}

fn keep(folder: &Path, new: &Path, now: i64) -> Done<()> {
    if let Err(error) = store::inspect(new) {
        tracing::error!(%error, "the daily copy is not whole, and not kept");
        let _ = fs::remove_file(new);
        return Err(ErrorCode::BackupDamaged.into());
    }
    let rotate = || -> io::Result<()> {
        fs::rename(new, place(folder, now))?;
        fs::File::open(folder)?.sync_all()?;
        // Whatever the clock said when the others were made, the one made just now counts as the newest.
        let mut others = times(folder)?;
        others.retain(|at| *at != now);
        let surplus = others.len().saturating_sub(KEEP - 1);
        others[..surplus].iter().try_for_each(|at| fs::remove_file(place(folder, *at)))
    };
    Ok(rotate().map_err(FilesError::from)?)
}

fn place(folder: &Path, at: i64) -> PathBuf {
    folder.join(COPY.of(at))
}

/// When the existing copies were made, oldest first.
fn times(folder: &Path) -> io::Result<Vec<i64>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found: Vec<i64> =
        entries.flatten().filter_map(|entry| COPY.made_at(&entry.file_name().into_string().ok()?)).collect();
    found.sort_unstable();
    Ok(found)
}
