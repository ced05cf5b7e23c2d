//! People's roles on the box, and who may change whom.

/// What a person may do on the box, most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Talks in the rooms they were invited to; sees only the people in them.
    Guest,
    /// Talks, makes groups, sees who is there.
    Member,
    /// Runs the box; cannot touch owners.
    Admin,
    /// Everything; there is always at least one.
    Owner,
}

/// May they use the box now?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UserStatus {
    /// Waits for an admin.
    Pending,
    /// In.
    Active,
    /// Kept out for now; keeps everything.
    Suspended,
    /// Gone; their messages may stay.
    Removed,
}

/// May `actor` do the box's administration (people, invites of others, join requests)?
#[must_use]
pub fn may_administer(actor: Role) -> bool {
    actor >= Role::Admin
}

/// May `actor` change someone who is `target` now into `new`? (For a suspension, `new` is `target`.)
///
/// Owners may do everything to others; admins may do everything among admins, members and guests, but make no owner.
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
