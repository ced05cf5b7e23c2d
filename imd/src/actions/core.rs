//! What the actions work with, assembled once by `app`.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::watch;

use super::access::Access;
use super::backup::Backup;
use super::concurrency::ConcurrencyLimit;
use super::files::Files;
use super::identity::Identity;
use super::machine::Machine;
use super::moving::Moving;
use super::rates::Rates;
use super::reauthenticated::Reauthenticated;
use super::rooms::Rooms;
use super::search::Indexes;
use super::update::Hub;
use super::upkeep::Upkeep;
use super::upkeep::deadlines::Deadlines;
use crate::actions::Done;
use crate::clock::Clock;
use crate::config::Limits;
use crate::feed;
use crate::files::{Blobs, Photos};
use crate::store::Store;
use crate::system::SystemControl;

/// Everything that an action may use: what the layers below offer, and what each folder here keeps in memory.
///
/// Outside of `actions` none of it is visible: dialects and `app` call actions. A folder's part shows the other folders
/// only what they need; naming it (`core.files`) counts as naming the folder, and the same table says who may.
pub struct Core {
    pub(super) store: Store,
    /// How fast messages may come, so that they can be shown.
    pub(super) pace: feed::Pace,
    /// Who is connected.
    pub(super) hub: Hub,
    /// The contents of files.
    pub(super) blobs: Blobs,
    pub(super) photos: Photos,
    /// The services of the machine that the box runs on.
    pub(super) system: Arc<dyn SystemControl>,
    pub(super) limits: Limits,
    /// The data folder.
    pub(super) folder: PathBuf,
    /// Becomes true when the program should restart.
    pub(super) restart: watch::Sender<bool>,
    clock: Arc<dyn Clock>,

    /// How often somebody may do something.
    pub(super) rates: Rates,
    /// Uploads in progress, by person.
    pub(super) uploads: ConcurrencyLimit,
    /// Where a password was entered recently.
    pub(super) reauth: Reauthenticated,

    pub(super) identity: Identity,
    pub(super) access: Access,
    pub(super) rooms: Rooms,
    pub(super) search: Indexes,
    pub(super) files: Files,
    pub(super) machine: Machine,
    pub(super) backup: Backup,
    pub(super) moving: Moving,
    pub(super) upkeep: Upkeep,
}

/// What has to exist before a [`Core`] does.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// How fast messages may come, so that they can be shown.
    pub pace: feed::Pace,
    /// The contents of files.
    pub blobs: Blobs,
    /// Thumbnails of photos.
    pub photos: Photos,
    /// The services of the machine.
    pub system: Arc<dyn SystemControl>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Limits that keep one person from using up everything.
    pub limits: Limits,
    /// The data folder.
    pub folder: PathBuf,
    /// Which box this is.
    pub identity: Identity,
    /// The time that the last run left on the disk, as [`deadlines::noted`](super::upkeep::deadlines::noted) returns it.
    pub noted: Option<i64>,
    /// The box can only be reached from this machine itself.
    pub loopback_only: bool,
}

impl Core {
    /// With nobody connected and nothing in progress.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts { store, pace, blobs, photos, system, clock, limits, folder, identity, noted, loopback_only } = parts;
        Self {
            store,
            pace,
            hub: Hub::default(),
            blobs,
            photos,
            system,
            restart: watch::channel(false).0,
            rates: Rates::new(&limits),
            uploads: ConcurrencyLimit::uploads(),
            reauth: Reauthenticated::new(limits.fresh_password),
            identity,
            access: Access::new(&limits),
            rooms: Rooms::default(),
            search: Indexes::new(&folder),
            files: Files::new(&folder),
            machine: Machine::new(&folder),
            backup: Backup::new(&folder),
            moving: Moving::new(&folder, loopback_only),
            upkeep: Upkeep::new(Deadlines::new(clock.as_ref(), noted)),
            clock,
            limits,
            folder,
        }
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Milliseconds since 1970 for making and comparing deadlines: does not jump when the clock is set.
    #[must_use]
    pub fn due(&self) -> i64 {
        self.upkeep.deadlines.now(self.clock.as_ref())
    }

    /// Counts a request, whatever it asks for.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn count_request(&self, from: IpAddr) -> Done<()> {
        self.rates.request(from)
    }

    /// Forgets counters and passwords entered long ago, which no longer matter; to be called now and then.
    pub fn forget_old(&self) {
        self.rates.clean();
        self.reauth.clean(Instant::now());
    }

    /// Completes when the program should restart.
    pub async fn told_to_restart(&self) {
        // The sender is a field of this, so it cannot be gone.
        let _ = self.restart.subscribe().wait_for(|restart| *restart).await;
    }

    /// Says goodbye to everyone who is connected, and interrupts what the next start continues.
    pub fn stop(&self) {
        self.hub.close_all("restart");
        self.files.turns.end();
        self.moving.stop();
        self.files.usb_storage.stop();
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core").finish_non_exhaustive()
    }
}
