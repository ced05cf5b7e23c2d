//! Files on a card and on a disk: moved between them, interrupted anywhere, and with the disk unplugged.

use std::fs;
use std::io::Write;
use std::path::Path;

use bytes::Bytes;
use futures_util::stream;
use tempfile::TempDir;

use super::*;
use crate::files::{BlobLimits, Came, Pace, Photos, PhotosLimits, RelocateError};

/// A box with a USB disk.
struct Box_ {
    _root: TempDir,
    blobs: Blobs,
    card: PathBuf,
    disk: PathBuf,
}

async fn with_disk(way: Way) -> Box_ {
    let root = TempDir::new().unwrap();
    let (card, disk) = (root.path().join("card"), root.path().join("disk/files"));
    fs::create_dir_all(&card).unwrap();
    fs::create_dir_all(&disk).unwrap();
    fs::write(disk.join(MARKER), "ours").unwrap();
    let blobs = Blobs::open(&card, BlobLimits { reserve_bytes: 0, ..BlobLimits::default() }).unwrap();
    blobs.set_way(Some(way));
    blobs.attach(disk.clone()).await.unwrap();
    Box_ { _root: root, blobs, card, disk }
}

impl Box_ {
    /// Like an upload in one piece.
    async fn send(&self, content: &'static [u8]) -> Result<BlobHash, FilesError> {
        let body = stream::iter([Ok::<_, io::Error>(Bytes::from_static(content))]);
        let announced = crate::files::Announced { len: None, max_bytes: 1 << 20, name: "a" };
        let received = self.blobs.receive(body, announced).await?;
        Ok(self.blobs.publish(received, &self.blobs.keep().await).await?.hash)
    }

    async fn read(&self, hash: BlobHash) -> Result<Vec<u8>, FilesError> {
        Ok(fs::read(self.blobs.find(&hash).await?)?)
    }

    async fn move_all(&self) {
        for (hash, _) in self.blobs.strays().await.unwrap().0 {
            self.blobs.relocate(hash, Pace::default()).await.unwrap();
        }
    }

    async fn pull_out(&self) {
        fs::rename(&self.disk, self.disk.with_extension("pulled")).unwrap();
        self.blobs.detach(Duration::ZERO).await;
    }

    async fn plug_in(&self) {
        fs::rename(self.disk.with_extension("pulled"), &self.disk).unwrap();
        self.blobs.attach(self.disk.clone()).await.unwrap();
    }

    fn on_card(&self, hash: BlobHash) -> bool {
        at(&self.card, hash).exists()
    }

    fn on_disk(&self, hash: BlobHash) -> bool {
        at(&self.disk, hash).exists()
    }
}

fn at(folder: &Path, hash: BlobHash) -> PathBuf {
    folder.join("blobs").join(hash.relative_path())
}

