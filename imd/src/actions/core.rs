//! What the actions work with, put together once by `app`.

use std::sync::Arc;

use tokio::sync::watch;

use super::passwords::Passwords;
use super::rates::Rates;
use crate::chat::JoinMode;
use crate::clock::Clock;
use crate::config::Limits;
use crate::discovery::Announced;
use crate::files::{Blobs, Photos};
use crate::live::Hub;
use crate::store::Store;

/// Everything an action may use.
#[derive(Debug)]
pub struct Core {
    /// What is on the disk.
    pub store: Store,
    /// Who is connected.
    pub hub: Hub,
    /// Files' bytes.
    pub blobs: Blobs,
    /// Their thumbnails.
    pub photos: Photos,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What keeps one from taking everything.
    pub limits: Limits,
    /// How people come in, unless the box's own setting says otherwise.
    pub join_mode: JoinMode,
    /// The port that browsers use.
    pub port: u16,
    /// Further host names the page may be opened by.
    pub hosts: Vec<String>,
    /// The name the box would have on the network if it were free: accepted also while it is being won again.
    pub wanted_name: String,
    /// Names and addresses of the box now.
    pub announced: watch::Receiver<Announced>,
    /// Has the box an owner?
    pub claimed: watch::Sender<bool>,
    /// How often who may do what.
    pub rates: Rates,
    pub(super) passwords: Passwords,
    pub(super) last_health: super::health::Last,
}

/// What [`Core::new`] is made of.
#[derive(Debug)]
pub struct Parts {
    /// See [`Core::store`].
    pub store: Store,
    /// See [`Core::blobs`].
    pub blobs: Blobs,
    /// See [`Core::photos`].
    pub photos: Photos,
    /// See [`Core::clock`].
    pub clock: Arc<dyn Clock>,
    /// See [`Core::limits`].
    pub limits: Limits,
    /// See [`Core::join_mode`].
    pub join_mode: JoinMode,
    /// See [`Core::port`].
    pub port: u16,
    /// See [`Core::hosts`].
    pub hosts: Vec<String>,
    /// See [`Core::wanted_name`].
    pub wanted_name: String,
    /// See [`Core::announced`].
    pub announced: watch::Receiver<Announced>,
}

impl Core {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts { store, blobs, photos, clock, limits, join_mode, port, hosts, wanted_name, announced } = parts;
        let rates = Rates::new(&limits);
        let claimed = watch::channel(false).0;
        let passwords = Passwords::new(limits.password_hash_concurrency);
        Self {
            store,
            hub: Hub::default(),
            blobs,
            photos,
            clock,
            limits,
            join_mode,
            port,
            hosts,
            wanted_name,
            announced,
            claimed,
            rates,
            passwords,
            last_health: super::health::Last::default(),
        }
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.clock.now()
    }
}
