//! One live connection of one device, as the hub knows it.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use crate::chat::{DeviceId, RoomId, UserId};
use crate::live::outbox::Outbox;

/// Names a session while it lives; grows, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct SessionId(pub(super) u64);

/// One live connection of one device.
#[derive(Debug)]
pub struct Session<U> {
    /// Names it.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// Which device.
    pub device: DeviceId,
    /// What it has yet to be sent.
    pub outbox: Outbox<U>,
    /// The room on its screen; 0: none.
    watched: AtomicI64,
    /// Something came from it since the last look.
    heard: AtomicBool,
    /// It has said hello.
    greeted: AtomicBool,
}

impl<U> Session<U> {
    pub(super) fn new(id: SessionId, user: UserId, device: DeviceId) -> Self {
        Self {
            id,
            user,
            device,
            outbox: Outbox::default(),
            watched: AtomicI64::new(0),
            heard: AtomicBool::new(true),
            greeted: AtomicBool::new(false),
        }
    }

    /// Notes that something came from it.
    pub fn note_heard(&self) {
        self.heard.store(true, Ordering::Relaxed);
    }

    /// Notes that it has said hello.
    pub fn note_greeted(&self) {
        self.greeted.store(true, Ordering::Relaxed);
    }

    /// Has anything come from it since this was last asked?
    pub(super) fn take_heard(&self) -> bool {
        self.heard.swap(false, Ordering::Relaxed)
    }

    pub(super) fn has_greeted(&self) -> bool {
        self.greeted.load(Ordering::Relaxed)
    }

    /// The room on its screen.
    #[must_use]
    pub fn watched(&self) -> Option<RoomId> {
        match self.watched.load(Ordering::Relaxed) {
            0 => None,
            room => Some(RoomId(room)),
        }
    }

    pub(super) fn watch(&self, room: Option<RoomId>) {
        self.watched.store(room.map_or(0, |room| room.0), Ordering::Relaxed);
    }
}
