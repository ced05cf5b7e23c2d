//! Attempts to join or sign in whose answer may get lost: the code is then used, the account exists, and nobody has its
//! token. A client that repeats the attempt with the same secret gets another token for the same device, until the
//! device has used one.

use crate::batch::Txn;
use crate::sql::Optional as _;
use crate::{Store, StoreError, devices};
use chat::{DeviceId, UserId};

/// Most tokens of a device that has never used one; older ones count as lost.
const MAX_TOKENS: u32 = 8;

/// BLAKE3 of the purpose, the code and the client's secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Attempt(pub [u8; 32]);

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Attempt(…)")
    }
}

impl Store {
    /// Answers an attempt again that had already succeeded, with another token; `None` when there was none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the device has already used a token, and as any write.
    pub async fn answer_again(
        &self,
        attempt: Attempt,
        token_hash: [u8; 32],
        at: i64,
    ) -> Result<Option<(UserId, DeviceId)>, StoreError> {
        self.writer.write(move |tx| again(tx, Some(attempt), token_hash, at)).await
    }
}

/// The device of an attempt that had already succeeded, with an additional token.
pub(crate) fn again(
    tx: &Txn<'_>,
    attempt: Option<Attempt>,
    token_hash: [u8; 32],
    at: i64,
) -> Result<Option<(UserId, DeviceId)>, StoreError> {
    let Some(Attempt(hash)) = attempt else { return Ok(None) };
    let sql =
        "SELECT d.user_id, d.id, a.arrived FROM attempts a JOIN devices d ON d.id = a.device_id WHERE a.hash = ?1";
    let found = tx
        .conn
        .prepare_cached(sql)?
        .query_row([hash.as_slice()], |row| Ok((UserId(row.get(0)?), DeviceId(row.get(1)?), row.get::<_, bool>(2)?)))
        .optional()?;
    let Some((user, device, arrived)) = found else { return Ok(None) };
    if arrived {
        return Err(StoreError::Conflict);
    }
    // An answer that is merely late stays valid: the browser may receive it after this one.
    let sql = "DELETE FROM tokens WHERE device_id = ?1 AND hash NOT IN
                 (SELECT hash FROM tokens WHERE device_id = ?1 ORDER BY created_at DESC LIMIT ?2)";
    tx.conn.execute(sql, (device.0, MAX_TOKENS - 1))?;
    devices::add_token(tx, device, token_hash, at)?;
    Ok(Some((user, device)))
}

/// Records that this attempt made this device.
pub(crate) fn note(tx: &Txn<'_>, attempt: Option<Attempt>, device: DeviceId) -> Result<(), StoreError> {
    if let Some(Attempt(hash)) = attempt {
        let sql = "INSERT INTO attempts (hash, device_id) VALUES (?1, ?2)";
        tx.conn.prepare_cached(sql)?.execute((hash.as_slice(), device.0))?;
    }
    Ok(())
}

/// Records that a device has used a token: its attempt is never answered again.
pub(crate) fn arrived(tx: &Txn<'_>, device: DeviceId) -> Result<(), StoreError> {
    tx.conn.prepare_cached("UPDATE attempts SET arrived = 1 WHERE device_id = ?1")?.execute([device.0])?;
    Ok(())
}
