//! Join requests: how many there may be, for how long, and what becomes of them. The invite that somebody came with is
//! kept with their request.
//!
//! `due` is the time that deadlines are compared with (milliseconds since 1970). Setting the clock does not move it.

use std::net::Ipv6Addr;

use crate::batch::Txn;
use crate::sql::{Conn, Optional as _, Word};
use crate::users::{COLUMNS, read, user_row};
use crate::{Act, Change, Store, StoreError, UserRow, devices, invites, joining, users};
use chat::{InviteId, Role, UserId, UserStatus, skeleton};

/// Most join requests without an invite, and as many again with one: somebody who asks again and again must not fill
/// the disk.
const MAX_WAITING: u32 = 100;
/// Most of them from one address, so that nobody keeps everybody else from asking.
const MAX_FROM_ADDRESS: u32 = 5;
/// Most of them from one network (IPv4 /24, IPv6 /64), where each device can give itself many addresses.
const MAX_FROM_NETWORK: u32 = 50;
/// How long a join request is kept, in milliseconds: a week.
const WAITS_MS: i64 = 7 * 24 * 3_600_000;

impl Store {
    /// The open join requests, oldest first, each with the label of its device.
    ///
    /// # Errors
    /// As any read.
    pub async fn join_requests(&self, due: i64) -> Result<Vec<(UserRow, String)>, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = format!(
                    "SELECT {COLUMNS}, (SELECT label FROM devices WHERE user_id = users.id ORDER BY id LIMIT 1) AS label
                     FROM users WHERE status = 'pending' AND (waits_until IS NULL OR waits_until > ?1) ORDER BY id LIMIT 200"
                );
                let mut stmt = conn.prepare_cached(&sql)?;
                let rows = stmt.query_map([due], |row| {
                    Ok((user_row(row)?, row.get::<_, Option<String>>("label")?.unwrap_or_default()))
                })?;
                rows.collect::<Result<_, _>>()
            })
            .await
    }

    /// Number of open join requests.
    ///
    /// # Errors
    /// As any read.
    pub async fn join_request_count(&self, due: i64) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM users WHERE status = 'pending' AND (waits_until IS NULL OR waits_until > ?1)";
        self.readers.read(move |conn| conn.prepare_cached(sql)?.query_row([due], |row| row.get(0))).await
    }

    /// Is there a join request whose time is over, or that has no end yet?
    ///
    /// # Errors
    /// As any read.
    pub async fn has_expired_join_request(&self, due: i64) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM users WHERE status = 'pending' AND (waits_until IS NULL OR waits_until <= ?1))";
        self.readers.read(move |conn| conn.prepare_cached(sql)?.query_row([due], |row| row.get(0))).await
    }

    /// Lets somebody in: as what their invite says, and to the rooms it still leads to, if they had one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no open request (any more), and as any write.
    pub async fn approve_join_request(&self, user: UserId, due: i64, act: Act) -> Result<(), StoreError> {
        let at = act.at;
        self.write_act(Some(act), move |tx| {
            let row = pending(tx.conn, user, due)?;
            let sql = "SELECT invite_id FROM users WHERE id = ?1";
            let invite: Option<i64> = tx.conn.query_row(sql, [user.0], |row| row.get(0))?;
            let (guest, rooms) = match invite {
                Some(id) => invites::honour(tx, InviteId(id))?,
                None => (false, Vec::new()),
            };
            let role = if guest { Role::Guest } else { row.role };
            let sql =
                "UPDATE users SET status = 'active', role = ?2, was_here = 0, invite_id = NULL, asked_from = NULL,
                         waits_until = NULL WHERE id = ?1";
            tx.conn.execute(sql, (user.0, Word(role)))?;
            joining::land(tx, user, role, &rooms, at)?;
            users::namesakes_changed(tx, &skeleton(&row.name), user)?;
            tx.emit(Change::RequestGone(user));
            tx.emit(Change::StandingChanged(user));
            Ok(())
        })
        .await
    }

    /// Signs the waiting device in as an existing person. The waiting account is deleted, and if that person has as
    /// many devices as they may, the one that was unseen longest is signed out.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when one of them does not exist, and as any write.
    pub async fn approve_join_request_as(
        &self,
        waiting: UserId,
        existing: UserId,
        due: i64,
        act: Act,
    ) -> Result<(), StoreError> {
        self.write_act(Some(act), move |tx| {
            pending(tx.conn, waiting, due)?;
            if read(tx.conn, existing)?.status != UserStatus::Active {
                return Err(StoreError::NotFound);
            }
            devices::make_room(tx, existing)?;
            tx.conn.execute("UPDATE devices SET user_id = ?2 WHERE user_id = ?1", (waiting.0, existing.0))?;
            tx.conn.execute("DELETE FROM users WHERE id = ?1", [waiting.0])?;
            tx.emit(Change::RequestGone(waiting));
            Ok(())
        })
        .await
    }

    /// Refuses a join request; without an act, it was withdrawn.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no open request (any more), and as any write.
    pub async fn refuse_join_request(&self, user: UserId, due: i64, act: Option<Act>) -> Result<(), StoreError> {
        self.write_act(act, move |tx| {
            pending(tx.conn, user, due)?;
            devices::remove_pending(tx, user)
        })
        .await
    }

    /// Deletes the join requests whose time is over.
    ///
    /// # Errors
    /// As any write.
    pub async fn expire_join_requests(&self, due: i64) -> Result<(), StoreError> {
        self.writer.write(move |tx| expire(tx, due)).await
    }
}

