//! Unpacking: nothing in an archive is trusted before it was checked, and no name in it leads out of the folder.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use super::{Amount, ArchiveError, DATABASE, MANIFEST};
use crate::age::{self, Passphrase, Unlocked};
use crate::files::BlobHash;

/// Longest note that is read; ours are shorter.
const MANIFEST_BYTES: u64 = 64 << 10;

/// What was unpacked and found intact.
#[derive(Debug)]
pub struct Unpacked {
    /// BLAKE3 of the large file, hex.
    pub database_hash: String,
    /// All stored files.
    pub amount: Amount,
}

/// Could an archive with this beginning be opened with this passphrase? Asked before hours of sending. Blocks.
///
/// # Errors
/// `Locked`, `WrongPassphrase`, `NoArchive`, `Damaged`.
pub fn check_lock(beginning: &[u8], passphrase: Option<&Passphrase>) -> Result<(), ArchiveError> {
    opened(beginning, passphrase).map(|_| ())
}

/// An archive's bytes, unlocked if it was locked.
fn opened<'a, R: BufRead + 'a>(
    mut from: R,
    passphrase: Option<&Passphrase>,
) -> Result<Box<dyn Read + 'a>, ArchiveError> {
    // The first fill of a buffer has at least as many bytes as the version line, unless the file is shorter.
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

/// Unpacks an archive into the new folder `to`: `imd.db` and `blobs/`, with every stored file checked against its name.
/// `accept` is called with the note first. Blocks.
///
/// # Errors
/// See [`ArchiveError`], and those of `accept`. What was unpacked so far stays, for the caller to remove.
pub fn unpack<E: From<ArchiveError>>(
    archive: &Path,
    to: &Path,
    passphrase: Option<&Passphrase>,
    accept: impl FnOnce(&[u8]) -> Result<(), E>,
) -> Result<Unpacked, E> {
    let file = File::open(archive).map_err(ArchiveError::from)?;
    let mut tar = tar::Archive::new(opened(BufReader::with_capacity(256 << 10, file), passphrase)?);
    // Raw entries, because for long names and other attributes the tar library would allocate as much memory as a
    // header claims. Our own archives contain none, and everything that is no file is refused below.
    let mut entries = tar.entries().map_err(ArchiveError::from)?.raw(true);
    let first = entries.next().ok_or(ArchiveError::NoArchive)?.map_err(|error| unreadable(&error))?;
    let manifest = manifest(first)?;
    accept(&manifest)?;
    let (database_hash, amount) = unpack_rest(entries, to)?;
    // Read to the very end: the last bytes of a locked archive tell that nothing is missing.
    io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(ArchiveError::from)?;
    Ok(Unpacked { database_hash, amount })
}

/// A file that is no tar is no archive; one that could not be unlocked is a damaged archive.
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
            return Err(ArchiveError::Damaged("it contains something other than files"));
        }
        if name == DATABASE && database_hash.is_none() {
            database_hash = Some(write(entry, &to.join(DATABASE))?);
            continue;
        }
        let hash = blob_hash(&name).ok_or(ArchiveError::Damaged("it contains a name that no backup has"))?;
        let text = hash.to_string();
        let path = to.join("blobs").join(&text[..2]).join(&text[2..]);
        fs::create_dir_all(path.parent().unwrap_or(to))?;
        amount.files += 1;
        amount.bytes += entry.size();
        if write(entry, &path)? != text {
            return Err(ArchiveError::Damaged("a file in it was altered"));
        }
    }
    let database_hash = database_hash.ok_or(ArchiveError::Damaged("it ends early"))?;
    Ok((database_hash, amount))
}

/// The hash in `blobs/ab/cdef…`; `None` for any other name.
fn blob_hash(name: &str) -> Option<BlobHash> {
    let (two, rest) = name.strip_prefix("blobs/")?.split_once('/')?;
    let text = format!("{two}{rest}");
    (two.len() == 2).then(|| text.parse().ok()).flatten()
}

/// Writes an entry, synced to the disk, and returns the BLAKE3 of what was written, in hex.
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

#[cfg(test)]
mod tests {
    use super::super::pack::header;
    use super::*;

    /// Were this to fail, a backup made by somebody else could take all the memory: 512 bytes can claim that a name of
    /// 400 MiB follows.
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
                // A sparse file: what follows exists, and cost its sender nothing.
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

    /// Were this to fail, a file made by somebody else could write anywhere on the card.
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
