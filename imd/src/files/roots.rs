//! Where stored files are: on the box's card, and on a disk if one was chosen. A file is looked for on the card first,
//! then on the disk; wherever it is found, it is complete. So files can be moved between the two at any time without a
//! list of where they are.
//!
//! Nothing here knows why a disk was chosen, whose it is, or when it is plugged in: the callers tell.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::archive::{Amount, Inventory};
use super::blobs::{Blobs, Shared, off_thread};
use super::disk::{self, Space};
use super::error::FilesError;
use super::hash::BlobHash;
use super::partial::PartialId;
use super::root::{MARKER, Root};

/// Bytes that files leave free on a disk, for the folders themselves. The chat needs none there.
const DISK_RESERVE: u64 = 16 << 20;

/// In which direction files are moved if a disk was chosen. New files are stored at the destination at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From the card to the disk.
    There,
    /// From the disk back to the card.
    Back,
}

/// A chosen disk, and its folder while it is plugged in.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    way: Way,
    root: Option<Arc<Root>>,
}

/// How much is stored where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amounts {
    /// On the card.
    pub on_box: Amount,
    /// On the disk, without what is also on the card; `None` when there is no disk, or it is away.
    pub on_disk: Option<Amount>,
}

impl Blobs {
    /// A disk was chosen, or the direction has changed; `None`: no disk is chosen any more. The files are away until
    /// the disk is [attached](Self::attach).
    pub fn set_way(&self, way: Option<Way>) {
        let mut chosen = self.shared.chosen.write().unwrap_or_else(PoisonError::into_inner);
        let root = chosen.take().and_then(|chosen| chosen.root);
        *chosen = way.map(|way| Chosen { way, root });
    }

    /// The disk is there: files are in this folder of it, which has its mark.
    ///
    /// # Errors
    /// `Away` without the mark, `ReadOnly`, `DiskFull`, `Io`.
    pub async fn attach(&self, folder: PathBuf) -> Result<(), FilesError> {
        let shared = self.shared.clone();
        off_thread(move || {
            if !folder.join(MARKER).is_file() {
                return Err(FilesError::Away);
            }
            let root = Arc::new(Root::open(&folder, DISK_RESERVE, disk::free_bytes)?);
            let mut chosen = shared.chosen.write().unwrap_or_else(PoisonError::into_inner);
            chosen.as_mut().ok_or(FilesError::Away)?.root = Some(root);
            Ok(())
        })
        .await
    }

    /// The disk is going to be removed, or is already gone: nothing is begun on it any more. Returns whether everything
    /// in progress there has ended after `patience`.
    pub async fn detach(&self, patience: Duration) -> bool {
        let root = {
            let mut chosen = self.shared.chosen.write().unwrap_or_else(PoisonError::into_inner);
            chosen.as_mut().and_then(|chosen| chosen.root.take())
        };
        match root {
            Some(root) => root.close(patience).await,
            None => true,
        }
    }

    /// Was a disk chosen that is not plugged in?
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.shared.chosen().is_some_and(|chosen| chosen.root.is_none())
    }

    /// Is the chosen disk plugged in?
    #[must_use]
    pub fn is_attached(&self) -> bool {
        self.shared.chosen().is_some_and(|chosen| chosen.root.is_some())
    }

    /// Is the chosen disk's folder there, and not only the empty folder where it is mounted?
    pub async fn is_there(&self) -> bool {
        let Some(root) = self.shared.chosen().and_then(|chosen| chosen.root) else { return false };
        off_thread(move || Ok(root.is_there())).await.unwrap_or(false)
    }

    /// Is nothing left on the chosen disk, neither files nor uploads in parts?
    ///
    /// # Errors
    /// `Away`, `Io`.
    pub async fn is_disk_empty(&self) -> Result<bool, FilesError> {
        let root = self.shared.chosen().and_then(|chosen| chosen.root).ok_or(FilesError::Away)?;
        off_thread(move || Ok(root.inventory()?.is_empty() && root.partial_ids()?.is_empty())).await
    }

    /// Size and free space of the chosen disk, while it is plugged in.
    pub async fn disk_space(&self) -> Option<Space> {
        let root = self.shared.chosen()?.root?;
        off_thread(move || Ok(root.space()?)).await.ok()
    }

    /// Size and free space of the chosen disk, if it is too full for any file that would be stored there.
    pub async fn disk_full(&self) -> Option<Space> {
        let Chosen { way: Way::There, root: Some(root) } = self.shared.chosen()? else { return None };
        let full = off_thread(move || Ok(root.check_space(0).is_err().then(|| root.space()).transpose()?));
        full.await.ok()?
    }

    /// The path of the content. It must never be written to.
    ///
    /// # Errors
    /// `Away` when it is on a disk that is not plugged in, `Io`. For what is not stored anywhere, the path it would
    /// have.
    pub async fn find(&self, hash: &BlobHash) -> Result<PathBuf, FilesError> {
        if self.shared.chosen().is_none() {
            return Ok(self.shared.card.blob_path(hash));
        }
        let (shared, hash) = (self.shared.clone(), *hash);
        off_thread(move || shared.find(&hash)).await
    }

    /// Everything that is stored at the moment, on the card and on the disk.
    ///
    /// # Errors
    /// `Away` when some of it may be on a disk that is not plugged in, `Io`.
    pub async fn inventory(&self) -> Result<Inventory, FilesError> {
        if self.is_away() {
            return Err(FilesError::Away);
        }
        let roots = self.shared.roots();
        off_thread(move || {
            let mut all = HashMap::new();
            for root in roots {
                all.extend(root.inventory()?);
            }
            Ok(Inventory(all.into_iter().collect()))
        })
        .await
    }

    /// How much is stored where.
    ///
    /// # Errors
    /// `Io`.
    pub async fn amounts(&self) -> Result<Amounts, FilesError> {
        let (card, disk) = (self.shared.card.clone(), self.shared.chosen().and_then(|chosen| chosen.root));
        off_thread(move || {
            let here: HashMap<_, _> = card.inventory()?.into_iter().collect();
            let beside = |root: Arc<Root>| -> io::Result<_> {
                Ok(amount(root.inventory()?.into_iter().filter(|(hash, _)| !here.contains_key(hash)).map(|(_, n)| n)))
            };
            // A disk that is being unplugged may fail.
            let on_disk = disk.and_then(|root| beside(root).ok());
            Ok(Amounts { on_box: amount(here.into_values()), on_disk })
        })
        .await
    }

    /// How much would have to be moved to a folder that may already hold some of it, and the size of the largest file,
    /// in bytes.
    ///
    /// # Errors
    /// `Io`.
    pub async fn lacking_in(&self, folder: PathBuf) -> Result<(Amount, u64), FilesError> {
        let card = self.shared.card.clone();
        off_thread(move || {
            let mut lacking = card.inventory()?;
            let largest = lacking.iter().map(|(_, size)| *size).max().unwrap_or_default();
            let there = folder.join("blobs");
            lacking.retain(|(hash, _)| !there.join(hash.relative_path()).exists());
            Ok((amount(lacking.into_iter().map(|(_, size)| size)), largest))
        })
        .await
    }
}

