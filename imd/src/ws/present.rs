//! A session's place in the hub, given back whatever happens.

use std::sync::Arc;

use crate::actions::{Session, live::hello};
use crate::http::AppState;

/// A session that is in the hub, and leaves it when dropped.
pub(super) struct Present {
    pub(super) state: AppState,
    pub(super) session: Arc<Session>,
}

impl Present {
    pub(super) fn new(state: AppState, session: Arc<Session>) -> Self {
        Self { state, session }
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        hello::disconnect(&self.state.core, &self.session);
    }
}
