//! `imbox.toml`: choices made by the person who flashed the card, so that nothing has to be typed on the box.
//!
//! The page `START.html` on the card writes it; it is read once and then deleted. The Wi-Fi becomes a profile of
//! NetworkManager (nm-settings-keyfile(5)) before that starts; name and claim code are used by the daemon while nobody
//! owns the box.

use std::fmt::Write as _;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::reader::{Faults, Section, text};
use super::{ConfigError, Fault, file};

/// The choices; all of them are optional.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preset {
    /// The box's name to show, 1 to 64 characters.
    pub name: Option<String>,
    /// The claim code: at least 8 letters (A to Z) and digits; dashes and blanks are ignored.
    pub claim_code: Option<String>,
    /// The language of the box's screen and the first steps.
    pub language: Option<FirstLanguage>,
    /// The Wi-Fi to join; without it, a cable is used.
    pub wifi: Option<Wifi>,
}

/// A language of the box's screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstLanguage {
    /// 中文.
    Zh,
    /// English.
    En,
}

/// The Wi-Fi network to join.
#[derive(Clone, PartialEq, Eq)]
pub struct Wifi {
    /// Its name, 1 to 32 bytes (IEEE 802.11, 9.4.2.2).
    pub ssid: String,
    /// 8 to 63 ASCII characters; `None` for an open network.
    pub password: Option<String>,
}

impl std::fmt::Debug for Wifi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Wifi({:?})", self.ssid)
    }
}

impl Preset {
    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read, or anything in it is wrong; then with every fault.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let bytes = file::bytes(path)?;
        Self::parse(&bytes).map_err(|faults| ConfigError::Invalid { path: path.to_owned(), faults })
    }

    fn parse(bytes: &[u8]) -> Result<Self, Vec<Fault>> {
        let text = file::utf8(bytes)?;
        let faults = Faults::new(text);
        let mut preset = Self::default();
        match DeTable::parse(text) {
            Ok(document) => preset.read(Section::root(document.get_ref(), &faults)),
            Err(error) => faults.add(error.span().unwrap_or_default().start, "", error.message()),
        }
        faults.none_or(preset)
    }

    fn read(&mut self, mut root: Section<'_>) {
        root.set("name", &mut self.name, name);
        root.set("claim_code", &mut self.claim_code, claim_code);
        root.set("language", &mut self.language, language);
        let (mut ssid, mut password) = (None, None);
        let mut wifi = root.section("wifi");
        wifi.set("ssid", &mut ssid, wifi_name);
        wifi.set("password", &mut password, wifi_password);
        wifi.finish();
        self.wifi = ssid.map(|ssid| Wifi { ssid, password });
        root.finish();
    }
}

impl Wifi {
    /// The profile for NetworkManager.
    #[must_use]
    pub fn profile(&self) -> String {
        // As numbers, because a name may contain characters that have a meaning in the file's format.
        let ssid = self.ssid.bytes().fold(String::new(), |mut all, byte| {
            let _ = write!(all, "{byte};");
            all
        });
        let mut profile = format!(
            "[connection]\nid=imbox.toml\ntype=wifi\nautoconnect=true\n\n[wifi]\nmode=infrastructure\nssid={ssid}\n"
        );
        if let Some(password) = &self.password {
            let escaped = password.replace('\\', "\\\\").replace(' ', "\\s");
            let _ = write!(profile, "\n[wifi-security]\nkey-mgmt=wpa-psk\npsk={escaped}\n");
        }
        profile + "\n[ipv4]\nmethod=auto\n\n[ipv6]\nmethod=auto\n"
    }
}

/// An empty field of the page counts as left out.
fn given(value: &DeValue<'_>) -> Result<Option<String>, String> {
    Ok(Some(text(value)?.trim().to_owned()).filter(|given| !given.is_empty()))
}

fn name(value: &DeValue<'_>) -> Result<Option<String>, String> {
    let name = given(value)?;
    let fits = name.as_ref().is_none_or(|name| name.chars().count() <= 64 && !name.contains(char::is_control));
    if fits { Ok(name) } else { Err("must have 1 to 64 characters".to_owned()) }
}

