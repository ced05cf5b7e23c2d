//! The whole daemon, assembled and taken apart again: the only place that sees everything.

mod claim_file;
mod hotspot_file;
mod listeners;
mod network;
mod preset;
mod repair_mode;
mod shown_file;
mod upkeep;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::actions::{
    Core, Parts, Refused,
    access::{claim, reclaim},
    backup,
    files::{place, sweep},
    identity::{self, Identity, facts},
    joining::join_requests,
    live::{announce, signals},
    moving,
    people::quota,
    rooms::retention,
    upkeep::{deadlines, storage},
};
use crate::chat::JoinMode;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::discovery::Answering;
use crate::exit::{self, Failure};
use crate::feed;
use crate::files::{BlobLimits, Blobs, Photos, PhotosLimits, drop_ballast};
use crate::http::{self, AppState, Metrics, RequestLimits, Server};
use crate::live::SessionId;
use crate::picture::PictureLimits;
use crate::store::{self, OpenError, Soundness, Store, StoreError};
use crate::{system, ws};
use network::{Known, Network};

pub use listeners::Listeners;
pub use repair_mode::RepairMode;

/// How often sessions without traffic are asked whether they still exist.
const SWEEP: Duration = Duration::from_secs(30);
/// How often changes of presence are sent.
const PRESENCE: Duration = Duration::from_secs(1);
/// How long goodbyes and last answers may take; systemd waits a little longer than this.
const FAREWELL: Duration = Duration::from_secs(3);
/// How long the last commit may take. A card that takes longer is broken, and what was acknowledged is already on it.
const LAST_COMMIT: Duration = Duration::from_secs(1);
/// Writes that may be queued.
const WRITE_QUEUE: usize = 8_192;
/// Uploads in progress at the same time.
const UPLOADS: usize = 64;

/// A running daemon.
#[derive(Debug)]
pub struct App {
    core: Arc<Core>,
    store: Store,
    server: Server,
    addresses: Vec<SocketAddr>,
    claim_code: Option<String>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    announcer: JoinHandle<()>,
    network: JoinHandle<()>,
}

impl App {
    /// Starts everything; when this returns, the box answers.
    ///
    /// # Errors
    /// What has to be put right first: a taken port, a damaged or newer database, a folder that cannot be written.
    pub async fn start(config: &Config, folder: &Path, clock: Arc<dyn Clock>) -> Result<Self, Failure> {
        // Listeners first: when a port is taken, the data must not have been touched.
        let listeners = Listeners::open(&config.listen)?;
        Self::start_on(&listeners, config, folder, clock).await
    }

