//! What the box knows about itself, as key and value.

use std::str::FromStr;

use rusqlite::{Connection, OptionalExtension};

use super::batch::Txn;
use super::{Act, Store, StoreError};

/// Keys of the settings table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// The box's name as shown.
    BoxName,
    /// BLAKE3 of the claim codes that were shown, hex, with blanks between, the newest last; gone once one is used.
    ClaimCodes,
    /// `invite`, `approval` or `open`; the configuration's when absent.
    JoinMode,
    /// The label last won on the network, asked for first after a restart.
    HostLabel,
    /// The label it should have; the configuration's when absent.
    HostName,
    /// Time servers to ask, with blanks between.
    NtpServers,
    /// The country whose radio rules apply, two letters.
    WifiCountry,
    /// The password of the Wi-Fi that the box opens by itself.
    OwnWifi,
    /// What time it was when last written down, milliseconds since 1970.
    LastTime,
    /// Removed people whose messages are still to be deleted, and by whom: `7:1 9:1`.
    Erasing,
    /// When the last backup was made, milliseconds since 1970.
    LastBackup,
    /// How often backups are made, how many are kept, and on which disk: `day 3`, `day 3 ABCD-1234`.
    BackupSchedule,
    /// Bytes of files that one person may have stored; absent or 0: any number.
    Quota,
    /// Bytes of the disk that files leave free; the configuration's when absent.
    Reserve,
    /// Messages are deleted after so many days; absent: never.
    KeepDays,
    /// Up to when, by the clock, rules have been followed; milliseconds since 1970.
    KeepUpto,
    /// When what no rule keeps was last deleted, and how much it was: time, events, files, bytes.
    KeepRound,
    /// When the clock was last set by more than a correction, milliseconds since 1970.
    ClockSet,
    /// `off` when no daily copy of the database is kept.
    NightlyCopy,
    /// What time it was for deadlines when last noted, milliseconds since 1970.
    DeadlineTime,
    /// The language that the box speaks first, `zh` or `en`; nobody chose one when absent.
    Language,
    /// BLAKE3 of the codes of a claim that is open again, hex, with blanks between.
    ReclaimCodes,
    /// Until when it is, as deadlines know the time.
    ReclaimUntil,
    /// Which end of an update an admin has read of: its mark.
    ReadOfUpdate,
    /// Which mending of the card an admin has read of: its mark.
    ReadOfMended,
    /// Fewest characters of a new password; 8 when absent.
    PasswordMin,
    /// BLAKE3 of the token by which a program reads `/metrics`, hex.
    ScrapeToken,
    /// Which box this is: made once for a data folder, and taken along in backups.
    BoxId,
}

impl Setting {
    pub(super) fn key(self) -> &'static str {
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
            Self::ScrapeToken => "scrape_token",
            Self::BoxId => "box_id",
        }
    }
}

impl Store {
    /// A setting's value, if it was ever set.
    ///
    /// # Errors
    /// As any read.
    pub async fn setting(&self, setting: Setting) -> Result<Option<String>, StoreError> {
        self.readers.read(move |conn| read(conn, setting)).await
    }

    /// A setting that is a number; `None` also when something else stands there.
    ///
    /// # Errors
    /// As any read.
    pub async fn number<T: FromStr>(&self, setting: Setting) -> Result<Option<T>, StoreError> {
        Ok(as_number(self.setting(setting).await?))
    }

    /// Sets or, with `None`, forgets a setting.
    ///
    /// # Errors
    /// As any write.
    pub async fn set(&self, setting: Setting, value: Option<String>) -> Result<(), StoreError> {
        self.writer.write(move |tx| put(tx, setting, value.as_deref())).await
    }

    /// What the setting is: what it was, or from now on `value` if it never was anything.
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

    /// Sets or forgets one setting, as an act of administration.
    ///
    /// # Errors
    /// As any write.
    pub async fn set_by(&self, setting: Setting, value: Option<String>, act: Act) -> Result<(), StoreError> {
        self.write_act(Some(act), move |tx| put(tx, setting, value.as_deref())).await
    }

    /// Moves all deadlines by so many milliseconds, and notes that it is `now`.
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

    /// Does a write reach the disk? Rewrites a row of its own.
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

pub(super) fn read(conn: &Connection, setting: Setting) -> Result<Option<String>, StoreError> {
    let mut query = conn.prepare_cached("SELECT value FROM settings WHERE key = ?1")?;
    Ok(query.query_row([setting.key()], |row| row.get(0)).optional()?)
}

pub(super) fn read_number<T: FromStr>(conn: &Connection, setting: Setting) -> Result<Option<T>, StoreError> {
    Ok(as_number(read(conn, setting)?))
}

fn as_number<T: FromStr>(value: Option<String>) -> Option<T> {
    value?.parse().ok()
}

pub(super) fn put(tx: &Txn<'_>, setting: Setting, value: Option<&str>) -> Result<(), StoreError> {
    match value {
        Some(value) => tx
            .conn
            .prepare_cached("INSERT INTO settings (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value")?
            .execute((setting.key(), value))?,
        None => tx.conn.prepare_cached("DELETE FROM settings WHERE key = ?1")?.execute([setting.key()])?,
    };
    Ok(())
}
