//! People's roles on the box, and who may change whom.

/// What a person may do on the box, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Talks in the rooms they were invited to, and sees only the people in them.
    Guest,
    /// Talks, creates groups, and sees everybody on the box.
    Member,
    /// Runs the box, but cannot change owners.
    Admin,
    /// May do everything; there is always at least one.
    Owner,
}

/// May they use the box now?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UserStatus {
    /// Waits for an admin's approval.
    Pending,
    /// May use the box.
    Active,
    /// May not use the box for now; keeps everything.
    Suspended,
    /// Was removed; their messages may stay.
    Removed,
}

/// May `actor` do administration (people, others' invites, join requests)?
#[must_use]
pub fn may_administer(actor: Role) -> bool {
    actor >= Role::Admin
}

/// May `actor` change somebody from role `target` to `new`? (For a suspension, `new` is `target`.)
///
/// Owners may change everybody else; admins may change admins, members and guests, but make nobody an owner.
#[must_use]
pub fn may_change_user(actor: Role, target: Role, new: Role) -> bool {
    match actor {
        Role::Owner => true,
        Role::Admin => target < Role::Owner && new < Role::Owner,
        Role::Member | Role::Guest => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [Role; 4] = [Role::Guest, Role::Member, Role::Admin, Role::Owner];

    #[test]
    fn nobody_below_admin_changes_anyone_and_only_owners_touch_owners() {
        for actor in ROLES {
            for target in ROLES {
                for new in ROLES {
                    let owner_involved = target == Role::Owner || new == Role::Owner;
                    let expected = actor == Role::Owner || (actor == Role::Admin && !owner_involved);
                    assert_eq!(may_change_user(actor, target, new), expected, "{actor:?} {target:?} {new:?}");
                }
            }
            assert_eq!(may_administer(actor), matches!(actor, Role::Admin | Role::Owner));
        }
    }
}
