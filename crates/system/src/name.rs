//! The box's names, on the network and for people. `discovery` announces them.

use std::fmt;

use async_trait::async_trait;

use super::SystemError;

/// A host name: one label of RFC 1123, section 2.1 (letters, digits, inner hyphens; 1 to 63 bytes), in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HostName(String);

impl HostName {
    /// Checks `text` as a host name and converts it to lower case.
    pub fn parse(text: &str) -> Result<Self, SystemError> {
        let wrong = |why| SystemError::Invalid { what: "host_name", why };
        let name = text.to_ascii_lowercase();
        if name.is_empty() || name.len() > 63 {
            return Err(wrong("must have 1 to 63 characters"));
        }
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(wrong("may have only a to z, 0 to 9 and hyphens"));
        }
        if name.starts_with('-') || name.ends_with('-') {
            return Err(wrong("must not begin or end with a hyphen"));
        }
        Ok(Self(name))
    }

    /// The label, without a domain.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

/// Both names of the box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxName {
    /// The host name, which is kept over restarts.
    pub host: String,
    /// The name to show; empty when none was given.
    pub shown: String,
}

/// Reads and sets the box's names.
#[async_trait]
pub trait Naming: Send + Sync {
    /// Both names.
    async fn name(&self) -> Result<BoxName, SystemError>;

    /// Sets both names, now and for later starts. `shown` is any line of up to 64 characters; empty removes it. If this
    /// fails halfway, the host name may already be the new one; calling it again is harmless.
    async fn set_name(&self, host: &HostName, shown: &str) -> Result<(), SystemError>;
}

/// Refuses names to show that hostname1 would refuse, before it is asked.
pub(super) fn check_shown(shown: &str) -> Result<(), SystemError> {
    let wrong = |why| SystemError::Invalid { what: "shown_name", why };
    if shown.chars().count() > 64 {
        return Err(wrong("must have at most 64 characters"));
    }
    if shown.chars().any(char::is_control) {
        return Err(wrong("must be one line without control characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, a box with a name that no resolver accepts could not be found any more.
    #[test]
    fn only_what_resolvers_accept_is_a_host_name() {
        assert_eq!(HostName::parse("Lobby-2").unwrap().as_str(), "lobby-2");
        for wrong in ["", "-lobby", "lobby-", "lob by", "lobby.local", "大堂", &"x".repeat(64)] {
            assert_eq!(HostName::parse(wrong).unwrap_err().code(), "invalid_setting", "{wrong}");
        }
    }
}
