//! Joining: the first owner, people who join at once, and those who have to ask.

pub(crate) mod attempts;
pub(crate) mod invites;
pub(crate) mod join_requests;
pub(crate) mod reclaim;

use std::net::{IpAddr, Ipv6Addr};

use crate::batch::Txn;
use crate::sql::{Conn, Optional as _, Word};
use crate::users::set_password;
use crate::{
    Act, Attempt, Change, ImportedUser, Setting, Store, StoreError, audit, devices, members, rooms, settings, users,
};
use chat::{
    DeviceId, DisplayName, EventBody, Role, RoomId, RoomRole, UserId, UserStatus, folded, handle_base, is_reserved,
    skeleton, spelled,
};

/// Somebody who joins with their first device.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Name to show; the handle is derived from it.
    pub name: DisplayName,
    /// Role on the box.
    pub role: Role,
    /// `None`: they join at once. `Some`: they have to wait, and asked from this address (IPv4 mapped).
    pub asks_from: Option<Ipv6Addr>,
    /// They say that they already have an account.
    pub returning: bool,
    /// The code of their invite. It is checked in the same transaction, and counted when it lets them in.
    pub invite: Option<String>,
    /// The device's name for the list of devices.
    pub device_label: String,
    /// BLAKE3 of its token.
    pub token_hash: [u8; 32],
    /// With which the request can be repeated if its answer gets lost.
    pub attempt: Option<Attempt>,
}

impl Store {
    /// Creates the first owner and the default room, and names the box; the claim codes are invalid afterwards.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the box has an owner (unless this very attempt made them and their device was not
    /// seen yet), [`StoreError::NotFound`] when the code is wrong, and as any write.
    pub async fn claim(
        &self,
        code_hash: String,
        owner: NewUser,
        password: String,
        box_name: String,
        from: IpAddr,
        at: i64,
    ) -> Result<(UserId, DeviceId), StoreError> {
        self.writer
            .write(move |tx| {
                if let Some(again) = attempts::again(tx, owner.attempt, owner.token_hash, at)? {
                    return Ok(again);
                }
                let good = settings::read(tx.conn, Setting::ClaimCodes)?.ok_or(StoreError::Conflict)?;
                if !good.split_whitespace().any(|good| good == code_hash) {
                    return Err(StoreError::NotFound);
                }
                settings::put(tx, Setting::ClaimCodes, None)?;
                settings::put(tx, Setting::BoxName, Some(&box_name))?;
                let (user, device) = insert(tx, &owner, at)?;
                set_password(tx, user, Some(&password))?;
                rooms::make_default(tx, user, &box_name, at)?;
                let (address, detail) = (from.to_string(), String::new());
                audit::note(tx, &Act { actor: user, address, action: "box.claim", target: box_name, detail, at })?;
                Ok((user, device))
            })
            .await
    }

    /// Creates a person with a device. Unless they have to wait, they join the default room (except guests) and the
    /// invite's rooms.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an invite that is no longer valid, [`StoreError::LimitReached`] when there are too
    /// many join requests, in all or from this address, [`StoreError::NameOfAdmin`], [`StoreError::Conflict`] for an
    /// attempt whose answer has arrived, and as any write.
    pub async fn add_user(&self, new: NewUser, at: i64, due: i64) -> Result<(UserId, DeviceId), StoreError> {
        self.writer
            .write(move |tx| {
                let mut new = new;
                if let Some(again) = attempts::again(tx, new.attempt, new.token_hash, at)? {
                    return Ok(again);
                }
                // An admin looks at everybody who says they already have an account, and they may be an admin
                // themselves.
                if !new.returning {
                    users::refuse_name_of_admin(tx.conn, new.name.as_str(), None)?;
                }
                let invite = new.invite.as_deref().map(|code| invites::good(tx.conn, code, due)).transpose()?;
                if let Some(from) = new.asks_from {
                    join_requests::take_place(tx, from, invite.is_some(), due)?;
                    let (user, device) = insert(tx, &new, at)?;
                    join_requests::begin(tx, user, from, invite.map(|invite| invite.id), due)?;
                    return Ok((user, device));
                }
                let mut rooms = Vec::new();
                if let Some(invite) = invite {
                    invites::count_use(tx, invite.id)?;
                    if invite.guest {
                        new.role = Role::Guest;
                    }
                    rooms = invite.rooms;
                }
                let (user, device) = insert(tx, &new, at)?;
                land(tx, user, new.role, &rooms, at)?;
                Ok((user, device))
            })
            .await
    }
}

