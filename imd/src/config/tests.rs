//! Were these to fail, a box would start with settings that its owner did not choose, or would not start and not say
//! why.

use std::time::Duration;

use super::*;

fn read(text: &str) -> Result<Config, Vec<Fault>> {
    Config::default().overlaid(text.as_bytes())
}

/// The faults of a text as they are shown, without the file's name.
fn faults(text: &str) -> Vec<String> {
    read(text).unwrap_err().iter().map(ToString::to_string).collect()
}

/// A configuration in which nothing has its default.
fn other() -> Config {
    Config {
        listen: vec!["127.0.0.1:1".parse().unwrap()],
        data: PathBuf::from("/elsewhere"),
        program: Config::default().program,
        hosts: vec!["chat.example.org".to_owned()],
        join: Join { mode: JoinMode::Open },
        claim: Claim {
            file: Some("/elsewhere/claim.txt".into()),
            preset: Some("/elsewhere/imbox.toml".into()),
            reopen: Some("/elsewhere/lost".into()),
        },
        mdns: Mdns { enabled: false, name: "other".to_owned(), serial: Some("otherbox-1a".to_owned()) },
        limits: Limits {
            max_file_bytes: 1 << 10,
            max_json_bytes: 4 << 10,
            max_connections: 1,
            max_connections_per_address: 1,
            max_sessions_per_user: 1,
            request_timeout: Duration::from_secs(1),
            upload_idle_timeout: Duration::from_secs(5),
            http_requests_per_minute_per_address: 1,
            fresh_password: Duration::from_secs(60),
            sign_ins_per_minute_per_address: 1,
            messages_per_minute_per_user: 1,
            codes_per_minute_per_user: 1,
            rooms_per_minute_per_user: 1,
            password_hash_concurrency: 1,
            thumbnail_workers: 2,
            thumbnail_max_pixels: 1_000_000,
            reader_threads: 1,
            free_space_reserve_bytes: 1 << 20,
        },
        system: System {
            control: SystemControl::DBus,
            hotspot_file: Some("/elsewhere/hotspot.txt".into()),
            confirm_within: Duration::from_secs(5),
            hotspot_address: "10.0.0.1".parse().unwrap(),
        },
        log: Log { format: LogFormat::Json, level: LogLevel::Trace },
    }
}

#[test]
fn the_printed_default_gives_every_setting_and_is_the_default() {
    assert_eq!(other().overlaid(DEFAULT_TOML.as_bytes()), Ok(Config::default()));
}

#[test]
fn an_empty_file_is_the_default() {
    assert_eq!(read(""), Ok(Config::default()));
    assert_eq!(read("[limits]\n[mdns]\n# nothing"), Ok(Config::default()));
}

#[test]
fn every_setting_can_be_changed() {
    let text = r#"
        listen = ["127.0.0.1:1"]
        data = "/elsewhere"
        hosts = ["Chat.Example.org"]
        join.mode = "open"
        claim.file = "/elsewhere/claim.txt"
        claim.preset = "/elsewhere/imbox.toml"
        claim.reopen = "/elsewhere/lost"
        mdns = { enabled = false, name = "Other", serial = "otherbox-1A" }
        log = { format = "json", level = "trace" }
        system = { control = "dbus", confirm_within_s = 5, hotspot_address = "10.0.0.1", hotspot_file = "/elsewhere/hotspot.txt" }
        [limits]
        max_file_bytes = "1 KiB"
        max_json_bytes = 4_096
        max_connections = 0x1
        max_connections_per_address = 1
        max_sessions_per_user = 1
        request_timeout_s = 1
        upload_idle_timeout_s = 5
        http_requests_per_minute_per_address = 1
        fresh_password_s = 60
        sign_ins_per_minute_per_address = 1
        messages_per_minute_per_user = 1
        codes_per_minute_per_user = 1
        rooms_per_minute_per_user = 1
        password_hash_concurrency = 1
        thumbnail_workers = 2
        thumbnail_max_pixels = 1_000_000
        reader_threads = 1
        free_space_reserve_bytes = "1mib"
    "#;
    assert_eq!(read(text), Ok(other()));
}

/// Both ends of every range, as `default.toml` tells them.
const RANGES: &[(&str, u64, u64)] = &[
    ("max_file_bytes", 1 << 10, 1 << 40),
    ("max_json_bytes", 4 << 10, 16 << 20),
    ("max_connections", 1, 1_000_000),
    ("max_connections_per_address", 1, 1_000_000),
    ("max_sessions_per_user", 1, 1_000),
    ("request_timeout_s", 1, 600),
    ("upload_idle_timeout_s", 5, 3_600),
    ("http_requests_per_minute_per_address", 1, 10_000_000),
    ("fresh_password_s", 60, 3_600),
    ("sign_ins_per_minute_per_address", 1, 10_000_000),
    ("messages_per_minute_per_user", 1, 10_000_000),
    ("codes_per_minute_per_user", 1, 10_000_000),
    ("rooms_per_minute_per_user", 1, 10_000_000),
    ("password_hash_concurrency", 1, 16),
    ("thumbnail_workers", 1, 16),
    ("thumbnail_max_pixels", 1_000_000, 500_000_000),
    ("reader_threads", 1, 64),
    ("free_space_reserve_bytes", 1 << 20, 1 << 40),
];

