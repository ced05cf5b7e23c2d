//! Uploads: complete, interrupted, too large, too many, and on a full disk.

use std::future::pending;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use tempfile::TempDir;

use super::super::blobs::BlobLimits;
use super::super::disk;
use super::super::hash::BlobHash;
use super::super::upload::{CHUNK, SYNC_EVERY};
use super::*;

const NO_LIMIT: Announced<'_> = Announced { len: None, max_bytes: u64::MAX, name: "" };

fn open(limits: BlobLimits) -> (TempDir, Blobs) {
    let root = TempDir::new().unwrap();
    // So that these tests also work on a machine whose own disk is nearly full.
    let blobs = Blobs::open_on(root.path(), limits, |_| Ok(1 << 40)).unwrap();
    (root, blobs)
}

/// Receives and stores.
async fn take<S>(blobs: &Blobs, body: S, announced: Announced<'_>) -> Result<StoredBlob, FilesError>
where
    S: Stream<Item = io::Result<Bytes>>,
{
    let received = blobs.receive(body, announced).await?;
    blobs.publish(received, &blobs.keep().await).await
}

async fn store(blobs: &Blobs, content: impl Into<Bytes>) -> Result<StoredBlob, FilesError> {
    blobs.store(content.into(), "", &blobs.keep().await).await
}

fn noise(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    blake3::Hasher::new().finalize_xof().fill(&mut bytes);
    bytes
}

/// `bytes` as a network gives them: in pieces of uneven size.
fn pieces(bytes: &[u8], piece: usize) -> impl Stream<Item = io::Result<Bytes>> + use<> {
    let pieces: Vec<_> = bytes.chunks(piece).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces)
}

fn broken() -> io::Result<Bytes> {
    Err(io::ErrorKind::ConnectionReset.into())
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (folders, mut files): (Vec<_>, Vec<_>) =
        folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).partition(|path| path.is_dir());
    files.extend(folders.iter().flat_map(|folder| files_below(folder)));
    files
}

/// Were this to fail, a photo would come out different from how it went in.
#[tokio::test]
async fn what_went_in_is_on_the_disk_under_its_hash() {
    let (root, blobs) = open(BlobLimits::default());
    for len in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7, SYNC_EVERY as usize + 5] {
        for piece in [1400, CHUNK, 2 * CHUNK + 1] {
            let content = noise(len);
            let announced = Announced { len: Some(len as u64), ..NO_LIMIT };
            let stored = take(&blobs, pieces(&content, piece), announced).await.unwrap();
            assert_eq!((stored.hash, stored.size), (BlobHash::of(&content), len as u64));
            assert!(
                std::fs::read(blobs.find(&stored.hash).await.unwrap()).unwrap() == content,
                "{len} in pieces of {piece}"
            );
        }
    }
    assert_eq!(files_below(root.path()).len(), 7, "one file for each content, and none in between");
}

/// Were this to fail, the same picture sent by a hundred people would fill the card a hundred times, or be lost with
/// one of them.
#[tokio::test]
async fn the_same_content_is_kept_once() {
    let (root, blobs) = open(BlobLimits::default());
    let content = Bytes::from(noise(CHUNK + 9));
    let (one, two) = tokio::join!(store(&blobs, content.clone()), store(&blobs, content.clone()));
    let three = store(&blobs, content).await.unwrap();
    assert_eq!((one.unwrap(), two.unwrap()), (three.clone(), three.clone()));
    assert_eq!(files_below(root.path()), [blobs.find(&three.hash).await.unwrap()]);
}

/// Were this to fail, a file cut short by a disk error would stay so for ever, even if somebody sends it again.
#[tokio::test]
async fn a_damaged_file_is_replaced_when_it_comes_again() {
    let (_root, blobs) = open(BlobLimits::default());
    let stored = store(&blobs, Bytes::from_static(b"whole")).await.unwrap();
    std::fs::write(blobs.find(&stored.hash).await.unwrap(), b"who").unwrap();
    store(&blobs, Bytes::from_static(b"whole")).await.unwrap();
    assert_eq!(std::fs::read(blobs.find(&stored.hash).await.unwrap()).unwrap(), b"whole");
}