/// Makes room for another join request from this address; requests with and without an invite are counted separately.
/// When there is no room, the oldest request from the most crowded address gives way: whoever asks from thirty
/// addresses displaces themselves, and not a neighbour who asked once.
pub(crate) fn take_place(tx: &mut Txn<'_>, from: Ipv6Addr, invited: bool, due: i64) -> Result<(), StoreError> {
    expire(tx, due)?;
    let address = from.octets();
    let network = &address[..network_bytes(from)];
    let sql = "SELECT count(*), count(*) FILTER (WHERE asked_from = ?1),
                      count(*) FILTER (WHERE substr(asked_from, 1, ?3) = ?2)
               FROM users WHERE status = 'pending' AND (invite_id IS NOT NULL) = ?4";
    let (all, here, near): (u32, u32, u32) =
        tx.conn.prepare_cached(sql)?.query_row((address.as_slice(), network, network.len(), invited), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    if here >= MAX_FROM_ADDRESS {
        return Err(StoreError::LimitReached);
    }
    if near >= MAX_FROM_NETWORK {
        give_way(tx, network, invited, here)?;
    } else if all >= MAX_WAITING {
        give_way(tx, &[], invited, here)?;
    }
    Ok(())
}

/// How many bytes of an address its network shares: 24 bits for IPv4 (mapped), 64 for IPv6.
fn network_bytes(from: Ipv6Addr) -> usize {
    if from.to_ipv4_mapped().is_some() { 15 } else { 8 }
}

/// Deletes one of the requests from addresses that begin like this, unless the new address already has as many.
fn give_way(tx: &mut Txn<'_>, network: &[u8], invited: bool, here: u32) -> Result<(), StoreError> {
    let sql = "SELECT id, count(*) OVER (PARTITION BY asked_from) AS crowd FROM users
               WHERE status = 'pending' AND (invite_id IS NOT NULL) = ?2 AND substr(asked_from, 1, ?3) = ?1
               ORDER BY crowd DESC, id LIMIT 1";
    let (user, crowd): (i64, u32) = tx
        .conn
        .prepare_cached(sql)?
        .query_row((network, invited, network.len()), |row| Ok((row.get(0)?, row.get(1)?)))?;
    if crowd <= here {
        return Err(StoreError::LimitReached);
    }
    devices::remove_pending(tx, UserId(user))
}

/// Records from where, with which invite and until when somebody waits.
pub(crate) fn begin(
    tx: &mut Txn<'_>,
    user: UserId,
    from: Ipv6Addr,
    invite: Option<InviteId>,
    due: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE users SET asked_from = ?2, invite_id = ?3, waits_until = ?4 WHERE id = ?1";
    tx.conn.execute(sql, (user.0, from.octets().as_slice(), invite.map(|id| id.0), due + WAITS_MS))?;
    tx.emit(Change::RequestAdded(user));
    Ok(())
}

fn pending(conn: &Conn<'_>, id: UserId, due: i64) -> Result<UserRow, StoreError> {
    let sql = "SELECT 1 FROM users WHERE id = ?1 AND status = 'pending' AND (waits_until IS NULL OR waits_until > ?2)";
    match conn.query_row(sql, (id.0, due), |_| Ok(())).optional()? {
        Some(()) => read(conn, id),
        None => Err(StoreError::NotFound),
    }
}

fn expire(tx: &mut Txn<'_>, due: i64) -> Result<(), StoreError> {
    // An older program lets people wait without an end.
    let sql = "UPDATE users SET waits_until = ?1 WHERE status = 'pending' AND waits_until IS NULL";
    tx.conn.execute(sql, [due + WAITS_MS])?;
    let gone = {
        let sql = "SELECT id FROM users WHERE status = 'pending' AND waits_until <= ?1";
        let mut stmt = tx.conn.prepare_cached(sql)?;
        let ids = stmt.query_map([due], |row| Ok(UserId(row.get(0)?)))?;
        ids.collect::<Result<Vec<_>, _>>()?
    };
    gone.into_iter().try_for_each(|user| devices::remove_pending(tx, user))
}
