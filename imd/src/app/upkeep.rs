//! What the box does by itself in the background: telling the machine again what it forgot, the self-check, measuring
//! values for the charts, and continuing what a restart has interrupted. Nothing waits for any of it.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::actions::{
    Core, backup,
    files::place,
    machine,
    people::admin,
    rooms::{reports, retention},
    search,
    upkeep::{charts, patrol, storage},
};

/// How often the self-check runs, and the time is noted for machines whose clock has no battery.
const HOURLY: Duration = Duration::from_secs(3_600);

/// Starts all of it; the tasks run until they are aborted.
pub(super) fn begin(core: &Arc<Core>) -> [JoinHandle<()>; 7] {
    [
        tokio::spawn(admin::erase_all(Arc::clone(core))),
        tokio::spawn(tell_machine(Arc::clone(core))),
        tokio::spawn(walk(Arc::clone(core))),
        tokio::spawn(plot(Arc::clone(core))),
        tokio::spawn(place::follow(Arc::clone(core))),
        tokio::spawn(place::keep_moving(Arc::clone(core))),
        tokio::spawn(search::keep(Arc::clone(core))),
    ]
}

async fn tell_machine(core: Arc<Core>) {
    machine::again::say_again(&core).await;
}

async fn walk(core: Arc<Core>) {
    let mut tick = tokio::time::interval(HOURLY);
    loop {
        tick.tick().await;
        if let Err(error) = storage::keep_ballast(&core).await {
            tracing::warn!(%error, "no space could be reserved for a start with a full disk");
        }
        match patrol::look(&core).await {
            Ok(report) => {
                let findings: Vec<_> = report.findings.iter().map(|finding| finding.id).collect();
                tracing::info!(?findings, "patrol");
            }
            Err(refused) => tracing::warn!(code = ?refused.code, "patrol"),
        }
        if let Err(refused) = backup::schedule::make_if_due(&core).await {
            tracing::warn!(code = ?refused.code, "no backup was made");
        }
        match backup::nightly::copy_if_due(&core).await {
            Ok(true) => tracing::info!("daily copy of the database made"),
            Ok(false) => {}
            Err(refused) => tracing::warn!(code = ?refused.code, "no daily copy of the database"),
        }
        if let Err(refused) = retention::round_if_due(&core).await {
            tracing::warn!(code = ?refused.code, "messages past their time could not be deleted");
        }
        if let Err(refused) = search::renew_if_stale(&core).await {
            tracing::warn!(code = ?refused.code, "the index of messages stays as it is");
        }
        if let Err(refused) = reports::forget_old(&core).await {
            tracing::warn!(code = ?refused.code, "old reports are kept");
        }
        if let Err(refused) = machine::clock::note_time(&core).await {
            tracing::debug!(code = ?refused.code, "the time is not written down");
        }
    }
}

async fn plot(core: Arc<Core>) {
    let mut tick = tokio::time::interval(Duration::from_secs(charts::EVERY_S));
    let mut counted = None;
    loop {
        tick.tick().await;
        let measured = match counted {
            None => charts::begin(&core).await,
            Some(counted) => charts::measure(&core, counted).await,
        };
        match measured {
            Ok(now) => counted = Some(now),
            Err(refused) => tracing::debug!(code = ?refused.code, "nothing is plotted"),
        }
    }
}
