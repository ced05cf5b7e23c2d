//! A backup's file: a tar (POSIX.1-2001, ustar) of a note, one large file and all stored files, written while others go on
//! storing, and unpacked with every byte checked. Knows nothing of what the note and the large file say.
//!
//! `manifest.json`, then `imd.db`, then `blobs/ab/cdef…` under their hashes. Nothing else is taken from an archive: no other
//! name, no link, no folder outside. The whole may be locked with a passphrase (`age`).

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use tokio::sync::watch;

use super::blobs::{Blobs, off_thread};
use super::disk::{self, Space};
use super::error::FilesError;
use super::hash::BlobHash;
use crate::age::{self, AgeError, Locked, Passphrase, Randomness, Unlocked};

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

/// What is stored at one moment: what comes later is not in an archive that is made from it.
#[derive(Debug, Clone, Default)]
pub struct Inventory(pub(super) Vec<(BlobHash, u64)>);

impl Inventory {
    /// How much it is.
    #[must_use]
    pub fn amount(&self) -> Amount {
        let add = |sum: Amount, (_, size): &(BlobHash, u64)| Amount { files: sum.files + 1, bytes: sum.bytes + size };
        self.0.iter().fold(Amount::default(), add)
    }
}

impl Blobs {
    /// Writes the archive of what the inventory lists to `to`, whole or not at all, locked if `lock` says with what; its size.
    /// The caller keeps stored files from being swept away since before the inventory was made.
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

/// Removes what broken-off archives left in a folder on another disk; how much room there is.
///
/// # Errors
/// As the disk says.
pub async fn tidy_folder(folder: PathBuf) -> Result<Space, FilesError> {
    off_thread(move || {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            // As `tempfile` calls them.
            if entry.file_name().to_string_lossy().starts_with(".tmp") {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(disk::space(&folder)?)
    })
    .await
}

/// How large the file system is that holds a folder, and how much of it is free.
///
/// # Errors
/// As the disk says.
pub async fn space_at(folder: PathBuf) -> Result<Space, FilesError> {
    off_thread(move || Ok(disk::space(&folder)?)).await
}

/// What an archive is locked with.
#[derive(Debug)]
pub struct Lock {
    /// Opens it again.
    pub passphrase: Passphrase,
    /// For this archive alone.
    pub randomness: Randomness,
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

/// Why an archive is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It does not begin as one.
    #[error("this is no backup")]
    NoArchive,
    /// It is cut short, or a byte of it is not as it was written.
    #[error("the backup is damaged: {0}")]
    Damaged(&'static str),
    /// It is locked, and no passphrase was given.
    #[error("the backup is locked with a passphrase")]
    Locked,
    /// It is locked with another passphrase.
    #[error("this is not the backup's passphrase")]
    WrongPassphrase,
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

impl From<AgeError> for ArchiveError {
    fn from(error: AgeError) -> Self {
        match error {
            // What asks for more work than any program writes is a stranger's.
            AgeError::Foreign | AgeError::TooMuchWork => Self::NoArchive,
            AgeError::WrongPassphrase => Self::WrongPassphrase,
            AgeError::Damaged => Self::Damaged("its header is not as it was written"),
            AgeError::Io(error) => error.into(),
        }
    }
}

/// What was unpacked and found whole.
#[derive(Debug)]
pub struct Unpacked {
    /// BLAKE3 of the large file, hex.
    pub database_hash: String,
    /// All stored files.
    pub amount: Amount,
}

/// Would an archive with this beginning open with this passphrase? Told before hours of sending. Blocks.
///
/// # Errors
/// `Locked`, `WrongPassphrase`, `NoArchive`, `Damaged`.
pub fn check_lock(beginning: &[u8], passphrase: Option<&Passphrase>) -> Result<(), ArchiveError> {
    opened(beginning, passphrase).map(|_| ())
}

/// An archive's bytes, unlocked if they were locked.
fn opened<'a, R: BufRead + 'a>(
    mut from: R,
    passphrase: Option<&Passphrase>,
) -> Result<Box<dyn Read + 'a>, ArchiveError> {
    // A buffer's first fill has at least what the version line takes, unless the file ends before.
    if !age::is_locked(from.fill_buf()?) {
        return Ok(Box::new(from));
    }
    let passphrase = passphrase.ok_or(ArchiveError::Locked)?;
    Ok(Box::new(Unlocked::new(from, passphrase)?))
}

fn manifest<R: Read>(entry: tar::Entry<'_, R>) -> Result<Vec<u8>, ArchiveError> {
    let is_file = entry.header().entry_type().is_file();
    if !is_file || &*entry.path_bytes() != MANIFEST.as_bytes() || entry.size() > MANIFEST_BYTES {
        return Err(ArchiveError::NoArchive);
    }
    let mut text = Vec::new();
    entry.take(MANIFEST_BYTES).read_to_end(&mut text)?;
    Ok(text)
}

/// Unpacks an archive into the new folder `to`: `imd.db` and `blobs/`, every stored file checked against its name; `accept`
/// has the note first. Blocks.
///
/// # Errors
/// See [`ArchiveError`], and what `accept` says; what was unpacked so far stays, for the caller to remove.
pub fn unpack<E: From<ArchiveError>>(
    archive: &Path,
    to: &Path,
    passphrase: Option<&Passphrase>,
    accept: impl FnOnce(&[u8]) -> Result<(), E>,
) -> Result<Unpacked, E> {
    let file = File::open(archive).map_err(ArchiveError::from)?;
    let mut tar = tar::Archive::new(opened(BufReader::with_capacity(256 << 10, file), passphrase)?);
    // Raw: what tar knows of long names and other attributes it would gather in memory, as long as a header says they are.
    // Our own archives have none, and what is no file is refused below.
    let mut entries = tar.entries().map_err(ArchiveError::from)?.raw(true);
    let first = entries.next().ok_or(ArchiveError::NoArchive)?.map_err(|error| unreadable(&error))?;
    let manifest = manifest(first)?;
    accept(&manifest)?;
    let (database_hash, amount) = unpack_rest(entries, to)?;
    // To its very end: of a locked one, the last bytes say that nothing is missing.
    io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(ArchiveError::from)?;
    Ok(Unpacked { database_hash, amount })
}

/// What is no tar is no archive; what could not be unlocked is a damaged one.
fn unreadable(error: &io::Error) -> ArchiveError {
    if error.kind() == io::ErrorKind::InvalidData {
        ArchiveError::Damaged("it cannot be unlocked")
    } else {
        ArchiveError::NoArchive
    }
}

fn unpack_rest<R: Read>(entries: tar::Entries<'_, R>, to: &Path) -> Result<(String, Amount), ArchiveError> {
    fs::create_dir_all(to.join("blobs"))?;
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
    Ok((database_hash, amount))
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

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::files::BlobLimits;

    /// A photo that is sent while a backup is made would make the backup look damaged when it is needed.
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

    /// A backup made by somebody else could take all the memory: 512 bytes say that a name of 400 MiB follows.
    #[test]
    fn nothing_in_an_archive_says_how_much_memory_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("backup.tar");
        for kind in [
            tar::EntryType::GNULongName,
            tar::EntryType::GNULongLink,
            tar::EntryType::XHeader,
            tar::EntryType::XGlobalHeader,
        ] {
            for after_note in [false, true] {
                let mut bytes = Vec::new();
                if after_note {
                    let mut note = header(2);
                    note.set_path(MANIFEST).unwrap();
                    note.set_cksum();
                    bytes.extend_from_slice(note.as_bytes());
                    bytes.extend_from_slice(b"{}");
                    bytes.resize(1_024, 0);
                }
                let mut large = header(400 << 20);
                large.set_entry_type(kind);
                large.set_path("x").unwrap();
                large.set_cksum();
                bytes.extend_from_slice(large.as_bytes());
                // What follows is there, and costs its sender nothing.
                fs::write(&archive, &bytes).unwrap();
                File::options().write(true).open(&archive).unwrap().set_len(bytes.len() as u64 + (400 << 20)).unwrap();
                let before = peak();
                let told = unpack::<ArchiveError>(&archive, &folder.path().join("there"), None, |_| Ok(()));
                assert!(matches!(told, Err(ArchiveError::NoArchive | ArchiveError::Damaged(_))), "{kind:?}: {told:?}");
                assert!(peak() - before < 100 << 10, "{kind:?} took {} KiB", peak() - before);
                let _ = fs::remove_dir_all(folder.path().join("there"));
            }
        }
    }

    /// The most memory that this process has held, in KiB.
    fn peak() -> u64 {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// A file made by somebody else could write anywhere on the card.
    #[test]
    fn only_our_own_names_are_taken() {
        let hash = blake3::hash(b"x").to_hex();
        assert!(blob_hash(&format!("blobs/{}/{}", &hash[..2], &hash[2..])).is_some());
        for wrong in ["blobs/../imd.db", "../blobs/aa/bb", "/etc/passwd", "blobs/aa", &format!("blobs/{}/", &hash[..2])]
        {
            assert!(blob_hash(wrong).is_none(), "{wrong}");
        }
    }
}
