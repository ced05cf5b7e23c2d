//! Packing: the note, the database and every file that is stored at one moment are written into one new file.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use tokio::sync::watch;

use super::{DATABASE, Inventory, Lock, MANIFEST, Progress};
use crate::age::Locked;
use crate::files::blobs::{Blobs, off_thread};
use crate::files::{FilesError, disk};

impl Blobs {
    /// Writes the archive of everything in the inventory to `to`, completely or not at all, locked with `lock` if there
    /// is one; returns its size. From before the inventory was made, the caller keeps stored files from being swept
    /// away.
    ///
    /// # Errors
    /// `Away`, `DiskFull`, `ReadOnly`, `Io`.
    pub async fn pack(
        &self,
        to: PathBuf,
        manifest: Vec<u8>,
        database: PathBuf,
        inventory: Inventory,
        lock: Option<Lock>,
        progress: watch::Sender<Progress>,
    ) -> Result<u64, FilesError> {
        let blobs = self.clone();
        off_thread(move || {
            let folder = to.parent().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
            let file = tempfile::NamedTempFile::new_in(folder)?;
            let mut tar = tar::Builder::new(Packing::new(BufWriter::with_capacity(256 << 10, file.as_file()), lock)?);
            tar.append_data(&mut header(manifest.len() as u64), MANIFEST, manifest.as_slice())?;
            append(&mut tar, DATABASE, &database)?;
            let mut unsynced = 0;
            for (hash, size) in inventory.0 {
                let text = hash.to_string();
                append(&mut tar, &format!("blobs/{}/{}", &text[..2], &text[2..]), &blobs.shared.find(&hash)?)?;
                progress.send_modify(|progress| progress.done += size);
                unsynced += size;
                if unsynced > 8 << 20 {
                    // A message's commit need not wait for all of it.
                    tar.get_mut().flush()?;
                    file.as_file().sync_data()?;
                    unsynced = 0;
                }
            }
            tar.into_inner()?.finish()?;
            disk::publish(file, &to)?;
            Ok(to.metadata()?.len())
        })
        .await
    }
}

/// Where an archive is written to.
enum Packing<W: Write> {
    Open(W),
    Locked(Box<Locked<W>>),
}

impl<W: Write> Packing<W> {
    fn new(to: W, lock: Option<Lock>) -> io::Result<Self> {
        let Some(lock) = lock else { return Ok(Self::Open(to)) };
        Ok(Self::Locked(Box::new(Locked::new(to, &lock.passphrase, &lock.randomness)?)))
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Open(mut to) => to.flush(),
            Self::Locked(to) => to.finish()?.flush(),
        }
    }
}

impl<W: Write> Write for Packing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Open(to) => to.write(bytes),
            Self::Locked(to) => to.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Open(to) => to.flush(),
            Self::Locked(to) => to.flush(),
        }
    }
}

pub(super) fn header(size: u64) -> tar::Header {
    let mut header = tar::Header::new_ustar();
    header.set_size(size);
    header.set_mode(0o600);
    header
}

fn append<W: Write>(tar: &mut tar::Builder<W>, name: &str, path: &Path) -> io::Result<()> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    tar.append_data(&mut header(size), name, file.take(size))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use bytes::Bytes;

    use super::super::{Amount, ArchiveError, unpack};
    use super::*;
    use crate::files::BlobLimits;

    /// Were this to fail, a photo that is sent while a backup is made would make the backup look damaged when it is
    /// needed.
    #[tokio::test]
    async fn what_comes_while_it_is_packed_is_not_in_it_and_does_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path(), BlobLimits { reserve_bytes: 0, ..BlobLimits::default() }).unwrap();
        let kept = blobs.keep().await;
        blobs.store(Bytes::from_static(b"before"), "a", &kept).await.unwrap();
        let inventory = blobs.inventory().await.unwrap();
        let expected = inventory.amount();
        blobs.store(Bytes::from_static(b"meanwhile"), "b", &kept).await.unwrap();
        let (database, archive) = (folder.path().join("db"), folder.path().join("backup.tar"));
        fs::write(&database, "rows").unwrap();
        let (tell, progress) = watch::channel(Progress::default());
        let size = blobs.pack(archive.clone(), b"{}".to_vec(), database, inventory, None, tell).await.unwrap();
        assert_eq!((size, progress.borrow().done), (archive.metadata().unwrap().len(), 6));
        let unpacked = unpack::<ArchiveError>(&archive, &folder.path().join("there"), None, |_| Ok(())).unwrap();
        assert_eq!((unpacked.amount, expected), (Amount { files: 1, bytes: 6 }, Amount { files: 1, bytes: 6 }));
        assert_eq!(fs::read_to_string(folder.path().join("there/imd.db")).unwrap(), "rows");
    }
}