/// Were this to fail, one file over the limit would take the space of everybody else's, or one at the limit would be
/// refused.
#[tokio::test]
async fn the_limit_is_met_exactly() {
    let (root, blobs) = open(BlobLimits::default());
    let content = noise(CHUNK + 1);
    let max_bytes = content.len() as u64;
    for len in [None, Some(max_bytes)] {
        let announced = Announced { len, max_bytes, name: "" };
        assert_eq!(take(&blobs, pieces(&content, 999), announced).await.unwrap().size, max_bytes);
    }
    let (max_bytes, len) = (max_bytes - 1, Some(max_bytes));
    let announced = Announced { len: None, max_bytes, name: "" };
    let told = take(&blobs, pieces(&content, 999), announced).await;
    assert!(matches!(told, Err(FilesError::TooLarge { .. })));
    // The announcement is enough: nothing is waited for.
    let never = stream::once(pending::<io::Result<Bytes>>());
    let told = take(&blobs, never, Announced { len, max_bytes, name: "" }).await;
    assert!(matches!(told, Err(FilesError::TooLarge { .. })));
    assert_eq!(files_below(root.path()).len(), 1);
}

/// Were this to fail, half a file would pass for a whole one.
#[tokio::test]
async fn a_broken_upload_keeps_nothing() {
    let (root, blobs) = open(BlobLimits::default());
    let content = noise(2 * CHUNK + 1);
    let len = content.len() as u64;
    for (announced, breaks) in [(None, true), (Some(len), true), (Some(len + 1), false), (Some(len - 1), false)] {
        let body = pieces(&content, 4096).chain(stream::iter(breaks.then(broken)));
        let told = take(&blobs, body, Announced { len: announced, ..NO_LIMIT }).await;
        assert!(matches!(told, Err(FilesError::Interrupted { received }) if received == len), "{told:?}");
        assert!(files_below(root.path()).is_empty());
    }
}

/// Were this to fail, uploads whose sender walked out of reach would fill the card with files that nobody can see or
/// delete.
#[tokio::test]
async fn an_upload_nobody_waits_for_is_gone() {
    let (root, blobs) = open(BlobLimits { concurrent_uploads: 1, ..BlobLimits::default() });
    for len in [0, 10, CHUNK, 3 * CHUNK] {
        let body = pieces(&noise(len), 4096).chain(stream::once(pending()));
        let upload = take(&blobs, body, NO_LIMIT);
        assert!(tokio::time::timeout(Duration::from_millis(20), upload).await.is_err());
        let free = blobs.shared.slots.acquire();
        drop(tokio::time::timeout(Duration::from_secs(20), free).await.unwrap());
        assert!(files_below(root.path()).is_empty());
    }
}

/// Were this to fail, too many uploads at once would take the memory that the chat needs, or no further one would go
/// through afterwards.
#[tokio::test]
async fn one_upload_too_many_is_told_so() {
    let (_root, blobs) = open(BlobLimits { concurrent_uploads: 1, ..BlobLimits::default() });
    let slot = blobs.shared.slots.clone().try_acquire_owned().unwrap();
    assert!(matches!(store(&blobs, Bytes::new()).await, Err(FilesError::Busy)));
    drop(slot);
    for _ in 0..3 {
        store(&blobs, Bytes::new()).await.unwrap();
    }
}

