//! Restarting and shutting down.

use crate::actions::{Caller, Core, Done};
use crate::wire::PowerAct;

/// Turns the box, or the program alone, off and on. Answers when the order is taken: the answer gets out.
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
    // Written first: afterwards there may be no time left. A box that cannot write can still be restarted.
    if let Err(error) = core.store.note(caller.act(core, action, "box".to_owned(), String::new())).await {
        tracing::warn!(%error, action, "not in the audit log");
    }
    tracing::info!(by = caller.user.0, action, "power");
    let control = &core.machine.control;
    match act {
        PowerAct::RestartBox => control.restart_box().await?,
        PowerAct::ShutDown => control.shut_down().await?,
        // Whoever runs the program does it, once the answer is out.
        PowerAct::RestartDaemon => drop(core.restart.send_replace(true)),
    }
    Ok(())
}
