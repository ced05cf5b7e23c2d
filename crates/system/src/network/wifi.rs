//! Terms of Wi-Fi: names, passwords, countries, kinds of security.

use std::fmt;

use super::super::SystemError;

/// The name of a Wi-Fi network: 1 to 32 bytes (IEEE 802.11-2020, 9.4.2.2), mostly UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ssid(Vec<u8>);

impl Ssid {
    /// Checks the bytes of a name.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, SystemError> {
        let bytes = bytes.into();
        if bytes.is_empty() || bytes.len() > 32 {
            return Err(SystemError::Invalid { what: "ssid", why: "must have 1 to 32 bytes" });
        }
        Ok(Self(bytes))
    }

    /// The bytes as they are transmitted.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Ssid {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&String::from_utf8_lossy(&self.0))
    }
}

/// A WPA passphrase (8 to 63 printable ASCII characters, IEEE 802.11-2020, J.4) or 64 hexadecimal digits. Its `Debug`
/// output hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct WifiPassword(String);

impl WifiPassword {
    /// Checks the text of a password.
    pub fn parse(text: &str) -> Result<Self, SystemError> {
        let phrase = (8..=63).contains(&text.len()) && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        let key = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !phrase && !key {
            let why = "must have 8 to 63 letters, digits and signs without accents";
            return Err(SystemError::Invalid { what: "password", why });
        }
        Ok(Self(text.to_owned()))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for WifiPassword {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("WifiPassword(…)")
    }
}

/// How a network is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WifiSecurity {
    /// Not secured.
    Open,
    /// With a password (WPA or WPA2).
    Wpa,
    /// With a password (WPA3 only).
    Wpa3,
    /// With something that [`SystemError::WifiSecurity`] refuses: WEP, or a company's accounts or certificates.
    Unsupported,
}

/// A Wi-Fi network in range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WifiNetwork {
    /// Name of the network.
    pub ssid: Ssid,
    /// Signal strength of its strongest access point, 0 to 100.
    pub signal: u8,
    /// How it is secured.
    pub security: WifiSecurity,
    /// Whether the box joins it automatically.
    pub known: bool,
    /// Whether the box is connected to it.
    pub in_use: bool,
}

/// Frequency band of a hotspot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WifiBand {
    /// 2.4 GHz: the longest range, and every device supports it.
    #[default]
    Ghz2,
    /// 5 GHz: faster, but not allowed on every channel in every country.
    Ghz5,
}

/// A Wi-Fi network that the box itself opens. It always has a password (WPA2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hotspot {
    /// Name of the network.
    pub ssid: Ssid,
    /// Its password.
    pub password: WifiPassword,
    /// Its frequency band.
    pub band: WifiBand,
}

/// A country's two letters (ISO 3166-1 alpha-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// Checks two letters, in any case.
    pub fn parse(text: &str) -> Result<Self, SystemError> {
        match *text.as_bytes() {
            [one, two] if one.is_ascii_alphabetic() && two.is_ascii_alphabetic() => {
                Ok(Self([one.to_ascii_uppercase(), two.to_ascii_uppercase()]))
            }
            _ => Err(SystemError::Invalid { what: "country", why: "must be two letters" }),
        }
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|&letter| write!(to, "{}", char::from(letter)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, passwords would end up in the log.
    #[test]
    fn a_password_is_never_printed() {
        let password = WifiPassword::parse("correct horse").unwrap();
        let hotspot = Hotspot { ssid: Ssid::new("x").unwrap(), password, band: WifiBand::Ghz2 };
        assert!(!format!("{hotspot:?}").contains("horse"));
    }

    #[test]
    fn what_no_radio_accepts_is_refused() {
        assert!(WifiPassword::parse("1234567").is_err());
        assert!(WifiPassword::parse(&"x".repeat(64)).is_err());
        assert!(WifiPassword::parse(&"a".repeat(64)).is_ok());
        assert!(WifiPassword::parse("密码密码密码").is_err());
        assert!(Ssid::new("大堂大堂大堂大堂大堂a").is_ok());
        assert!(Ssid::new("大堂大堂大堂大堂大堂大").is_err());
        assert_eq!(CountryCode::parse("cn").unwrap().to_string(), "CN");
        assert!(CountryCode::parse("中").is_err());
    }
}