/// Were this to fail, files would take the space that messages need, or the box would refuse files for ever after it
/// was full once.
#[tokio::test]
async fn a_full_disk_is_told_and_recovers() {
    const FREE: u64 = 4 * SYNC_EVERY;
    /// The most space that was ever found in use.
    static MOST: AtomicU64 = AtomicU64::new(0);
    let root = TempDir::new().unwrap();
    let limits = BlobLimits { reserve_bytes: FREE - SYNC_EVERY, ..BlobLimits::default() };
    let blobs = Blobs::open_on(root.path(), limits, |incoming| {
        let taken: u64 = files_below(incoming).iter().map(|file| file.metadata().unwrap().len()).sum();
        MOST.fetch_max(taken, Ordering::Relaxed);
        Ok(FREE - taken)
    })
    .unwrap();

    let exact = noise(SYNC_EVERY as usize);
    let announced = |len| Announced { len: Some(len), ..NO_LIMIT };
    let never = stream::once(pending::<io::Result<Bytes>>());
    let told = take(&blobs, never, announced(SYNC_EVERY + 1)).await;
    assert!(matches!(told, Err(FilesError::DiskFull)), "known before the first byte: {told:?}");

    let endless = stream::repeat_with(|| Ok::<_, io::Error>(Bytes::from_static(&[7; 65536]))).take(1024);
    let told = take(&blobs, endless, NO_LIMIT).await;
    assert!(matches!(told, Err(FilesError::DiskFull)), "known on the way: {told:?}");
    assert!(MOST.load(Ordering::Relaxed) <= SYNC_EVERY + CHUNK as u64, "the reserve is not touched");
    assert!(files_below(root.path()).is_empty());

    take(&blobs, pieces(&exact, CHUNK), announced(SYNC_EVERY)).await.unwrap();

    // Applies from the next file on, in both directions.
    blobs.set_reserve(FREE - SYNC_EVERY + 1);
    assert_eq!(blobs.reserve(), FREE - SYNC_EVERY + 1);
    let told = take(&blobs, pieces(&exact, CHUNK), announced(SYNC_EVERY)).await;
    assert!(matches!(told, Err(FilesError::DiskFull)), "{told:?}");
    blobs.set_reserve(FREE - SYNC_EVERY);
    take(&blobs, pieces(&exact, CHUNK), announced(SYNC_EVERY)).await.unwrap();
}

/// Were this to fail, what was in progress at a power cut would stay on the card for ever, or what was stored would be
/// lost with it.
#[tokio::test]
async fn a_start_removes_what_was_under_way_and_nothing_else() {
    let (root, blobs) = open(BlobLimits::default());
    let kept = store(&blobs, Bytes::from_static(b"kept")).await.unwrap();
    std::fs::write(root.path().join("incoming/half"), b"ha").unwrap();
    let blobs = Blobs::open(root.path(), BlobLimits::default()).unwrap();
    assert_eq!(files_below(root.path()), [blobs.find(&kept.hash).await.unwrap()]);
    blobs.remove(kept.hash).await.unwrap();
    blobs.remove(kept.hash).await.unwrap();
    assert!(files_below(root.path()).is_empty());
}

/// A real file system may answer differently from what was assumed: uploads would then fail with an unknown error, or
/// leave the disk full for good.
///
/// This test runs on a disk of 4 MiB, in a mount namespace that disappears with it.
#[test]
fn a_real_disk_is_told_when_full_and_when_read_only() {
    let root = TempDir::new().unwrap();
    let script =
        "mount -t tmpfs -o size=4m small \"$1\" && cd \"$1\" && exec \"$2\" --exact --ignored --nocapture \"$3\"";
    let told = std::process::Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .arg(root.path())
        .arg(std::env::current_exe().unwrap())
        .arg("files::receive::tests::on_a_small_disk")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&told.stdout);
    assert!(told.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&told.stderr));
}

#[tokio::test]
#[ignore = "fills the disk it is started in; run by the test above"]
async fn on_a_small_disk() {
    let root = std::env::current_dir().unwrap();
    assert!(disk::free_bytes(&root).unwrap() <= 4 << 20, "not started on a small disk");
    let blobs = Blobs::open(&root, BlobLimits { reserve_bytes: 0, ..BlobLimits::default() }).unwrap();
    let told = take(&blobs, pieces(&noise(6 << 20), 65536), NO_LIMIT).await;
    assert!(matches!(told, Err(FilesError::DiskFull)), "{told:?}");
    assert!(files_below(&root).is_empty());
    let kept = store(&blobs, noise(1 << 20)).await.unwrap();

    let remounted = std::process::Command::new("mount").args(["-o", "remount,ro", "."]).status().unwrap();
    assert!(remounted.success());
    let told = store(&blobs, Bytes::from_static(b"more")).await;
    assert!(matches!(told, Err(FilesError::ReadOnly)), "{told:?}");
    assert_eq!(std::fs::read(blobs.find(&kept.hash).await.unwrap()).unwrap().len(), 1 << 20);
}
