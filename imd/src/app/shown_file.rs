//! A small file that others follow: the box's screen reads it, and what copies it onto the card. Knows nothing of what is in it.

use std::io;
use std::path::Path;

use crate::files::replace;

/// Writes `content` to `file`, whole or not at all, then makes `file` with `.changed` behind it.
///
/// Whoever copies the file takes that mark away before it reads. A watch for changes is not enough for it: `systemd.path(5)`
/// does not look while what it started still runs, and a code that is used up would stay on the card for good.
pub(super) fn show(file: &Path, content: &str) -> io::Result<()> {
    replace(file, content.as_bytes())?;
    let mut mark = file.as_os_str().to_owned();
    mark.push(".changed");
    replace(mark.as_ref(), b"")
}
