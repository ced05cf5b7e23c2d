//! What one person may do in one room: the only place where that is decided.

use super::{HistoryRule, MemberRule, Role, RoomKind, RoomRole, Seq, UserStatus};

/// A member in a room, with everything the rules look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// The person's role on the box.
    pub box_role: Role,
    /// May they use the box now?
    pub status: UserStatus,
    /// What sort of room.
    pub kind: RoomKind,
    /// Everyone lands in it; nobody leaves it.
    pub is_default: bool,
    /// Only read any more.
    pub archived: bool,
    /// Their role in the room.
    pub role: RoomRole,
    /// Who may write.
    pub write: MemberRule,
    /// Who may take people in.
    pub invite: MemberRule,
    /// What new members see.
    pub history: HistoryRule,
    /// The newest event when they came in.
    pub joined_seq: Seq,
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// Not with your role.
    NotAllowed,
    /// This kind of room has no such thing.
    NotInThisKind,
    /// The room would be left without an owner.
    LastOwner,
    /// The room is only read any more.
    Archived,
}

type Verdict = Result<(), Denied>;

fn allow_if(yes: bool) -> Verdict {
    if yes { Ok(()) } else { Err(Denied::NotAllowed) }
}

impl Access {
    fn active(&self) -> bool {
        self.status == UserStatus::Active
    }

    fn open(&self) -> Verdict {
        if self.archived { Err(Denied::Archived) } else { Ok(()) }
    }

    /// The default room is owned by those who run the box and by nobody else, whoever made it once.
    fn effective_role(&self) -> RoomRole {
        match (self.is_default, self.box_role >= Role::Admin) {
            (true, true) => RoomRole::Owner,
            (true, false) if self.role == RoomRole::Owner => RoomRole::Member,
            _ => self.role,
        }
    }

    /// Say something, upload a file.
    pub fn may_write(&self) -> Verdict {
        self.open()?;
        allow_if(self.active() && self.write.allows(self.effective_role()))
    }

    /// Delete a message of `own` or of someone else.
    pub fn may_delete(&self, own: Authorship) -> Verdict {
        match own {
            Authorship::Own => allow_if(self.active()),
            Authorship::Other => {
                allow_if(self.active() && self.kind != RoomKind::Direct && self.effective_role() >= RoomRole::Admin)
            }
        }
    }

    /// Name, topic, picture, rules.
    pub fn may_change(&self) -> Verdict {
        self.open()?;
        if self.kind == RoomKind::Direct {
            return Err(Denied::NotInThisKind);
        }
        allow_if(self.active() && self.effective_role() >= RoomRole::Admin)
    }

    /// Take someone in.
    pub fn may_add(&self) -> Verdict {
        self.open()?;
        if self.kind == RoomKind::Direct {
            return Err(Denied::NotInThisKind);
        }
        allow_if(self.active() && self.box_role >= Role::Member && self.invite.allows(self.effective_role()))
    }

    /// Put out someone with the role `target`.
    pub fn may_remove(&self, target: RoomRole) -> Verdict {
        if self.kind == RoomKind::Direct || self.is_default {
            return Err(Denied::NotInThisKind);
        }
        let role = self.effective_role();
        allow_if(self.active() && role >= RoomRole::Admin && (role == RoomRole::Owner || target < role))
    }

    /// Leave, when the room has `owners` owners and `members` members.
    pub fn may_leave(&self, owners: u32, members: u32) -> Verdict {
        if self.kind == RoomKind::Direct || self.is_default {
            return Err(Denied::NotInThisKind);
        }
        if self.role == RoomRole::Owner && owners <= 1 && members > 1 {
            return Err(Denied::LastOwner);
        }
        Ok(())
    }

    /// Make someone with the role `from` a `to`, when the room has `owners` owners.
    pub fn may_set_role(&self, from: RoomRole, to: RoomRole, owners: u32) -> Verdict {
        if self.kind == RoomKind::Direct {
            return Err(Denied::NotInThisKind);
        }
        let role = self.effective_role();
        if from == RoomRole::Owner && to != RoomRole::Owner && owners <= 1 && !self.is_default {
            return Err(Denied::LastOwner);
        }
        allow_if(self.active() && role == RoomRole::Owner)
    }

    /// The oldest event this member may see, in a room whose log begins at `room_first`.
    #[must_use]
    pub fn first_visible(&self, room_first: Seq) -> Seq {
        match self.history {
            HistoryRule::All => room_first,
            HistoryRule::SinceJoined => room_first.max(self.joined_seq.next()),
        }
    }
}

