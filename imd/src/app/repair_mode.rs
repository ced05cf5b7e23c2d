//! The box while its database is damaged: the same listeners, name and console as always, with only the repair page
//! behind them.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::network::{Known, Network};
use super::{FAREWELL, Listeners, claim_file, local_socket};
use crate::actions::{Rates, holders_code, identity::addresses};
use crate::clock::Clock;
use crate::config::Config;
use crate::discovery::Answering;
use crate::exit::{self, Failure};
use crate::http::{self, Metrics, RepairApp, Server};
use crate::repair::{Opening, RepairJob};
use crate::wire::ServerAddress;

/// A running repair page.
#[derive(Debug)]
pub struct RepairMode {
    job: Arc<RepairJob>,
    code: Option<String>,
    server: Server,
    addresses: Vec<SocketAddr>,
    urls: Vec<ServerAddress>,
    network: Network,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    code_file: Option<JoinHandle<()>>,
}

impl RepairMode {
    /// Starts it; when this returns, the page is served.
    ///
    /// # Errors
    /// Without random numbers or listeners.
    pub fn start(
        config: &Config,
        folder: &Path,
        listeners: &Listeners,
        clock: Arc<dyn Clock>,
        opening: Opening,
    ) -> Result<Self, Failure> {
        let failed = |error: &dyn std::fmt::Display| Failure::new(exit::FAILED, error);
        let addresses = listeners.addresses();
        let listeners = listeners.each().map_err(|error| failed(&error))?;
        let port = Answering::on(&addresses).port;
        let code = holders_code().map_err(|error| failed(&error))?;
        let seed = clock.now().cast_unsigned() ^ u64::from(std::process::id());
        let network = Network::start(config, &addresses, Known::nothing(), &config.mdns.name, seed);
        network.be_sick();
        #[allow(clippy::cast_precision_loss, reason = "seconds since 1970 fit a float's 53 bits")]
        let metrics = Metrics::new(clock.now() as f64 / 1_000.0);
        // For a card that cannot be read there is nothing to choose, and so no code.
        let shown = (opening != Opening::Unreadable).then(|| code.clone());
        let job = RepairJob::open(folder, code, opening, clock);
        let router = http::repair_router(RepairApp {
            job: Arc::clone(&job),
            rates: Arc::new(Rates::new(&config.limits)),
            wanted: config.mdns.name.clone(),
            hosts: config.hosts.clone(),
            announced: network.announced.clone(),
            port,
        });
        let (stop, stopped) = watch::channel(false);
        let mut tasks: Vec<_> = local_socket(folder, router.clone(), stopped.clone()).into_iter().collect();
        let limits = &config.limits;
        let server = Server::new(router, metrics, limits.max_connections, limits.max_connections_per_address, stopped);
        tasks.extend(listeners.into_iter().map(|l| tokio::spawn(server.clone().accept(l))));
        let never = watch::channel(None).1;
        let follow = |file| tokio::spawn(claim_file::follow(file, shown.clone(), job.done(), never));
        let code_file = config.claim.file.clone().map(follow);
        let urls = addresses::list_of(&network.announced.borrow(), &config.hosts, port);
        Ok(Self { job, code: shown, server, addresses, urls, network, stop, tasks, code_file })
    }

    /// The addresses on which it listens.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Where the page can be opened.
    #[must_use]
    pub fn urls(&self) -> &[ServerAddress] {
        &self.urls
    }

    /// The code to enter, if there is anything to choose.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// What is wrong.
    #[must_use]
    pub fn what(&self) -> &'static str {
        if self.code.is_some() { "the database is damaged" } else { "the data cannot be read" }
    }

    /// Completes when the box can start again.
    pub async fn done(&mut self) {
        let mut done = self.job.done();
        // The job holds the other end: it cannot be gone.
        let _ = done.wait_for(|done| *done).await;
        if let Some(file) = self.code_file.take() {
            // The code is not valid any more and must not be found.
            let _ = file.await;
        }
    }

    /// Stops accepting connections and withdraws the box's names. A repair in progress is begun again at the next
    /// start.
    pub async fn stop(self) {
        self.job.stop();
        self.stop.send_replace(true);
        let _ =
            tokio::time::timeout(FAREWELL, async { tokio::join!(self.network.goodbye(), self.server.empty()) }).await;
        for task in self.tasks.into_iter().chain(self.code_file) {
            task.abort();
        }
    }
}
