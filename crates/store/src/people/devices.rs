//! Devices and their tokens: who a request comes from.

use crate::batch::Txn;
use crate::sql::{Conn, Optional as _, Row, word};
use crate::{Change, Store, StoreError, UserRow, attempts, users};
use chat::{DeviceId, Role, UserId, UserStatus};

/// Most devices of one person; for another one, the one that was unseen longest is signed out.
const MAX_DEVICES: u32 = 50;
/// Least time between two updates of `seen_at`, because each costs a disk write.
const SEEN_EVERY_MS: i64 = 3_600_000;

/// Who is asking, as their token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub user: UserId,
    /// From which device.
    pub device: DeviceId,
    /// Their role on the box.
    pub role: Role,
    /// May they use the box?
    pub status: UserStatus,
    /// When the device was last seen, to about an hour.
    pub seen_at: i64,
    /// Is this the device's first request after an attempt that may be repeated?
    pub arriving: bool,
}

/// A signed-in browser or client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// Names it.
    pub id: DeviceId,
    /// Its name for the list of devices.
    pub label: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Milliseconds since 1970, to about an hour.
    pub seen_at: i64,
}

impl Store {
    /// Whose token is it?
    ///
    /// # Errors
    /// As any read.
    pub async fn caller(&self, token_hash: [u8; 32]) -> Result<Option<Known>, StoreError> {
        self.readers.read(move |conn| caller(conn, token_hash)).await
    }

    /// What a device's token would say now; `None` when the device was signed out.
    ///
    /// # Errors
    /// As any read.
    pub async fn device_caller(&self, device: DeviceId) -> Result<Option<Known>, StoreError> {
        self.readers.read(move |conn| device_caller(conn, device)).await
    }

    /// Records that a device is in use, on its first request and when the last record is over an hour old.
    ///
    /// # Errors
    /// As any write.
    pub async fn seen(&self, known: Known, now: i64) -> Result<(), StoreError> {
        // Any difference counts, also when the clock was set back.
        if !known.arriving && (now - known.seen_at).abs() < SEEN_EVERY_MS {
            return Ok(());
        }
        self.writer
            .write(move |tx| {
                if known.arriving {
                    attempts::arrived(tx, known.device)?;
                }
                tx.conn
                    .prepare_cached("UPDATE devices SET seen_at = ?2 WHERE id = ?1")?
                    .execute((known.device.0, now))?;
                Ok(())
            })
            .await
    }

    /// A person's devices, newest first.
    ///
    /// # Errors
    /// As any read.
    pub async fn devices(&self, user: UserId) -> Result<Vec<DeviceRow>, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = format!("SELECT {DEVICE} FROM devices d WHERE d.user_id = ?1 ORDER BY d.id DESC");
                let mut stmt = conn.prepare_cached(&sql)?;
                let rows = stmt.query_map([user.0], device_row)?;
                rows.collect::<Result<_, _>>()
            })
            .await
    }

    /// Devices with an id under `before` of people who are active or suspended and whose name or handle contains
    /// `query`, newest first, at most `limit`.
    ///
    /// # Errors
    /// As any read.
    pub async fn all_devices(
        &self,
        before: DeviceId,
        query: String,
        limit: u32,
    ) -> Result<Vec<(DeviceRow, UserRow)>, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = format!(
                    "SELECT {DEVICE}, {} FROM devices d JOIN users ON users.id = d.user_id
                     WHERE d.id < ?1 AND {} AND users.status IN ('active', 'suspended') ORDER BY d.id DESC LIMIT ?3",
                    users::COLUMNS,
                    users::CALLED
                );
                let mut stmt = conn.prepare_cached(&sql)?;
                let rows = stmt.query_map((before.0, chat::folded(&query), limit), |row| {
                    Ok((device_row(row)?, users::user_row(row)?))
                })?;
                rows.collect::<Result<_, _>>()
            })
            .await
    }

    /// Adds a device for an existing person, with its token.
    ///
    /// # Errors
    /// As any write.
    pub async fn add_device(
        &self,
        user: UserId,
        label: String,
        token_hash: [u8; 32],
        at: i64,
    ) -> Result<DeviceId, StoreError> {
        self.writer
            .write(move |tx| {
                let device = insert(tx, user, &label, at)?;
                add_token(tx, device, token_hash, at)?;
                Ok(device)
            })
            .await
    }

    /// Signs a person's device out everywhere. Somebody who waits for approval has only this device, so their join
    /// request is withdrawn.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not theirs, and as any write.
    pub async fn revoke_device(&self, user: UserId, device: DeviceId) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                let gone = tx.conn.execute("DELETE FROM devices WHERE id = ?1 AND user_id = ?2", (device.0, user.0))?;
                if gone == 0 {
                    return Err(StoreError::NotFound);
                }
                tx.emit(Change::DeviceRevoked(device));
                if users::read(tx.conn, user)?.status == UserStatus::Pending {
                    remove_pending(tx, user)?;
                }
                Ok(())
            })
            .await
    }
}

