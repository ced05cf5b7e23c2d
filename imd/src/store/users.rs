//! People: becoming one, being looked up, being changed.

use rusqlite::{Connection, Row};

use super::row::{Word, word};
use super::writer::Txn;
use super::{Change, Setting, Store, StoreError, devices, invites, members, rooms, settings};
use crate::chat::{DeviceId, DisplayName, Handle, Role, RoomRole, UserId, UserStatus, handle_base};

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

/// Someone who comes in with their first device.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// As shown; the handle is made from it.
    pub name: DisplayName,
    /// Role on the box.
    pub role: Role,
    /// `Active` lands in rooms; `Pending` waits.
    pub status: UserStatus,
    /// Says they were here before.
    pub returning: bool,
    /// The code of the invite they come by; counted and checked in the same transaction.
    pub invite: Option<String>,
    /// What the device calls itself.
    pub device_label: String,
    /// BLAKE3 of its token.
    pub token_hash: [u8; 32],
}

impl Store {
    /// Makes the first owner, names the box, and makes the default room; the claim code is dead afterwards.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the box has an owner, [`StoreError::NotFound`] when the code is another,
    /// and as any write.
    pub async fn claim(
        &self,
        code_hash: String,
        owner: NewUser,
        password: Option<String>,
        box_name: String,
        at: i64,
    ) -> Result<(UserId, DeviceId), StoreError> {
        self.writer
            .write(move |tx| {
                let expected = settings::read(tx.conn, Setting::ClaimCodeHash)?.ok_or(StoreError::Conflict)?;
                if expected != code_hash {
                    return Err(StoreError::NotFound);
                }
                settings::put(tx, Setting::ClaimCodeHash, None)?;
                settings::put(tx, Setting::BoxName, Some(&box_name))?;
                let (user, device) = insert(tx, &owner, at)?;
                if password.is_some() {
                    set_password(tx, user, password.as_deref())?;
                }
                rooms::make_default(tx, user, &box_name, at)?;
                Ok((user, device))
            })
            .await
    }

    /// Makes a person with a device. An active one lands in the default room (guests do not) and the invite's rooms.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an invite that no longer lets in, and as any write.
    pub async fn add_user(&self, new: NewUser, at: i64) -> Result<(UserId, DeviceId), StoreError> {
        self.writer
            .write(move |tx| {
                let mut new = new;
                let rooms = match &new.invite {
                    Some(code) => {
                        let invite = invites::take_use(tx, code, at)?;
                        if invite.guest {
                            new.role = Role::Guest;
                        }
                        invite.rooms
                    }
                    None => Vec::new(),
                };
                let (user, device) = insert(tx, &new, at)?;
                if new.status == UserStatus::Active {
                    members::land(tx, user, new.role, &rooms, at)?;
                } else {
                    tx.emit(Change::RequestAdded(user));
                }
                Ok((user, device))
            })
            .await
    }

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
                       AND (?2 = '' OR instr(lower(name), ?2) > 0 OR instr(handle, ?2) > 0)
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

    /// People who wait to be let in, longest first, with their device's label.
    ///
    /// # Errors
    /// As any read.
    pub async fn waiting(&self) -> Result<Vec<(UserRow, String)>, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = format!(
                    "SELECT {COLUMNS}, (SELECT label FROM devices WHERE user_id = users.id ORDER BY id LIMIT 1) AS label
                     FROM users WHERE status = 'pending' ORDER BY id LIMIT 200"
                );
                let mut stmt = conn.prepare_cached(&sql)?;
                let rows = stmt.query_map([], |row| {
                    Ok((user_row(row)?, row.get::<_, Option<String>>("label")?.unwrap_or_default()))
                })?;
                Ok(rows.collect::<Result<_, _>>()?)
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

    /// How many wait to be let in.
    ///
    /// # Errors
    /// As any read.
    pub async fn waiting_count(&self) -> Result<u32, StoreError> {
        self.readers
            .read(|conn| {
                Ok(conn.query_row("SELECT count(*) FROM users WHERE status = 'pending'", [], |row| row.get(0))?)
            })
            .await
    }

