//! Restarting and switching off. Knows nothing of who may ask for it.

use async_trait::async_trait;

use super::SystemError;

/// Restarts or switches off the box, or restarts this program alone.
///
/// All of these return when the system has accepted the order. Shortly afterwards this program is told to stop
/// (SIGTERM) and stops as usual: nothing that was acknowledged is lost.
#[async_trait]
pub trait Power: Send + Sync {
    /// Restarts the whole box.
    async fn restart_box(&self) -> Result<(), SystemError>;

    /// Switches the box off. It starts again when its power is unplugged and plugged in.
    async fn shut_down(&self) -> Result<(), SystemError>;

    /// Restarts this program alone, which takes a few seconds instead of half a minute.
    async fn restart_daemon(&self) -> Result<(), SystemError>;
}
