//! People: becoming one, being looked up, being changed.

use rusqlite::{Connection, Row};

use super::row::word;
use super::writer::Txn;
use super::{Change, Store, StoreError};
use crate::chat::{DisplayName, Handle, Role, UserId, UserStatus};

/// A person as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// Names the person.
    pub id: UserId,
    /// Unique.
    pub handle: String,
    /// As shown.
    pub name: String,
    /// Role on the box.
    pub role: Role,
    /// May they use the box?
    pub status: UserStatus,
    /// Pending only: says they were here before.
    pub returning: bool,
    /// BLAKE3 of the picture, hex.
    pub avatar: Option<String>,
    /// Has a password been set?
    pub has_password: bool,
    /// Milliseconds since 1970.
    pub created_at: i64,
}

impl Store {
    /// A person.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], and as any read.
    pub async fn user(&self, id: UserId) -> Result<UserRow, StoreError> {
        self.readers.read(move |conn| read(conn, id)).await
    }

    /// Active and suspended people with an id over `after`, at most `limit`, whose name or handle contains `query`.
    /// With `seen_by`, only those who share a room with that person.
    ///
    /// # Errors
    /// As any read.
    pub async fn users(
        &self,
        after: UserId,
        query: String,
        seen_by: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<UserRow>, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = format!(
                    "SELECT {COLUMNS} FROM users WHERE id > ?1 AND status IN ('active', 'suspended')
                       AND {CALLED}
                       AND (?3 IS NULL OR id IN (
                             SELECT m.user_id FROM members m JOIN members mine ON mine.room_id = m.room_id WHERE mine.user_id = ?3))
                     ORDER BY id LIMIT ?4"
                );
                let mut stmt = conn.prepare_cached(&sql)?;
                let rows = stmt.query_map((after.0, query.to_lowercase(), seen_by.map(|u| u.0), limit), user_row)?;
                Ok(rows.collect::<Result<_, _>>()?)
            })
            .await
    }

    /// Do two people share a room?
    ///
    /// # Errors
    /// As any read.
    pub async fn share_a_room(&self, a: UserId, b: UserId) -> Result<bool, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = "SELECT EXISTS (SELECT 1 FROM members x JOIN members y ON y.room_id = x.room_id
                           WHERE x.user_id = ?1 AND y.user_id = ?2)";
                Ok(conn.prepare_cached(sql)?.query_row((a.0, b.0), |row| row.get(0))?)
            })
            .await
    }

    /// Those who run the box.
    ///
    /// # Errors
    /// As any read.
    pub async fn admins(&self) -> Result<Vec<UserRow>, StoreError> {
        self.readers
            .read(|conn| {
                let sql = format!("SELECT {COLUMNS} FROM users WHERE role IN ('owner', 'admin') AND status = 'active'");
                let mut stmt = conn.prepare_cached(&sql)?;
                let rows = stmt.query_map([], user_row)?;
                Ok(rows.collect::<Result<_, _>>()?)
            })
            .await
    }

    /// Gives a person another name or handle.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the handle is taken, and as any write.
    pub async fn change_profile(
        &self,
        user: UserId,
        name: Option<DisplayName>,
        handle: Option<Handle>,
    ) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                let row = read(tx.conn, user)?;
                let name = name.as_ref().map_or(row.name.as_str(), DisplayName::as_str);
                let handle = handle.as_ref().map_or(row.handle.as_str(), Handle::as_str);
                if (name, handle) != (&row.name, &row.handle) {
                    tx.conn.execute("UPDATE users SET name = ?2, handle = ?3 WHERE id = ?1", (user.0, name, handle))?;
                    tx.emit(Change::UserChanged(user));
                }
                Ok(())
            })
            .await
    }

    /// Gives a person another picture, or none; answers with the old one.
    ///
    /// # Errors
    /// As any write.
    pub async fn set_avatar(&self, user: UserId, blake3: Option<String>) -> Result<Option<String>, StoreError> {
        self.writer
            .write(move |tx| {
                let old: Option<String> =
                    tx.conn.query_row("SELECT avatar FROM users WHERE id = ?1", [user.0], |row| row.get(0))?;
                if old != blake3 {
                    tx.conn.execute("UPDATE users SET avatar = ?2 WHERE id = ?1", (user.0, blake3))?;
                    tx.emit(Change::UserChanged(user));
                }
                Ok(old)
            })
            .await
    }

    /// Was anybody ever here? The first is the owner.
    ///
    /// # Errors
    /// As any read.
    pub async fn has_people(&self) -> Result<bool, StoreError> {
        self.readers.read(|conn| Ok(conn.query_row("SELECT EXISTS (SELECT 1 FROM users)", [], |row| row.get(0))?)).await
    }

    /// Sets the password's hash (argon2id, PHC string), or removes it.
    ///
    /// # Errors
    /// As any write.
    pub async fn set_password(&self, user: UserId, phc: Option<String>) -> Result<(), StoreError> {
        self.writer.write(move |tx| set_password(tx, user, phc.as_deref())).await
    }

    /// The password's hash.
    ///
    /// # Errors
    /// As any read.
    pub async fn password(&self, user: UserId) -> Result<Option<String>, StoreError> {
        self.readers
            .read(move |conn| {
                Ok(conn.query_row("SELECT password FROM users WHERE id = ?1", [user.0], |row| row.get(0))?)
            })
            .await
    }

    /// Who signs in under this handle, or under this name when exactly one active person has it; with their hash.
    ///
    /// # Errors
    /// As any read.
    pub async fn login(&self, name: String) -> Result<Option<(UserId, Option<String>)>, StoreError> {
        self.readers
            .read(move |conn| {
                let by_handle =
                    "SELECT id, password FROM users WHERE status IN ('active', 'suspended') AND handle = lower(?1)";
                let by_name =
                    "SELECT id, password FROM users WHERE status IN ('active', 'suspended') AND name = ?1 LIMIT 2";
                for sql in [by_handle, by_name] {
                    let mut stmt = conn.prepare_cached(sql)?;
                    let rows = stmt.query_map([&name], |row| Ok((UserId(row.get(0)?), row.get(1)?)))?;
                    let mut found = rows.collect::<Result<Vec<_>, _>>()?;
                    match found.len() {
                        0 => {}
                        1 => return Ok(found.pop()),
                        _ => return Ok(None),
                    }
                }
                Ok(None)
            })
            .await
    }
}

