//! When people do not want to be disturbed.

use crate::sql::Optional as _;
use crate::{Change, Store, StoreError};
use chat::{Quiet, QuietHours, UserId};

impl Store {
    /// When a person does not want to be disturbed.
    ///
    /// # Errors
    /// As any read.
    pub async fn quiet(&self, user: UserId) -> Result<Quiet, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = "SELECT from_minute, to_minute, until FROM quiet WHERE user_id = ?1";
                let found = conn
                    .prepare_cached(sql)?
                    .query_row([user.0], |row| {
                        let hours: (Option<u32>, Option<u32>) = (row.get(0)?, row.get(1)?);
                        let hours = hours.0.zip(hours.1).and_then(|(from, to)| QuietHours::new(from, to));
                        Ok(Quiet { hours, until: row.get(2)? })
                    })
                    .optional()?;
                Ok(found.unwrap_or_default())
            })
            .await
    }

    /// Sets it, all of it.
    ///
    /// # Errors
    /// As any write.
    pub async fn set_quiet(&self, user: UserId, quiet: Quiet) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                let sql = "INSERT INTO quiet (user_id, from_minute, to_minute, until) VALUES (?1, ?2, ?3, ?4)
                           ON CONFLICT (user_id) DO UPDATE
                           SET from_minute = excluded.from_minute, to_minute = excluded.to_minute, until = excluded.until";
                let hours = quiet.hours.map(|hours| (hours.from(), hours.to())).unzip();
                tx.conn.prepare_cached(sql)?.execute((user.0, hours.0, hours.1, quiet.until))?;
                tx.emit(Change::QuietChanged(user));
                Ok(())
            })
            .await
    }
}
