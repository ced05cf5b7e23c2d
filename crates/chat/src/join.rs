//! Who may join: with an invite, without one, or after an admin has agreed.

/// How people can join.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinMode {
    /// With an invite. Without one, an admin is asked.
    Invite,
    /// An admin has to approve everyone, also those with an invite.
    Approval,
    /// Everyone who can open the page can join.
    Open,
}

/// What happens to someone who wants to join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// They are in at once.
    Admitted,
    /// They wait until an admin has agreed.
    NeedsApproval,
}

/// May somebody join at once? `invited`: they have a valid invite. `returning`: they say that they already have an
/// account, which only an admin can give back to them.
#[must_use]
pub fn admission(mode: JoinMode, invited: Invited, returning: Returning) -> Admission {
    match (mode, invited, returning) {
        (_, _, Returning::Yes) | (JoinMode::Approval, _, _) | (JoinMode::Invite, Invited::No, _) => {
            Admission::NeedsApproval
        }
        (JoinMode::Invite, Invited::Yes, _) | (JoinMode::Open, _, _) => Admission::Admitted,
    }
}

/// Do they have a valid invite?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invited {
    /// Yes.
    Yes,
    /// No.
    No,
}

/// Do they say that they already have an account?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returning {
    /// Yes.
    Yes,
    /// No.
    No,
}

/// Why an invite is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stale {
    /// It has expired.
    Expired,
    /// It was used as many times as it allows.
    UsedUp,
}

/// Is an invite still valid? Times in milliseconds since 1970.
///
/// # Errors
/// Why it is not valid.
pub fn invite_usable(expires_at: Option<i64>, max_uses: Option<u32>, uses: u32, now: i64) -> Result<(), Stale> {
    if expires_at.is_some_and(|end| now >= end) {
        return Err(Stale::Expired);
    }
    if max_uses.is_some_and(|max| uses >= max) {
        return Err(Stale::UsedUp);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_invite_or_an_open_box_lets_straight_in() {
        for mode in [JoinMode::Invite, JoinMode::Approval, JoinMode::Open] {
            for invited in [Invited::Yes, Invited::No] {
                assert_eq!(
                    admission(mode, invited, Returning::Yes),
                    Admission::NeedsApproval,
                    "nobody takes another's account unasked"
                );
                let straight = mode == JoinMode::Open || (mode == JoinMode::Invite && invited == Invited::Yes);
                assert_eq!(
                    admission(mode, invited, Returning::No) == Admission::Admitted,
                    straight,
                    "{mode:?} {invited:?}"
                );
            }
        }
    }

    #[test]
    fn an_invite_ends_at_its_minute_and_after_its_last_use() {
        assert_eq!(invite_usable(Some(10), None, 99, 9), Ok(()));
        assert_eq!(invite_usable(Some(10), None, 0, 10), Err(Stale::Expired));
        assert_eq!(invite_usable(None, Some(2), 1, 0), Ok(()));
        assert_eq!(invite_usable(None, Some(2), 2, 0), Err(Stale::UsedUp));
        assert_eq!(invite_usable(None, None, u32::MAX, i64::MAX), Ok(()));
    }
}