/// Creates a person who has no device yet, and adds them to the default room.
pub(crate) fn make(tx: &mut Txn<'_>, new: &ImportedUser, at: i64) -> Result<UserId, StoreError> {
    users::refuse_name_of_admin(tx.conn, new.name.as_str(), None)?;
    let handle = match &new.handle {
        Some(handle) => handle.as_str().to_owned(),
        None => free_handle(tx.conn, &handle_base(&new.name))?,
    };
    let looks = skeleton(new.name.as_str());
    let sql = "INSERT INTO users (handle, name, role, status, created_at, folded, looks, spelled)
               VALUES (?1, ?2, ?3, 'active', ?4, ?5, ?6, ?7) RETURNING id";
    let user = UserId(tx.conn.prepare_cached(sql)?.insert((
        handle,
        new.name.as_str(),
        Word(new.role),
        at,
        folded(new.name.as_str()),
        &looks,
        spelled(new.name.as_str()),
    ))?);
    land(tx, user, new.role, &[], at)?;
    tx.emit(Change::UserChanged(user));
    users::namesakes_changed(tx, &looks, user)?;
    Ok(user)
}

pub(crate) fn insert(tx: &mut Txn<'_>, new: &NewUser, at: i64) -> Result<(UserId, DeviceId), StoreError> {
    let status = if new.asks_from.is_some() { UserStatus::Pending } else { UserStatus::Active };
    let handle = free_handle(tx.conn, &handle_base(&new.name))?;
    let looks = skeleton(new.name.as_str());
    let sql = "INSERT INTO users (handle, name, role, status, was_here, created_at, folded, looks, spelled)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING id";
    let user = UserId(tx.conn.prepare_cached(sql)?.insert((
        handle,
        new.name.as_str(),
        Word(new.role),
        Word(status),
        new.returning,
        at,
        folded(new.name.as_str()),
        &looks,
        spelled(new.name.as_str()),
    ))?);
    let device = devices::insert(tx, user, &new.device_label, at)?;
    devices::add_token(tx, device, new.token_hash, at)?;
    attempts::note(tx, new.attempt, device)?;
    if status == UserStatus::Active {
        tx.emit(Change::UserChanged(user));
        users::namesakes_changed(tx, &looks, user)?;
    }
    Ok((user, device))
}

/// `base`, or `base-2`, `base-3`, …: the first that is free.
fn free_handle(conn: &Conn<'_>, base: &str) -> Result<String, StoreError> {
    let mut taken = conn.prepare_cached("SELECT 1 FROM users WHERE handle = ?1")?;
    if !is_reserved(base) && !taken.exists([base])? {
        return Ok(base.to_owned());
    }
    // With many people of one name, starts counting at their number, not at 2.
    // A colon comes after the digits.
    let (first, end) = (format!("{base}-0"), format!("{base}-:"));
    let mut n: u64 = 2 + conn
        .prepare_cached("SELECT count(*) FROM users WHERE handle >= ?1 AND handle < ?2")?
        .query_row((first, end), |row| row.get::<_, u32>(0))? as u64;
    loop {
        let handle = format!("{base}-{n}");
        if !taken.exists([&handle])? {
            return Ok(handle);
        }
        n += 1;
    }
}

/// The role in the default room for somebody with this role on the box.
fn default_room_role(role: Role) -> RoomRole {
    match role {
        Role::Owner => RoomRole::Owner,
        Role::Admin => RoomRole::Admin,
        Role::Member | Role::Guest => RoomRole::Member,
    }
}

/// Adds a new person to the default room (except guests) and to the rooms of their invite.
pub(crate) fn land(tx: &mut Txn<'_>, user: UserId, role: Role, invited: &[RoomId], at: i64) -> Result<(), StoreError> {
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
pub(crate) fn default_room(conn: &Conn<'_>) -> Result<Option<RoomId>, StoreError> {
    let mut query = conn.prepare_cached("SELECT id FROM rooms WHERE is_default = 1")?;
    query.query_row([], |row| Ok(RoomId(row.get(0)?))).optional()
}
