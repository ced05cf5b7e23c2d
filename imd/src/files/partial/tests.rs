//! Files in parts: interrupted anywhere, continued after a restart of the program, and after a power cut.

use std::io;
use std::path::Path;
use std::pin::pin;

use futures_util::{StreamExt, stream};
use tempfile::TempDir;

use super::super::blobs::BlobLimits;
use super::super::hash::BlobHash;
use super::super::upload::CHUNK;
use super::*;

const ID: PartialId = 7;

fn open(root: &Path) -> Blobs {
    Blobs::open_on(root, BlobLimits::default(), |_| Ok(1 << 40)).unwrap()
}

fn noise(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    blake3::Hasher::new().finalize_xof().fill(&mut bytes);
    bytes
}

/// A part that arrives in uneven pieces and is interrupted at its end.
async fn part(partial: Partial, bytes: &[u8]) -> Result<Partial, FilesError> {
    let pieces: Vec<io::Result<Bytes>> = bytes.chunks(1400).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    let mut body = pin!(stream::iter(pieces).chain(stream::iter([Err(io::ErrorKind::ConnectionReset.into())])));
    let (mut partial, mut came) = partial.take(body.as_mut()).await?;
    while came == Came::More {
        (partial, came) = partial.take(body.as_mut()).await?;
    }
    assert_eq!(came, Came::Broken);
    Ok(partial)
}

async fn publish(blobs: &Blobs, partial: Partial) -> StoredBlob {
    assert!(partial.is_whole());
    let stored = blobs.publish_partial(partial, "a.bin", &blobs.keep().await).await.unwrap();
    blobs.discard_partial(ID).await.unwrap();
    stored
}

/// Were this to fail, a film sent over a weak Wi-Fi would come out different from how it went in, depending on where
/// the connection broke and whether the box was restarted.
#[tokio::test]
async fn whatever_it_broke_into_comes_out_whole() {
    let len = usize::try_from(SYNC_EVERY).unwrap() + 2 * CHUNK + 77;
    let content = noise(len);
    let cuts = [0, 1, 1399, 1400, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5, len - 2 * CHUNK, len - 1, len];
    for starts_again in [false, true] {
        let root = TempDir::new().unwrap();
        let mut blobs = open(root.path());
        blobs.begin_partial(ID, len as u64).await.unwrap();
        for cut in cuts.windows(2) {
            let partial = blobs.resume_partial(ID, cut[0] as u64, len as u64).await.unwrap();
            let partial = part(partial, &content[cut[0]..cut[1]]).await.unwrap();
            assert_eq!(partial.at(), cut[1] as u64, "what came is there");
            partial.park(&blobs);
            if starts_again {
                blobs = open(root.path());
            }
        }
        let partial = blobs.resume_partial(ID, len as u64, len as u64).await.unwrap();
        let stored = publish(&blobs, partial).await;
        assert_eq!((stored.hash, stored.size), (BlobHash::of(&content), len as u64));
        assert!(std::fs::read(blobs.find(&stored.hash).await.unwrap()).unwrap() == content);
        assert_eq!(blobs.partials().await.unwrap(), [] as [u64; 0]);
    }
}

/// After a power cut a file may be longer than what was really written. Were this to fail, it would have a hole of
/// zeros, or bytes twice.
#[tokio::test]
async fn what_was_not_certain_is_taken_anew() {
    let root = TempDir::new().unwrap();
    let content = noise(10_000);
    let blobs = open(root.path());
    blobs.begin_partial(ID, 10_000).await.unwrap();
    let partial = blobs.resume_partial(ID, 0, 10_000).await.unwrap();
    part(partial, &content[..6_000]).await.unwrap().park(&blobs);
    std::fs::OpenOptions::new().write(true).open(root.path().join("partial/7")).unwrap().set_len(9_000).unwrap();
    let blobs = open(root.path());
    let partial = blobs.resume_partial(ID, 4_000, 10_000).await.unwrap();
    let partial = part(partial, &content[4_000..]).await.unwrap();
    let stored = publish(&blobs, partial).await;
    assert_eq!(std::fs::read(blobs.find(&stored.hash).await.unwrap()).unwrap(), content);
    assert_eq!(stored.hash, BlobHash::of(&content));
}

/// Were this to fail, more bytes than the upload has would be stored under its name; or a restored database would make
/// a file of nothing.
#[tokio::test]
async fn nothing_over_its_end_and_nothing_that_is_not_there() {
    let root = TempDir::new().unwrap();
    let blobs = open(root.path());
    assert!(matches!(blobs.resume_partial(ID, 0, 10).await, Err(FilesError::NotFound)));
    blobs.begin_partial(ID, 10).await.unwrap();
    assert!(matches!(blobs.resume_partial(ID, 5, 10).await, Err(FilesError::NotFound)));
    let partial = blobs.resume_partial(ID, 0, 10).await.unwrap();
    let body = pin!(stream::iter([&b"12345"[..], &b"678901"[..]].map(|p| Ok::<_, io::Error>(Bytes::from_static(p)))));
    let (partial, came) = partial.take(body).await.unwrap();
    assert_eq!((partial.at(), came), (5, Came::TooMuch));
}

/// Were this to fail, a file cut short by a disk error would stay so for ever, even if somebody sends it again; or
/// sending a file that already exists would remove the existing one.
#[tokio::test]
async fn content_that_is_there_stays_and_damaged_content_is_replaced() {
    let root = TempDir::new().unwrap();
    let blobs = open(root.path());
    for (found, left) in [(&b"whole"[..], &b"whole"[..]), (b"who", b"whole")] {
        let path = blobs.find(&BlobHash::of(b"whole")).await.unwrap();
        std::fs::write(&path, found).unwrap();
        blobs.begin_partial(ID, 5).await.unwrap();
        let partial = part(blobs.resume_partial(ID, 0, 5).await.unwrap(), b"whole").await.unwrap();
        publish(&blobs, partial).await;
        assert_eq!(std::fs::read(&path).unwrap(), left);
    }
}
