//! A backup's file: a tar (POSIX.1-2001, ustar) of a note, one large file and all stored files, written while others go on
//! storing, and unpacked with every byte checked. Knows nothing of what the note and the large file say.
//!
//! `manifest.json`, then `imd.db`, then `blobs/ab/cdef…` under their hashes. Nothing else is taken from an archive: no other
//! name, no link, no folder outside.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use tokio::sync::watch;

use super::blobs::{Blobs, off_thread};
use super::disk;
use super::error::FilesError;
use super::hash::BlobHash;

const MANIFEST: &str = "manifest.json";
const DATABASE: &str = "imd.db";
/// A note is never this long.
const MANIFEST_BYTES: u64 = 64 << 10;

/// How far a backup is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes written.
    pub done: u64,
    /// Bytes there are.
    pub total: u64,
}

/// What all stored files are together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    /// How many.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Blobs {
    /// How much is stored.
    ///
    /// # Errors
    /// `Io`.
    pub async fn amount(&self) -> Result<Amount, FilesError> {
        let root = self.root();
        off_thread(move || {
            let mut amount = Amount::default();
            each(&root, |_, size, _| {
                amount.files += 1;
                amount.bytes += size;
                Ok(())
            })?;
            Ok(amount)
        })
        .await
    }

    /// Writes the archive to `to`, whole or not at all; its size. The caller keeps stored files from being swept away.
    ///
    /// # Errors
    /// `DiskFull`, `ReadOnly`, `Io`.
    pub async fn pack(
        &self,
        to: PathBuf,
        manifest: Vec<u8>,
        database: PathBuf,
        progress: watch::Sender<Progress>,
    ) -> Result<u64, FilesError> {
        let root = self.root();
        off_thread(move || {
            let folder = to.parent().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
            let file = tempfile::NamedTempFile::new_in(folder)?;
            let mut tar = tar::Builder::new(BufWriter::with_capacity(256 << 10, file.as_file()));
            tar.append_data(&mut header(manifest.len() as u64), MANIFEST, manifest.as_slice())?;
            append(&mut tar, DATABASE, &database)?;
            let mut unsynced = 0;
            each(&root, |name, size, path| {
                append(&mut tar, name, path)?;
                progress.send_modify(|progress| progress.done += size);
                unsynced += size;
                if unsynced > 8 << 20 {
                    // A message's commit need not wait for all of it.
                    tar.get_mut().flush()?;
                    file.as_file().sync_data()?;
                    unsynced = 0;
                }
                Ok(())
            })?;
            tar.into_inner()?.flush()?;
            disk::publish(file, &to)?;
            Ok(to.metadata()?.len())
        })
        .await
    }
}

fn header(size: u64) -> tar::Header {
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

/// Each stored file: its name in the archive, its size, where it is.
fn each(root: &Path, mut visit: impl FnMut(&str, u64, &Path) -> io::Result<()>) -> io::Result<()> {
    for folder in fs::read_dir(root)? {
        let folder = folder?;
        for file in fs::read_dir(folder.path())? {
            let file = file?;
            let name = format!("blobs/{}/{}", folder.file_name().to_string_lossy(), file.file_name().to_string_lossy());
            visit(&name, file.metadata()?.len(), &file.path())?;
        }
    }
    Ok(())
}

/// Why an archive is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It does not begin as one.
    #[error("this is no backup")]
    NoArchive,
    /// It is cut short, or a byte of it is not as it was written.
    #[error("the backup is damaged: {0}")]
    Damaged(&'static str),
    /// The disk.
    #[error(transparent)]
    Disk(#[from] FilesError),
}

impl From<io::Error> for ArchiveError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // What tar says of what it cannot read.
            io::ErrorKind::Other | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                Self::Damaged("it cannot be read")
            }
            _ => Self::Disk(error.into()),
        }
    }
}

/// What was unpacked and found whole.
#[derive(Debug)]
pub struct Unpacked {
    /// The note.
    pub manifest: Vec<u8>,
    /// BLAKE3 of the large file, hex.
    pub database_hash: String,
    /// All stored files.
    pub amount: Amount,
}

