//! Restarting and switching off.

use crate::actions::{Caller, Core, Done};
use crate::wire::PowerAct;

/// Restarts or switches off the box, or restarts the program. Returns when the order was accepted, so that the answer
/// can still be sent.
///
/// # Errors
/// `forbidden`, `not_on_this_machine`, `system_…`, and as any write.
pub async fn order(core: &Core, caller: &Caller, act: PowerAct) -> Done<()> {
    caller.must_be_admin()?;
    let action = match act {
        PowerAct::RestartBox => "power.restart_box",
        PowerAct::ShutDown => "power.shut_down",
        PowerAct::RestartDaemon => "power.restart_daemon",
    };
    // Noted first, because there may be no time afterwards. A box that cannot write can still be restarted.
    if let Err(error) = core.store.note(caller.act(core, action, "box".to_owned(), String::new())).await {
        tracing::warn!(%error, action, "could not be noted in the audit log");
    }
    tracing::info!(by = caller.user.0, action, "power");
    let control = &core.system;
    match act {
        PowerAct::RestartBox => control.restart_box().await?,
        PowerAct::ShutDown => control.shut_down().await?,
        // The life of the process does it, once the answer was sent.
        PowerAct::RestartDaemon => drop(core.restart.send_replace(true)),
    }
    Ok(())
}

/// Asks the service manager, which keeps the sockets open, to restart the program.
///
/// # Errors
/// `system_…`.
pub async fn restart_daemon(core: &Core) -> Done<()> {
    Ok(core.system.restart_daemon().await?)
}
