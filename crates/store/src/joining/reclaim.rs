//! Reopening the claim, and owners by its code. Everyone is told of both: in the default room, and whoever is not in it
//! (guests) in one of their own rooms.

use crate::batch::Txn;
use crate::joining::{NewUser, default_room, insert, land};
use crate::sql::Conn;
use crate::users::set_password;
use crate::{Act, Attempt, Change, Setting, Store, StoreError, attempts, audit, devices, events, settings};
use chat::{DeviceId, EventBody, Role, RoomId, UserId};

/// Who becomes an owner.
#[derive(Debug, Clone)]
pub enum Reclaiming {
    /// An existing owner, on a new device.
    Owner {
        /// Their id.
        user: UserId,
        /// The device's name for the list of devices.
        device_label: String,
        /// BLAKE3 of its token.
        token_hash: [u8; 32],
        /// With which the request can be repeated if its answer gets lost.
        attempt: Attempt,
    },
    /// An additional owner; `role` is [`Role::Owner`].
    New(NewUser),
}

impl Store {
    /// Reopens the claim until `until` for the codes with these hashes, and tells everyone. `due` is recorded, so that
    /// a start without a clock does not begin before it.
    ///
    /// # Errors
    /// As any write.
    pub async fn reopen_claim(&self, good: String, until: i64, due: i64, act: Act) -> Result<(), StoreError> {
        let (actor, at) = (act.actor, act.at);
        self.write_act(Some(act), move |tx| {
            settings::put(tx, Setting::ReclaimCodes, Some(&good))?;
            settings::put(tx, Setting::ReclaimUntil, Some(&until.to_string()))?;
            settings::put(tx, Setting::DeadlineTime, Some(&due.to_string()))?;
            tell(tx, actor, EventBody::ClaimReopened, at)
        })
        .await
    }

    /// Hashes of the codes of the claim that was open at the end of the last run, and until when.
    ///
    /// # Errors
    /// As any read.
    pub async fn reopened_claim(&self) -> Result<Option<(String, i64)>, StoreError> {
        let good = self.setting(Setting::ReclaimCodes).await?;
        let until = self.number(Setting::ReclaimUntil).await?;
        Ok(good.zip(until))
    }

    /// Closes the claim: its codes become invalid.
    ///
    /// # Errors
    /// As any write.
    pub async fn close_claim(&self) -> Result<(), StoreError> {
        self.writer.write(|tx| close(tx)).await
    }

    /// Signs an owner in on a new device with a new password, or creates one; records it and tells everyone.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for somebody who is no owner, and as any write.
    pub async fn reclaim(
        &self,
        who: Reclaiming,
        password: String,
        from: String,
        at: i64,
    ) -> Result<(UserId, DeviceId), StoreError> {
        self.writer
            .write(move |tx| {
                let (user, device) = match who {
                    Reclaiming::Owner { user, device_label, token_hash, attempt } => {
                        let sql = "SELECT 1 FROM users WHERE id = ?1 AND role = 'owner' AND status = 'active'";
                        if !tx.conn.prepare_cached(sql)?.exists([user.0])? {
                            return Err(StoreError::NotFound);
                        }
                        let device = devices::insert(tx, user, &device_label, at)?;
                        devices::add_token(tx, device, token_hash, at)?;
                        attempts::note(tx, Some(attempt), device)?;
                        (user, device)
                    }
                    Reclaiming::New(new) => {
                        let (user, device) = insert(tx, &new, at)?;
                        land(tx, user, Role::Owner, &[], at)?;
                        (user, device)
                    }
                };
                set_password(tx, user, Some(&password))?;
                close(tx)?;
                tell(tx, user, EventBody::OwnerByCode, at)?;
                let (action, target) = ("claim.again", "box".to_owned());
                audit::note(tx, &Act { actor: user, address: from, action, target, detail: String::new(), at })?;
                tx.emit(Change::UserChanged(user));
                Ok((user, device))
            })
            .await
    }
}

fn close(tx: &Txn<'_>) -> Result<(), StoreError> {
    settings::put(tx, Setting::ReclaimCodes, None)?;
    settings::put(tx, Setting::ReclaimUntil, None)
}

fn tell(tx: &mut Txn<'_>, by: UserId, what: EventBody, at: i64) -> Result<(), StoreError> {
    for room in rooms_of_everyone(tx.conn)? {
        events::append(tx, room, by, what.clone(), at)?;
    }
    Ok(())
}

/// The default room and, for each person who is not in it, their room with the most members; a direct room only when
/// there is no other.
fn rooms_of_everyone(conn: &Conn<'_>) -> Result<Vec<RoomId>, StoreError> {
    let house = default_room(conn)?;
    let sql = "SELECT DISTINCT (SELECT m.room_id FROM members m JOIN rooms r ON r.id = m.room_id WHERE m.user_id = u.id
                   ORDER BY r.archived, r.kind = 'direct', r.member_count DESC, r.id LIMIT 1) AS room
               FROM users u
               WHERE u.status = 'active' AND room IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM members h WHERE h.user_id = u.id AND h.room_id = ?1)";
    let mut query = conn.prepare_cached(sql)?;
    let others = query.query_map([house.map(|room| room.0)], |row| row.get(0).map(RoomId))?;
    let others: Vec<RoomId> = others.collect::<Result<_, _>>()?;
    Ok(house.into_iter().chain(others).collect())
}
