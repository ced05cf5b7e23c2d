//! Becoming the first owner of a new box.

use std::net::IpAddr;

use tokio::sync::watch;

use crate::actions::access::sign_in::{NewDevice, SignedIn};
use crate::actions::error::unfit_name;
use crate::actions::secrets::{attempt, code_hex, holders_code, is_good, with_code};
use crate::actions::{Core, Done, Refused, Token, access::passwords, identity::facts};
use crate::chat::{DeviceId, DisplayName, Role, UserId};
use crate::store::{NewUser, Setting, StoreError};
use crate::wire::{Claim, ErrorCode};

/// Makes a new claim code for a box that nobody owns, to be shown where only the holder of the box sees it; `None` once
/// the box is claimed. Codes of earlier starts stay valid, though they cannot be shown again, because only their hashes
/// are stored. `chosen` is a code that the holder chose.
///
/// # Errors
/// As any write.
pub async fn new_claim_code(core: &Core, chosen: Option<&str>) -> Done<Option<String>> {
    if facts::is_claimed(core).await? {
        core.access.claimed.send_replace(true);
        return Ok(None);
    }
    let shown = match chosen {
        Some(chosen) => chosen.to_owned(),
        None => holders_code()?,
    };
    let good = core.store.setting(Setting::ClaimCodes).await?;
    core.store.set(Setting::ClaimCodes, Some(with_code(good.as_deref(), &shown))).await?;
    Ok(Some(shown))
}

/// Claims the box with the code, which is invalid afterwards. A client that lost the answer and repeats the request
/// with the same secret is signed in, until the owner's device was seen.
///
/// # Errors
/// `rate_limited`, `bad_request` for a secret of the wrong length, `name_unfit`, `password_required`, `password_…` for
/// an unsuitable password, `wrong_claim_code`, `already_claimed`, and as any write.
pub async fn claim_box(core: &Core, from: IpAddr, claim: Claim, device: NewDevice) -> Done<SignedIn> {
    core.rates.sign_in(from)?;
    let attempt = claim.secret.as_deref().map(|secret| attempt("claim", &claim.code, secret)).transpose()?;
    let token = Token::new()?;
    // The code is checked before the password is hashed: nobody without the code can cause that work.
    if let Err(refused) = check_code(core, &claim.code).await {
        // Looked up only now: the same attempt may be succeeding at this moment, and then the code is already gone.
        if let Some(attempt) = attempt
            && let Some((user, device)) =
                core.store.answer_again(attempt, token.hash(), core.now()).await.map_err(already_claimed)?
        {
            tracing::info!(user = user.0, "claim answered again");
            return claimed(core, user, device, token).await;
        }
        return Err(refused);
    }
    let name = DisplayName::new(&claim.name).map_err(unfit_name)?;
    let box_name = match claim.box_name.as_deref() {
        Some(raw) => DisplayName::new(raw).map_err(unfit_name)?.as_str().to_owned(),
        None => facts::name(core).await?,
    };
    // Checked only now: a client that repeats a lost request need not send it.
    let password = claim.password.filter(|password| !password.is_empty()).ok_or(ErrorCode::PasswordRequired)?;
    let password = passwords::choose(core, password, &[name.as_str(), &box_name]).await?;
    let owner = NewUser {
        name,
        role: Role::Owner,
        asks_from: None,
        returning: false,
        invite: None,
        device_label: device.label,
        token_hash: token.hash(),
        attempt,
    };
    let made = core.store.claim(code_hex(&claim.code), owner, password, box_name, from, core.now()).await;
    let (user, device) = made.map_err(already_claimed)?;
    core.reauth.note(user, device, std::time::Instant::now());
    tracing::info!(user = user.0, "box claimed");
    claimed(core, user, device, token).await
}

/// Has the box an owner? The answer changes at most once.
#[must_use]
pub fn is_claimed(core: &Core) -> watch::Receiver<bool> {
    core.access.claimed.subscribe()
}

/// Does the code claim this box? Asked before the other questions; the code stays valid. A guess counts like an attempt
/// to claim.
///
/// # Errors
/// `rate_limited`, `already_claimed`, `wrong_claim_code`, and as any read.
pub async fn check(core: &Core, from: IpAddr, code: &str) -> Done<()> {
    core.rates.sign_in(from)?;
    check_code(core, code).await
}

/// Does the code claim this box? The code stays valid.
///
/// # Errors
/// `already_claimed`, `wrong_claim_code`, and as any read.
pub(in crate::actions) async fn check_code(core: &Core, code: &str) -> Done<()> {
    match core.store.setting(Setting::ClaimCodes).await? {
        None => Err(ErrorCode::AlreadyClaimed.into()),
        Some(good) if is_good(&good, code) => Ok(()),
        Some(_) => Err(ErrorCode::WrongClaimCode.into()),
    }
}

fn already_claimed(error: StoreError) -> Refused {
    match error {
        StoreError::Conflict => ErrorCode::AlreadyClaimed.into(),
        StoreError::NotFound => ErrorCode::WrongClaimCode.into(),
        other => other.into(),
    }
}

/// Also for repeated requests: the first client may have disconnected before this was noted.
async fn claimed(core: &Core, user: UserId, device: DeviceId, token: Token) -> Done<SignedIn> {
    core.identity.box_name.send_replace(Some(core.store.setting(Setting::BoxName).await?.unwrap_or_default()));
    core.access.claimed.send_replace(true);
    SignedIn::new(core, user, device, token).await
}
