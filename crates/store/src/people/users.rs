//! People: looking them up and changing them.

use crate::batch::Txn;
use crate::sql::{Conn, Row, word};
use crate::{Change, Store, StoreError};
use chat::{DisplayName, Handle, Role, UserId, UserStatus, folded, skeleton, spelled};

/// A person as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// Identifies the person.
    pub id: UserId,
    /// Unique.
    pub handle: String,
    /// Name to show.
    pub name: String,
    /// Role on the box.
    pub role: Role,
    /// May they use the box?
    pub status: UserStatus,
    /// Only while pending: they say that they already have an account.
    pub returning: bool,
    /// BLAKE3 of the picture, hex.
    pub avatar: Option<String>,
    /// Has a password been set?
    pub has_password: bool,
    /// Is somebody else's name read as the same?
    pub namesake: bool,
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
                       AND (id IN (SELECT m.user_id FROM members m JOIN members mine ON mine.room_id = m.room_id WHERE mine.user_id = ?3)
                            OR ?3 IS NULL)
                     ORDER BY id LIMIT ?4"
                );
                let mut stmt = conn.prepare_cached(&sql)?;
                let rows = stmt.query_map((after.0, folded(&query), seen_by.map(|u| u.0), limit), user_row)?;
                rows.collect::<Result<_, _>>()
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
                conn.prepare_cached(sql)?.query_row((a.0, b.0), |row| row.get(0))
            })
            .await
    }

    /// The owners and admins.
    ///
    /// # Errors
    /// As any read.
    pub async fn admins(&self) -> Result<Vec<UserRow>, StoreError> {
        self.readers
            .read(|conn| {
                let sql = format!("SELECT {COLUMNS} FROM users WHERE role IN ('owner', 'admin') AND status = 'active'");
                let mut stmt = conn.prepare_cached(&sql)?;
                let rows = stmt.query_map([], user_row)?;
                rows.collect::<Result<_, _>>()
            })
            .await
    }

    /// Changes a person's name or handle.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the handle is taken, [`StoreError::NameOfAdmin`], and as any write.
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
                    for new in [Some(name).filter(|name| *name != row.name), Some(handle).filter(|h| *h != row.handle)]
                    {
                        new.map_or(Ok(()), |new| refuse_name_of_admin(tx.conn, new, Some(user)))?;
                    }
                    let (looked, looks) = (skeleton(&row.name), skeleton(name));
                    let sql =
                        "UPDATE users SET name = ?2, handle = ?3, folded = ?4, looks = ?5, spelled = ?6 WHERE id = ?1";
                    tx.conn.execute(sql, (user.0, name, handle, folded(name), &looks, spelled(name)))?;
                    tx.emit(Change::UserChanged(user));
                    if looks != looked {
                        namesakes_changed(tx, &looked, user)?;
                        namesakes_changed(tx, &looks, user)?;
                    }
                }
                Ok(())
            })
            .await
    }

    /// Gives a person another picture, or none, and returns the old one.
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

    /// Is there any account? The first one is the owner's.
    ///
    /// # Errors
    /// As any read.
    pub async fn has_users(&self) -> Result<bool, StoreError> {
        self.readers.read(|conn| conn.query_row("SELECT EXISTS (SELECT 1 FROM users)", [], |row| row.get(0))).await
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
            .read(move |conn| conn.query_row("SELECT password FROM users WHERE id = ?1", [user.0], |row| row.get(0)))
            .await
    }

    /// Who may sign in as `name`, with the hashes of their passwords: people with a password whose handle it is, or
    /// whose name it is, ignoring case and accents. Whoever has it as their handle comes first, then whoever came
    /// first, so that nobody who comes later takes somebody's place.
    ///
    /// # Errors
    /// As any read.
    pub async fn logins(&self, name: String) -> Result<Logins, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = "SELECT id, password FROM users
                           WHERE status IN ('active', 'suspended') AND password IS NOT NULL AND (handle = ?1 OR folded = ?2)
                           ORDER BY handle <> ?1, id LIMIT ?3";
                let mut stmt = conn.prepare_cached(sql)?;
                let handle = name.trim().to_ascii_lowercase();
                let rows = stmt.query_map((handle, folded(&name), i64::try_from(NAMESAKES + 1).unwrap_or(i64::MAX)), |row| {
                    Ok((UserId(row.get(0)?), row.get::<_, String>(1)?))
                })?;
                let mut people = rows.collect::<Result<Vec<_>, _>>()?;
                let more = people.len() > NAMESAKES;
                people.truncate(NAMESAKES);
                Ok(Logins { people, more })
            })
            .await
    }
}

