//! One batch of writes: jobs that share a transaction and its fsync. A job that fails is undone alone, a commit that fails fails
//! all of them.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;

use tokio::sync::oneshot;

use super::StoreError;
use super::change::Change;
use super::engine::Session;
use super::sql::Conn;
use chat::{EventId, RoomId, Seq};

/// The transaction a job works in.
pub(super) struct Txn<'a> {
    pub(super) conn: &'a Conn<'a>,
    changes: Vec<Change>,
    /// `last_seq` of the rooms this batch has appended to, written once at its end.
    heads: &'a mut HashMap<RoomId, Seq>,
    /// What `heads` said before this job, to take back when it fails.
    undo: Vec<(RoomId, Option<Seq>)>,
    /// The last number that an event was given; those of jobs that fail are left out for ever.
    last: &'a mut EventId,
}

impl Txn<'_> {
    /// Shows `change` to people once the commit is done.
    pub(super) fn emit(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// A number for one more event: greater than all before it.
    pub(super) fn next_event(&mut self) -> EventId {
        self.last.0 += 1;
        *self.last
    }

    /// The newest `seq` of a room, this batch's appends included.
    pub(super) fn head(&self, room: RoomId) -> Result<Seq, StoreError> {
        if let Some(head) = self.heads.get(&room) {
            return Ok(*head);
        }
        let mut query = self.conn.prepare_cached("SELECT last_seq FROM rooms WHERE id = ?1")?;
        query.query_row([room.0], |row| super::sql::seq(row, "last_seq"))
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

/// Finds the true cause of a failed write.
pub(super) type Explain<'e> = &'e dyn Fn(StoreError) -> StoreError;

pub(super) trait Job: Send {
    /// How it is undone when it fails.
    fn undo(&self) -> Undo;
    /// Does its work; an error says why it must be undone.
    fn run(&mut self, tx: &mut Txn<'_>) -> Result<(), StoreError>;
    /// Answers whoever waits, after the commit.
    fn finish(self: Box<Self>, committed: Result<(), StoreError>, explain: Explain<'_>);
}

/// A closure as a job, with who waits for what it yields.
pub(super) struct Call<F, T> {
    undo: Undo,
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Call<F, T> {
    pub(super) fn new(undo: Undo, work: F, reply: oneshot::Sender<Result<T, StoreError>>) -> Self {
        Self { undo, work: Some(work), result: None, reply }
    }
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

    fn finish(self: Box<Self>, committed: Result<(), StoreError>, explain: Explain<'_>) {
        let answer = match (committed, self.result) {
            (Ok(()), Some(result)) => result,
            // It had failed by itself before the commit did.
            (Err(_), Some(Err(own))) => Err(own),
            (Err(e), _) => Err(e),
            (Ok(()), None) => Err(StoreError::Closed),
        };
        // Nobody listens when the asker has gone: what was committed stays committed.
        let _ = self.reply.send(answer.map_err(explain));
    }
}

/// All jobs of the batch in one transaction; a failed one is rolled back to its savepoint alone. `last` is the last number that an
/// event was given.
pub(super) fn commit(
    session: &mut dyn Session,
    batch: &mut [Box<dyn Job>],
    last: &mut EventId,
) -> Result<Vec<Change>, StoreError> {
    let mut changes = Vec::new();
    if !batch.is_empty() {
        session.write(&mut |conn| {
            changes = run(conn, batch, last)?;
            Ok(())
        })?;
    }
    Ok(changes)
}

fn run(conn: &Conn<'_>, batch: &mut [Box<dyn Job>], last: &mut EventId) -> Result<Vec<Change>, StoreError> {
    let mut heads = HashMap::new();
    let mut changes = Vec::new();
    for job in batch.iter_mut() {
        let undo = if conn.needs_savepoints() { Undo::Savepoint } else { job.undo() };
        if undo == Undo::Savepoint {
            conn.prepare_cached("SAVEPOINT job")?.execute([])?;
        }
        let mut scope = Txn { conn, changes: Vec::new(), heads: &mut heads, undo: Vec::new(), last };
        // A job that panics must not take the writer along: without it nothing is ever stored again.
        let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| job.run(&mut scope)));
        let panicked = outcome.is_err();
        match outcome.unwrap_or_else(|_| Err(StoreError::Other("a job panicked".to_owned()))) {
            Ok(()) => changes.append(&mut scope.changes),
            // Nobody knows what it did before: nothing of the batch is kept.
            Err(e) if panicked && undo == Undo::Nothing => return Err(e),
            // Disk full, I/O error: nothing of the batch is there.
            Err(e) if conn.is_given_up() => return Err(e),
            Err(_) => {
                for (room, before) in scope.undo.into_iter().rev() {
                    match before {
                        Some(head) => heads.insert(room, head),
                        None => heads.remove(&room),
                    };
                }
                if undo == Undo::Savepoint {
                    conn.prepare_cached("ROLLBACK TO job")?.execute([])?;
                }
            }
        }
        if undo == Undo::Savepoint {
            conn.prepare_cached("RELEASE job")?.execute([])?;
        }
    }
    let mut update = conn.prepare_cached("UPDATE rooms SET last_seq = ?2 WHERE id = ?1")?;
    for (room, head) in &heads {
        update.execute((room.0, head.0.cast_signed()))?;
    }
    Ok(changes)
}