    /// Like [`Self::start`], with listeners that outlive the app, so that clients who connect between two starts wait.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_on(
        listeners: &Listeners,
        config: &Config,
        folder: &Path,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Failure> {
        let addresses = listeners.addresses();
        let listeners = listeners.each().map_err(|error| Failure::new(exit::FAILED, error))?;
        // Others, for instance the update service, are told the paths of files.
        let folder = std::path::absolute(folder).map_err(|error| Failure::new(exit::FAILED, error))?;
        let folder = folder.as_path();
        let port = Answering::on(&addresses).port;
        storage::reset_if_ordered(folder).map_err(|error| Failure::new(exit::FOLDER_NOT_WRITABLE, error))?;
        match backup::restore::take_over(folder) {
            Ok(backup::restore::TookOver::Backup) => tracing::info!("the box starts from a backup"),
            Ok(backup::restore::TookOver::Nothing) => {}
            Err(error) => return Err(Failure::new(exit::FOLDER_NOT_WRITABLE, error)),
        }
        let (store, committed) = match open_store(config, folder) {
            Err(_) if drop_ballast(folder) => {
                tracing::warn!("the disk is full: the space reserved for starting is freed");
                open_store(config, folder)?
            }
            opened => opened?,
        };
        let preset = preset::read(config);
        preset::take_over(&store, &preset).await.map_err(unreadable)?;
        let known = Known::read(&store).await.map_err(unreadable)?;
        let wanted = known.wanted_or(&config.mdns.name);
        let box_id = facts::id(&store).await.map_err(|refused| unusable(&store, refused))?;
        let noted = deadlines::noted(&store).await.map_err(unreadable)?;
        let seed = clock.now().cast_unsigned() ^ u64::from(std::process::id());
        let network = Network::start(config, &addresses, known, &wanted, seed);
        let blobs = Blobs::open(
            folder,
            BlobLimits { reserve_bytes: config.limits.free_space_reserve_bytes, concurrent_uploads: UPLOADS },
        )
        .map_err(|error| Failure::new(exit::FOLDER_NOT_WRITABLE, error))?;
        let photos = Photos::new(&blobs, config.program.clone(), photo_limits(&config.limits));
        let identity = Identity::new(identity::Known {
            id: box_id,
            join_mode: join_mode(config.join.mode),
            port,
            hosts: config.hosts.clone(),
            hotspot_address: config.system.hotspot_address,
            wanted,
            announced: network.announced.clone(),
        });
        let core = Arc::new(Core::new(Parts {
            store: store.clone(),
            pace: committed.pace(),
            blobs,
            photos,
            system: control(&config.system, folder),
            clock,
            limits: config.limits.clone(),
            folder: folder.to_owned(),
            identity,
            noted,
            loopback_only: addresses.iter().all(|address| address.ip().is_loopback()),
        }));
        place::take_up(&core).await;
        quota::take_up(&core).await.map_err(|refused| unusable(&store, refused))?;
        needs_no_room(&store, "the clock", retention::begin(&core, noted).await)?;
        // Done before anything is checked for having expired: if the clock was set while the box was off, deadlines
        // move with it.
        needs_no_room(&store, "deadlines", deadlines::keep(&core).await)?;
        let new_code = claim::new_claim_code(&core, preset.claim_code.as_deref()).await;
        let claim_code = needs_no_room(&store, "the claim code", new_code)?;
        needs_no_room(&store, "the lost password", preset::heed_lost_password(config, &core).await)?;
        needs_no_room(&store, "a move to another box", moving::out::resume(&core).await)?;
        needs_no_room(&store, "a move from another box", moving::into::resume(&core).await)?;
        #[allow(clippy::cast_precision_loss, reason = "seconds since 1970 fit a float's 53 bits")]
        let metrics = Metrics::new(core.now() as f64 / 1_000.0);
        let (stop, stopped) = watch::channel(false);
        let state = AppState {
            core: Arc::clone(&core),
            metrics: Arc::clone(&metrics),
            limits: request_limits(&config.limits),
            visitors: Arc::default(),
        };
        let router = http::router(state, ws::route());
        let local_socket = local_socket(folder, router.clone(), stopped.clone());
        let limits = &config.limits;
        let server =
            Server::new(router, metrics, limits.max_connections, limits.max_connections_per_address, stopped.clone());
        let announcer = tokio::spawn(announce::run(Arc::clone(&core), committed));
        let mut tasks: Vec<_> = listeners.into_iter().map(|l| tokio::spawn(server.clone().accept(l))).collect();
        let network = network.follow(&core, store.clone(), stopped.clone());
        if let Some(file) = config.claim.file.clone() {
            let (claimed, again) = (claim::is_claimed(&core), reclaim::shown(&core));
            tasks.push(tokio::spawn(claim_file::follow(file, claim_code.clone(), claimed, again)));
        }
        if let Some(file) = config.system.hotspot_file.clone() {
            tasks.push(tokio::spawn(hotspot_file::follow(Arc::clone(&core), file)));
        }
        tasks.push(tokio::spawn(sweep_files(Arc::clone(&core))));
        tasks.extend(upkeep::begin(&core));
        tasks.extend(local_socket);
        tasks.push(tokio::spawn(keep_deadlines(Arc::clone(&core))));
        tasks.push(tokio::spawn(housekeeping(Arc::clone(&core), stopped)));
        Ok(Self { core, store, server, addresses, claim_code, stop, tasks, announcer, network })
    }

    /// The addresses on which it listens.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// What the actions work with, for the program's own use (health, watchdog).
    #[must_use]
    pub fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// The database, for tests that look past the actions.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The code that claims a new box; `None` once it is claimed.
    #[must_use]
    pub fn claim_code(&self) -> Option<&str> {
        self.claim_code.as_deref()
    }

    /// Completes when nothing can be stored or shown any more, which a restart may put right.
    pub async fn broken(&mut self) {
        if let Err(error) = (&mut self.announcer).await {
            tracing::error!(%error, "the announcer ended");
        }
    }

    /// Stops accepting connections, finishes the commits in progress, tells the clients, and withdraws the box's names.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        self.core.stop();
        let _ = tokio::time::timeout(FAREWELL, async { tokio::join!(self.network, self.server.empty()) }).await;
        for task in self.tasks {
            task.abort();
        }
        // Last, so that everything that was accepted is committed.
        let _ = tokio::time::timeout(LAST_COMMIT, self.store.close()).await;
        if !self.announcer.is_finished() {
            let _ = tokio::time::timeout(Duration::from_secs(1), self.announcer).await;
        }
    }
}

/// The socket for `imd admin`, in the data folder.
pub(crate) const SOCKET: &str = "admin.sock";

/// If it cannot be opened, the box works all the same.
fn local_socket(folder: &Path, router: axum::Router, stop: watch::Receiver<bool>) -> Option<JoinHandle<()>> {
    match http::LocalSocket::open(&folder.join(SOCKET)) {
        Ok(socket) => Some(tokio::spawn(socket.serve(router, stop))),
        Err(error) => {
            tracing::warn!(%error, "`imd admin` will not reach this daemon");
            None
        }
    }
}