/// Reads only the note at the beginning. Blocks.
///
/// # Errors
/// See [`ArchiveError`].
pub fn read_manifest(archive: &Path) -> Result<Vec<u8>, ArchiveError> {
    let mut tar = tar::Archive::new(File::open(archive)?);
    let first = tar.entries()?.next().ok_or(ArchiveError::NoArchive)?.map_err(|_| ArchiveError::NoArchive)?;
    manifest(first)
}

fn manifest<R: Read>(entry: tar::Entry<'_, R>) -> Result<Vec<u8>, ArchiveError> {
    if &*entry.path_bytes() != MANIFEST.as_bytes() || entry.size() > MANIFEST_BYTES {
        return Err(ArchiveError::NoArchive);
    }
    let mut text = Vec::new();
    entry.take(MANIFEST_BYTES).read_to_end(&mut text)?;
    Ok(text)
}

/// Unpacks an archive into the new folder `to`: `imd.db` and `blobs/`, every stored file checked against its name. Blocks.
///
/// # Errors
/// See [`ArchiveError`]; what was unpacked so far stays, for the caller to remove.
pub fn unpack(archive: &Path, to: &Path) -> Result<Unpacked, ArchiveError> {
    fs::create_dir_all(to.join("blobs"))?;
    let mut tar = tar::Archive::new(io::BufReader::with_capacity(256 << 10, File::open(archive)?));
    let mut entries = tar.entries()?;
    let first = entries.next().ok_or(ArchiveError::NoArchive)?.map_err(|_| ArchiveError::NoArchive)?;
    let manifest = manifest(first)?;
    let (mut database_hash, mut amount) = (None, Amount::default());
    for entry in entries {
        let entry = entry?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if !entry.header().entry_type().is_file() {
            return Err(ArchiveError::Damaged("it holds something that is no file"));
        }
        if name == DATABASE && database_hash.is_none() {
            database_hash = Some(write(entry, &to.join(DATABASE))?);
            continue;
        }
        let hash = blob_hash(&name).ok_or(ArchiveError::Damaged("it holds a name that is not ours"))?;
        let text = hash.to_string();
        let path = to.join("blobs").join(&text[..2]).join(&text[2..]);
        fs::create_dir_all(path.parent().unwrap_or(to))?;
        amount.files += 1;
        amount.bytes += entry.size();
        if write(entry, &path)? != text {
            return Err(ArchiveError::Damaged("a file in it is not as it was stored"));
        }
    }
    let database_hash = database_hash.ok_or(ArchiveError::Damaged("it ends early"))?;
    Ok(Unpacked { manifest, database_hash, amount })
}

/// The hash in `blobs/ab/cdef…`, and nothing but it.
fn blob_hash(name: &str) -> Option<BlobHash> {
    let (two, rest) = name.strip_prefix("blobs/")?.split_once('/')?;
    let text = format!("{two}{rest}");
    (two.len() == 2).then(|| text.parse().ok()).flatten()
}

/// BLAKE3 of what was written, hex; it is on the disk.
fn write<R: Read>(mut from: tar::Entry<'_, R>, to: &Path) -> Result<String, ArchiveError> {
    let mut file = File::create_new(to)?;
    let mut hasher = blake3::Hasher::new();
    let mut chunk = vec![0; 256 << 10];
    let (size, mut written) = (from.size(), 0_u64);
    loop {
        let read = from.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        hasher.update(&chunk[..read]);
        file.write_all(&chunk[..read])?;
        written += read as u64;
    }
    if written != size {
        return Err(ArchiveError::Damaged("it ends early"));
    }
    file.sync_all()?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// BLAKE3 of a file, hex. Blocks.
///
/// # Errors
/// As the disk says.
pub fn hash_file(path: &Path) -> Result<(String, u64), FilesError> {
    let mut hasher = blake3::Hasher::new();
    let size = io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok((hasher.finalize().to_hex().to_string(), size))
}
