//! Who may do what in which room, kept in memory: every message is checked against it, and most checks never touch the
//! disk.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use crate::sql::{Conn, Optional as _, Row, seq, word};
use crate::{Change, Store, StoreError};
use chat::{Access, RoomId, UserId};

const SELECT: &str =
    "SELECT m.room_id, u.role AS box_role, u.status, r.kind, r.is_default, r.archived, m.role, r.write_rule,
        r.invite_rule, r.mention_rule, r.history_rule, m.joined_seq
    FROM members m JOIN rooms r ON r.id = m.room_id JOIN users u ON u.id = m.user_id";

/// Filled on demand. When a commit changes an entry, the writer removes it before anyone hears of the commit.
#[derive(Default)]
pub(crate) struct AccessCache {
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    rooms: HashMap<RoomId, HashMap<UserId, Access>>,
    /// Counts removals: what was read before a removal must not be stored after it.
    epoch: u64,
}

impl AccessCache {
    fn get(&self, room: RoomId, user: UserId) -> Result<Access, u64> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.rooms.get(&room).and_then(|users| users.get(&user)).copied().ok_or(state.epoch)
    }

    fn remember(&self, epoch: u64, room: RoomId, user: UserId, access: Access) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.epoch == epoch {
            state.rooms.entry(room).or_default().insert(user, access);
        }
    }

    pub(crate) fn forget(&self, changes: &[Change]) {
        let touches = |c: &Change| {
            matches!(
                c,
                Change::MemberRemoved { .. }
                    | Change::MemberChanged { .. }
                    | Change::RulesChanged(_)
                    | Change::StandingChanged(_)
            )
        };
        if !changes.iter().any(touches) {
            return;
        }
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.epoch += 1;
        for change in changes {
            match change {
                Change::MemberRemoved { room, user } | Change::MemberChanged { room, user } => {
                    if let Some(users) = state.rooms.get_mut(room) {
                        users.remove(user);
                    }
                }
                Change::RulesChanged(room) => {
                    state.rooms.remove(room);
                }
                Change::StandingChanged(user) => {
                    for users in state.rooms.values_mut() {
                        users.remove(user);
                    }
                }
                _ => {}
            }
        }
    }
}

impl Store {
    /// What `user` may do in `room`; `None` when they are not a member, or there is no such room.
    ///
    /// # Errors
    /// As any read.
    pub async fn access(&self, room: RoomId, user: UserId) -> Result<Option<Access>, StoreError> {
        let epoch = match self.access.get(room, user) {
            Ok(access) => return Ok(Some(access)),
            Err(epoch) => epoch,
        };
        let found = self.readers.read(move |conn| read_access(conn, room, user)).await?;
        if let Some(access) = found {
            self.access.remember(epoch, room, user, access);
        }
        Ok(found)
    }

    /// What `user` may do in each of their rooms.
    ///
    /// # Errors
    /// As any read.
    pub async fn accesses(&self, user: UserId) -> Result<Vec<(RoomId, Access)>, StoreError> {
        self.readers
            .read(move |conn| {
                let mut query = conn.prepare_cached(&format!("{SELECT} WHERE m.user_id = ?1"))?;
                let rows = query.query_map([user.0], |row| Ok((RoomId(row.get("room_id")?), access_row(row)?)))?;
                rows.collect()
            })
            .await
    }
}

pub(crate) fn read_access(conn: &Conn<'_>, room: RoomId, user: UserId) -> Result<Option<Access>, StoreError> {
    let mut query = conn.prepare_cached(&format!("{SELECT} WHERE m.room_id = ?1 AND m.user_id = ?2"))?;
    query.query_row((room.0, user.0), access_row).optional()
}

fn access_row(row: &Row<'_>) -> Result<Access, StoreError> {
    Ok(Access {
        box_role: word(row, "box_role")?,
        status: word(row, "status")?,
        kind: word(row, "kind")?,
        is_default: row.get("is_default")?,
        archived: row.get("archived")?,
        role: word(row, "role")?,
        write: word(row, "write_rule")?,
        invite: word(row, "invite_rule")?,
        mention_all: word(row, "mention_rule")?,
        history: word(row, "history_rule")?,
        joined_seq: seq(row, "joined_seq")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat::{HistoryRule, MemberRule, Role, RoomKind, RoomRole, Seq, UserStatus};

    const ANN: UserId = UserId(1);
    const BOB: UserId = UserId(2);

    fn filled() -> AccessCache {
        let cache = AccessCache::default();
        let access = Access {
            box_role: Role::Member,
            status: UserStatus::Active,
            kind: RoomKind::Group,
            is_default: false,
            role: RoomRole::Member,
            write: MemberRule::Everyone,
            invite: MemberRule::Everyone,
            mention_all: MemberRule::Everyone,
            history: HistoryRule::All,
            joined_seq: Seq(0),
            archived: false,
        };
        for room in [1, 2] {
            for user in [ANN, BOB] {
                cache.remember(0, RoomId(room), user, access);
            }
        }
        cache
    }

    fn known(cache: &AccessCache) -> Vec<(i64, UserId)> {
        let all = [(1, ANN), (1, BOB), (2, ANN), (2, BOB)];
        all.into_iter().filter(|(room, user)| cache.get(RoomId(*room), *user).is_ok()).collect()
    }

    /// Were this to fail, each new name, picture or member would make everybody's next message read the disk; or
    /// someone who may no longer write could go on writing.
    /// longer write would go on writing.
    #[test]
    fn what_changed_is_forgotten_and_nothing_else() {
        let (room, user) = (RoomId(1), ANN);
        for (change, left) in [
            (Change::UserChanged(ANN), vec![(1, ANN), (1, BOB), (2, ANN), (2, BOB)]),
            (Change::MemberAdded { room, user }, vec![(1, ANN), (1, BOB), (2, ANN), (2, BOB)]),
            (Change::MemberChanged { room, user }, vec![(1, BOB), (2, ANN), (2, BOB)]),
            (Change::MemberRemoved { room, user }, vec![(1, BOB), (2, ANN), (2, BOB)]),
            (Change::StandingChanged(ANN), vec![(1, BOB), (2, BOB)]),
            (Change::RulesChanged(room), vec![(2, ANN), (2, BOB)]),
        ] {
            let cache = filled();
            cache.forget(std::slice::from_ref(&change));
            assert_eq!(known(&cache), left, "{change:?}");
        }
    }
}
