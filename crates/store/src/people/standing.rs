//! A person's role on the box and whether they may use it, and what follows from it: members are in the default room,
//! guests are not.

use crate::sql::{Conn, Word};
use crate::{Act, Change, Store, StoreError, joining, members, tickets, users};
use chat::{Role, UserId, UserStatus, may_administer};

impl Store {
    /// Changes a person's role or status; the last active owner stays one. A guest who becomes a member joins the
    /// default room, and a member who becomes a guest leaves it; tickets that somebody issued as an admin become
    /// invalid when they stop being one.
    ///
    /// # Errors
    /// [`StoreError::LastOwner`], [`StoreError::NotFound`], and as any write.
    pub async fn change_user(
        &self,
        user: UserId,
        role: Option<Role>,
        status: Option<UserStatus>,
        act: Act,
    ) -> Result<(), StoreError> {
        let (by, at) = (act.actor, act.at);
        self.write_act(Some(act), move |tx| {
            let row = users::read(tx.conn, user)?;
            let role = role.unwrap_or(row.role);
            let status = status.unwrap_or(row.status);
            let was_owner = row.role == Role::Owner && row.status == UserStatus::Active;
            let stays_owner = role == Role::Owner && status == UserStatus::Active;
            if was_owner && !stays_owner && owners(tx.conn)? <= 1 {
                return Err(StoreError::LastOwner);
            }
            let sql = "UPDATE users SET role = ?2, status = ?3 WHERE id = ?1";
            tx.conn.execute(sql, (user.0, Word(role), Word(status)))?;
            if status != UserStatus::Active || !may_administer(role) {
                tickets::drop_issued(tx, user)?;
            }
            if let Some(hall) = joining::default_room(tx.conn)? {
                match (row.role, role) {
                    (Role::Guest, Role::Guest) => {}
                    (Role::Guest, _) => joining::land(tx, user, role, &[], at)?,
                    (_, Role::Guest) => members::take_out(tx, hall, user, by, at)?,
                    _ => {}
                }
            }
            if (role, status) != (row.role, row.status) {
                tx.emit(Change::StandingChanged(user));
            }
            Ok(())
        })
        .await
    }
}

pub(crate) fn owners(conn: &Conn<'_>) -> Result<u32, StoreError> {
    conn.query_row("SELECT count(*) FROM users WHERE role = 'owner' AND status = 'active'", [], |row| row.get(0))
}
