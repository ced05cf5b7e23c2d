//! Settings and facts of the box, as key and value.

use std::str::FromStr;

use crate::batch::Txn;
use crate::sql::{Conn, Optional as _};
use crate::{Act, Store, StoreError};

/// Keys of the settings table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// The box's name to show.
    BoxName,
    /// BLAKE3 of the claim codes that were shown, hex, separated by blanks, the newest last; absent once one was used.
    ClaimCodes,
    /// `invite`, `approval` or `open`; the configuration's when absent.
    JoinMode,
    /// The host label that the box last had on the network, which it asks for first after a restart.
    HostLabel,
    /// The host label it should have; the configuration's when absent.
    HostName,
    /// Time servers to ask, separated by blanks.
    NtpServers,
    /// The country whose radio rules apply, two letters.
    WifiCountry,
    /// Password of the Wi-Fi that the box opens by itself.
    OwnWifi,
    /// The time when it was last noted, milliseconds since 1970.
    LastTime,
    /// Removed people whose messages are still to be deleted, and by whom: `7:1 9:1`.
    Erasing,
    /// When the last backup was made, milliseconds since 1970.
    LastBackup,
    /// How often backups are made, how many are kept, and on which disk: `day 3`, `day 3 ABCD-1234`.
    BackupSchedule,
    /// Bytes of files that one person may have stored; absent or 0: any number.
    Quota,
    /// Bytes of the disk that files must leave free; the configuration's when absent.
    Reserve,
    /// Messages are deleted after this many days; absent: never.
    KeepDays,
    /// Up to which time, by the clock, rules have been applied; milliseconds since 1970.
    KeepUpto,
    /// When rules last deleted something, and how much: time, events, files, bytes.
    KeepRound,
    /// When the clock was last set by more than a correction, milliseconds since 1970.
    ClockSet,
    /// `off` when no daily copies of the database are kept.
    NightlyCopy,
    /// The time that deadlines use, when it was last noted, milliseconds since 1970.
    DeadlineTime,
    /// The language of the box's screen and first steps, `zh` or `en`; absent when nobody has chosen one.
    Language,
    /// BLAKE3 of the codes of a reopened claim, hex, separated by blanks.
    ReclaimCodes,
    /// When the reopened claim closes, in the time that deadlines use.
    ReclaimUntil,
    /// The mark of the update whose result an admin has read.
    ReadOfUpdate,
    /// The mark of the repair of the card that an admin has read of.
    ReadOfMended,
    /// Minimum length of new passwords; 8 when absent.
    PasswordMin,
    /// For how many minutes one's own messages may be edited, 0: not at all; two days when absent.
    EditMinutes,
    /// BLAKE3 of the token with which a program reads `/metrics`, hex.
    ScrapeToken,
    /// Identifies the box: made once for a data folder, and part of its backups.
    BoxId,
}

impl Setting {
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::BoxName => "box_name",
            Self::ClaimCodes => "claim_code_hash",
            Self::JoinMode => "join_mode",
            Self::HostLabel => "host_label",
            Self::HostName => "host_name",
            Self::NtpServers => "ntp_servers",
            Self::WifiCountry => "wifi_country",
            Self::OwnWifi => "own_wifi",
            Self::LastTime => "last_time",
            Self::Erasing => "erasing",
            Self::LastBackup => "last_backup",
            Self::BackupSchedule => "backup_schedule",
            Self::Quota => "quota",
            Self::Reserve => "reserve",
            Self::KeepDays => "keep_days",
            Self::KeepUpto => "keep_upto",
            Self::KeepRound => "keep_round",
            Self::ClockSet => "clock_set",
            Self::NightlyCopy => "nightly_copy",
            Self::DeadlineTime => "deadline_time",
            Self::Language => "language",
            Self::ReclaimCodes => "reclaim_codes",
            Self::ReclaimUntil => "reclaim_until",
            Self::ReadOfUpdate => "read_of_update",
            Self::ReadOfMended => "read_of_mended",
            Self::PasswordMin => "password_min",
            Self::EditMinutes => "edit_minutes",
            Self::ScrapeToken => "scrape_token",
            Self::BoxId => "box_id",
        }
    }
}

