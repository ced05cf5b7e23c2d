//! `imd serve`: the life of the process, from locking its folder to the end.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::actions::{Core, identity::addresses, machine::power, qr, upkeep::health};
use crate::app::{App, Listeners, RepairMode};
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Data, LogFormat, SystemControl};
use crate::data_dir::DataDir;
use crate::exit::{self, Failure};
use crate::memory;
use crate::open_files;
use crate::repair::{self, Opening};
use crate::wire::ServerAddress;

/// Threads for blocking work (reads, uploads, thumbnails, password hashes). Each kind has its own lower limit. They are
/// started when needed. Reads must not have to wait until all uploads have reached a slow card.
const BLOCKING_THREADS: usize = 192;
/// How long to wait so that the answer to whoever ordered a restart can be sent.
const ANSWER: Duration = Duration::from_millis(500);
/// How long a finished repair is shown.
const SEEN: Duration = Duration::from_secs(3);
/// How long blocking work may continue after everything else has ended.
const LAST_WORK: Duration = Duration::from_millis(200);

/// Runs the daemon until SIGTERM or SIGINT; on a box whose data cannot be read, a page that says so and what to do.
///
/// # Errors
/// Why it could not start.
pub fn serve(mut config: Config, data: Data) -> Result<(), Failure> {
    memory::give_back_large_blocks();
    start_log(&config);
    match open_files::raise_limit() {
        Ok(limit) => {
            let wanted = config.limits.max_connections;
            config.limits.max_connections = open_files::connections(wanted, limit);
            if config.limits.max_connections < wanted {
                let allowed = config.limits.max_connections;
                tracing::warn!(
                    wanted,
                    allowed,
                    limit,
                    "fewer connections than configured: the limit of open files is low"
                );
            }
        }
        Err(error) => tracing::warn!(%error, "the limit of open files stays"),
    }
    let folder = DataDir::open(&config.data)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS)
        .build()
        .map_err(|error| Failure::new(exit::FAILED, error))?;
    let end = runtime.block_on(async {
        let listeners = Listeners::open(&config.listen)?;
        if data == Data::Unreadable {
            tracing::error!("the data folder cannot be read; only a page that says so is served");
            let opening: (Arc<dyn Clock>, _) = (Arc::new(SystemClock), Opening::Unreadable);
            return repair_page(&config, &folder, &listeners, opening, Orders::listen()?).await.map(|_| ());
        }
        while run(&config, &folder, &listeners).await? == End::Again {}
        Ok(())
    });
    // A thumbnail being made, or a slow disk, must not delay the end; what they leave behind is removed at the next
    // start.
    runtime.shutdown_timeout(LAST_WORK);
    end
}

/// How a run ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// It was told to stop.
    Stopped,
    /// It was told to restart.
    Again,
}

/// How the program is told to stop.
struct Orders {
    terminate: Signal,
    interrupt: Signal,
}

impl Orders {
    fn listen() -> Result<Self, Failure> {
        let on = |kind| signal(kind).map_err(|error| Failure::new(exit::FAILED, error));
        Ok(Self { terminate: on(SignalKind::terminate())?, interrupt: on(SignalKind::interrupt())? })
    }

