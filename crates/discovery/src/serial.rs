//! What distinguishes this machine from every other: the board's serial number, or the system's machine-id.

use std::fs;

/// How many characters of the serial are used: enough to distinguish a building's boxes, few enough to read out.
const KEPT: usize = 6;

/// The end of the board's serial number (device tree), otherwise a hash of `/etc/machine-id`, otherwise `box`.
/// Lower-case letters and digits.
pub fn machine_serial() -> String {
    let board = fs::read_to_string("/sys/firmware/devicetree/base/serial-number").ok();
    if let Some(serial) = board.as_deref().and_then(end_of) {
        return serial;
    }
    // machine-id(5) must not be revealed, so it is hashed with a purpose of our own.
    let machine = fs::read_to_string("/etc/machine-id").ok();
    let hashed = machine.map(|id| blake3::derive_key("imbox 2026 serial name", id.trim().as_bytes()));
    hashed.map_or_else(|| "box".to_owned(), |key| key.iter().take(KEPT / 2).map(|byte| format!("{byte:02x}")).collect())
}

fn end_of(serial: &str) -> Option<String> {
    let serial: String = serial.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let start = serial.len().checked_sub(KEPT)?;
    Some(serial[start..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, two boxes of one building would have the same name.
    #[test]
    fn the_end_of_a_serial_number_is_what_differs() {
        assert_eq!(end_of("10000000ab12cd34\0").as_deref(), Some("12cd34"));
        assert_eq!(end_of("1\0"), None);
        assert!(machine_serial().chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
    }
}
