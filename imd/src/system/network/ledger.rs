//! Who waits to be confirmed: at most one change, and how it may be answered.
//!
//! The life of one change is a task of its own ([`Ledger::open`] gives it its end of the line). Questions reach it as
//! [`Decision`]s, so that confirming, undoing and running out of time can never happen at once.

use std::net::IpAddr;

use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio::time::Instant;

use super::super::SystemError;
use super::{ChangeId, ChangeState, ConfirmedBy, Outcome, PendingChange, Stage, Undone};

/// What a person said about a change; the sender tells them what came of it.
#[derive(Debug)]
pub(in crate::system) enum Decision {
    Confirm(oneshot::Sender<Result<(), SystemError>>),
    Undo(oneshot::Sender<Result<(), SystemError>>),
}

/// The book of changes.
#[derive(Debug)]
pub(in crate::system) struct Ledger {
    state: watch::Sender<ChangeState>,
    line: Mutex<Line>,
}

#[derive(Debug)]
struct Line {
    next: u64,
    to: Option<(ChangeId, mpsc::Sender<Decision>)>,
}

/// The task's end: it must be settled, and undoes the entry when it is dropped instead.
#[derive(Debug)]
pub(in crate::system) struct Entry {
    id: ChangeId,
    state: watch::Sender<ChangeState>,
    answers: mpsc::Receiver<Decision>,
    settled: bool,
}

impl Ledger {
    pub(in crate::system) fn new() -> Self {
        Self { state: watch::Sender::default(), line: Mutex::new(Line { next: 1, to: None }) }
    }

    pub(in crate::system) fn watch(&self) -> watch::Receiver<ChangeState> {
        self.state.subscribe()
    }

    /// Refuses while a change waits.
    pub(in crate::system) fn check_free(&self) -> Result<(), SystemError> {
        if self.state.borrow().pending.is_some() { Err(SystemError::ChangePending) } else { Ok(()) }
    }

    /// Enters a change, unless one waits already.
    pub(in crate::system) async fn open(
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

    /// Hands an answer to the change's task and waits for what it says.
    pub(in crate::system) async fn answer(
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
    pub(in crate::system) fn update(&self, with: impl FnOnce(&mut PendingChange)) {
        self.state.send_modify(|state| state.pending.as_mut().map(with).unwrap_or_default());
    }

    pub(in crate::system) const fn id(&self) -> ChangeId {
        self.id
    }

    /// It never was: the caller was told why, and nothing was touched.
    pub(in crate::system) fn withdraw(mut self) {
        self.settled = true;
        self.state.send_modify(|state| state.pending = None);
    }

    /// The next answer. Never ends: while the entry lives, somebody may answer.
    pub(in crate::system) async fn answer(&mut self) -> Decision {
        match self.answers.recv().await {
            Some(answer) => answer,
            None => std::future::pending().await,
        }
    }

    pub(in crate::system) fn settle(mut self, undone: Option<Undone>) {
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