fn files_in(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

/// Were this to fail, somebody's photo would be gone after the move, or in neither place for whoever looks at it just
/// then.
#[tokio::test]
async fn a_file_is_found_wherever_it_lies_and_goes_both_ways_whole() {
    let it = with_disk(Way::There).await;
    it.blobs.set_way(Some(Way::Back));
    let old = it.send(b"from before").await.unwrap();
    it.blobs.set_way(Some(Way::There));
    let new = it.send(b"new").await.unwrap();
    assert!(it.on_card(old) && !it.on_disk(old) && it.on_disk(new) && !it.on_card(new), "each where it belonged");
    let amounts = it.blobs.amounts().await.unwrap();
    assert_eq!((amounts.on_box.bytes, amounts.on_disk.unwrap().bytes), (11, 3));
    let pace = Pace::default();
    pace.begin(3);
    it.blobs.relocate(old, pace.clone()).await.unwrap();
    assert!(!it.on_card(old) && it.on_disk(old));
    assert_eq!((pace.done(), it.read(old).await.unwrap().as_slice()), (14, b"from before".as_slice()));
    it.blobs.relocate(old, pace).await.unwrap();
    assert_eq!(it.blobs.inventory().await.unwrap().amount(), Amount { files: 2, bytes: 14 });
    // The same content sent again takes no space, wherever it is.
    assert_eq!(it.send(b"from before").await.unwrap(), old);
    assert!(!it.on_card(old));

    it.blobs.set_way(Some(Way::Back));
    assert!(!it.blobs.is_disk_empty().await.unwrap());
    it.move_all().await;
    assert!(it.on_card(old) && it.on_card(new) && it.blobs.is_disk_empty().await.unwrap());
    assert_eq!(it.read(new).await.unwrap(), b"new");
    // Not needed any more, and in both places after a power cut.
    fs::write(at(&it.disk, old), b"from before").unwrap();
    it.blobs.remove(old).await.unwrap();
    assert!(!it.on_card(old) && !it.on_disk(old));
}

/// Were this to fail, a power cut in the middle would leave half a film under the name of the whole one, and the whole
/// one would be removed.
#[tokio::test]
async fn what_was_cut_off_is_done_again_and_what_only_looks_whole_is_written_over() {
    let it = with_disk(Way::Back).await;
    let content: &'static [u8] = &[7; 600_000];
    let hash = it.send(content).await.unwrap();
    it.blobs.set_way(Some(Way::There));
    // Half of it unfinished, and something else of the same size under its name.
    fs::write(it.disk.join("incoming/.tmpHalf"), &content[..300_000]).unwrap();
    fs::write(at(&it.disk, hash), vec![0; content.len()]).unwrap();
    it.blobs.detach(Duration::ZERO).await;
    it.blobs.attach(it.disk.clone()).await.unwrap();
    assert_eq!(files_in(&it.disk.join("incoming")), 0, "what broke off is gone");
    it.move_all().await;
    assert!(!it.on_card(hash) && it.read(hash).await.unwrap() == content);
    // Interrupted after it had arrived and before the original was removed.
    fs::write(at(&it.card, hash), content).unwrap();
    it.move_all().await;
    assert!(!it.on_card(hash) && it.read(hash).await.unwrap() == content);
    // Moving is stopped: the file stays where it was.
    let pace = Pace::default();
    it.blobs.set_way(Some(Way::Back));
    pace.halt();
    let halted = it.blobs.relocate(hash, pace.clone()).await;
    assert!(matches!(halted, Err(RelocateError::Halted)), "{halted:?}");
    assert!(it.on_disk(hash) && !it.on_card(hash));
    assert_eq!((pace.done(), files_in(&it.card.join("incoming"))), (0, 0));
}

/// Were this to fail, a file would be written into the empty folder where the disk was mounted, onto a card that may be
/// too small for it; or a photo would be called deleted while the disk is merely unplugged.
#[tokio::test]
async fn while_the_disk_is_away_its_files_are_away_and_come_back_with_it() {
    let it = with_disk(Way::There).await;
    let there = it.send(b"there").await.unwrap();
    it.blobs.begin_partial(7, 10).await.unwrap();
    let face = it.blobs.store(Bytes::from_static(b"face"), "p.jpg", &it.blobs.keep().await).await.unwrap().hash;
    assert!(it.on_card(face), "faces stay on the card");
    // Somebody is still sending.
    let mut partial = it.blobs.resume_partial(7, 0, 10).await.unwrap();
    it.pull_out().await;
    assert!(it.blobs.is_away() && !it.blobs.is_attached());
    let late = partial.take(std::pin::pin!(stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"later"))]))).await;
    assert!(matches!(late, Err(FilesError::Away)), "{late:?}");
    assert!(matches!(it.read(there).await, Err(FilesError::Away)));
    assert_eq!(it.read(face).await.unwrap(), b"face");
    assert!(matches!(it.send(b"more").await, Err(FilesError::Away)));
    assert!(matches!(it.blobs.begin_partial(8, 1).await, Err(FilesError::Away)));
    // It does not start at its beginning again: what has arrived of it is only away.
    assert!(matches!(it.blobs.resume_partial(7, 0, 10).await, Err(FilesError::Away)));
    assert!(matches!(it.blobs.inventory().await, Err(FilesError::Away)), "no backup without them");
    assert_eq!(it.blobs.list(there.as_bytes()[0]).await.unwrap(), []);
    assert!(!it.disk.exists());
    // The folder alone is not the disk.
    fs::create_dir_all(&it.disk).unwrap();
    assert!(matches!(it.blobs.attach(it.disk.clone()).await, Err(FilesError::Away)));
    assert_eq!(files_in(&it.disk), 0);
    fs::remove_dir(&it.disk).unwrap();
    it.plug_in().await;
    assert_eq!(it.read(there).await.unwrap(), b"there");
    partial = it.blobs.resume_partial(7, 0, 10).await.unwrap();
    let body = stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"0123456789"))]);
    let (partial, came) = partial.take(std::pin::pin!(body)).await.unwrap();
    assert_eq!(came, Came::All);
    let stored = it.blobs.publish_partial(partial, "a", &it.blobs.keep().await).await.unwrap();
    assert!(it.on_disk(stored.hash));
}

