//! The change that waits to be confirmed, of which there is at most one, and passing people's decisions on to it.
//!
//! Each change is carried out by a task of its own, for which [`Ledger::open`] makes an [`Entry`]. Whatever people
//! decide reaches it as a [`Decision`], so that confirming, undoing and the deadline can never happen at the same time.

use std::net::IpAddr;

use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio::time::Instant;

use super::super::SystemError;
use super::{ChangeId, ChangeState, ConfirmedBy, Outcome, PendingChange, Stage, Undone};

/// What somebody decided about a change; the sender returns the result to them.
#[derive(Debug)]
pub(crate) enum Decision {
    Confirm(oneshot::Sender<Result<(), SystemError>>),
    Undo(oneshot::Sender<Result<(), SystemError>>),
}

/// Hands out entries, and finds the task of a change.
#[derive(Debug)]
pub(crate) struct Ledger {
    state: watch::Sender<ChangeState>,
    line: Mutex<Line>,
}

#[derive(Debug)]
struct Line {
    next: u64,
    to: Option<(ChangeId, mpsc::Sender<Decision>)>,
}

/// The task's side of a change. It must be settled; dropping it counts as having failed.
#[derive(Debug)]
pub(crate) struct Entry {
    id: ChangeId,
    state: watch::Sender<ChangeState>,
    answers: mpsc::Receiver<Decision>,
    settled: bool,
}

impl Ledger {
    pub(crate) fn new() -> Self {
        Self { state: watch::Sender::default(), line: Mutex::new(Line { next: 1, to: None }) }
    }

    pub(crate) fn watch(&self) -> watch::Receiver<ChangeState> {
        self.state.subscribe()
    }

    /// Refuses while a change is in progress.
    pub(crate) fn check_free(&self) -> Result<(), SystemError> {
        if self.state.borrow().pending.is_some() { Err(SystemError::ChangePending) } else { Ok(()) }
    }

    /// Makes an entry for a change, unless one is in progress.
    pub(crate) async fn open(
        &self,
        deadline: Instant,
        confirmed_by: ConfirmedBy,
        new_addresses: Vec<IpAddr>,
    ) -> Result<(PendingChange, Entry), SystemError> {
        let mut line = self.line.lock().await;
        self.check_free()?;
        let id = ChangeId(line.next);
        line.next += 1;
        let (to, answers) = mpsc::channel(4);
        line.to = Some((id, to));
        let pending = PendingChange { id, deadline, confirmed_by, stage: Stage::Preparing, new_addresses };
        self.state.send_modify(|state| state.pending = Some(pending.clone()));
        Ok((pending, Entry { id, state: self.state.clone(), answers, settled: false }))
    }

    /// Passes a decision to the change's task and waits for the result.
    pub(crate) async fn answer(
        &self,
        id: ChangeId,
        answer: fn(oneshot::Sender<Result<(), SystemError>>) -> Decision,
    ) -> Result<(), SystemError> {
        let to = match &self.line.lock().await.to {
            Some((waiting, to)) if *waiting == id => to.clone(),
            _ => return Err(SystemError::NoSuchChange),
        };
        let (reply, replied) = oneshot::channel();
        to.send(answer(reply)).await.map_err(|_| SystemError::NoSuchChange)?;
        replied.await.unwrap_or(Err(SystemError::NoSuchChange))
    }
}

impl Entry {
    pub(crate) fn update(&self, with: impl FnOnce(&mut PendingChange)) {
        self.state.send_modify(|state| state.pending.as_mut().map(with).unwrap_or_default());
    }

    pub(crate) const fn id(&self) -> ChangeId {
        self.id
    }

    /// The change was refused before anything was touched; the caller was told why.
    pub(crate) fn withdraw(mut self) {
        self.settled = true;
        self.state.send_modify(|state| state.pending = None);
    }

    /// The next decision. Waits for as long as the entry exists.
    pub(crate) async fn answer(&mut self) -> Decision {
        match self.answers.recv().await {
            Some(answer) => answer,
            None => std::future::pending().await,
        }
    }

    pub(crate) fn settle(mut self, undone: Option<Undone>) {
        self.close(undone);
    }

    fn close(&mut self, undone: Option<Undone>) {
        self.settled = true;
        let outcome = Outcome { id: self.id, undone };
        self.state.send_modify(|state| *state = ChangeState { pending: None, last: Some(outcome) });
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if !self.settled {
            self.close(Some(Undone::Failed));
        }
    }
}