/// What [`user_row`] reads; the table goes by its own name.
/// People whose name or handle contains `?2`, in small letters.
pub(super) const CALLED: &str = "(?2 = '' OR instr(lower(users.name), ?2) > 0 OR instr(users.handle, ?2) > 0)";

pub(super) const COLUMNS: &str = "users.id, users.handle, users.name, users.role, users.status, users.was_here, users.avatar, \
                                  users.password IS NOT NULL AS has_password, users.created_at";

pub(super) fn read(conn: &Connection, id: UserId) -> Result<UserRow, StoreError> {
    let mut query = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM users WHERE id = ?1"))?;
    Ok(query.query_row([id.0], user_row)?)
}

pub(super) fn user_row(row: &Row<'_>) -> rusqlite::Result<UserRow> {
    Ok(UserRow {
        id: UserId(row.get("id")?),
        handle: row.get("handle")?,
        name: row.get("name")?,
        role: word(row, "role")?,
        status: word(row, "status")?,
        returning: row.get("was_here")?,
        avatar: row.get("avatar")?,
        has_password: row.get("has_password")?,
        created_at: row.get("created_at")?,
    })
}

pub(super) fn set_password(tx: &Txn<'_>, user: UserId, phc: Option<&str>) -> Result<(), StoreError> {
    tx.conn.execute("UPDATE users SET password = ?2 WHERE id = ?1", (user.0, phc))?;
    Ok(())
}