fn language(value: &DeValue<'_>) -> Result<Option<FirstLanguage>, String> {
    match given(value)?.as_deref() {
        None => Ok(None),
        Some("zh") => Ok(Some(FirstLanguage::Zh)),
        Some("en") => Ok(Some(FirstLanguage::En)),
        Some(_) => Err("must be \"zh\" or \"en\"".to_owned()),
    }
}

fn claim_code(value: &DeValue<'_>) -> Result<Option<String>, String> {
    let Some(code) = given(value)? else { return Ok(None) };
    let letters = code.chars().filter(|letter| !matches!(letter, '-' | ' '));
    let fits = letters.clone().all(|letter| letter.is_ascii_alphanumeric()) && (8..=32).contains(&letters.count());
    if fits { Ok(Some(code)) } else { Err("must have 8 to 32 letters (A to Z) and digits".to_owned()) }
}

fn wifi_name(value: &DeValue<'_>) -> Result<Option<String>, String> {
    // Blanks at its ends belong to the name.
    let name = text(value)?;
    match name.len() {
        0 => Ok(None),
        1..=32 => Ok(Some(name.to_owned())),
        _ => Err("must have at most 32 bytes".to_owned()),
    }
}

fn wifi_password(value: &DeValue<'_>) -> Result<Option<String>, String> {
    let password = text(value)?;
    let printable = password.chars().all(|letter| letter == ' ' || letter.is_ascii_graphic());
    match password.len() {
        0 => Ok(None),
        8..=63 if printable => Ok(Some(password.to_owned())),
        _ => Err("must have 8 to 63 letters, digits and signs".to_owned()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// Were this to fail, filling in the page would have no effect.
    #[test]
    fn what_the_page_writes_is_read() {
        let text = "name = \"幸福小区\"\nclaim_code = \"abcd-2345\"\nlanguage = \"en\"\n\n[wifi]\nssid = \"我家; x\"\npassword = \"a b\\\\cdefg\"\n";
        let preset = Preset::parse(text.as_bytes()).unwrap();
        assert_eq!((preset.name.as_deref(), preset.claim_code.as_deref()), (Some("幸福小区"), Some("abcd-2345")));
        assert_eq!(preset.language, Some(FirstLanguage::En));
        let profile = preset.wifi.unwrap().profile();
        assert!(profile.contains("ssid=230;136;145;229;174;182;59;32;120;\n"), "{profile}");
        assert!(profile.contains("psk=a\\sb\\\\cdefg\n"), "{profile}");
    }

    #[test]
    fn empty_fields_choose_nothing() {
        let text = "name = \"\"\nclaim_code = \" \"\nlanguage = \"\"\n[wifi]\nssid = \"\"\npassword = \"\"\n";
        assert_eq!(Preset::parse(text.as_bytes()), Ok(Preset::default()));
        let open = Preset::parse(b"wifi.ssid = \"Cafe\"").unwrap().wifi.unwrap();
        assert!(!open.profile().contains("psk"));
    }

    /// Were this to fail, a short code could be guessed; or a wrong password would leave the box without a network and
    /// without an explanation.
    #[test]
    fn what_cannot_work_is_refused_with_the_reason() {
        for (text, key) in [
            ("claim_code = \"1234567\"", "claim_code"),
            ("claim_code = \"密密密密密密密密\"", "claim_code"),
            ("wifi = { ssid = \"x\", password = \"short\" }", "wifi.password"),
            ("wifi = { ssid = \"x\", password = \"line\\nbreak\" }", "wifi.password"),
            ("wifi = { ssid = \"0123456789012345678901234567890123\" }", "wifi.ssid"),
            ("language = \"fr\"", "language"),
            ("nmae = \"x\"", "nmae"),
        ] {
            let faults = Preset::parse(text.as_bytes()).unwrap_err();
            assert_eq!(faults.iter().map(|fault| fault.key.as_str()).collect::<Vec<_>>(), [key], "{text}");
        }
    }
}
