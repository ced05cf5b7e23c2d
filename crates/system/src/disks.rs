//! USB disks: what is known about each, and ejecting them. Knows nothing of what is stored on them.
//!
//! This program must not mount anything. The image's `imbox-disk@.service` makes the folder `imbox` of a disk visible
//! at `ID/` in a folder of its own, and leaves a note `ID.disk` beside it with device, format, state and label, each on
//! a line. The note appears after mounting and disappears before unmounting.

use std::fs;
use std::path::{Path, PathBuf};

use async_trait::async_trait;

use super::SystemError;

/// A disk that is plugged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsbDisk {
    /// The file system's own id: the same whenever and wherever it is plugged in.
    pub id: String,
    /// Its label; may be empty.
    pub label: String,
    /// The kernel's name for its file system: `exfat`, `vfat`, `ext4`, or one that is not supported.
    pub format: String,
    /// Whether it can be used.
    pub state: DiskState,
    /// The folder on it that is ours.
    pub folder: PathBuf,
}

/// Whether a disk can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskState {
    /// It can.
    Ready,
    /// Its file system is not supported.
    Format,
    /// It is write-protected or broken.
    Unwritable,
}

/// Disks that are plugged in and unplugged.
#[async_trait]
pub trait Disks: Send + Sync {
    /// Those that are plugged in, sorted by id.
    async fn usb_disks(&self) -> Vec<UsbDisk>;

    /// Ejects a disk: when this returns, everything is written to it, and it can be unplugged. It appears again when it
    /// is plugged in again.
    async fn eject(&self, id: &str) -> Result<(), SystemError>;
}

/// A disk and its device.
#[derive(Debug)]
pub(super) struct Noted {
    pub(super) disk: UsbDisk,
    pub(super) device: String,
}

/// The disks according to the notes in `root`. Blocks for a moment.
pub(super) fn read_notes(root: &Path) -> Vec<Noted> {
    let Ok(entries) = fs::read_dir(root) else { return Vec::new() };
    let mut found: Vec<Noted> = entries.flatten().filter_map(|entry| read_note(&entry.path())).collect();
    found.sort_by(|one, other| one.disk.id.cmp(&other.disk.id));
    found
}

fn read_note(path: &Path) -> Option<Noted> {
    let id = path.file_name()?.to_str()?.strip_suffix(".disk")?.to_owned();
    let text = String::from_utf8_lossy(&fs::read(path).ok()?).into_owned();
    let mut lines = text.lines();
    let (device, format) = (lines.next()?.to_owned(), lines.next()?.to_owned());
    let state = match lines.next()? {
        "ready" => DiskState::Ready,
        "format" => DiskState::Format,
        _ => DiskState::Unwritable,
    };
    // A label may contain anything.
    let label: String = lines.next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(64).collect();
    // These become part of a setting, of a path and of a unit's name.
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let folder = path.with_file_name(&id);
    (plain(&id) && plain(&device)).then_some(Noted { disk: UsbDisk { id, label, format, state, folder }, device })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, a disk with a strange name could stop a service of the machine, or be written to before it is
    /// mounted.
    #[test]
    fn only_what_was_noted_whole_is_there() {
        let root = tempfile::tempdir().unwrap();
        let note = |name: &str, text: &[u8]| fs::write(root.path().join(name), text).unwrap();
        note("ABCD-1234.disk", b"sda1\nvfat\nready\nHOLIDAY\x1b[2J\xff\n");
        note("11-22.disk", b"sdb\nntfs\nformat\n\n");
        note("33.disk", b"sdc\nexfat\nunwritable\n");
        for (name, text) in [
            ("x.disk", ""),
            ("y.disk", "sda1\nvfat\n"),
            ("..disk", "sda1\nvfat\nready\n"),
            ("z.disk", "../sda1\nvfat\nready\n"),
            ("a.b.disk", "sda1\nvfat\nready\n"),
            (".new.disk", "sda1\nvfat\nready\n"),
            ("new", "sda1\nvfat\nready\n"),
        ] {
            note(name, text.as_bytes());
        }
        let found = read_notes(root.path());
        let shown: Vec<_> = found
            .iter()
            .map(|n| (n.disk.id.as_str(), n.device.as_str(), n.disk.state, n.disk.label.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("11-22", "sdb", DiskState::Format, ""),
                ("33", "sdc", DiskState::Unwritable, ""),
                ("ABCD-1234", "sda1", DiskState::Ready, "HOLIDAY[2J\u{fffd}"),
            ]
        );
        assert_eq!(found[2].disk.folder, root.path().join("ABCD-1234"));
        assert!(read_notes(&root.path().join("none")).is_empty());
    }
}
