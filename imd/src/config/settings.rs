//! The settings and their allowed values. The ranges here are those that `default.toml` tells people.

use std::net::SocketAddr;

use super::reader::{Section, list, number, one_of, seconds, size, truth};
use super::{Config, JoinMode, LogFormat, LogLevel, SystemControl};

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const TIB: u64 = 1 << 40;

/// Takes the document's settings over into `config`.
pub(super) fn read(config: &mut Config, mut root: Section<'_>) {
    root.set("listen", &mut config.listen, list(1..=16, text::address));
    root.set("data", &mut config.data, text::path);
    root.set("hosts", &mut config.hosts, list(0..=64, text::host));

    let mut join = root.section("join");
    let modes = [("invite", JoinMode::Invite), ("approval", JoinMode::Approval), ("open", JoinMode::Open)];
    join.set("mode", &mut config.join.mode, one_of(&modes));
    join.finish();

    let mut claim = root.section("claim");
    claim.set("file", &mut config.claim.file, text::path_or_none);
    claim.set("preset", &mut config.claim.preset, text::path_or_none);
    claim.set("reopen", &mut config.claim.reopen, text::path_or_none);
    claim.finish();

    let mut mdns = root.section("mdns");
    mdns.set("enabled", &mut config.mdns.enabled, truth);
    mdns.set("name", &mut config.mdns.name, text::label);
    mdns.set("serial", &mut config.mdns.serial, text::serial);
    mdns.finish();

    limits(&mut config.limits, root.section("limits"));

    let mut system = root.section("system");
    let controls = [("fake", SystemControl::Fake), ("dbus", SystemControl::DBus)];
    system.set("control", &mut config.system.control, one_of(&controls));
    system.set("hotspot_file", &mut config.system.hotspot_file, text::path_or_none);
    system.set("confirm_within_s", &mut config.system.confirm_within, seconds(5..=600));
    system.set("hotspot_address", &mut config.system.hotspot_address, text::ipv4);
    system.finish();

    let mut log = root.section("log");
    log.set("format", &mut config.log.format, one_of(&[("text", LogFormat::Text), ("json", LogFormat::Json)]));
    let levels = [
        ("error", LogLevel::Error),
        ("warn", LogLevel::Warn),
        ("info", LogLevel::Info),
        ("debug", LogLevel::Debug),
        ("trace", LogLevel::Trace),
    ];
    log.set("level", &mut config.log.level, one_of(&levels));
    log.finish();
    root.finish();
}

fn limits(limits: &mut super::Limits, mut section: Section<'_>) {
    const PER_MINUTE: std::ops::RangeInclusive<u32> = 1..=10_000_000;

    section.set("max_file_bytes", &mut limits.max_file_bytes, size(KIB..=TIB));
    section.set("max_json_bytes", &mut limits.max_json_bytes, size(4 * KIB..=16 * MIB));

    section.set("max_connections", &mut limits.max_connections, number(1..=1_000_000));
    section.set("max_connections_per_address", &mut limits.max_connections_per_address, number(1..=1_000_000));
    section.set("max_sessions_per_user", &mut limits.max_sessions_per_user, number(1..=1_000));

    section.set("request_timeout_s", &mut limits.request_timeout, seconds(1..=600));
    section.set("upload_idle_timeout_s", &mut limits.upload_idle_timeout, seconds(5..=3_600));

    let requests = &mut limits.http_requests_per_minute_per_address;
    section.set("http_requests_per_minute_per_address", requests, number(PER_MINUTE));
    section.set("fresh_password_s", &mut limits.fresh_password, seconds(60..=3_600));
    section.set("sign_ins_per_minute_per_address", &mut limits.sign_ins_per_minute_per_address, number(PER_MINUTE));
    section.set("messages_per_minute_per_user", &mut limits.messages_per_minute_per_user, number(PER_MINUTE));
    section.set("codes_per_minute_per_user", &mut limits.codes_per_minute_per_user, number(PER_MINUTE));
    section.set("rooms_per_minute_per_user", &mut limits.rooms_per_minute_per_user, number(PER_MINUTE));

    section.set("password_hash_concurrency", &mut limits.password_hash_concurrency, number(1..=16));
    section.set("thumbnail_workers", &mut limits.thumbnail_workers, number(1..=16));
    section.set("thumbnail_max_pixels", &mut limits.thumbnail_max_pixels, number(1_000_000..=500_000_000));
    section.set("reader_threads", &mut limits.reader_threads, number(1..=64));
    section.set("free_space_reserve_bytes", &mut limits.free_space_reserve_bytes, size(MIB..=TIB));
    section.finish();
}

/// An address to listen on, from the file or the command line.
///
/// # Errors
/// The sentence to show if the text is no address with a port.
pub fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let problem = || format!("\"{text}\" is not an IP address and a port, such as \"0.0.0.0:8080\" or \"[::]:8080\"");
    text.parse().map_err(|_| problem())
}

/// Texts in a certain format.
mod text {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::path::PathBuf;

    use toml::de::DeValue;

    use crate::config::reader::text;

    pub(super) fn address(value: &DeValue<'_>) -> Result<SocketAddr, String> {
        super::listen_address(text(value)?)
    }

    pub(super) fn path(value: &DeValue<'_>) -> Result<PathBuf, String> {
        match text(value)? {
            "" => Err("must name a folder, such as \"./data\"".to_owned()),
            given if given.contains('\0') => Err("must not contain the character NUL".to_owned()),
            given => Ok(PathBuf::from(given)),
        }
    }

    pub(super) fn path_or_none(value: &DeValue<'_>) -> Result<Option<PathBuf>, String> {
        if text(value)?.is_empty() { Ok(None) } else { path(value).map(Some) }
    }

    pub(super) fn ipv4(value: &DeValue<'_>) -> Result<Ipv4Addr, String> {
        let given = text(value)?;
        given.parse().map_err(|_| format!("\"{given}\" is not an IPv4 address, such as \"10.42.0.1\""))
    }

    /// A host name as in a `Host` header, up to 253 characters (RFC 1035, section 2.3.4).
    pub(super) fn host(value: &DeValue<'_>) -> Result<String, String> {
        let given = text(value)?;
        if given.len() <= 253 && given.split('.').all(is_label) {
            return Ok(given.to_ascii_lowercase());
        }
        Err(format!("\"{given}\" is not a host name, such as \"chat.example.org\" (no \"http://\", no port)"))
    }

    pub(super) fn label(value: &DeValue<'_>) -> Result<String, String> {
        let given = text(value)?;
        let advice = "up to 63 letters, digits and hyphens, no hyphen at either end, without \".local\"";
        if is_label(given) {
            return Ok(given.to_ascii_lowercase());
        }
        Err(format!("\"{given}\" is not a name for the network: {advice}"))
    }

    /// Must end in a letter, because boxes that want the same name append a number to it.
    pub(super) fn serial(value: &DeValue<'_>) -> Result<Option<String>, String> {
        if text(value)?.is_empty() {
            return Ok(None);
        }
        let given = label(value)?;
        match given.ends_with(|last: char| last.is_ascii_alphabetic()) {
            true => Ok(Some(given)),
            false => Err(format!("\"{given}\" must end with a letter")),
        }
    }

    /// One label of a host name (RFC 1123, section 2.1).
    fn is_label(text: &str) -> bool {
        let fitting = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        (1..=63).contains(&text.len()) && text.chars().all(fitting) && !text.starts_with('-') && !text.ends_with('-')
    }
}
