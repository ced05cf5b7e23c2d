//! Arriving: the first owner, people who come in, and those who wait at the door.

use rusqlite::{Connection, OptionalExtension};

use super::row::Word;
use super::users::{COLUMNS, read, set_password, user_row};
use super::writer::Txn;
use super::{
    Act, Attempt, Change, Setting, Store, StoreError, UserRow, attempts, devices, invites, members, rooms, settings,
};
use crate::chat::{DeviceId, DisplayName, EventBody, Role, RoomId, RoomRole, UserId, UserStatus, handle_base};

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
    /// Who asks for the same again gets the same.
    pub attempt: Option<Attempt>,
}

impl Store {
    /// Makes the first owner, names the box, and makes the default room; the claim code is dead afterwards.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the box has an owner (who asks for the same again before being seen is that owner), [`StoreError::NotFound`] when the code is another,
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
                if let Some(again) = attempts::again(tx, owner.attempt, owner.token_hash, at)? {
                    return Ok(again);
                }
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
    /// [`StoreError::NotFound`] for an invite that no longer lets in, [`StoreError::Conflict`] for an attempt whose
    /// answer has arrived, and as any write.
    pub async fn add_user(&self, new: NewUser, at: i64) -> Result<(UserId, DeviceId), StoreError> {
        self.writer
            .write(move |tx| {
                let mut new = new;
                if let Some(again) = attempts::again(tx, new.attempt, new.token_hash, at)? {
                    return Ok(again);
                }
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
                    land(tx, user, new.role, &rooms, at)?;
                } else {
                    tx.emit(Change::RequestAdded(user));
                }
                Ok((user, device))
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
    pub async fn approve(&self, user: UserId, at: i64, act: Act) -> Result<(), StoreError> {
        self.write_act(Some(act), move |tx| {
            let row = pending(tx.conn, user)?;
            tx.conn.execute("UPDATE users SET status = 'active', was_here = 0 WHERE id = ?1", [user.0])?;
            land(tx, user, row.role, &[], at)?;
            tx.emit(Change::RequestGone(user));
            tx.emit(Change::StandingChanged(user));
            Ok(())
        })
        .await
    }

    /// Signs the waiting device in as an existing person; the waiting account is gone.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when one of them is not there, and as any write.
    pub async fn approve_as(&self, waiting: UserId, existing: UserId, act: Act) -> Result<(), StoreError> {
        self.write_act(Some(act), move |tx| {
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

    /// Sends someone who waits away; without an act, they went by themselves.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when they do not wait (any more), and as any write.
    pub async fn refuse(&self, user: UserId, act: Option<Act>) -> Result<(), StoreError> {
        self.write_act(act, move |tx| {
            pending(tx.conn, user)?;
            devices::remove_pending(tx, user)
        })
        .await
    }
}

fn pending(conn: &Connection, id: UserId) -> Result<UserRow, StoreError> {
    let row = read(conn, id)?;
    if row.status == UserStatus::Pending { Ok(row) } else { Err(StoreError::NotFound) }
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
    attempts::note(tx, new.attempt, device)?;
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
fn default_room_role(role: Role) -> RoomRole {
    match role {
        Role::Owner => RoomRole::Owner,
        Role::Admin => RoomRole::Admin,
        Role::Member | Role::Guest => RoomRole::Member,
    }
}

/// Brings a new person into the default room (not guests) and the rooms of their invite.
pub(super) fn land(tx: &mut Txn<'_>, user: UserId, role: Role, invited: &[RoomId], at: i64) -> Result<(), StoreError> {
    let joined = EventBody::Joined { user };
    if role != Role::Guest
        && let Some(room) = default_room(tx.conn)?
    {
        members::add(tx, room, user, default_room_role(role), &joined, user, at)?;
    }
    for room in invited {
        members::add(tx, *room, user, RoomRole::Member, &joined, user, at)?;
    }
    Ok(())
}

/// The room that everyone but guests is in.
pub(super) fn default_room(conn: &Connection) -> Result<Option<RoomId>, StoreError> {
    let mut query = conn.prepare_cached("SELECT id FROM rooms WHERE is_default = 1")?;
    Ok(query.query_row([], |row| Ok(RoomId(row.get(0)?))).optional()?)
}
