//! The audit log: what admins did, written in the same transaction as the act itself.

use crate::batch::Txn;
use crate::{Store, StoreError};
use chat::UserId;

/// An act of administration that is about to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Who does it.
    pub actor: UserId,
    /// The address they do it from.
    pub address: String,
    /// What is done, as a stable word: `person.role`.
    pub action: &'static str,
    /// What or whom it is done to.
    pub target: String,
    /// What changes, from what to what.
    pub detail: String,
    /// Milliseconds since 1970.
    pub at: i64,
}

/// An act that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Identifies the entry.
    pub id: i64,
    /// Milliseconds since 1970.
    pub at: i64,
    /// Who did it.
    pub actor: UserId,
    /// Their name at that time.
    pub name: String,
    /// The address they did it from.
    pub address: String,
    /// What was done, as a stable word.
    pub action: String,
    /// What or whom it was done to.
    pub target: String,
    /// What changed, from what to what.
    pub detail: String,
}

impl Store {
    /// The newest entries before `before`, newest first.
    ///
    /// # Errors
    /// As any read.
    pub async fn audit(&self, before: i64, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        self.readers
            .read(move |conn| {
                let mut stmt = conn.prepare_cached(
                    "SELECT id, at, actor, name, address, action, target, detail FROM audit
                     WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
                )?;
                let rows = stmt.query_map((before, limit), |row| {
                    Ok(AuditRow {
                        id: row.get(0)?,
                        at: row.get(1)?,
                        actor: UserId(row.get(2)?),
                        name: row.get(3)?,
                        address: row.get(4)?,
                        action: row.get(5)?,
                        target: row.get(6)?,
                        detail: row.get(7)?,
                    })
                })?;
                rows.collect::<Result<_, _>>()
            })
            .await
    }

    /// A write that is recorded in the audit log in the same transaction, if there is an act to record.
    pub(crate) async fn write_act<T, F>(&self, act: Option<Act>, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Txn<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer
            .write(move |tx| {
                let done = work(tx)?;
                if let Some(act) = &act {
                    note(tx, act)?;
                }
                Ok(done)
            })
            .await
    }

    /// Records an act that changes nothing else in the store.
    ///
    /// # Errors
    /// As any write.
    pub async fn note(&self, act: Act) -> Result<(), StoreError> {
        self.writer.write(move |tx| note(tx, &act)).await
    }
}

pub(crate) fn note(tx: &Txn<'_>, act: &Act) -> Result<(), StoreError> {
    let sql = "INSERT INTO audit (at, actor, name, address, action, target, detail)
               VALUES (?1, ?2, coalesce((SELECT name FROM users WHERE id = ?2), ''), ?3, ?4, ?5, ?6)";
    let row = (act.at, act.actor.0, &act.address, act.action, &act.target, &act.detail);
    tx.conn.prepare_cached(sql)?.execute(row)?;
    Ok(())
}
