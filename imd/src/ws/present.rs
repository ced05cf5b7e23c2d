//! A session's place in the hub, given back whatever happens.

use std::sync::Arc;

use crate::http::House;
use crate::live::Session;

/// A session that is in the hub, and leaves it when dropped.
pub(super) struct Present {
    pub(super) house: House,
    pub(super) session: Arc<Session>,
}

impl Present {
    pub(super) fn new(house: House, session: Arc<Session>) -> Self {
        Self { house, session }
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.house.core.hub.disconnect(&self.session);
    }
}
