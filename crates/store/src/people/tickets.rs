//! Sign-in tickets: another device for an existing person, or another address for the same device.

use crate::batch::Txn;
use crate::sql::{Conn, Optional as _, Row};
use crate::{Attempt, Change, Store, StoreError, attempts, devices, users};
use chat::{DeviceId, TicketId, UserId, UserStatus, may_change_user};

/// A ticket to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTicket {
    /// Whose it is.
    pub user: UserId,
    /// Hand-over: the device that gets another token; `None`: a new device.
    pub device: Option<DeviceId>,
    /// The admin who issues it for another person; it is valid only as long as they could issue it.
    pub issuer: Option<UserId>,
    /// BLAKE3 of the code.
    pub code_hash: [u8; 32],
    /// When it expires, milliseconds since 1970.
    pub expires_at: i64,
}

/// The state of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketState {
    /// Nobody has opened the link yet.
    Open,
    /// A device waits to be confirmed.
    Waiting,
    /// It was confirmed; the next request with it signs the device in.
    Confirmed,
    /// It was refused.
    Refused,
    /// It was used.
    Done,
}

/// A stored ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketRow {
    /// Identifies the ticket.
    pub id: TicketId,
    /// Whose it is.
    pub user: UserId,
    /// Its state.
    pub state: TicketState,
    /// The device that wants to sign in.
    pub label: Option<String>,
    /// When it expires, milliseconds since 1970.
    pub expires_at: i64,
}

/// A device that has opened a ticket's link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeem {
    /// BLAKE3 of the code.
    pub code_hash: [u8; 32],
    /// BLAKE3 of the device's secret.
    pub secret_hash: [u8; 32],
    /// With which the request can be repeated if its answer gets lost.
    pub attempt: Attempt,
    /// The device's name for the list of devices.
    pub label: String,
    /// BLAKE3 of its token.
    pub token_hash: [u8; 32],
}

/// The result of redeeming a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redeemed {
    /// The device is signed in with the token it sent.
    SignedIn(UserId, DeviceId),
    /// The first device has not confirmed yet; ask again.
    Waiting(TicketRow),
    /// The ticket has expired.
    Expired,
    /// The first device refused.
    Refused,
}

impl Store {
    /// Creates a ticket.
    ///
    /// # Errors
    /// As any write.
    pub async fn make_ticket(&self, new: NewTicket, at: i64, due: i64) -> Result<TicketRow, StoreError> {
        self.writer
            .write(move |tx| {
                // Old tickets are useless; deleting them here keeps the table small without a timer.
                tx.conn.execute("DELETE FROM tickets WHERE expires_at < ?1", [due])?;
                let sql = "INSERT INTO tickets
                             (code_hash, user_id, device_id, state, confirmed, issuer, expires_at, created_at)
                           VALUES (?1, ?2, ?3, 'open', ?4, ?5, ?6, ?7) RETURNING id";
                let id = tx.conn.prepare_cached(sql)?.insert((
                    new.code_hash.as_slice(),
                    new.user.0,
                    new.device.map(|d| d.0),
                    // Neither a hand-over nor an admin's ticket has to be confirmed.
                    new.device.is_some() || new.issuer.is_some(),
                    new.issuer.map(|u| u.0),
                    new.expires_at,
                    at,
                ))?;
                read(tx.conn, TicketId(id))
            })
            .await
    }

    /// A person's own ticket.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], and as any read.
    pub async fn ticket(&self, user: UserId, id: TicketId) -> Result<TicketRow, StoreError> {
        let row = self.readers.read(move |conn| read(conn, id)).await?;
        if row.user == user { Ok(row) } else { Err(StoreError::NotFound) }
    }

    /// A person's tickets with which a device is waiting, oldest first, at most 5.
    ///
    /// # Errors
    /// As any read.
    pub async fn waiting_tickets(&self, user: UserId, due: i64) -> Result<Vec<TicketRow>, StoreError> {
        self.readers
            .read(move |conn| {
                let mut query = conn.prepare_cached(
                    "SELECT id, user_id, state, label, expires_at FROM tickets
                     WHERE user_id = ?1 AND state = 'waiting' AND expires_at > ?2 ORDER BY id LIMIT 5",
                )?;
                query.query_map((user.0, due), ticket_row)?.collect::<Result<_, _>>()
            })
            .await
    }

