//! Getting back into one's own box when every owner's password is lost: whoever has the box in their hands (its card or
//! its console) reopens the claim, and the box shows a new code where it showed the first one.
//!
//! The claim stays open for a quarter of an hour, which a restart neither ends nor extends, and for one use. It takes
//! nothing from anybody: with the code, an owner gets a new password, or somebody becomes an additional owner. Everyone
//! is told of both, in the default room or, for guests, in one of their rooms, and both are in the audit log. Like the
//! first claim's, the code is stored only as a hash.

use std::net::IpAddr;

use tokio::sync::{Mutex, watch};

use crate::actions::access::sign_in::{self, NewDevice, SignedIn};
use crate::actions::error::unfit_name;
use crate::actions::secrets::{attempt, holders_code, is_good, typed, with_code};
use crate::actions::{Caller, Core, Done, Refused, Token, access::passwords, identity::facts};
use crate::chat::{DisplayName, Role, UserStatus};
use crate::store::{NewUser, Reclaiming, Setting, StoreError, UserRow};
use crate::wire::{ClaimAgain, ClaimReopened, ErrorCode, OwnersToBe, PossibleOwner, WhoAgain};

/// How long it stays open, in milliseconds.
pub const OPEN_FOR_MS: i64 = 15 * 60_000;
/// Length of a code that the holder of the box chose, as in [`crate::config::Preset`].
const CHOSEN: std::ops::RangeInclusive<usize> = 8..=32;

/// The reopened claim, if there is one.
#[derive(Debug, Default)]
pub(in crate::actions) struct Reclaim {
    open: Mutex<Option<Open>>,
    /// The code to show, while it is valid.
    shown: watch::Sender<Option<String>>,
}

#[derive(Debug, Clone)]
struct Open {
    /// The valid codes in their stored form.
    good: String,
    /// When it closes, in the time that deadlines use, milliseconds since 1970.
    until: i64,
}

impl Reclaim {
    /// The clock was set by this many milliseconds, and deadlines with it.
    pub(in crate::actions) async fn moved(&self, by: i64) {
        if let Some(open) = self.open.lock().await.as_mut() {
            open.until += by;
        }
    }
}

/// The code to show to the holder of the box; `None` while the claim is not open.
#[must_use]
pub fn shown(core: &Core) -> watch::Receiver<Option<String>> {
    core.access.reclaim.shown.subscribe()
}

/// Is the claim of a box that has owners open?
pub(in crate::actions) fn is_open(core: &Core) -> bool {
    core.access.reclaim.shown.borrow().is_some()
}

/// Reopens the claim at the box's own console, for `caller`, its first owner. If it is open already, it starts anew
/// with a new code.
///
/// # Errors
/// As any write.
pub async fn open(core: &Core, caller: &Caller) -> Done<ClaimReopened> {
    open_with(core, caller, holders_code()?, "console").await
}

async fn open_with(core: &Core, owner: &Caller, code: String, by: &str) -> Done<ClaimReopened> {
    let mut open = core.access.reclaim.open.lock().await;
    let (good, due) = (with_code(None, &code), core.due());
    let until = due + OPEN_FOR_MS;
    let act = owner.act(core, "claim.reopen", "box".to_owned(), String::new());
    core.store.reopen_claim(good.clone(), until, due, act).await?;
    *open = Some(Open { good, until });
    core.access.reclaim.shown.send_replace(Some(code.clone()));
    tracing::warn!(by, "the claim is open again for a quarter of an hour");
    Ok(ClaimReopened { code, seconds: OPEN_FOR_MS.unsigned_abs() / 1_000 })
}

/// After a restart, reopens the claim until the same time as before, with a new code to show; earlier codes stay valid.
///
/// # Errors
/// As any write.
pub async fn resume(core: &Core) -> Done<()> {
    let Some((good, until)) = core.store.reopened_claim().await? else { return Ok(()) };
    if core.due() >= until {
        return Ok(core.store.close_claim().await?);
    }
    let code = holders_code()?;
    let good = with_code(Some(&good), &code);
    core.store.set(Setting::ReclaimCodes, Some(good.clone())).await?;
    *core.access.reclaim.open.lock().await = Some(Open { good, until });
    core.access.reclaim.shown.send_replace(Some(code));
    Ok(())
}

/// Reopens the claim because the holder of the box put the file for that on its card. Its first line may be a code of
/// their choice, for a box without a screen.
///
/// # Errors
/// As any write.
pub async fn heed(core: &Core, file: &str) -> Done<()> {
    let owner = match sign_in::of_the_box(core).await {
        Ok(owner) => owner,
        // A box that nobody owns shows its first code anyway.
        Err(refused) if refused.code == ErrorCode::NotClaimed => return Ok(()),
        Err(refused) => return Err(refused),
    };
    let chosen = file.lines().next().map(str::trim).filter(|chosen| CHOSEN.contains(&typed(chosen).len()));
    let code = chosen.map_or_else(holders_code, |chosen| Ok(chosen.to_owned()))?;
    open_with(core, &owner, code, "card").await.map(drop)
}

