//! A small file that others watch: the box's screen, and what copies it onto the card. Knows nothing of its content.

use std::io;
use std::path::Path;

use crate::files::replace;

/// Writes `content` to `file`, completely or not at all, then creates `file` with `.changed` appended.
///
/// Whoever copies the file removes that mark before reading. Watching for changes is not enough: `systemd.path(5)` does
/// not look while what it started is still running, and a used code would stay on the card for good.
pub(super) fn show(file: &Path, content: &str) -> io::Result<()> {
    replace(file, content.as_bytes())?;
    let mut mark = file.as_os_str().to_owned();
    mark.push(".changed");
    replace(mark.as_ref(), b"")
}
