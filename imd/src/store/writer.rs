//! The one writer: a thread that owns the write connection and commits whatever has queued up at once.
//!
//! Durability costs one fsync a batch, not one a message. A job that fails is undone alone; a commit that fails fails
//! the whole batch. Changes are emitted after the commit, in commit order, and never before.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use super::access::AccessCache;
use super::disk::Disk;
use super::wal::Wal;
use crate::chat::{DeviceId, Event, RoomId, Seq, TicketId, UserId};

/// How long a write waits for a place in the queue before its sender is told that the box is busy.
const PATIENCE: Duration = Duration::from_secs(5);
/// Most jobs in one transaction: bounds the wait of the first.
const BATCH: usize = 512;

/// Something that is now on the disk, for those who show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new entry of a room's log.
    Appended(Arc<Event>),
    /// Someone is a member now.
    MemberAdded {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserId,
    },
    /// Someone is no longer a member.
    MemberRemoved {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserId,
    },
    /// Someone's role in a room changed.
    MemberChanged {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserId,
    },
    /// Who may do what in a room changed for all its members.
    RulesChanged(RoomId),
    /// A room's log begins later now, or is kept for another time.
    KeptChanged(RoomId),
    /// A person is new, or has another name, handle or picture.
    UserChanged(UserId),
    /// A person has another role on the box, or may or may not use it any more.
    StandingChanged(UserId),
    /// Someone waits to be let in.
    RequestAdded(UserId),
    /// Someone no longer waits.
    RequestGone(UserId),
    /// A read cursor moved.
    ReadMoved {
        /// Where.
        room: RoomId,
        /// Whose.
        user: UserId,
        /// Up to here.
        seq: Seq,
    },
    /// A device was signed out.
    DeviceRevoked(DeviceId),
    /// A device waits to be confirmed by its owner.
    TicketWaiting {
        /// Whose ticket.
        user: UserId,
        /// Which.
        ticket: TicketId,
    },
}

/// The transaction a job works in.
pub(super) struct Txn<'a> {
    pub(super) conn: &'a Connection,
    changes: Vec<Change>,
    /// `last_seq` of the rooms this batch has appended to, written once at its end.
    heads: &'a mut HashMap<RoomId, Seq>,
    /// What `heads` said before this job, to take back when it fails.
    undo: Vec<(RoomId, Option<Seq>)>,
}

impl Txn<'_> {
    /// Shows `change` to people once the commit is done.
    pub(super) fn emit(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// The newest `seq` of a room, this batch's appends included.
    pub(super) fn head(&self, room: RoomId) -> Result<Seq, StoreError> {
        if let Some(head) = self.heads.get(&room) {
            return Ok(*head);
        }
        let mut query = self.conn.prepare_cached("SELECT last_seq FROM rooms WHERE id = ?1")?;
        Ok(query.query_row([room.0], |row| super::row::seq(row, "last_seq"))?)
    }

    /// Moves a room's newest `seq`.
    pub(super) fn set_head(&mut self, room: RoomId, head: Seq) {
        let before = self.heads.insert(room, head);
        self.undo.push((room, before));
    }
}

/// How a job is undone when it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Undo {
    /// Back to a savepoint of its own.
    Savepoint,
    /// It fails before it has written anything: nothing is to be undone, and a savepoint's two statements are saved.
    Nothing,
}

