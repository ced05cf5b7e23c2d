//! The one writer: a thread that owns the write connection and commits whatever has queued up at once.
//!
//! Durability costs one fsync a batch, not one a message. A job that fails is undone alone; a commit that fails fails
//! the whole batch. Changes are emitted after the commit, in commit order, and never before; no listener can hold up the
//! next commit.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use super::StoreError;
use super::access::AccessCache;
use super::batch::{Call, Job, Txn, Undo, commit};
use super::change::{Change, Emit};
use super::engine::Session;
use chat::EventId;

/// How long a write waits for a place in the queue before its sender is told that the box is busy.
const PATIENCE: Duration = Duration::from_secs(5);
/// Most jobs in one transaction: bounds the wait of the first.
const BATCH: usize = 512;

/// Who is told of a commit.
pub(super) struct Told {
    /// Forgets what the commit has changed.
    pub(super) access: Arc<AccessCache>,
    /// The newest event; at first, the last number that was assigned.
    pub(super) newest: watch::Sender<EventId>,
    /// Called with the changes.
    pub(super) emit: Emit,
}

enum Message {
    Run(Box<dyn Job>),
    /// Commit what came before, close the database, say so.
    Stop(oneshot::Sender<()>),
}

/// Cheap to clone; all clones feed the same thread.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
}

impl Writer {
    pub(super) fn start(session: Box<dyn Session>, queue: usize, told: Told) -> std::io::Result<Self> {
        let (sender, receiver) = mpsc::channel(queue.max(1));
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write_loop(session, receiver, told))?;
        Ok(Self { queue: sender })
    }

    /// Queues `work` and hands back where its answer will come. Waits for a place in the queue, not for the disk: one
    /// session's writes stay in order and many share a commit, and a session that sends faster than the disk takes
    /// is slowed down, not refused.
    pub(super) async fn submit<T, F>(
        &self,
        undo: Undo,
        work: F,
    ) -> Result<oneshot::Receiver<Result<T, StoreError>>, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Txn<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let place = match self.queue.try_reserve() {
            Ok(place) => place,
            Err(mpsc::error::TrySendError::Closed(())) => return Err(StoreError::Closed),
            Err(mpsc::error::TrySendError::Full(())) => {
                match tokio::time::timeout(PATIENCE, self.queue.reserve()).await {
                    Ok(Ok(place)) => place,
                    Ok(Err(_)) => return Err(StoreError::Closed),
                    Err(_) => return Err(StoreError::Busy),
                }
            }
        };
        let (reply, answer) = oneshot::channel();
        place.send(Message::Run(Box::new(Call::new(undo, work, reply))));
        Ok(answer)
    }

    /// [`Self::submit`] and wait for the commit.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Txn<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.submit(Undo::Savepoint, work).await?.await.unwrap_or(Err(StoreError::Closed))
    }

    pub(super) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.queue.send(Message::Stop(done)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

fn write_loop(mut session: Box<dyn Session>, mut queue: mpsc::Receiver<Message>, mut told: Told) {
    let mut last = *told.newest.borrow();
    let mut messages = Vec::with_capacity(BATCH);
    let mut jobs: Vec<Box<dyn Job>> = Vec::with_capacity(BATCH);
    let mut stop = None;
    while queue.blocking_recv_many(&mut messages, BATCH) > 0 {
        for message in messages.drain(..) {
            match message {
                Message::Run(job) => jobs.push(job),
                Message::Stop(done) => {
                    queue.close();
                    stop = Some(done);
                }
            }
        }
        let changes = match commit(session.as_mut(), &mut jobs, &mut last) {
            Ok(changes) => {
                told.access.forget(&changes);
                finish(&mut jobs, &Ok(()), session.as_ref());
                session.committed();
                changes
            }
            Err(e) => {
                let e = session.explain(e);
                tracing::error!(error = %e, jobs = jobs.len(), "write batch failed");
                finish(&mut jobs, &Err(e), session.as_ref());
                Vec::new()
            }
        };
        if changes.iter().any(|change| matches!(change, Change::Appended(_))) {
            told.newest.send_replace(last);
        }
        if !changes.is_empty() {
            (told.emit)(changes);
        }
    }
    session.close();
    if let Some(done) = stop {
        let _ = done.send(());
    }
}

fn finish(jobs: &mut Vec<Box<dyn Job>>, verdict: &Result<(), StoreError>, session: &dyn Session) {
    for job in jobs.drain(..) {
        job.finish(verdict.as_ref().copied().map_err(StoreError::repeat), &|error| session.explain(error));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, Setting, Store, settings};

    fn open(folder: &tempfile::TempDir) -> Store {
        let options = Options { path: folder.path().join("imd.db"), readers: 1, queue: 64 };
        Store::open(&options, drop).unwrap()
    }

    /// One unforeseen message would keep everybody from writing until the box is started again.
    #[tokio::test]
    async fn a_job_that_panics_fails_alone_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder);
        let panics = store.writer.write(|tx| -> Result<(), StoreError> {
            settings::put(tx, Setting::BoxName, Some("half"))?;
            panic!("as a bug would")
        });
        let (panicked, written) = tokio::join!(panics, store.set(Setting::JoinMode, Some("open".to_owned())));
        assert!(panicked.is_err());
        written.unwrap();
        assert_eq!(store.setting(Setting::BoxName).await.unwrap(), None);
        assert_eq!(store.setting(Setting::JoinMode).await.unwrap().as_deref(), Some("open"));
        store.close().await;
    }
}