/// Most people of one name whose passwords are tried, because each attempt costs a hash.
const NAMESAKES: usize = 5;

/// The people that a name may belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logins {
    /// Their ids and the hashes of their passwords.
    pub people: Vec<(UserId, String)>,
    /// More people have this name than are tried.
    pub more: bool,
}

/// Refuses a name that looks like the name or handle of another owner or admin.
pub(crate) fn refuse_name_of_admin(conn: &Conn<'_>, name: &str, whose: Option<UserId>) -> Result<(), StoreError> {
    let sql = "SELECT id, name, handle FROM users WHERE role IN ('owner', 'admin') AND status = 'active'";
    let mut stmt = conn.prepare_cached(sql)?;
    let looks = skeleton(name);
    let mut rows = stmt.query([])?;
    while let Some(row) = rows.next()? {
        let id = UserId(row.get(0)?);
        let (name, handle): (String, String) = (row.get(1)?, row.get(2)?);
        if whose != Some(id) && (skeleton(&name) == looks || skeleton(&handle) == looks) {
            return Err(StoreError::NameOfAdmin);
        }
    }
    Ok(())
}

/// `user` has begun or ceased to be called something that looks like this. Who alone looks so besides them has a namesake now,
/// or has none any more; of two and more, each has one either way.
pub(crate) fn namesakes_changed(tx: &mut Txn<'_>, looks: &str, user: UserId) -> Result<(), StoreError> {
    let sql = "SELECT id FROM users WHERE looks = ?1 AND id <> ?2 AND status <> 'pending' LIMIT 2";
    let others = {
        let mut stmt = tx.conn.prepare_cached(sql)?;
        let rows = stmt.query_map((looks, user.0), |row| row.get(0).map(UserId))?;
        rows.collect::<Result<Vec<_>, _>>()?
    };
    if let [only] = others[..] {
        tx.emit(Change::UserChanged(only));
    }
    Ok(())
}

/// People whose name or handle contains `?2`, folded, or whose name is typed like that in Latin letters: a word of it from its
/// beginning on, several without a gap, or its initials.
pub(crate) const CALLED: &str = "(?2 = '' OR instr(users.folded, ?2) > 0 OR instr(users.handle, ?2) > 0 \
                                 OR instr(users.spelled, ' ' || ?2) > 0 OR instr(users.spelled, '-' || ?2) > 0)";

/// The columns that [`user_row`] reads; the table must be called by its own name.
pub(crate) const COLUMNS: &str = "users.id, users.handle, users.name, users.role, users.status, users.was_here, users.avatar, \
                                  users.password IS NOT NULL AS has_password, users.created_at, \
                                  users.looks <> '' AND EXISTS (SELECT 1 FROM users other WHERE other.looks = users.looks \
                                    AND other.id <> users.id AND other.status <> 'pending') AS namesake";

pub(crate) fn read(conn: &Conn<'_>, id: UserId) -> Result<UserRow, StoreError> {
    let mut query = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM users WHERE id = ?1"))?;
    query.query_row([id.0], user_row)
}

pub(crate) fn user_row(row: &Row<'_>) -> Result<UserRow, StoreError> {
    Ok(UserRow {
        id: UserId(row.get("id")?),
        handle: row.get("handle")?,
        name: row.get("name")?,
        role: word(row, "role")?,
        status: word(row, "status")?,
        returning: row.get("was_here")?,
        avatar: row.get("avatar")?,
        has_password: row.get("has_password")?,
        namesake: row.get("namesake")?,
        created_at: row.get("created_at")?,
    })
}

pub(crate) fn set_password(tx: &Txn<'_>, user: UserId, phc: Option<&str>) -> Result<(), StoreError> {
    tx.conn.execute("UPDATE users SET password = ?2 WHERE id = ?1", (user.0, phc))?;
    Ok(())
}