trait Job: Send {
    /// How it is undone when it fails.
    fn undo(&self) -> Undo;
    /// Does its work; an error says why it must be undone.
    fn run(&mut self, tx: &mut Txn<'_>) -> Result<(), StoreError>;
    /// Answers whoever waits, after the commit.
    fn finish(self: Box<Self>, committed: Result<(), StoreError>, disk: &Disk);
}

struct Call<F, T> {
    undo: Undo,
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Job for Call<F, T>
where
    F: FnOnce(&mut Txn<'_>) -> Result<T, StoreError> + Send,
    T: Send,
{
    fn undo(&self) -> Undo {
        self.undo
    }

    fn run(&mut self, tx: &mut Txn<'_>) -> Result<(), StoreError> {
        let Some(work) = self.work.take() else { return Err(StoreError::Closed) };
        let result = work(tx);
        let verdict = result.as_ref().map(|_| ()).map_err(StoreError::repeat);
        self.result = Some(result);
        verdict
    }

    fn finish(self: Box<Self>, committed: Result<(), StoreError>, disk: &Disk) {
        let answer = match (committed, self.result) {
            (Ok(()), Some(result)) => result,
            // It had failed by itself before the commit did.
            (Err(_), Some(Err(own))) => Err(own),
            (Err(e), _) => Err(e),
            (Ok(()), None) => Err(StoreError::Closed),
        };
        // Nobody listens when the asker has gone: what was committed stays committed.
        let _ = self.reply.send(answer.map_err(|error| disk.explain(error)));
    }
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
    pub(super) fn start(
        conn: Connection,
        disk: Disk,
        queue: usize,
        access: Arc<AccessCache>,
        emit: mpsc::Sender<Vec<Change>>,
    ) -> std::io::Result<Self> {
        let (sender, receiver) = mpsc::channel(queue.max(1));
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write_loop(conn, &disk, receiver, &access, &emit))?;
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
        place.send(Message::Run(Box::new(Call { undo, work: Some(work), result: None, reply })));
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

fn write_loop(
    mut conn: Connection,
    disk: &Disk,
    mut queue: mpsc::Receiver<Message>,
    access: &AccessCache,
    emit: &mpsc::Sender<Vec<Change>>,
) {
    let mut messages = Vec::with_capacity(BATCH);
    let mut jobs: Vec<Box<dyn Job>> = Vec::with_capacity(BATCH);
    let mut stop = None;
    let mut wal = Wal::of(&conn);
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
        let changes = match commit(&mut conn, &mut jobs) {
            Ok(changes) => {
                access.forget(&changes);
                finish(&mut jobs, &Ok(()), disk);
                wal.committed(&conn);
                changes
            }
            Err(e) => {
                let e = disk.explain(e);
                tracing::error!(error = %e, jobs = jobs.len(), "write batch failed");
                finish(&mut jobs, &Err(e), disk);
                Vec::new()
            }
        };
        if !changes.is_empty() && emit.blocking_send(changes).is_err() {
            break; // The rest of the daemon has gone.
        }
    }
    Wal::closing(&conn);
    drop(conn);
    if let Some(done) = stop {
        let _ = done.send(());
    }
}

fn finish(jobs: &mut Vec<Box<dyn Job>>, verdict: &Result<(), StoreError>, disk: &Disk) {
    for job in jobs.drain(..) {
        job.finish(verdict.as_ref().copied().map_err(StoreError::repeat), disk);
    }
}

/// All jobs of the batch in one transaction; a failed one is rolled back to its savepoint alone.
fn commit(conn: &mut Connection, batch: &mut [Box<dyn Job>]) -> Result<Vec<Change>, StoreError> {
    if batch.is_empty() {
        return Ok(Vec::new());
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut heads = HashMap::new();
    let mut changes = Vec::new();
    for job in batch.iter_mut() {
        let undo = job.undo();
        if undo == Undo::Savepoint {
            tx.prepare_cached("SAVEPOINT job")?.execute([])?;
        }
        let mut scope = Txn { conn: &tx, changes: Vec::new(), heads: &mut heads, undo: Vec::new() };
        // A job that panics must not take the writer along: without it nothing is ever stored again.
        let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| job.run(&mut scope)));
        let panicked = outcome.is_err();
        match outcome.unwrap_or_else(|_| Err(StoreError::Other("a job panicked".to_owned()))) {
            Ok(()) => changes.append(&mut scope.changes),
            // Nobody knows what it did before: nothing of the batch is kept.
            Err(e) if panicked && undo == Undo::Nothing => return Err(e),
            // SQLite gave up the whole transaction (disk full, I/O error): nothing of the batch is there.
            Err(e) if tx.is_autocommit() => return Err(e),
            Err(_) => {
                for (room, before) in scope.undo.into_iter().rev() {
                    match before {
                        Some(head) => heads.insert(room, head),
                        None => heads.remove(&room),
                    };
                }
                if undo == Undo::Savepoint {
                    tx.prepare_cached("ROLLBACK TO job")?.execute([])?;
                }
            }
        }
        if undo == Undo::Savepoint {
            tx.prepare_cached("RELEASE job")?.execute([])?;
        }
    }
    {
        let mut update = tx.prepare_cached("UPDATE rooms SET last_seq = ?2 WHERE id = ?1")?;
        for (room, head) in &heads {
            update.execute((room.0, head.0.cast_signed()))?;
        }
    }
    tx.commit()?;
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Options, Setting, Store, settings};

    fn open(folder: &tempfile::TempDir) -> (Store, mpsc::Receiver<Vec<Change>>) {
        let options = Options { path: folder.path().join("imd.db"), readers: 1, queue: 64 };
        Store::open(&options).unwrap()
    }

    /// One unforeseen message would keep everybody from writing until the box is started again.
    #[tokio::test]
    async fn a_job_that_panics_fails_alone_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _changes) = open(&folder);
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

    /// Someone whose card has gone read-only would be told to make space; and after it was mended, the box would have to
    /// be started again.
    #[tokio::test]
    async fn a_card_that_refuses_writes_is_told_as_such_and_works_again_when_it_takes_them() {
        use std::sync::atomic::{AtomicBool, Ordering};

        use nix::sys::resource::{Resource, getrlimit, setrlimit};

        /// What the system would say of the card.
        static READ_ONLY: AtomicBool = AtomicBool::new(false);
        let folder = tempfile::tempdir().unwrap();
        let options = Options { path: folder.path().join("imd.db"), readers: 1, queue: 64 };
        let disk = Disk::asking(&options.path, |_| READ_ONLY.load(Ordering::SeqCst));
        let (store, _changes) = Store::open_on(&options, disk).unwrap();
        let write = |name: &str| store.set(Setting::BoxName, Some(name.repeat(10_000)));
        write("before").await.unwrap();
        // Every write to a file fails from here on, in this process alone; the signal that comes with it is not for us.
        let (soft, hard) = getrlimit(Resource::RLIMIT_FSIZE).unwrap();
        let mut too_large = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(25)).unwrap();
        setrlimit(Resource::RLIMIT_FSIZE, 1, hard).unwrap();
        let full = write("full").await;
        READ_ONLY.store(true, Ordering::SeqCst);
        let read_only = write("read-only").await;
        setrlimit(Resource::RLIMIT_FSIZE, soft, hard).unwrap();
        too_large.recv().await;
        assert!(matches!(full, Err(StoreError::DiskFull)), "{full:?}");
        assert!(matches!(read_only, Err(StoreError::ReadOnly)), "{read_only:?}");
        assert!(store.setting(Setting::BoxName).await.unwrap().is_some_and(|name| name.starts_with("before")));
        READ_ONLY.store(false, Ordering::SeqCst);
        write("after").await.unwrap();
        store.close().await;
    }
}