    async fn stop(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

async fn run(config: &Config, folder: &DataDir, listeners: &Listeners) -> Result<End, Failure> {
    // Installed before anything is served, so that no signal gets lost.
    let mut orders = Orders::listen()?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let took_over = repair::take_over(folder.path());
    if took_over.map_err(|error| Failure::new(exit::FOLDER_NOT_WRITABLE, error))? == repair::TookOver::Repaired {
        tracing::info!("the box starts with its repaired database");
    }
    if repair::is_ordered(folder.path()) {
        return repair_page(config, folder, listeners, (clock, Opening::Ordered), orders).await;
    }
    let starting = StillStarting::tell();
    let started = App::start_on(listeners, config, folder.path(), Arc::clone(&clock)).await;
    drop(starting);
    let mut app = match started {
        Err(failure) if failure.exit == exit::DATABASE_DAMAGED => {
            tracing::error!(cause = failure.cause, "the database is damaged; only the repair page is served");
            return repair_page(config, folder, listeners, (clock, Opening::Damaged(failure.cause)), orders).await;
        }
        app => app?,
    };
    tell(&app);
    notify(&[NotifyState::Ready]);
    let core = Arc::clone(app.core());
    let writer = Arc::clone(&core);
    // All is well as long as the writer thread really answers.
    let watchdog = tokio::spawn(watchdog(async move || health::health(&writer).await.writer));
    let end = tokio::select! {
        () = orders.stop() => Ok(End::Stopped),
        () = told_to_restart(&core, config) => Ok(End::Again),
        () = app.broken() => Err(Failure::new(exit::FAILED, "the store has stopped working")),
    };
    tracing::info!("stopping");
    notify(&[NotifyState::Stopping]);
    watchdog.abort();
    drop(core);
    app.stop().await;
    end
}

/// Serves the repair page until something was done about the database.
async fn repair_page(
    config: &Config,
    folder: &DataDir,
    listeners: &Listeners,
    (clock, opening): (Arc<dyn Clock>, Opening),
    mut orders: Orders,
) -> Result<End, Failure> {
    let path = std::path::absolute(folder.path()).map_err(|error| Failure::new(exit::FAILED, error))?;
    let mut page = RepairMode::start(config, &path, listeners, clock, opening)?;
    tell_of_repair(&page);
    notify(&[NotifyState::Ready, NotifyState::Status(page.what())]);
    let watchdog = tokio::spawn(watchdog(async || true));
    let end = tokio::select! {
        () = orders.stop() => End::Stopped,
        () = page.done() => {
            // The page asks every two seconds, and should see that the repair is done.
            tokio::time::sleep(SEEN).await;
            End::Again
        }
    };
    if end == End::Stopped {
        notify(&[NotifyState::Stopping]);
    } else {
        notify(&[NotifyState::Status("")]);
    }
    watchdog.abort();
    page.stop().await;
    Ok(end)
}

/// Waits for the order to restart. On an imagined machine there is no service manager that would start the program
/// again, so once the answer was sent, the program restarts itself. On a real machine the service manager, which keeps
/// the sockets open, is asked to do that, and tells the program to stop as usual.
async fn told_to_restart(core: &Core, config: &Config) {
    core.told_to_restart().await;
    tokio::time::sleep(ANSWER).await;
    if config.system.control == SystemControl::DBus {
        if let Err(refused) = power::restart_daemon(core).await {
            tracing::error!(code = ?refused.code, "not started again");
        }
        std::future::pending::<()>().await;
    }
}

fn start_log(config: &Config) {
    let level = tracing::level_filters::LevelFilter::from(config.log.level);
    let log = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr);
    // A second start in one process (in tests) keeps the first log.
    let _ = match config.log.format {
        LogFormat::Text => log.with_ansi(false).try_init(),
        LogFormat::Json => log.json().try_init(),
    };
}

/// Prints what a person at the console needs: the address and, on a new box, the code.
#[allow(clippy::print_stdout, reason = "this is the console")]
fn tell(app: &App) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "imd {}", env!("CARGO_PKG_VERSION"));
    let open_at = addresses::list(app.core());
    tell_where(&mut out, app.addresses(), &open_at);
    if let Some(code) = app.claim_code() {
        let _ = writeln!(out, "claim code: {code}");
    }
    // For a phone to scan: on a new box the link includes the code. 127.0.0.1 is of no use to another device.
    let reachable = open_at.into_iter().find(|a| !a.url.starts_with("http://127."));
    if let Some(address) = reachable {
        let path = app.claim_code().map_or_else(String::new, |code| format!("/#/claim/{code}"));
        if let Ok(code) = qr::text(&format!("{}{path}", address.url)) {
            let _ = writeln!(out, "{code}");
        }
    }
    let _ = out.flush();
}

/// Like [`tell`], for whoever has to repair the box.
#[allow(clippy::print_stdout, reason = "this is the console")]
fn tell_of_repair(page: &RepairMode) {
    let mut out = std::io::stdout().lock();
    let (version, what) = (env!("CARGO_PKG_VERSION"), page.what());
    let _ = writeln!(out, "imd {version}: {what}");
    tell_where(&mut out, page.addresses(), page.urls());
    if let Some(code) = page.code() {
        let _ = writeln!(out, "repair code: {code}");
    }
    let _ = out.flush();
}

fn tell_where(out: &mut impl Write, listening: &[SocketAddr], open_at: &[ServerAddress]) {
    for address in listening {
        let _ = writeln!(out, "listening on http://{address}");
    }
    for ServerAddress { url, .. } in open_at {
        let _ = writeln!(out, "open {url}");
    }
}

/// How long a start may take; one that takes longer hangs.
const LONGEST_START: Duration = Duration::from_secs(15 * 60);
/// How often systemd is asked for more time, and how much more each time.
const ASK_EVERY: Duration = Duration::from_secs(20);
const MORE: Duration = Duration::from_secs(60);

/// Asks systemd for more time (`sd_notify(3)`) until it is dropped: a large database that is brought to a new layout on a slow card
/// takes minutes, and a start that is ended in the middle only begins again.
struct StillStarting(JoinHandle<()>);

impl StillStarting {
    fn tell() -> Self {
        Self(tokio::spawn(async {
            let begun = Instant::now();
            let mut tick = tokio::time::interval(ASK_EVERY);
            while begun.elapsed() < LONGEST_START {
                tick.tick().await;
                notify(&[NotifyState::ExtendTimeoutUsec(u32::try_from(MORE.as_micros()).unwrap_or(u32::MAX))]);
            }
        }))
    }
}

impl Drop for StillStarting {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Tells systemd that all is well, for as long as it is.
async fn watchdog(is_well: impl AsyncFn() -> bool) {
    let Some(within) = sd_notify::watchdog_enabled() else { return };
    let mut tick = tokio::time::interval((within / 3).max(Duration::from_secs(1)));
    loop {
        tick.tick().await;
        if is_well().await {
            notify(&[NotifyState::Watchdog]);
        }
    }
}

fn notify(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::debug!(%error, "sd_notify");
    }
}