#[test]
fn every_limit_has_two_ends() {
    for &(key, least, most) in RANGES {
        let with = |value: i128| read(&format!("[limits]\n{key} = {value}\n"));
        for inside in [least, most] {
            assert!(with(inside.into()).is_ok(), "{key} = {inside}: {:?}", with(inside.into()));
        }
        for outside in [i128::from(least) - 1, i128::from(most) + 1, -1, i128::from(i64::MAX), i128::from(u64::MAX)] {
            let refused = with(outside).expect_err(key);
            assert_eq!((refused[0].line, refused[0].key.as_str()), (2, format!("limits.{key}").as_str()), "{outside}");
            assert!(refused[0].problem.contains(&format!("not {outside}")), "{key}: {}", refused[0].problem);
        }
    }
    let default: toml::Table = DEFAULT_TOML.parse().unwrap();
    let all = default["limits"].as_table().unwrap().keys();
    let untested: Vec<_> = all.filter(|key| !RANGES.iter().any(|(tested, ..)| tested == key)).collect();
    assert!(untested.is_empty(), "no range is tested for {untested:?}");
}

#[test]
fn lists_have_two_ends() {
    let listen = |count: usize| read(&format!("listen = [{}]", "\"127.0.0.1:1\",".repeat(count)));
    assert!(listen(1).is_ok() && listen(16).is_ok());
    assert_eq!(listen(0).unwrap_err()[0].problem, "must have 1 to 16 entries, not 0");
    assert!(listen(17).is_err());
    let hosts = |count: usize| read(&format!("hosts = [{}]", "\"a.b\",".repeat(count)));
    assert!(hosts(0).is_ok() && hosts(64).is_ok() && hosts(65).is_err());
}

#[test]
fn sizes_are_read_as_people_write_them() {
    let size =
        |text: &str| read(&format!("[limits]\nmax_file_bytes = {text}")).map(|config| config.limits.max_file_bytes);
    assert_eq!(size("\"2GiB\""), Ok(2 << 30));
    assert_eq!(size("\"512 mib\""), Ok(512 << 20));
    assert_eq!(size("\"2048B\""), Ok(2048));
    assert_eq!(size("2048"), Ok(2048));
    for bad in
        ["\"\"", "\"GiB\"", "\"2\"", "\"2GB\"", "\"2.5GiB\"", "\"-1GiB\"", "\"99999999999999999999TiB\"", "2.5", "true"]
    {
        assert!(size(bad).is_err(), "{bad}");
    }
}

#[test]
fn unknown_settings_are_refused_with_the_one_that_is_meant() {
    assert_eq!(faults("lisen = []"), ["1: lisen: there is no such setting; did you mean `listen`?"]);
    let limit = "[limits]\n\nmax_conections_per_adress = 3";
    assert_eq!(
        faults(limit),
        ["3: limits.max_conections_per_adress: there is no such setting; did you mean `max_connections_per_address`?"]
    );
    assert_eq!(
        faults("[network]\nx = 1"),
        [
            "1: network: there is no such setting here; there are: listen, data, hosts, join, claim, mdns, limits, system, log"
        ]
    );
}

#[test]
fn a_wrong_kind_of_value_is_named_in_words() {
    for (text, problem) in [
        ("listen = \"0.0.0.0:80\"", "1: listen: must be a list in square brackets, not a text"),
        ("data = 5", "1: data: must be a text in quotes, not a number"),
        ("data = ''", "1: data: must name a folder, such as \"./data\""),
        ("join = \"open\"", "1: join: must be a section, [join] on a line of its own, not a text"),
        ("[join]\nmode = 'all'", "2: join.mode: must be one of \"invite\", \"approval\", \"open\", not \"all\""),
        ("[mdns]\nenabled = 'yes'", "2: mdns.enabled: must be true or false, not a text"),
        ("[mdns]\nserial = 'imbox-12'", "2: mdns.serial: \"imbox-12\" must end with a letter"),
        ("[limits]\nreader_threads = '4'", "2: limits.reader_threads: must be a whole number, not a text"),
        ("[limits]\nmax_file_bytes = 1", "2: limits.max_file_bytes: must be 1KiB to 1TiB, not 1"),
    ] {
        assert_eq!(faults(text), [problem]);
    }
}

#[test]
fn names_that_no_network_knows_are_refused() {
    for name in ["", "a.local", "a b", "-a", "a-", "我家", &"a".repeat(64)] {
        assert!(read(&format!("[mdns]\nname = \"{name}\"")).is_err(), "{name}");
    }
    assert!(read(&format!("[mdns]\nname = \"{}\"", "a".repeat(63))).is_ok());
    for host in ["", "http://a", "a:80", "a..b", "a/b", &"a.".repeat(127)] {
        assert!(read(&format!("hosts = [\"{host}\"]")).is_err(), "{host}");
    }
    for listen in ["", "8080", ":8080", "localhost:80", "1.2.3.4", "1.2.3.4:65536", "::1:80"] {
        assert!(read(&format!("listen = [\"{listen}\"]")).is_err(), "{listen}");
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once_in_order() {
    let found = faults("nonsense = 1\ndata = 2\n\n[log]\nlevel = 'loud'\n[limits]\nmax_connections = 0\n");
    let heads: Vec<&str> = found.iter().map(|fault| fault.split(": ").nth(1).unwrap()).collect();
    assert_eq!(heads, ["nonsense", "data", "log.level", "limits.max_connections"]);
    assert_eq!(found[3], "7: limits.max_connections: must be 1 to 1000000, not 0");
}

#[test]
fn what_is_not_toml_is_refused_with_its_line() {
    for (text, line) in [("a = 1\nb = [", 2), ("a = 1\n\na = 2", 3), ("[x\n", 1), ("data = 'a\n", 1)] {
        let found = read(text).unwrap_err();
        assert_eq!((found.len(), found[0].line), (1, line), "{text:?}: {found:?}");
        assert!(!found[0].problem.is_empty());
    }
    let found = Config::default().overlaid(b"a = 1\nb = \"\xff\"").unwrap_err();
    assert_eq!(found[0].to_string(), "2: this is not UTF-8 text");
}