/// Columns named so that they do not clash with those of the person beside them.
const DEVICE: &str = "d.id AS device, d.label, d.created_at AS signed_in_at, d.seen_at";

fn device_row(row: &Row<'_>) -> Result<DeviceRow, StoreError> {
    Ok(DeviceRow {
        id: DeviceId(row.get("device")?),
        label: row.get("label")?,
        created_at: row.get("signed_in_at")?,
        seen_at: row.get("seen_at")?,
    })
}

fn caller(conn: &Conn<'_>, token_hash: [u8; 32]) -> Result<Option<Known>, StoreError> {
    let mut query = conn.prepare_cached(
        "SELECT u.id, d.id AS device, u.role, u.status, d.seen_at,
                EXISTS (SELECT 1 FROM attempts a WHERE a.device_id = d.id AND a.arrived = 0) AS arriving
         FROM tokens t JOIN devices d ON d.id = t.device_id JOIN users u ON u.id = d.user_id WHERE t.hash = ?1",
    )?;
    query.query_row([token_hash.as_slice()], caller_row).optional()
}

fn device_caller(conn: &Conn<'_>, device: DeviceId) -> Result<Option<Known>, StoreError> {
    let mut query = conn.prepare_cached(
        "SELECT u.id, d.id AS device, u.role, u.status, d.seen_at, 0 AS arriving
         FROM devices d JOIN users u ON u.id = d.user_id WHERE d.id = ?1",
    )?;
    query.query_row([device.0], caller_row).optional()
}

pub(crate) fn exists(conn: &Conn<'_>, device: DeviceId) -> Result<bool, StoreError> {
    conn.prepare_cached("SELECT 1 FROM devices WHERE id = ?1")?.exists([device.0])
}

fn caller_row(row: &Row<'_>) -> Result<Known, StoreError> {
    Ok(Known {
        user: UserId(row.get("id")?),
        device: DeviceId(row.get("device")?),
        role: word(row, "role")?,
        status: word(row, "status")?,
        seen_at: row.get("seen_at")?,
        arriving: row.get("arriving")?,
    })
}

pub(crate) fn insert(tx: &mut Txn<'_>, user: UserId, label: &str, at: i64) -> Result<DeviceId, StoreError> {
    make_room(tx, user)?;
    let sql = "INSERT INTO devices (user_id, label, created_at, seen_at) VALUES (?1, ?2, ?3, ?3) RETURNING id";
    Ok(DeviceId(tx.conn.prepare_cached(sql)?.insert((user.0, label, at))?))
}

/// Makes room for another device of this person.
pub(crate) fn make_room(tx: &mut Txn<'_>, user: UserId) -> Result<(), StoreError> {
    let count: u32 = tx
        .conn
        .prepare_cached("SELECT count(*) FROM devices WHERE user_id = ?1")?
        .query_row([user.0], |row| row.get(0))?;
    if count >= MAX_DEVICES {
        let sql = "DELETE FROM devices WHERE id = (SELECT id FROM devices WHERE user_id = ?1 ORDER BY seen_at, id LIMIT 1) RETURNING id";
        let gone = tx.conn.prepare_cached(sql)?.query_row([user.0], |row| Ok(DeviceId(row.get(0)?)))?;
        tx.emit(Change::DeviceRevoked(gone));
    }
    Ok(())
}

pub(crate) fn add_token(tx: &Txn<'_>, device: DeviceId, hash: [u8; 32], at: i64) -> Result<(), StoreError> {
    let sql = "INSERT INTO tokens (hash, device_id, created_at) VALUES (?1, ?2, ?3)";
    tx.conn.prepare_cached(sql)?.execute((hash.as_slice(), device.0, at))?;
    Ok(())
}

pub(crate) fn revoke_all(tx: &mut Txn<'_>, user: UserId) -> Result<(), StoreError> {
    let mut gone = Vec::new();
    {
        let mut stmt = tx.conn.prepare_cached("DELETE FROM devices WHERE user_id = ?1 RETURNING id")?;
        for id in stmt.query_map([user.0], |row| Ok(DeviceId(row.get(0)?)))? {
            gone.push(id?);
        }
    }
    for device in gone {
        tx.emit(Change::DeviceRevoked(device));
    }
    Ok(())
}

/// Deletes somebody who waits for approval, with their devices.
pub(crate) fn remove_pending(tx: &mut Txn<'_>, user: UserId) -> Result<(), StoreError> {
    revoke_all(tx, user)?;
    tx.conn.execute("DELETE FROM users WHERE id = ?1", [user.0])?;
    tx.emit(Change::RequestGone(user));
    Ok(())
}
