//! What one person may do in one room: the only place where that is decided.

use super::{HistoryRule, MemberRule, Role, RoomKind, RoomRole, Seq, UserStatus};

/// A member of a room, with everything that the rules depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// The person's role on the box.
    pub box_role: Role,
    /// May they use the box now?
    pub status: UserStatus,
    /// What kind of conversation the room is.
    pub kind: RoomKind,
    /// Is it the default room, which nobody can leave?
    pub is_default: bool,
    /// Is it archived, so that it can only be read?
    pub archived: bool,
    /// Their role in the room.
    pub role: RoomRole,
    /// Who may write.
    pub write: MemberRule,
    /// Who may add people.
    pub invite: MemberRule,
    /// Who may mention everybody at once.
    pub mention_all: MemberRule,
    /// How much of the earlier history new members see.
    pub history: HistoryRule,
    /// The newest event when they joined.
    pub joined_seq: Seq,
}

/// Why something is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// Their role does not allow it.
    NotAllowed,
    /// Rooms of this kind do not have this.
    NotInThisKind,
    /// The room would have no owner.
    LastOwner,
    /// The room is archived: it can only be read.
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

    /// The default room is owned by the admins of the box and by nobody else, whoever created it.
    fn effective_role(&self) -> RoomRole {
        match (self.is_default, self.box_role >= Role::Admin) {
            (true, true) => RoomRole::Owner,
            (true, false) if self.role == RoomRole::Owner => RoomRole::Member,
            _ => self.role,
        }
    }

    /// May they send messages and upload files?
    pub fn may_write(&self) -> Verdict {
        self.open()?;
        allow_if(self.active() && self.write.allows(self.effective_role()))
    }

    /// May they mention everybody at once? Between two people there is no need.
    pub fn may_mention_all(&self) -> Verdict {
        if self.kind == RoomKind::Direct {
            return Err(Denied::NotInThisKind);
        }
        allow_if(self.active() && self.mention_all.allows(self.effective_role()))
    }

    /// May they react to a message that they see? Also where only others may write.
    pub fn may_react(&self) -> Verdict {
        self.open()?;
        allow_if(self.active())
    }

    /// May they change what a message of their own says?
    pub fn may_edit(&self, own: Authorship) -> Verdict {
        self.may_write()?;
        allow_if(own == Authorship::Own)
    }

    /// May they see what an edited message said before? Whoever wrote it, and those who run the room.
    pub fn may_see_earlier(&self, own: Authorship) -> Verdict {
        match own {
            Authorship::Own => Ok(()),
            Authorship::Other => self.may_delete(own),
        }
    }

    /// May they delete a message, of their own or of somebody else?
    pub fn may_delete(&self, own: Authorship) -> Verdict {
        match own {
            Authorship::Own => allow_if(self.active()),
            Authorship::Other => {
                allow_if(self.active() && self.kind != RoomKind::Direct && self.effective_role() >= RoomRole::Admin)
            }
        }
    }

    /// May they change name, topic, picture and rules?
    pub fn may_change(&self) -> Verdict {
        self.open()?;
        if self.kind == RoomKind::Direct {
            return Err(Denied::NotInThisKind);
        }
        allow_if(self.active() && self.effective_role() >= RoomRole::Admin)
    }

    /// May they add somebody?
    pub fn may_add(&self) -> Verdict {
        self.open()?;
        if self.kind == RoomKind::Direct {
            return Err(Denied::NotInThisKind);
        }
        allow_if(self.active() && self.box_role >= Role::Member && self.invite.allows(self.effective_role()))
    }

    /// May they remove somebody with the role `target`?
    pub fn may_remove(&self, target: RoomRole) -> Verdict {
        if self.kind == RoomKind::Direct || self.is_default {
            return Err(Denied::NotInThisKind);
        }
        let role = self.effective_role();
        allow_if(self.active() && role >= RoomRole::Admin && (role == RoomRole::Owner || target < role))
    }

    /// May they leave, when the room has `owners` owners and `members` members?
    pub fn may_leave(&self, owners: u32, members: u32) -> Verdict {
        if self.kind == RoomKind::Direct || self.is_default {
            return Err(Denied::NotInThisKind);
        }
        if self.role == RoomRole::Owner && owners <= 1 && members > 1 {
            return Err(Denied::LastOwner);
        }
        Ok(())
    }

    /// May they change somebody's role from `from` to `to`, when the room has `owners` owners?
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
    /// Their own.
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
                                        mention_all: write,
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

    /// Were this to fail, anybody could call a whole building to their message.
    #[test]
    fn only_those_whom_the_rule_lets_may_mention_everybody() {
        each(|mut a| {
            let by_rule = a.may_write();
            (a.mention_all, a.write) = (a.write, MemberRule::Everyone);
            let expected = by_rule.is_ok() && a.kind != RoomKind::Direct;
            assert_eq!(a.may_mention_all().is_ok(), expected, "{a:?}");
        });
    }

    /// Were this to fail, whoever claimed the box would run its default room for ever, even after others have taken
    /// over the box.
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

    /// Were this to fail, an archived room would continue, or nobody could leave it or delete what they said.
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