fn open_store(config: &Config, folder: &Path) -> Result<(Store, feed::Subscriber), Failure> {
    let options =
        store::Options { path: folder.join("imd.db"), readers: config.limits.reader_threads, queue: WRITE_QUEUE };
    let (publisher, subscriber) = feed::channel();
    let opened = Store::open(&options, move |changes| publisher.publish(changes));
    opened.map(|store| (store, subscriber)).map_err(|error| {
        let exit = match &error {
            OpenError::Newer { .. } => exit::DATABASE_NEWER,
            OpenError::Damaged { .. } => exit::DATABASE_DAMAGED,
            OpenError::Unusable { .. } => exit::FOLDER_NOT_WRITABLE,
        };
        Failure::new(exit, error)
    })
}

/// A refusal does not contain its cause, but the store knows whether it has met damage.
fn unusable(store: &Store, refused: Refused) -> Failure {
    let damaged = store.soundness() == Soundness::Damaged;
    Failure::new(if damaged { exit::DATABASE_DAMAGED } else { exit::FAILED }, refused)
}

/// If something cannot be written at the start, the box works all the same, unless the database is damaged: a full card
/// has to start, too.
fn needs_no_room<T: Default>(store: &Store, what: &'static str, done: Result<T, Refused>) -> Result<T, Failure> {
    match done {
        Err(refused) if store.soundness() == Soundness::Damaged => Err(unusable(store, refused)),
        Err(refused) => {
            tracing::warn!(what, code = ?refused.code, "could not be looked after at the start");
            Ok(T::default())
        }
        Ok(done) => Ok(done),
    }
}

fn unreadable(error: StoreError) -> Failure {
    let exit = if matches!(error, StoreError::Damaged(_)) { exit::DATABASE_DAMAGED } else { exit::FAILED };
    Failure::new(exit, error)
}

fn request_limits(limits: &config::Limits) -> RequestLimits {
    let &config::Limits { max_json_bytes, request_timeout, upload_idle_timeout, .. } = limits;
    RequestLimits { max_json_bytes, request_timeout, upload_idle_timeout }
}

fn photo_limits(limits: &config::Limits) -> PhotosLimits {
    let picture = PictureLimits { max_pixels: limits.thumbnail_max_pixels, ..PictureLimits::default() };
    PhotosLimits { workers: limits.thumbnail_workers, picture, ..PhotosLimits::default() }
}

/// As configured and never otherwise: a developer's machine must not be restarted because it has a system bus.
fn control(config: &config::System, folder: &Path) -> Arc<dyn system::SystemControl> {
    let (confirm_within, hotspot_address) = (config.confirm_within, config.hotspot_address);
    match config.control {
        config::SystemControl::Fake => {
            let pace = system::Pace::within(confirm_within);
            let fake = system::Fake::new(pace, tokio::time::Instant::now());
            Arc::new(fake.with_disks(folder.join("imagined-usb")))
        }
        config::SystemControl::DBus => {
            let options = system::DBusOptions { confirm_within, hotspot_address, ..system::DBusOptions::default() };
            Arc::new(system::DBus::new(options))
        }
    }
}

fn join_mode(mode: config::JoinMode) -> JoinMode {
    match mode {
        config::JoinMode::Invite => JoinMode::Invite,
        config::JoinMode::Approval => JoinMode::Approval,
        config::JoinMode::Open => JoinMode::Open,
    }
}

/// How often contents that nobody needs are swept away, after the first time at the start.
const FILE_SWEEP: Duration = Duration::from_secs(6 * 3_600);

async fn sweep_files(core: Arc<Core>) {
    let mut tick = tokio::time::interval(FILE_SWEEP);
    loop {
        tick.tick().await;
        match sweep::sweep_files(&core).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "files that nobody needs were removed"),
            Err(refused) => tracing::warn!(code = ?refused.code, "files could not be swept"),
        }
    }
}

/// How often deadlines are checked.
const DEADLINES: Duration = Duration::from_secs(30);

async fn keep_deadlines(core: Arc<Core>) {
    let mut tick = tokio::time::interval(DEADLINES);
    loop {
        tick.tick().await;
        let kept = async {
            deadlines::keep(&core).await?;
            reclaim::expire(&core).await?;
            moving::out::expire(&core).await?;
            join_requests::expire(&core).await
        };
        if let Err(refused) = kept.await {
            tracing::warn!(code = ?refused.code, "deadlines could not be followed");
        }
    }
}

async fn housekeeping(core: Arc<Core>, mut stopped: watch::Receiver<bool>) {
    let mut known = SessionId::default();
    let mut presence = tokio::time::interval(PRESENCE);
    let mut sweep = tokio::time::interval_at(tokio::time::Instant::now() + SWEEP, SWEEP);
    loop {
        tokio::select! {
            _ = presence.tick() => signals::tell_presence(&core),
            _ = sweep.tick() => {
                known = signals::sweep(&core, known);
                core.forget_old();
            }
            _ = stopped.wait_for(|stop| *stop) => return,
        }
    }
}
