//! A page that is open at one address of the box needs to know whether another address answers, and whether it belongs
//! to the same box. Both have a word that is made anew at each start and means nothing to anyone else.

use std::sync::OnceLock;

use crate::actions::secrets::Token;
use crate::actions::{Core, Done, identity::addresses};

/// The word, once it was asked for.
#[derive(Debug, Default)]
pub(in crate::actions) struct Probe(OnceLock<Token>);

impl Probe {
    /// # Errors
    /// `internal` without random numbers.
    pub(in crate::actions) fn word(&self) -> Done<&str> {
        if let Some(word) = self.0.get() {
            return Ok(word.reveal());
        }
        let made = Token::new()?;
        Ok(self.0.get_or_init(|| made).reveal())
    }

    fn is(&self, word: &str) -> bool {
        self.0.get().is_some_and(|own| own.reveal() == word)
    }
}

/// Did this box give out the word?
#[must_use]
pub fn is_ours(core: &Core, word: &str) -> bool {
    core.identity.probe.is(word)
}

/// Where a page may look for the box: its names, which are easier to remember than the IP address it was opened at.
#[must_use]
pub fn places(core: &Core) -> Vec<String> {
    addresses::list(core).into_iter().filter(|address| address.is_name).map(|address| address.url).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, a neighbour's box with the same name would be mistaken for one's own.
    #[test]
    fn another_box_does_not_know_the_word() {
        let (ours, theirs) = (Probe::default(), Probe::default());
        assert!(!ours.is(""));
        let word = ours.word().unwrap().to_owned();
        theirs.word().unwrap();
        assert!(ours.is(&word) && !theirs.is(&word));
        assert_eq!(ours.word().unwrap(), word);
    }
}