/// Closes the claim when its time is over; to be called now and then.
///
/// # Errors
/// As any write; it is tried again the next time.
pub async fn expire(core: &Core) -> Done<()> {
    let mut open = core.access.reclaim.open.lock().await;
    if open.as_ref().is_some_and(|open| core.due() >= open.until) {
        core.store.close_claim().await?;
        *open = None;
        core.access.reclaim.shown.send_replace(None);
        tracing::info!("the claim is closed again");
    }
    Ok(())
}

/// The owners, for whoever has the code and has to say which of them they are. The code stays valid.
///
/// # Errors
/// `rate_limited`, `already_claimed`, `wrong_claim_code`, and as any read.
pub async fn owners(core: &Core, from: IpAddr, code: &str) -> Done<OwnersToBe> {
    core.rates.sign_in(from)?;
    let until = check(core, core.access.reclaim.open.lock().await.as_ref(), code)?;
    let owners = active_owners(core).await?;
    let possible = |UserRow { id, name, handle, namesake, .. }| PossibleOwner { id: id.0, name, handle, namesake };
    let left = until.saturating_sub(core.due()).unsigned_abs() / 1_000;
    Ok(OwnersToBe { owners: owners.into_iter().map(possible).collect(), seconds: left })
}

/// Makes an owner with the code, which is invalid afterwards: an existing owner with a new password, or an additional
/// one. A client that lost the answer and repeats the request with the same secret is signed in, until the device was
/// seen.
///
/// # Errors
/// `rate_limited`, `already_claimed`, `wrong_claim_code`, `bad_request` for a secret of the wrong length, `name_unfit`,
/// `password_…` for an unsuitable password, `not_found` for somebody who is no owner, `busy`, and as any write.
pub async fn claim_again(core: &Core, from: IpAddr, with: ClaimAgain, device: NewDevice) -> Done<SignedIn> {
    core.rates.sign_in(from)?;
    let attempt = attempt("claim again", &with.code, &with.secret)?;
    let token = Token::new()?;
    // Held to the end, so that only one of two requests with the same code succeeds.
    let mut open = core.access.reclaim.open.lock().await;
    if let Err(refused) = check(core, open.as_ref(), &with.code) {
        // Perhaps this very attempt has used the code.
        let again = core.store.answer_again(attempt, token.hash(), core.now()).await;
        let Some((user, device)) = again.map_err(|error| seen_already(error, refused))? else { return Err(refused) };
        return SignedIn::new(core, user, device, token).await;
    }
    let (device_label, token_hash) = (device.label, token.hash());
    let (name, who) = match with.who {
        WhoAgain::Owner { user } => {
            let owners = active_owners(core).await?;
            let UserRow { id: user, name, .. } =
                owners.into_iter().find(|one| one.id.0 == user).ok_or(ErrorCode::NotFound)?;
            (name, Reclaiming::Owner { user, device_label, token_hash, attempt })
        }
        WhoAgain::Somebody { name } => {
            let name = DisplayName::new(&name).map_err(unfit_name)?;
            let heir = NewUser {
                name: name.clone(),
                role: Role::Owner,
                asks_from: None,
                returning: false,
                invite: None,
                device_label,
                token_hash,
                attempt: Some(attempt),
            };
            (name.as_str().to_owned(), Reclaiming::New(heir))
        }
    };
    let password = passwords::choose(core, with.password, &[&name, &facts::name(core).await?]).await?;
    let (user, device) = core.store.reclaim(who, password, from.to_string(), core.now()).await?;
    *open = None;
    drop(open);
    core.access.reclaim.shown.send_replace(None);
    core.reauth.note(user, device, std::time::Instant::now());
    tracing::warn!(user = user.0, "owner by the code of the reopened claim");
    SignedIn::new(core, user, device, token).await
}

async fn active_owners(core: &Core) -> Done<Vec<UserRow>> {
    let admins = core.store.admins().await?.into_iter();
    Ok(admins.filter(|one| one.role == Role::Owner && one.status == UserStatus::Active).collect())
}

/// When the claim closes, if the code is valid.
fn check(core: &Core, open: Option<&Open>, given: &str) -> Done<i64> {
    let open = open.filter(|open| core.due() < open.until).ok_or(ErrorCode::AlreadyClaimed)?;
    if is_good(&open.good, given) { Ok(open.until) } else { Err(ErrorCode::WrongClaimCode.into()) }
}

fn seen_already(error: StoreError, refused: Refused) -> Refused {
    match error {
        StoreError::Conflict => refused,
        other => other.into(),
    }
}