fn amount(sizes: impl Iterator<Item = u64>) -> Amount {
    sizes.fold(Amount::default(), |sum, size| Amount { files: sum.files + 1, bytes: sum.bytes + size })
}

impl Shared {
    pub(super) fn chosen(&self) -> Option<Chosen> {
        self.chosen.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// All folders that are available, the card's first.
    pub(super) fn roots(&self) -> Vec<Arc<Root>> {
        let disk = self.chosen().and_then(|chosen| chosen.root);
        std::iter::once(self.card.clone()).chain(disk).collect()
    }

    /// The folder that new files belong in.
    ///
    /// # Errors
    /// `Away`. The card is not used instead, because it may be too small.
    pub(super) fn target(&self) -> Result<Arc<Root>, FilesError> {
        match self.chosen() {
            Some(Chosen { way: Way::There, root }) => root.ok_or(FilesError::Away),
            Some(Chosen { way: Way::Back, .. }) | None => Ok(self.card.clone()),
        }
    }

    /// From where to where files are being moved; `None` when they stay.
    pub(super) fn ends(&self) -> Option<(Arc<Root>, Arc<Root>)> {
        let Chosen { way, root } = self.chosen()?;
        let disk = root?;
        Some(match way {
            Way::There => (self.card.clone(), disk),
            Way::Back => (disk, self.card.clone()),
        })
    }

    /// Like [`Blobs::find`]. Blocks.
    pub(super) fn find(&self, hash: &BlobHash) -> Result<PathBuf, FilesError> {
        let here = self.card.blob_path(hash);
        let Some(Chosen { root, .. }) = self.chosen() else { return Ok(here) };
        if here.is_file() {
            return Ok(here);
        }
        let root = root.ok_or(FilesError::Away)?;
        let there = root.blob_path(hash);
        match there.symlink_metadata() {
            Ok(meta) if meta.is_file() => Ok(there),
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            // It is nowhere, or was moved to the card since that was looked at; or the disk is gone.
            _ if root.is_there() => Ok(here),
            _ => Err(FilesError::Away),
        }
    }

    /// The path of the content if all of it is stored. Blocks.
    pub(super) fn whole(&self, hash: &BlobHash, size: u64) -> Option<PathBuf> {
        let paths = self.roots().into_iter().map(|root| root.blob_path(hash));
        paths.into_iter().find(|path| path.metadata().is_ok_and(|there| there.is_file() && there.len() == size))
    }

    /// The folder of an upload in parts. Blocks.
    ///
    /// # Errors
    /// `NotFound`; `Away` when it may be on a disk that is not plugged in.
    pub(super) fn root_of_partial(&self, id: PartialId) -> Result<Arc<Root>, FilesError> {
        for root in self.roots() {
            match root.partial_path(id).symlink_metadata() {
                Ok(meta) if meta.is_file() => return Ok(root),
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        match self.chosen() {
            Some(Chosen { root: Some(root), .. }) if root.is_there() => Err(FilesError::NotFound),
            Some(_) => Err(FilesError::Away),
            None => Err(FilesError::NotFound),
        }
    }
}

#[cfg(test)]
mod tests;
