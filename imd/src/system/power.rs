//! Restarting and shutting down. Knows nothing of who may ask for it.

use async_trait::async_trait;

use super::SystemError;

/// Turns the box, or this program alone, off and on.
///
/// All of these return when the system has accepted the order; shortly after, this program is told to stop (SIGTERM) and
/// stops as always: nothing acknowledged is lost.
#[async_trait]
pub trait Power: Send + Sync {
    /// Restarts the whole box.
    async fn restart_box(&self) -> Result<(), SystemError>;

    /// Shuts the box down until somebody takes its power away and gives it back.
    async fn shut_down(&self) -> Result<(), SystemError>;

    /// Restarts this program alone: a few seconds instead of half a minute.
    async fn restart_daemon(&self) -> Result<(), SystemError>;
}
