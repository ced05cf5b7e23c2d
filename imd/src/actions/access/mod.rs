//! Access: signing in, passwords, sign-in links, the claim of the box, devices.

pub mod claim;
pub mod devices;
pub mod hand_over;
pub mod in_app;
pub mod own_password;
pub(super) mod passwords;
pub mod reauth;
pub mod reclaim;
pub mod sign_in;
pub mod tickets;

use tokio::sync::watch;

use crate::config::Limits;
use passwords::Passwords;
use reclaim::Reclaim;

/// What is going on with passwords and with the claim of the box.
pub(super) struct Access {
    passwords: Passwords,
    pub(in crate::actions) reclaim: Reclaim,
    /// Has the box an owner?
    pub(in crate::actions) claimed: watch::Sender<bool>,
}

impl Access {
    pub(super) fn new(limits: &Limits) -> Self {
        let passwords = Passwords::new(limits.password_hash_concurrency);
        Self { passwords, reclaim: Reclaim::default(), claimed: watch::channel(false).0 }
    }
}