/// Whose message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authorship {
    /// The actor's.
    Own,
    /// Somebody else's.
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [RoomRole; 3] = [RoomRole::Member, RoomRole::Admin, RoomRole::Owner];
    const BOX_ROLES: [Role; 4] = [Role::Guest, Role::Member, Role::Admin, Role::Owner];
    const KINDS: [RoomKind; 3] = [RoomKind::Direct, RoomKind::Group, RoomKind::Channel];
    const RULES: [MemberRule; 2] = [MemberRule::Everyone, MemberRule::Admins];
    const STATUSES: [UserStatus; 4] =
        [UserStatus::Pending, UserStatus::Active, UserStatus::Suspended, UserStatus::Removed];

    fn each(mut check: impl FnMut(Access)) {
        for kind in KINDS {
            for role in ROLES {
                for box_role in BOX_ROLES {
                    for write in RULES {
                        for invite in RULES {
                            for status in STATUSES {
                                for is_default in [false, true] {
                                    check(Access {
                                        box_role,
                                        status,
                                        kind,
                                        is_default,
                                        archived: false,
                                        role,
                                        write,
                                        invite,
                                        history: HistoryRule::All,
                                        joined_seq: Seq(5),
                                    });
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn someone_who_is_not_active_can_do_nothing_but_leave() {
        each(|a| {
            if a.status != UserStatus::Active {
                assert!(a.may_write().is_err(), "{a:?}");
                assert!(a.may_delete(Authorship::Own).is_err() && a.may_delete(Authorship::Other).is_err(), "{a:?}");
                assert!(a.may_change().is_err() && a.may_add().is_err(), "{a:?}");
                assert!(a.may_remove(RoomRole::Member).is_err(), "{a:?}");
                assert!(a.may_set_role(RoomRole::Member, RoomRole::Admin, 2).is_err(), "{a:?}");
            }
        });
    }

    #[test]
    fn only_those_whom_the_rule_lets_may_write() {
        each(|a| {
            let former_owner = a.is_default && a.role == RoomRole::Owner;
            let admin = (a.role >= RoomRole::Admin && !former_owner) || (a.is_default && a.box_role >= Role::Admin);
            let expected = a.status == UserStatus::Active && (a.write == MemberRule::Everyone || admin);
            assert_eq!(a.may_write().is_ok(), expected, "{a:?}");
        });
    }

    /// Whoever claimed the box would run its main room for ever, even after the others took the box from them.
    #[test]
    fn the_default_room_belongs_to_those_who_run_the_box() {
        each(|a| {
            if a.is_default && a.box_role < Role::Admin {
                assert!(a.may_set_role(RoomRole::Member, RoomRole::Admin, 2).is_err(), "{a:?}");
                let may_change = a.may_change().is_ok();
                let expected =
                    a.role == RoomRole::Admin && a.status == UserStatus::Active && a.kind != RoomKind::Direct;
                assert_eq!(may_change, expected, "{a:?}");
            }
        });
    }

    /// A room that was put away would go on, or nobody could leave it or take back what they said.
    #[test]
    fn an_archived_room_is_only_read() {
        each(|mut a| {
            let (leave, delete) = (a.may_leave(2, 3), a.may_delete(Authorship::Own));
            a.archived = true;
            for verdict in [a.may_write(), a.may_change(), a.may_add()] {
                assert_eq!(verdict, Err(Denied::Archived), "{a:?}");
            }
            assert_eq!((a.may_leave(2, 3), a.may_delete(Authorship::Own)), (leave, delete));
        });
    }

    #[test]
    fn a_direct_room_stays_two_peoples() {
        each(|a| {
            if a.kind == RoomKind::Direct {
                assert_eq!(a.may_add(), Err(Denied::NotInThisKind));
                assert_eq!(a.may_change(), Err(Denied::NotInThisKind));
                assert_eq!(a.may_leave(2, 2), Err(Denied::NotInThisKind));
                assert!(a.may_remove(RoomRole::Member).is_err());
                assert!(a.may_delete(Authorship::Other).is_err());
            }
        });
    }

    #[test]
    fn guests_take_nobody_in() {
        each(|a| {
            if a.box_role == Role::Guest {
                assert!(a.may_add().is_err(), "{a:?}");
            }
        });
    }

    #[test]
    fn an_admin_puts_out_members_but_neither_equals_nor_owners() {
        each(|a| {
            if a.status == UserStatus::Active && a.kind != RoomKind::Direct && !a.is_default {
                for target in ROLES {
                    let expected =
                        a.role == RoomRole::Owner || (a.role == RoomRole::Admin && target == RoomRole::Member);
                    assert_eq!(a.may_remove(target).is_ok(), expected, "{a:?} {target:?}");
                }
            }
        });
    }

    #[test]
    fn a_room_with_people_keeps_an_owner() {
        each(|a| {
            if a.kind != RoomKind::Direct && !a.is_default {
                let last = a.role == RoomRole::Owner;
                assert_eq!(a.may_leave(1, 2) == Err(Denied::LastOwner), last, "{a:?}");
                assert!(a.may_leave(2, 3).is_ok() && a.may_leave(1, 1).is_ok(), "{a:?}");
                assert_eq!(a.may_set_role(RoomRole::Owner, RoomRole::Member, 1), Err(Denied::LastOwner));
            }
        });
    }

    #[test]
    fn a_member_sees_history_as_the_room_says() {
        each(|a| assert_eq!(a.first_visible(Seq(3)), Seq(3)));
        each(|mut a| {
            a.history = HistoryRule::SinceJoined;
            assert_eq!(a.first_visible(Seq(3)), Seq(6));
            assert_eq!(a.first_visible(Seq(9)), Seq(9));
        });
    }
}
