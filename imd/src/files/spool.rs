//! A folder for one large file at a time that belongs to the box and to no message: an update, or a backup to be
//! restored.
//!
//! A file is streamed to the disk, and there is either all of it or nothing. Knows nothing of its content.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::pin::pin;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::fs;
use tokio::io::AsyncWriteExt;

use super::error::FilesError;

/// After this many bytes the receiver waits until they are on the disk, so that a message's commit need not wait for
/// all of them.
const SYNC_EVERY: u64 = 8 << 20;
/// Name of a file that is still arriving.
const UNFINISHED: &str = "unfinished";

/// The folder.
#[derive(Debug, Clone)]
pub struct Spool {
    folder: PathBuf,
}

impl Spool {
    /// Creates nothing yet.
    #[must_use]
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Writes what `body` yields into the folder under `name`, replacing everything in it, and returns the path and
    /// size. `len` is what was announced; more than `max_bytes` is refused.
    ///
    /// # Errors
    /// `TooLarge`, `Interrupted`, `DiskFull`, `ReadOnly`, `Io`; nothing is kept then.
    pub async fn receive<S, E>(
        &self,
        body: S,
        name: &str,
        len: Option<u64>,
        max_bytes: u64,
    ) -> Result<(PathBuf, u64), FilesError>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: fmt::Display,
    {
        if len.is_some_and(|len| len > max_bytes) {
            return Err(FilesError::TooLarge { max_bytes });
        }
        self.clear().await?;
        fs::create_dir_all(&self.folder).await?;
        let unfinished = Unfinished(self.folder.join(UNFINISHED));
        let size = write(body, &unfinished.0, len, max_bytes).await?;
        let path = self.folder.join(name);
        fs::rename(&unfinished.0, &path).await?;
        fs::File::open(&self.folder).await?.sync_all().await?;
        Ok((path, size))
    }

    /// Removes everything in the folder.
    ///
    /// # Errors
    /// `ReadOnly`, `Io`.
    pub async fn clear(&self) -> Result<(), FilesError> {
        match fs::remove_dir_all(&self.folder).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// Removed when it is dropped before it was given its name.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After renaming there is no such file.
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn write<S, E>(body: S, path: &std::path::Path, len: Option<u64>, max_bytes: u64) -> Result<u64, FilesError>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: fmt::Display,
{
    let mut file = fs::File::create(path).await?;
    let mut body = pin!(body);
    let (mut received, mut unsynced) = (0_u64, 0_u64);
    while let Some(piece) = body.next().await {
        let Ok(piece) = piece else { return Err(FilesError::Interrupted { received }) };
        received += piece.len() as u64;
        unsynced += piece.len() as u64;
        if received > max_bytes {
            return Err(FilesError::TooLarge { max_bytes });
        }
        file.write_all(&piece).await?;
        if unsynced >= SYNC_EVERY {
            file.sync_data().await?;
            unsynced = 0;
        }
    }
    if len.is_some_and(|len| len != received) {
        return Err(FilesError::Interrupted { received });
    }
    file.flush().await?;
    file.sync_all().await?;
    Ok(received)
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    fn pieces(pieces: &[&'static str]) -> impl Stream<Item = Result<Bytes, io::Error>> {
        stream::iter(pieces.iter().map(|piece| Ok(Bytes::from_static(piece.as_bytes()))).collect::<Vec<_>>())
    }

    /// Were this to fail, half an update could be installed, or one that fills the card could be kept.
    #[tokio::test]
    async fn only_what_arrived_whole_and_fits_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::new(folder.path().join("update"));
        let (path, size) = spool.receive(pieces(&["ab", "c"]), "x.raucb", Some(3), 3).await.unwrap();
        assert_eq!((std::fs::read_to_string(&path).unwrap().as_str(), size), ("abc", 3));
        let refusals = [
            spool.receive(pieces(&["abcd"]), "x", None, 3).await,
            spool.receive(pieces(&["ab"]), "x", Some(3), 3).await,
            spool.receive(stream::iter([Ok(Bytes::from_static(b"a")), Err("gone")]), "x", None, 3).await,
        ];
        assert!(matches!(refusals[0], Err(FilesError::TooLarge { .. })));
        assert!(refusals[1..].iter().all(|r| matches!(r, Err(FilesError::Interrupted { .. }))), "{refusals:?}");
        assert_eq!(std::fs::read_dir(folder.path().join("update")).unwrap().count(), 0);
        spool.clear().await.unwrap();
        spool.clear().await.unwrap();
    }
}
