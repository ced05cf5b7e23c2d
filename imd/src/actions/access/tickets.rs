//! Sign-in tickets: signing in on another device by a link or QR code from the first device, with confirmation there;
//! or by one that an admin issued.

use std::net::IpAddr;

use crate::actions::access::in_app::InApp;
use crate::actions::access::sign_in::{NewDevice, SignedIn};
use crate::actions::secrets::{attempt, code, code_hash};
use crate::actions::{Caller, Core, Done, Refused, Token, identity::addresses, qr, token_hash, view};
use crate::chat::{DeviceId, TicketId, UserId, UserStatus, may_change_user};
use crate::store::{self, NewTicket, Redeemed, StoreError, TicketState};
use crate::wire::{ErrorCode, RedeemTicket, SignInTicket};

/// A ticket for one's own other device is shown and scanned at once.
const OWN_MS: i64 = 10 * 60_000;
/// A ticket from an admin is printed and handed to somebody.
const ISSUED_MS: i64 = 24 * 3_600_000;

/// A ticket for another device of the caller. Once that device has opened the link, it must be confirmed here.
///
/// # Errors
/// `rate_limited`, and as any write.
pub async fn make_own(core: &Core, caller: &Caller) -> Done<SignInTicket> {
    caller.must_be_active()?;
    core.rates.code(caller.user)?;
    make(core, caller.user, Kind::Own).await
}

/// An admin's ticket for a person who can no longer sign in. It needs no confirmation, and ends when the admin stops
/// being one.
///
/// # Errors
/// `forbidden`, `not_found`, `rate_limited`, and as any write.
pub async fn issue(core: &Core, caller: &Caller, user: UserId) -> Done<SignInTicket> {
    caller.must_be_admin()?;
    let row = core.store.user(user).await?;
    if row.status != UserStatus::Active {
        return Err(ErrorCode::NotFound.into());
    }
    if !may_change_user(caller.role, row.role, row.role) {
        return Err(ErrorCode::Forbidden.into());
    }
    core.rates.code(caller.user)?;
    core.store.note(caller.act(core, "person.ticket", row.handle, String::new())).await?;
    tracing::info!(by = caller.user.0, user = user.0, "sign-in ticket issued");
    make(core, user, Kind::Issued(caller.user)).await
}

pub(in crate::actions) enum Kind {
    Own,
    /// Issued by this admin for another person.
    Issued(UserId),
    /// For the same device at another address of the box, valid for this many milliseconds.
    HandOver(DeviceId, i64),
}

pub(in crate::actions) async fn make(core: &Core, user: UserId, kind: Kind) -> Done<SignInTicket> {
    let code = code::<12>()?;
    let (device, issuer, lasts) = match kind {
        Kind::Own => (None, None, OWN_MS),
        Kind::Issued(issuer) => (None, Some(issuer), ISSUED_MS),
        Kind::HandOver(device, lasts) => (Some(device), None, lasts),
    };
    let due = core.due();
    let new = NewTicket { user, device, issuer, code_hash: code_hash(&code), expires_at: due + lasts };
    let row = core.store.make_ticket(new, core.now(), due).await?;
    let links = addresses::links(core, &format!("/#/ticket/{code}"));
    Ok(SignInTicket { code: Some(code), links, ..view::ticket(&row) })
}

/// The QR code of a ticket's link at one of the box's addresses, as SVG. The box stores only the code's hash, so the
/// caller has to give the code.
///
/// # Errors
/// `bad_request` for a malformed code, `not_found` for an address that does not exist.
pub fn qr_svg(core: &Core, caller: &Caller, code: &str, address: usize) -> Done<String> {
    caller.must_be_active()?;
    if code.len() > 32 || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(ErrorCode::BadRequest.into());
    }
    let addresses = addresses::list(core);
    let address = addresses.get(address).ok_or(ErrorCode::NotFound)?;
    qr::svg(&format!("{}/#/ticket/{code}", address.url))
}

/// The first device confirms or refuses the one that waits.
///
/// # Errors
/// `not_found` when none is waiting, and as any write.
pub async fn answer(core: &Core, caller: &Caller, id: TicketId, answer: Decision) -> Done<()> {
    caller.must_be_active()?;
    let state = match answer {
        Decision::Confirm => TicketState::Confirmed,
        Decision::Refuse => TicketState::Refused,
    };
    Ok(core.store.answer_ticket(caller.user, id, state).await?)
}

/// An answer to a device that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It is my device.
    Confirm,
    /// It is not.
    Refuse,
}

/// Withdraws a ticket.
///
/// # Errors
/// `not_found`, and as any write.
pub async fn withdraw(core: &Core, caller: &Caller, id: TicketId) -> Done<()> {
    caller.must_be_active()?;
    Ok(core.store.drop_ticket(caller.user, id).await?)
}

/// The result of redeeming a ticket.
#[derive(Debug)]
pub enum Redeem {
    /// The device is signed in.
    SignedIn(Box<SignedIn>),
    /// It waits to be confirmed; ask again in a moment.
    Waiting(SignInTicket),
}

/// Redeems a ticket on the other device.
///
/// # Errors
/// `rate_limited`, `use_real_browser`, `ticket_invalid`, `ticket_expired`, `ticket_refused`, `bad_request` for a
/// secret of the wrong length, and as any write.
pub async fn redeem(
    core: &Core,
    from: IpAddr,
    redeem: RedeemTicket,
    browser: InApp,
    device: NewDevice,
) -> Done<Redeem> {
    core.rates.sign_in(from)?;
    if browser == InApp::Yes {
        return Err(ErrorCode::UseRealBrowser.into());
    }
    let token = Token::new()?;
    let redeem = store::Redeem {
        attempt: attempt("ticket", &redeem.code, &redeem.secret)?,
        code_hash: code_hash(&redeem.code),
        secret_hash: token_hash(&redeem.secret),
        label: device.label,
        token_hash: token.hash(),
    };
    let outcome = core.store.redeem_ticket(redeem, core.now(), core.due()).await.map_err(|error| match error {
        StoreError::NotFound => Refused::from(ErrorCode::TicketInvalid),
        other => other.into(),
    })?;
    match outcome {
        Redeemed::SignedIn(user, device) => {
            Ok(Redeem::SignedIn(Box::new(SignedIn::new(core, user, device, token).await?)))
        }
        Redeemed::Waiting(row) => Ok(Redeem::Waiting(view::ticket(&row))),
        Redeemed::Expired => Err(ErrorCode::TicketExpired.into()),
        Redeemed::Refused => Err(ErrorCode::TicketRefused.into()),
    }
}
