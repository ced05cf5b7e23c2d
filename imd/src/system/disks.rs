//! Disks that people plug in: what was noted of each, and taking them out safely. Knows nothing of what is put on them.
//!
//! This program may mount nothing. The image's `imbox-disk@.service` shows the folder `imbox` of what is plugged in at `ID/` in
//! a folder of its own, and leaves a note `ID.disk` beside it: device, format, state and label, a line each. The note appears
//! after the mounting and goes before the unmounting.

use std::fs;
use std::path::{Path, PathBuf};

use async_trait::async_trait;

use super::SystemError;

/// A disk that is plugged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsbDisk {
    /// The file system's own id: the same whenever and wherever it is plugged in.
    pub id: String,
    /// What people call it; may be empty.
    pub label: String,
    /// As the kernel calls it: `exfat`, `vfat`, `ext4`, or one that is not taken.
    pub format: String,
    /// Can it be used?
    pub state: DiskState,
    /// The folder on it that is ours.
    pub folder: PathBuf,
}

/// Can a disk be used?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskState {
    /// Yes.
    Ready,
    /// Its format is not one of ours.
    Format,
    /// It is locked, or broken.
    Unwritable,
}

/// Disks that come and go.
#[async_trait]
pub trait Disks: Send + Sync {
    /// Those that are there, by their ids.
    async fn usb_disks(&self) -> Vec<UsbDisk>;

    /// Lets one go: when this returns, all is on it, and it may be pulled out. It comes back when it is plugged in again.
    async fn eject(&self, id: &str) -> Result<(), SystemError>;
}

/// A disk and the device it is on.
#[derive(Debug)]
pub(super) struct Noted {
    pub(super) disk: UsbDisk,
    pub(super) device: String,
}

/// What the notes in `root` say. Blocks for a moment.
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
    // A label is anybody's text.
    let label: String = lines.next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(64).collect();
    // They become part of a setting, of a path and of a unit's name.
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let folder = path.with_file_name(&id);
    (plain(&id) && plain(&device)).then_some(Noted { disk: UsbDisk { id, label, format, state, folder }, device })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk with a strange name would stop a service of the machine, or be written to before it is there.
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