impl Store {
    /// The value of a setting, if it was ever set.
    ///
    /// # Errors
    /// As any read.
    pub async fn setting(&self, setting: Setting) -> Result<Option<String>, StoreError> {
        self.readers.read(move |conn| read(conn, setting)).await
    }

    /// A setting that is a number; `None` also when it is something else.
    ///
    /// # Errors
    /// As any read.
    pub async fn number<T: FromStr>(&self, setting: Setting) -> Result<Option<T>, StoreError> {
        Ok(as_number(self.setting(setting).await?))
    }

    /// Sets a setting or, with `None`, removes it.
    ///
    /// # Errors
    /// As any write.
    pub async fn set(&self, setting: Setting, value: Option<String>) -> Result<(), StoreError> {
        self.writer.write(move |tx| put(tx, setting, value.as_deref())).await
    }

    /// The value of a setting; if it has none, sets it to `value` first.
    ///
    /// # Errors
    /// As any write.
    pub async fn set_once(&self, setting: Setting, value: String) -> Result<String, StoreError> {
        if let Some(known) = self.setting(setting).await? {
            return Ok(known);
        }
        self.writer
            .write(move |tx| match read(tx.conn, setting)? {
                Some(known) => Ok(known),
                None => put(tx, setting, Some(&value)).map(|()| value),
            })
            .await
    }

    /// Sets several settings at once, as one act of administration.
    ///
    /// # Errors
    /// As any write.
    pub async fn set_all(&self, values: Vec<(Setting, String)>, act: Act) -> Result<(), StoreError> {
        self.write_act(Some(act), move |tx| {
            values.iter().try_for_each(|(setting, value)| put(tx, *setting, Some(value)))
        })
        .await
    }

    /// Sets or removes one setting, as an act of administration.
    ///
    /// # Errors
    /// As any write.
    pub async fn set_by(&self, setting: Setting, value: Option<String>, act: Act) -> Result<(), StoreError> {
        self.write_act(Some(act), move |tx| put(tx, setting, value.as_deref())).await
    }

    /// Moves all deadlines by this many milliseconds, and records that it is now `now`.
    ///
    /// # Errors
    /// As any write.
    pub async fn move_deadlines(&self, by: i64, now: i64) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                tx.conn
                    .execute("UPDATE invites SET expires_at = expires_at + ?1 WHERE expires_at IS NOT NULL", [by])?;
                tx.conn.execute("UPDATE tickets SET expires_at = expires_at + ?1", [by])?;
                tx.conn.execute("UPDATE users SET waits_until = waits_until + ?1 WHERE status = 'pending'", [by])?;
                if let Some(until) = read_number::<i64>(tx.conn, Setting::ReclaimUntil)? {
                    put(tx, Setting::ReclaimUntil, Some(&(until + by).to_string()))?;
                }
                put(tx, Setting::DeadlineTime, Some(&now.to_string()))
            })
            .await
    }

    /// Checks that a write reaches the disk, by rewriting a row made for this.
    ///
    /// # Errors
    /// As any write: that is the answer.
    pub async fn probe_write(&self, now: i64) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                let sql = "INSERT INTO settings (key, value) VALUES ('probe', ?1) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
                tx.conn.prepare_cached(sql)?.execute([now.to_string()])?;
                Ok(())
            })
            .await
    }
}

pub(crate) fn read(conn: &Conn<'_>, setting: Setting) -> Result<Option<String>, StoreError> {
    let mut query = conn.prepare_cached("SELECT value FROM settings WHERE key = ?1")?;
    query.query_row([setting.key()], |row| row.get(0)).optional()
}

pub(crate) fn read_number<T: FromStr>(conn: &Conn<'_>, setting: Setting) -> Result<Option<T>, StoreError> {
    Ok(as_number(read(conn, setting)?))
}

fn as_number<T: FromStr>(value: Option<String>) -> Option<T> {
    value?.parse().ok()
}

pub(crate) fn put(tx: &Txn<'_>, setting: Setting, value: Option<&str>) -> Result<(), StoreError> {
    match value {
        Some(value) => tx
            .conn
            .prepare_cached("INSERT INTO settings (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value")?
            .execute((setting.key(), value))?,
        None => tx.conn.prepare_cached("DELETE FROM settings WHERE key = ?1")?.execute([setting.key()])?,
    };
    Ok(())
}
