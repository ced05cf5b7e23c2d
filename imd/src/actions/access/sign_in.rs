//! Signing in with a password, signing out, and finding out who a request comes from.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

use crate::actions::rates::Tried;
use crate::actions::{Caller, Core, Done, Token, people::profile, token_hash};
use crate::chat::{DeviceId, Role, UserId};
use crate::store::{Known, Logins};
use crate::wire::{ErrorCode, Me, PasswordSignIn};

/// A device that is about to be signed in.
#[derive(Debug, Clone)]
pub struct NewDevice {
    /// Its name for the list of devices: "Chrome on Android".
    pub label: String,
}

/// A device that was just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// The person it belongs to.
    pub me: Me,
    /// Its secret, to be handed over now and never again.
    pub token: Token,
}

impl SignedIn {
    pub(in crate::actions) async fn new(core: &Core, user: UserId, device: DeviceId, token: Token) -> Done<Self> {
        let me = profile::me_of(core, user, device).await?;
        Ok(Self { me, token })
    }
}

/// Signs a new device in with a handle or name and a password. Where several people have the name, the password decides
/// which of them it is. For a name that nobody has, the refusal takes as long, is limited in the same way and has the
/// same words as for a wrong password.
///
/// # Errors
/// `rate_limited`, `wrong_password`, `name_not_unique`, `busy`, and as any write.
pub async fn with_password(core: &Core, from: IpAddr, with: PasswordSignIn, device: NewDevice) -> Done<SignedIn> {
    core.rates.sign_in(from)?;
    let Logins { people, more } = core.store.logins(with.name.clone()).await?;
    let ids: Vec<UserId> = people.iter().map(|(user, _)| *user).collect();
    let tried = if ids.is_empty() { Tried::Nobody(&with.name) } else { Tried::People(&ids) };
    tokio::time::sleep(core.rates.log_in(from, tried)?).await;
    if people.is_empty() {
        core.access.passwords.verify(with.password.clone(), None).await?;
    }
    let mut whose = None;
    for (user, stored) in people {
        if core.access.passwords.verify(with.password.clone(), Some(stored)).await? && whose.replace(user).is_some() {
            return Err(ErrorCode::NameNotUnique.into());
        }
    }
    let user = whose.ok_or(if more { ErrorCode::NameNotUnique } else { ErrorCode::WrongPassword })?;
    let token = Token::new()?;
    let device = core.store.add_device(user, device.label, token.hash(), core.now()).await?;
    core.reauth.note(user, device, Instant::now());
    core.rates.seen(from, user);
    SignedIn::new(core, user, device, token).await
}

/// Whose token is it? Also notes that the device is in use.
///
/// # Errors
/// `not_signed_in`, and as any read.
pub async fn caller(core: &Core, token: &str, from: IpAddr) -> Done<Caller> {
    if token.len() > 128 {
        return Err(ErrorCode::NotSignedIn.into());
    }
    let known = core.store.caller(token_hash(token)).await?.ok_or(ErrorCode::NotSignedIn)?;
    core.rates.seen(from, known.user);
    // Failing to note that is no reason to refuse: reading still works on a full disk.
    if let Err(error) = core.store.seen(known, core.now()).await {
        tracing::debug!(%error, "seen");
    }
    Ok(Caller::new(known, from))
}

/// The caller for requests from the box itself, which only root and the daemon's own user can make: its first owner.
///
/// # Errors
/// `not_claimed`, and as any read.
pub async fn of_the_box(core: &Core) -> Done<Caller> {
    let owner = core.store.admins().await?.into_iter().find(|admin| admin.role == Role::Owner);
    let owner = owner.ok_or(ErrorCode::NotClaimed)?;
    let known = Known {
        user: owner.id,
        device: DeviceId(0),
        role: owner.role,
        status: owner.status,
        seen_at: 0,
        arriving: false,
    };
    Ok(Caller::new(known, IpAddr::V4(Ipv4Addr::LOCALHOST)))
}

/// The caller for a device that is known by something other than its token.
///
/// # Errors
/// `not_signed_in`, and as any read.
pub(in crate::actions) async fn of_device(core: &Core, device: DeviceId, from: IpAddr) -> Done<Caller> {
    let known = core.store.device_caller(device).await?.ok_or(ErrorCode::NotSignedIn)?;
    Ok(Caller::new(known, from))
}

/// Signs the asking device out everywhere. A join request is withdrawn with it: without the device nobody could use
/// that account.
///
/// # Errors
/// As any write.
pub async fn sign_out(core: &Core, caller: &Caller) -> Done<()> {
    Ok(core.store.revoke_device(caller.user, caller.device).await?)
}
