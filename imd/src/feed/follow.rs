//! The durable end of the feed: every event of every room from a stored position on, in order, at least once.
//!
//! A follower reads the log at its own pace and is woken when there is more. After a crash it continues where it was, or a
//! little earlier: taking an event twice must do no harm.

use std::time::Duration;

use tokio::time::Instant;

use crate::chat::EventId;
use crate::store::{LogEntry, Store, StoreError};

/// The most events that are taken at once.
const AT_ONCE: u32 = 128;
/// A position is stored at most this often, because each time costs a commit.
const KEEP: Duration = Duration::from_secs(1);
/// The first pause after something did not work; it doubles up to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LAST_PAUSE: Duration = Duration::from_secs(60);

/// A part of the box that must see every event.
pub trait Follower: Send {
    /// The name its position is stored under. It must never change.
    const NAME: &'static str;
    /// How long it waits for more after something came, so that it takes more at once.
    const GATHER: Duration = Duration::ZERO;

    /// Its position, if it keeps that itself, in one transaction with what it makes of the events. `None`: the position is
    /// stored beside the log.
    fn position(&mut self) -> impl Future<Output = Result<Option<EventId>, StoreError>> + Send {
        std::future::ready(Ok(None))
    }

    /// Takes the next events, in order. After an error the same ones come again, after a pause.
    fn take(&mut self, entries: &[LogEntry]) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// Shows the log to a follower until the store is closed.
pub async fn follow<F: Follower>(store: Store, mut follower: F) {
    let mut newest = store.newest();
    let mut pause = FIRST_PAUSE;
    let mut position = Position::unknown(F::NAME);
    loop {
        newest.mark_unchanged();
        match step(&store, &mut follower, &mut position).await {
            Ok(Step::More) => pause = FIRST_PAUSE,
            Ok(Step::End) => {
                pause = FIRST_PAUSE;
                let changed = match position.due {
                    // The position is stored even if nothing more comes.
                    Some(due) => tokio::time::timeout_at(due, newest.changed()).await.unwrap_or(Ok(())),
                    None => newest.changed().await,
                };
                if changed.is_err() {
                    return;
                }
                tokio::time::sleep(F::GATHER).await;
            }
            Err(StoreError::Closed) => return,
            Err(error) => {
                tracing::warn!(follower = F::NAME, %error, "could not go on following the log");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LAST_PAUSE);
            }
        }
    }
}

enum Step {
    More,
    /// Everything that there is was taken.
    End,
}

/// How far a follower has come.
struct Position {
    name: &'static str,
    /// `None` until it was read.
    taken: Option<EventId>,
    kept_at: Option<Instant>,
    /// When it must be stored; `None` when it already is, or when the follower does that.
    due: Option<Instant>,
    /// The follower keeps it.
    own: bool,
}

impl Position {
    fn unknown(name: &'static str) -> Self {
        Self { name, taken: None, kept_at: None, due: None, own: false }
    }

    async fn known<F: Follower>(&mut self, store: &Store, follower: &mut F) -> Result<EventId, StoreError> {
        if let Some(taken) = self.taken {
            return Ok(taken);
        }
        let taken = match follower.position().await? {
            Some(own) => {
                self.own = true;
                own
            }
            None => store.position(self.name).await?,
        };
        self.taken = Some(taken);
        Ok(taken)
    }

    fn moved(&mut self, to: EventId) {
        self.taken = Some(to);
        if self.own {
            return;
        }
        let now = Instant::now();
        self.due = self.due.or_else(|| Some(self.kept_at.map_or(now, |kept| (kept + KEEP).max(now))));
    }

    async fn keep(&mut self, store: &Store) -> Result<(), StoreError> {
        let (Some(taken), Some(due)) = (self.taken, self.due) else { return Ok(()) };
        if due <= Instant::now() {
            store.keep_position(self.name, taken).await?;
            self.due = None;
            self.kept_at = Some(Instant::now());
        }
        Ok(())
    }
}

async fn step<F: Follower>(store: &Store, follower: &mut F, position: &mut Position) -> Result<Step, StoreError> {
    let after = position.known(store, follower).await?;
    let entries = store.entries_after(after, AT_ONCE).await?;
    if let Some(last) = entries.last() {
        follower.take(&entries).await?;
        position.moved(last.id);
    }
    position.keep(store).await?;
    Ok(if entries.is_empty() { Step::End } else { Step::More })
}
