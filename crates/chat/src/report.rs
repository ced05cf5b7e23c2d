//! Who decides about a reported message. Knows nothing of its content or how it is stored.

use super::UserId;

/// What the decision about a reported message depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedMessage {
    /// Its author.
    pub author: UserId,
    /// Everybody who has reported it and has not got an answer yet.
    pub reporters: Vec<UserId>,
}

impl ReportedMessage {
    /// May `judge`, one of the `admins`, decide about it? Never about their own message; about one they reported
    /// themselves only while there is no other admin who neither wrote nor reported it.
    #[must_use]
    pub fn may_decide(&self, judge: UserId, admins: &[UserId]) -> bool {
        judge != self.author && (!self.concerns(judge) || admins.iter().all(|admin| self.concerns(*admin)))
    }

    fn concerns(&self, person: UserId) -> bool {
        person == self.author || self.reporters.contains(&person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUTHOR: UserId = UserId(1);
    const REPORTER: UserId = UserId(2);
    const OTHER: UserId = UserId(3);

    fn decides(judge: UserId, reporters: &[UserId], admins: &[UserId]) -> bool {
        ReportedMessage { author: AUTHOR, reporters: reporters.to_vec() }.may_decide(judge, admins)
    }

    #[test]
    fn who_has_nothing_to_do_with_it_decides() {
        assert!(decides(OTHER, &[REPORTER], &[OTHER]));
        assert!(decides(OTHER, &[REPORTER], &[AUTHOR, REPORTER, OTHER]));
    }

    #[test]
    fn nobody_decides_about_their_own_words_not_even_alone() {
        assert!(!decides(AUTHOR, &[REPORTER], &[AUTHOR, OTHER]));
        assert!(!decides(AUTHOR, &[REPORTER], &[AUTHOR]));
    }

    #[test]
    fn who_reported_it_decides_only_while_nobody_else_could() {
        assert!(decides(REPORTER, &[REPORTER], &[REPORTER]));
        assert!(decides(REPORTER, &[REPORTER], &[REPORTER, AUTHOR]));
        assert!(!decides(REPORTER, &[REPORTER], &[REPORTER, OTHER]));
        assert!(decides(REPORTER, &[REPORTER, OTHER], &[REPORTER, OTHER]), "both reported it: one of them must");
    }
}