    /// Lets someone who waits in.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when they do not wait (any more), and as any write.
    pub async fn approve(&self, user: UserId, at: i64) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                let row = pending(tx.conn, user)?;
                tx.conn.execute("UPDATE users SET status = 'active', was_here = 0 WHERE id = ?1", [user.0])?;
                members::land(tx, user, row.role, &[], at)?;
                tx.emit(Change::RequestGone(user));
                tx.emit(Change::UserChanged(user));
                Ok(())
            })
            .await
    }

    /// Signs the waiting device in as an existing person; the waiting account is gone.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when one of them is not there, and as any write.
    pub async fn approve_as(&self, waiting: UserId, existing: UserId) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                pending(tx.conn, waiting)?;
                if read(tx.conn, existing)?.status != UserStatus::Active {
                    return Err(StoreError::NotFound);
                }
                tx.conn.execute("UPDATE devices SET user_id = ?2 WHERE user_id = ?1", (waiting.0, existing.0))?;
                tx.conn.execute("DELETE FROM users WHERE id = ?1", [waiting.0])?;
                tx.emit(Change::RequestGone(waiting));
                Ok(())
            })
            .await
    }

    /// Sends someone who waits away.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when they do not wait (any more), and as any write.
    pub async fn refuse(&self, user: UserId) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                pending(tx.conn, user)?;
                remove_pending(tx, user)
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
                let sql = "UPDATE users SET name = coalesce(?2, name), handle = coalesce(?3, handle) WHERE id = ?1";
                tx.conn.execute(
                    sql,
                    (user.0, name.as_ref().map(DisplayName::as_str), handle.as_ref().map(Handle::as_str)),
                )?;
                tx.emit(Change::UserChanged(user));
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
                let old = tx.conn.query_row("SELECT avatar FROM users WHERE id = ?1", [user.0], |row| row.get(0))?;
                tx.conn.execute("UPDATE users SET avatar = ?2 WHERE id = ?1", (user.0, blake3))?;
                tx.emit(Change::UserChanged(user));
                Ok(old)
            })
            .await
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

    /// Changes a person's role or status; the last active owner stays one.
    ///
    /// # Errors
    /// [`StoreError::LastOwner`], [`StoreError::NotFound`], and as any write.
    pub async fn change_user(
        &self,
        user: UserId,
        role: Option<Role>,
        status: Option<UserStatus>,
    ) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                let row = read(tx.conn, user)?;
                let role = role.unwrap_or(row.role);
                let status = status.unwrap_or(row.status);
                let was_owner = row.role == Role::Owner && row.status == UserStatus::Active;
                let stays_owner = role == Role::Owner && status == UserStatus::Active;
                if was_owner && !stays_owner && owners(tx.conn)? <= 1 {
                    return Err(StoreError::LastOwner);
                }
                let sql = "UPDATE users SET role = ?2, status = ?3 WHERE id = ?1";
                tx.conn.execute(sql, (user.0, Word(role), Word(status)))?;
                tx.emit(Change::UserChanged(user));
                Ok(())
            })
            .await
    }
}

/// What [`user_row`] reads; the table goes by its own name.
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

fn pending(conn: &Connection, id: UserId) -> Result<UserRow, StoreError> {
    let row = read(conn, id)?;
    if row.status == UserStatus::Pending { Ok(row) } else { Err(StoreError::NotFound) }
}

/// Forgets someone who waits, with their devices.
pub(super) fn remove_pending(tx: &mut Txn<'_>, user: UserId) -> Result<(), StoreError> {
    devices::revoke_all(tx, user)?;
    tx.conn.execute("DELETE FROM users WHERE id = ?1", [user.0])?;
    tx.emit(Change::RequestGone(user));
    Ok(())
}

fn owners(conn: &Connection) -> Result<u32, StoreError> {
    Ok(conn.query_row("SELECT count(*) FROM users WHERE role = 'owner' AND status = 'active'", [], |row| row.get(0))?)
}

fn set_password(tx: &Txn<'_>, user: UserId, phc: Option<&str>) -> Result<(), StoreError> {
    tx.conn.execute("UPDATE users SET password = ?2 WHERE id = ?1", (user.0, phc))?;
    Ok(())
}

fn insert(tx: &mut Txn<'_>, new: &NewUser, at: i64) -> Result<(UserId, DeviceId), StoreError> {
    let handle = free_handle(tx.conn, &handle_base(&new.name))?;
    let sql = "INSERT INTO users (handle, name, role, status, was_here, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let user = UserId(tx.conn.prepare_cached(sql)?.insert((
        handle,
        new.name.as_str(),
        Word(new.role),
        Word(new.status),
        new.returning,
        at,
    ))?);
    let device = devices::insert(tx, user, &new.device_label, at)?;
    devices::add_token(tx, device, new.token_hash, at)?;
    if new.status == UserStatus::Active {
        tx.emit(Change::UserChanged(user));
    }
    Ok((user, device))
}

/// `base`, or `base-2`, `base-3`, …: the lowest that is free.
fn free_handle(conn: &Connection, base: &str) -> Result<String, StoreError> {
    let mut taken = conn.prepare_cached("SELECT 1 FROM users WHERE handle = ?1")?;
    if !taken.exists([base])? {
        return Ok(base.to_owned());
    }
    // Many people of one name: start at their number, not at 2.
    let pattern = format!("{base}-[0-9]*");
    let mut n: u64 = 2 + conn
        .prepare_cached("SELECT count(*) FROM users WHERE handle GLOB ?1")?
        .query_row([pattern], |row| row.get::<_, u32>(0))? as u64;
    loop {
        let handle = format!("{base}-{n}");
        if !taken.exists([&handle])? {
            return Ok(handle);
        }
        n += 1;
    }
}

/// The default room's role of someone with this role on the box.
pub(super) fn default_room_role(role: Role) -> RoomRole {
    match role {
        Role::Owner => RoomRole::Owner,
        Role::Admin => RoomRole::Admin,
        Role::Member | Role::Guest => RoomRole::Member,
    }
}
