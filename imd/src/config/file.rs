//! From a file's bytes to a checked [`Config`].

use std::fs::File;
use std::io::Read;
use std::path::Path;

use toml::de::DeTable;

use super::reader::{Faults, Section};
use super::{Config, ConfigError, Fault, settings};

/// Far more than any configuration has; a device file or a database exceeds it.
const MAX_BYTES: u64 = 1 << 20;

impl Config {
    /// Reads a file; settings that it leaves out have their defaults.
    ///
    /// # Errors
    /// If the file cannot be read, or anything in it is wrong; then with every fault.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let bytes = bytes(path)?;
        Self::default().overlaid(&bytes).map_err(|faults| ConfigError::Invalid { path: path.to_owned(), faults })
    }

    /// These settings, replaced by those in the text.
    pub(super) fn overlaid(mut self, bytes: &[u8]) -> Result<Self, Vec<Fault>> {
        let text = utf8(bytes)?;
        let faults = Faults::new(text);
        match DeTable::parse(text) {
            Ok(document) => settings::read(&mut self, Section::root(document.get_ref(), &faults)),
            Err(error) => faults.add(error.span().unwrap_or_default().start, "", error.message()),
        }
        faults.none_or(self)
    }
}

/// The bytes of a file that is small enough to be a configuration.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ConfigError::TooLarge { path: path.to_owned(), limit: MAX_BYTES });
    }
    Ok(bytes)
}

/// As text, or a fault where it stops being valid UTF-8.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, Vec<Fault>> {
    std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count();
        vec![Fault { line, key: String::new(), problem: "this is not UTF-8 text".to_owned() }]
    })
}