    /// Confirms or refuses the device that waits.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when no device waits with this person's ticket, and as any write.
    pub async fn answer_ticket(&self, user: UserId, id: TicketId, answer: TicketState) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                let sql = "UPDATE tickets SET state = ?3 WHERE id = ?1 AND user_id = ?2 AND state = 'waiting'";
                let done = tx.conn.execute(sql, (id.0, user.0, spell(answer)))?;
                if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
            })
            .await
    }

    /// Withdraws a ticket.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], and as any write.
    pub async fn drop_ticket(&self, user: UserId, id: TicketId) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                let done = tx.conn.execute("DELETE FROM tickets WHERE id = ?1 AND user_id = ?2", (id.0, user.0))?;
                if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
            })
            .await
    }

    /// Redeems a ticket on the other device. The first request binds it to the device's secret; with any other secret
    /// it counts as missing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an unknown or used code, and as any write.
    pub async fn redeem_ticket(&self, redeem: Redeem, at: i64, due: i64) -> Result<Redeemed, StoreError> {
        let Redeem { code_hash, secret_hash, attempt, label, token_hash } = redeem;
        self.writer
            .write(move |tx| {
                let sql = "SELECT id, device_id, confirmed, secret_hash, issuer FROM tickets WHERE code_hash = ?1";
                let found = tx
                    .conn
                    .prepare_cached(sql)?
                    .query_row([code_hash.as_slice()], |row| {
                        let secret: Option<Vec<u8>> = row.get(3)?;
                        Ok((
                            TicketId(row.get(0)?),
                            row.get::<_, Option<i64>>(1)?.map(DeviceId),
                            row.get::<_, bool>(2)?,
                            secret,
                            row.get::<_, Option<i64>>(4)?.map(UserId),
                        ))
                    })
                    .optional()?;
                let (id, moving, pre_confirmed, bound, issuer) = found.ok_or(StoreError::NotFound)?;
                let ticket = read(tx.conn, id)?;
                if bound.is_some_and(|secret| secret != secret_hash) {
                    return Err(StoreError::NotFound);
                }
                if ticket.state == TicketState::Done {
                    let again = attempts::again(tx, Some(attempt), token_hash, at);
                    let (user, device) = again.ok().flatten().ok_or(StoreError::NotFound)?;
                    return Ok(Redeemed::SignedIn(user, device));
                }
                if due >= ticket.expires_at {
                    return Ok(Redeemed::Expired);
                }
                match ticket.state {
                    TicketState::Done => return Err(StoreError::NotFound),
                    TicketState::Refused => return Ok(Redeemed::Refused),
                    TicketState::Waiting => return Ok(Redeemed::Waiting(ticket)),
                    TicketState::Open if !pre_confirmed => {
                        let sql = "UPDATE tickets SET state = 'waiting', secret_hash = ?2, label = ?3 WHERE id = ?1";
                        tx.conn.execute(sql, (id.0, secret_hash.as_slice(), &label))?;
                        tx.emit(Change::TicketWaiting { user: ticket.user, ticket: id });
                        return Ok(Redeemed::Waiting(read(tx.conn, id)?));
                    }
                    TicketState::Open | TicketState::Confirmed => {}
                }
                if pre_confirmed && moving.is_none() && !stands(tx.conn, issuer, ticket.user)? {
                    return Err(StoreError::NotFound);
                }
                let device = match moving {
                    Some(device) if devices::exists(tx.conn, device)? => device,
                    // The device was signed out since, and its link is invalid.
                    Some(_) => return Err(StoreError::NotFound),
                    None => {
                        let device = devices::insert(tx, ticket.user, &label, at)?;
                        attempts::note(tx, Some(attempt), device)?;
                        device
                    }
                };
                devices::add_token(tx, device, token_hash, at)?;
                tx.conn.execute(
                    "UPDATE tickets SET state = 'done', secret_hash = ?2 WHERE id = ?1",
                    (id.0, secret_hash.as_slice()),
                )?;
                Ok(Redeemed::SignedIn(ticket.user, device))
            })
            .await
    }
}

/// Could the admin who issued this ticket still issue it? Otherwise it is invalid.
fn stands(conn: &Conn<'_>, issuer: Option<UserId>, user: UserId) -> Result<bool, StoreError> {
    let Some(issuer) = issuer else { return Ok(false) };
    let (issuer, user) = (users::read(conn, issuer)?, users::read(conn, user)?);
    Ok(issuer.status == UserStatus::Active && may_change_user(issuer.role, user.role, user.role))
}

/// Deletes the unused tickets that somebody issued as an admin.
pub(crate) fn drop_issued(tx: &Txn<'_>, issuer: UserId) -> Result<(), StoreError> {
    tx.conn.execute("DELETE FROM tickets WHERE issuer = ?1 AND state <> 'done'", [issuer.0])?;
    Ok(())
}

fn read(conn: &Conn<'_>, id: TicketId) -> Result<TicketRow, StoreError> {
    let mut query = conn.prepare_cached("SELECT id, user_id, state, label, expires_at FROM tickets WHERE id = ?1")?;
    query.query_row([id.0], ticket_row)
}

fn ticket_row(row: &Row<'_>) -> Result<TicketRow, StoreError> {
    let state = match row.text("state")? {
        "open" => TicketState::Open,
        "waiting" => TicketState::Waiting,
        "confirmed" => TicketState::Confirmed,
        "refused" => TicketState::Refused,
        _ => TicketState::Done,
    };
    Ok(TicketRow {
        id: TicketId(row.get("id")?),
        user: UserId(row.get("user_id")?),
        state,
        label: row.get("label")?,
        expires_at: row.get("expires_at")?,
    })
}

fn spell(state: TicketState) -> &'static str {
    match state {
        TicketState::Open => "open",
        TicketState::Waiting => "waiting",
        TicketState::Confirmed => "confirmed",
        TicketState::Refused => "refused",
        TicketState::Done => "done",
    }
}
