//! Join requests: who waits to be let in, and the admin's answer.

use crate::actions::{Caller, Core, Done, access::reauth, view};
use crate::chat::{Role, UserId, may_change_user};
use crate::wire::{ErrorCode, JoinRequest, ResolveJoinRequest};

/// Open join requests, oldest first.
///
/// # Errors
/// `forbidden`, and as any read.
pub async fn list(core: &Core, caller: &Caller) -> Done<Vec<JoinRequest>> {
    caller.must_be_admin()?;
    let waiting = core.store.join_requests(core.due()).await?;
    Ok(waiting.into_iter().map(|(row, device)| view::join_request(&row, device)).collect())
}

/// Lets somebody in, refuses them, or signs their device in as an existing person.
///
/// # Errors
/// `forbidden` (also for an admin who would give away an owner's account), `fresh_password_required` to sign a device
/// in as an existing person, `not_found`, and as any write.
pub async fn resolve(core: &Core, caller: &Caller, waiting: UserId, answer: ResolveJoinRequest) -> Done<()> {
    caller.must_be_admin()?;
    let who = core.store.user(waiting).await?.name;
    let act = |action, detail| caller.act(core, action, who, detail);
    match (answer.approve, answer.existing_user.map(UserId)) {
        (false, _) => {
            core.store.refuse_join_request(waiting, core.due(), Some(act("request.refuse", String::new()))).await?
        }
        (true, None) => {
            core.store.approve_join_request(waiting, core.due(), act("request.approve", String::new())).await?;
        }
        (true, Some(existing)) => {
            // With this, the device can read somebody's rooms a moment later.
            reauth::may_act(core, caller)?;
            let row = core.store.user(existing).await?;
            if !may_change_user(caller.role, row.role, row.role) {
                return Err(ErrorCode::Forbidden.into());
            }
            let detail = format!("as {}", row.handle);
            core.store.approve_join_request_as(waiting, existing, core.due(), act("request.recognise", detail)).await?;
        }
    }
    tracing::info!(by = caller.user.0, user = waiting.0, approve = answer.approve, "join request answered");
    Ok(())
}

/// Removes join requests that are over a week old; to be called now and then.
///
/// # Errors
/// As any write.
pub async fn expire(core: &Core) -> Done<()> {
    let due = core.due();
    // Usually there are none, and looking does not write to the disk.
    if core.store.has_expired_join_request(due).await? {
        Ok(core.store.expire_join_requests(due).await?)
    } else {
        Ok(())
    }
}

/// Who is told of join requests.
pub(in crate::actions) fn hears_of_requests(role: Role) -> bool {
    crate::chat::may_administer(role)
}
