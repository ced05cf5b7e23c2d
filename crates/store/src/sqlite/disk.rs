//! The disk below the database: why it refused a write.
//!
//! SQLite only says that a write failed. A card that the system has made read-only after an error must not be reported
//! as full: deleting things would not help, and the card has to be replaced.

use std::path::{Path, PathBuf};

use nix::sys::statvfs::{FsFlags, statvfs};

use crate::StoreError;

/// Where the database is, and how to find out whether that can be written.
#[derive(Debug, Clone)]
pub(super) struct Disk {
    folder: PathBuf,
    is_read_only: fn(&Path) -> bool,
}

impl Disk {
    /// The disk that holds the database at `path`.
    pub(super) fn of(path: &Path) -> Self {
        Self::asking(path, is_read_only)
    }

    /// Like [`Self::of`], but `is_read_only` answers instead of the system.
    pub(super) fn asking(path: &Path, is_read_only: fn(&Path) -> bool) -> Self {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self { folder: folder.to_owned(), is_read_only }
    }

    /// The error of a failed write, with its true cause.
    pub(super) fn explain(&self, error: StoreError) -> StoreError {
        match error {
            StoreError::DiskFull | StoreError::Other(_) if (self.is_read_only)(&self.folder) => StoreError::ReadOnly,
            other => other,
        }
    }
}

/// Does the system refuse every write there (ext4 with `errors=remount-ro` after an I/O error, or mounted read-only)?
fn is_read_only(folder: &Path) -> bool {
    statvfs(folder).is_ok_and(|stat| stat.flags().contains(FsFlags::ST_RDONLY))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, somebody whose card is failing would be told to delete files.
    #[test]
    fn a_disk_that_is_mounted_read_only_is_told_from_a_full_one() {
        let root = tempfile::TempDir::new().unwrap();
        let script = "mount -t tmpfs -o size=1m small \"$1\" && mount -o remount,ro \"$1\" && cd \"$1\" && \
                      exec \"$2\" --exact --ignored --nocapture sqlite::disk::tests::here";
        let told = std::process::Command::new("unshare")
            .args(["--map-root-user", "--mount", "sh", "-c", script, "sh"])
            .arg(root.path())
            .arg(std::env::current_exe().unwrap())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&told.stdout);
        assert!(told.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&told.stderr));
        // And a disk that is only full is reported as full.
        let writable = Disk::of(&root.path().join("imd.db"));
        assert!(matches!(writable.explain(StoreError::DiskFull), StoreError::DiskFull));
    }

    #[test]
    #[ignore = "wants a folder that is read-only; run by the test above"]
    fn here() {
        let disk = Disk::of(&std::env::current_dir().unwrap().join("imd.db"));
        assert!(matches!(disk.explain(StoreError::DiskFull), StoreError::ReadOnly));
        assert!(matches!(disk.explain(StoreError::Other("I/O error".to_owned())), StoreError::ReadOnly));
        assert!(matches!(disk.explain(StoreError::Conflict), StoreError::Conflict));
    }
}
