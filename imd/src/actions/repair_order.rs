//! An admin orders the repair page: the box starts into it, and whoever holds the box chooses there.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::{Caller, Core, Done, Refused, admin};
use crate::files::FilesError;
use crate::wire::ErrorCode;

/// In the data folder, while a repair is ordered; what was chosen, once it was.
pub const ORDER: &str = "repair-ordered";

/// Restarts the box into its repair page.
///
/// # Errors
/// `forbidden`, and as any write.
pub async fn order(core: &Core, caller: &Caller) -> Done<()> {
    admin(caller)?;
    core.store.note(caller.act(core, "box.repair", "box".to_owned(), String::new())).await?;
    let folder = core.folder.clone();
    let written = tokio::task::spawn_blocking(move || write(&folder, "")).await;
    written.map_err(|_| Refused::from(ErrorCode::Internal))?.map_err(FilesError::from)?;
    tracing::warn!(by = caller.user.0, "repair ordered");
    core.restart.send_replace(true);
    Ok(())
}

/// Writes the order down, whole or not at all.
///
/// # Errors
/// As the disk says.
pub fn write(folder: &Path, what: &str) -> io::Result<()> {
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(what.as_bytes())?;
    new.as_file().sync_all()?;
    new.persist(folder.join(ORDER))?;
    fs::File::open(folder)?.sync_all()
}