/// The system is slower to report that the disk is gone than somebody is to ask for a photo.
#[tokio::test]
async fn one_that_has_just_been_pulled_out_is_away_and_not_empty() {
    let it = with_disk(Way::There).await;
    let there = it.send(b"there").await.unwrap();
    assert!(it.blobs.is_there().await);
    fs::rename(&it.disk, it.disk.with_extension("pulled")).unwrap();
    assert!(matches!(it.read(there).await, Err(FilesError::Away)));
    assert!(matches!(it.blobs.resume_partial(1, 0, 1).await, Err(FilesError::Away)));
    assert!(!it.blobs.is_there().await);
    // The disk is there, and this file is not.
    fs::rename(it.disk.with_extension("pulled"), &it.disk).unwrap();
    assert!(matches!(it.read(BlobHash::of(b"never")).await, Err(FilesError::NotFound)));
    assert!(matches!(it.blobs.resume_partial(1, 0, 1).await, Err(FilesError::NotFound)));
}

/// Were this to fail, half a gigabyte sent over a weak Wi-Fi would have to be sent again because somebody changed where
/// files are stored.
#[tokio::test]
async fn what_came_of_an_upload_goes_along() {
    let it = with_disk(Way::Back).await;
    it.blobs.begin_partial(7, 10).await.unwrap();
    let partial = it.blobs.resume_partial(7, 0, 10).await.unwrap();
    let body = stream::iter([Ok(Bytes::from_static(b"01234")), Err(io::Error::from(io::ErrorKind::ConnectionReset))]);
    let (partial, came) = partial.take(std::pin::pin!(body)).await.unwrap();
    assert_eq!((came, partial.at()), (Came::Broken, 5));
    partial.park(&it.blobs);
    it.blobs.set_way(Some(Way::There));
    assert_eq!(it.blobs.partials_astray().await.unwrap(), [7]);
    it.blobs.relocate_partial(7, Pace::default()).await.unwrap();
    assert_eq!((files_in(&it.card.join("partial")), files_in(&it.disk.join("partial"))), (0, 1));
    let partial = it.blobs.resume_partial(7, 5, 10).await.unwrap();
    let body = stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"56789"))]);
    let (partial, _) = partial.take(std::pin::pin!(body)).await.unwrap();
    let stored = it.blobs.publish_partial(partial, "a", &it.blobs.keep().await).await.unwrap();
    assert_eq!((stored.hash, it.on_disk(stored.hash)), (BlobHash::of(b"0123456789"), true));
}

/// Were this to fail, whoever ejects the disk would unplug it while a file is being written.
#[tokio::test]
async fn it_is_let_go_when_the_last_one_has_ended() {
    let it = with_disk(Way::There).await;
    let body = stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"x"))]);
    let announced = crate::files::Announced { len: None, max_bytes: 9, name: "a" };
    let received = it.blobs.receive(body, announced).await.unwrap();
    assert!(!it.blobs.detach(Duration::from_millis(1)).await, "one is still there");
    drop(received);
    it.blobs.attach(it.disk.clone()).await.unwrap();
    assert!(it.blobs.detach(Duration::from_secs(5)).await);
}

/// Were this to fail, a picture in a message would be a grey box while the disk is away, although the box has its
/// thumbnail.
#[tokio::test]
async fn thumbnails_stay_on_the_card() {
    let it = with_disk(Way::There).await;
    let hash = it.send(b"a photo").await.unwrap();
    // It answers whatever it is asked: what matters here is where the output is stored.
    let photos = Photos::new(&it.blobs, "/bin/echo".into(), PhotosLimits::default());
    let thumbnail = photos.thumbnail(hash).await.unwrap().unwrap();
    assert!(thumbnail.starts_with(&it.card));
    it.pull_out().await;
    assert_eq!(photos.thumbnail(hash).await.unwrap(), Some(thumbnail.clone()));
    fs::remove_file(&thumbnail).unwrap();
    assert!(matches!(photos.thumbnail(hash).await, Err(FilesError::Away)));
}

/// On somebody's disk, a link could lead to files that are none of its business.
#[tokio::test]
async fn a_link_on_the_disk_is_no_file_and_no_folder() {
    let it = with_disk(Way::There).await;
    let mut secret = tempfile::NamedTempFile::new().unwrap();
    secret.write_all(b"secret").unwrap();
    let hash = BlobHash::of(b"secret");
    std::os::unix::fs::symlink(secret.path(), at(&it.disk, hash)).unwrap();
    assert!(matches!(it.read(hash).await, Err(FilesError::NotFound)));
    it.blobs.detach(Duration::ZERO).await;
    fs::remove_dir_all(it.disk.join("partial")).unwrap();
    std::os::unix::fs::symlink(&it.card, it.disk.join("partial")).unwrap();
    assert!(it.blobs.attach(it.disk.clone()).await.is_err());
}
