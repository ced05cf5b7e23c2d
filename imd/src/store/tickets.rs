//! Tickets: one more device, or one more address of the same device, for a person who is already here.

use rusqlite::{Connection, OptionalExtension, Row};

use super::batch::Txn;
use super::{Attempt, Change, Store, StoreError, attempts, devices, users};
use crate::chat::{DeviceId, TicketId, UserId, UserStatus, may_change_user};

/// A ticket to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTicket {
    /// Whose.
    pub user: UserId,
    /// Hand-over: the device that gets one more token; `None`: a new device.
    pub device: Option<DeviceId>,
    /// The admin who makes it for another; their word, good for as long as they could give it.
    pub issuer: Option<UserId>,
    /// BLAKE3 of the code.
    pub code_hash: [u8; 32],
    /// Milliseconds since 1970.
    pub expires_at: i64,
}

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketState {
    /// Nobody has opened the link.
    Open,
    /// A device waits to be confirmed.
    Waiting,
    /// Confirmed; the next redeem signs in.
    Confirmed,
    /// Refused.
    Refused,
    /// Used.
    Done,
}

/// A stored ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketRow {
    /// Names it.
    pub id: TicketId,
    /// Whose.
    pub user: UserId,
    /// Where it stands.
    pub state: TicketState,
    /// The device that wants in.
    pub label: Option<String>,
    /// Milliseconds since 1970.
    pub expires_at: i64,
}

/// A device that opens a ticket's link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeem {
    /// BLAKE3 of the code.
    pub code_hash: [u8; 32],
    /// BLAKE3 of the device's secret.
    pub secret_hash: [u8; 32],
    /// Who asks for the same again gets the same.
    pub attempt: Attempt,
    /// What the device calls itself.
    pub label: String,
    /// BLAKE3 of its token.
    pub token_hash: [u8; 32],
}

/// What a redeem comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redeemed {
    /// The device is signed in with the token it brought.
    SignedIn(UserId, DeviceId),
    /// Ask again: the first device has not confirmed yet.
    Waiting(TicketRow),
    /// Too late.
    Expired,
    /// The first device refused.
    Refused,
}

impl Store {
    /// Makes a ticket.
    ///
    /// # Errors
    /// As any write.
    pub async fn make_ticket(&self, new: NewTicket, at: i64, due: i64) -> Result<TicketRow, StoreError> {
        self.writer
            .write(move |tx| {
                // Old ones are of no use; cleaning here keeps the table small without a timer.
                tx.conn.execute("DELETE FROM tickets WHERE expires_at < ?1", [due])?;
                let sql = "INSERT INTO tickets
                             (code_hash, user_id, device_id, state, confirmed, issuer, expires_at, created_at)
                           VALUES (?1, ?2, ?3, 'open', ?4, ?5, ?6, ?7)";
                let id = tx.conn.prepare_cached(sql)?.insert((
                    new.code_hash.as_slice(),
                    new.user.0,
                    new.device.map(|d| d.0),
                    // Neither a hand-over nor an admin's ticket needs anybody's yes.
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

    /// A person's tickets with which a device waits, oldest first, at most 5.
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
                Ok(query.query_map((user.0, due), ticket_row)?.collect::<Result<_, _>>()?)
            })
            .await
    }

    /// Confirms or refuses the device that waits.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when no device waits with this ticket of this person, and as any write.
    pub async fn answer_ticket(&self, user: UserId, id: TicketId, answer: TicketState) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                let sql = "UPDATE tickets SET state = ?3 WHERE id = ?1 AND user_id = ?2 AND state = 'waiting'";
                let done = tx.conn.execute(sql, (id.0, user.0, spell(answer)))?;
                if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
            })
            .await
    }

    /// Takes a ticket back.
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

    /// The other device's side. The first redeem binds the ticket to the secret; with any other it is not there.
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
                    // Signed out since: its link is worth nothing any more.
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

/// An admin's ticket is their word: it is worth nothing once they could not give it any more.
fn stands(conn: &Connection, issuer: Option<UserId>, user: UserId) -> Result<bool, StoreError> {
    let Some(issuer) = issuer else { return Ok(false) };
    let (issuer, user) = (users::read(conn, issuer)?, users::read(conn, user)?);
    Ok(issuer.status == UserStatus::Active && may_change_user(issuer.role, user.role, user.role))
}

/// Takes back what someone issued as an admin and nobody has used.
pub(super) fn drop_issued(tx: &Txn<'_>, issuer: UserId) -> Result<(), StoreError> {
    tx.conn.execute("DELETE FROM tickets WHERE issuer = ?1 AND state <> 'done'", [issuer.0])?;
    Ok(())
}

fn read(conn: &Connection, id: TicketId) -> Result<TicketRow, StoreError> {
    let mut query = conn.prepare_cached("SELECT id, user_id, state, label, expires_at FROM tickets WHERE id = ?1")?;
    Ok(query.query_row([id.0], ticket_row)?)
}

fn ticket_row(row: &Row<'_>) -> rusqlite::Result<TicketRow> {
    let state = match row.get_ref("state")?.as_str()? {
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
