//! Ordering the repair page: the box restarts into it, and whoever has the box in their hands chooses there.

use std::io;
use std::path::Path;

use crate::actions::disk::on_disk;
use crate::actions::{Caller, Core, Done};
use crate::files::write_whole;

/// In the data folder, while a repair is ordered; contains the choice once it was made.
pub const ORDER: &str = "repair-ordered";

/// Restarts the box into its repair page.
///
/// # Errors
/// `forbidden`, and as any write.
pub async fn order(core: &Core, caller: &Caller) -> Done<()> {
    caller.must_be_admin()?;
    core.store.note(caller.act(core, "box.repair", "box".to_owned(), String::new())).await?;
    let folder = core.folder.clone();
    on_disk(move || write(&folder, "")).await?;
    tracing::warn!(by = caller.user.0, "repair ordered");
    core.restart.send_replace(true);
    Ok(())
}

/// Writes the order, whole or not at all.
///
/// # Errors
/// Those of the disk.
pub fn write(folder: &Path, what: &str) -> io::Result<()> {
    write_whole(&folder.join(ORDER), what.as_bytes())
}
