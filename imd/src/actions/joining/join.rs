//! Joining: by invite, freely, or by asking an admin.

use std::net::IpAddr;

use crate::actions::access::in_app::InApp;
use crate::actions::access::sign_in::{NewDevice, SignedIn};
use crate::actions::error::unfit_name;
use crate::actions::secrets::{attempt, typed};
use crate::actions::{Core, Done, Refused, Token, identity::facts};
use crate::chat::{Admission, DisplayName, Invited, Returning, Role, admission, invite_usable};
use crate::store::{InviteRow, NewUser, StoreError};
use crate::wire::{ErrorCode, InviteCheck, Join};

/// Creates an account: `active` when the person may join at once, `pending` when an admin has to approve. A client that
/// lost the answer and repeats the request with the same secret gets the same account, until its device was seen.
///
/// # Errors
/// `rate_limited`, `bad_request` for a secret of the wrong length, `conflict` when the answer has arrived,
/// `not_claimed`, `name_unfit`, `invite_invalid`, `invite_expired`, `invite_used_up`, `use_real_browser`,
/// `name_of_admin`, `limit_reached` when too many from this address are waiting already, and as any write.
pub async fn join(core: &Core, from: IpAddr, join: Join, browser: InApp, device: NewDevice) -> Done<SignedIn> {
    core.rates.sign_in(from)?;
    if browser == InApp::Yes {
        return Err(ErrorCode::UseRealBrowser.into());
    }
    if !facts::is_claimed(core).await? {
        return Err(ErrorCode::NotClaimed.into());
    }
    let code = join.invite.as_deref().map(str::trim).filter(|code| !code.is_empty());
    let what = if join.returning { "return" } else { "join" };
    let secret = join.secret.as_deref();
    let attempt = secret.map(|secret| attempt(what, code.unwrap_or_default(), secret)).transpose()?;
    let token = Token::new()?;
    let name = DisplayName::new(&join.name).map_err(unfit_name)?;
    let invite = match code {
        None => None,
        Some(code) => match usable(core, code).await {
            Ok(invite) => Some(invite),
            // Looked up only now: this very attempt may have used the invite, perhaps at this moment.
            Err(refused) => {
                let Some(attempt) = attempt else { return Err(refused) };
                let again = core.store.answer_again(attempt, token.hash(), core.now()).await?;
                let (user, device) = again.ok_or(refused)?;
                return SignedIn::new(core, user, device, token).await;
            }
        },
    };
    let invited = if invite.is_some() { Invited::Yes } else { Invited::No };
    let returning = if join.returning { Returning::Yes } else { Returning::No };
    let asks_from = match admission(facts::join_mode(core).await?, invited, returning) {
        Admission::Admitted => None,
        Admission::NeedsApproval => {
            core.rates.ask(from)?;
            Some(match from {
                IpAddr::V4(v4) => v4.to_ipv6_mapped(),
                IpAddr::V6(v6) => v6,
            })
        }
    };
    let new = NewUser {
        name,
        role: Role::Member,
        asks_from,
        returning: join.returning,
        invite: invite.map(|i| i.code),
        device_label: device.label,
        token_hash: token.hash(),
        attempt,
    };
    let used_up = |error| match error {
        StoreError::NotFound => Refused::from(ErrorCode::InviteUsedUp),
        other => other.into(),
    };
    let (user, device) = core.store.add_user(new, core.now(), core.due()).await.map_err(used_up)?;
    SignedIn::new(core, user, device, token).await
}

/// Who invites with this code, and to which rooms.
///
/// # Errors
/// `rate_limited`, `invite_invalid`, `invite_expired`, `invite_used_up`, and as any read.
pub async fn check_invite(core: &Core, from: IpAddr, code: &str) -> Done<InviteCheck> {
    core.rates.sign_in(from)?;
    let invite = usable(core, code).await?;
    let creator = core.store.user(invite.creator).await?;
    let mut rooms = Vec::new();
    for room in &invite.rooms {
        if let Some(view) = core.store.room_view(*room, invite.creator).await? {
            rooms.push(view.name);
        }
    }
    Ok(InviteCheck { from: creator.name, rooms })
}

async fn usable(core: &Core, code: &str) -> Done<InviteRow> {
    let invite = core.store.invite_by_code(typed(code)).await.map_err(|error| match error {
        StoreError::NotFound => ErrorCode::InviteInvalid.into(),
        other => Refused::from(other),
    })?;
    invite_usable(invite.expires_at, invite.max_uses, invite.uses, core.due())?;
    Ok(invite)
}
