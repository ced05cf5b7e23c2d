//! The log, read by the machine's own `journalctl` from a journal that the test makes.

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use imd::system::{
    Capability, Cursor, DBus, DBusOptions, Journal, LogFilter, LogPosition, Severity, Since, SystemError,
};

use crate::bus::{DEADLINE, wait_for};

/// A program in place of journalctl.
fn script(dir: &Path, text: &str) -> PathBuf {
    let path = dir.join("journalctl");
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    path
}

fn system(journalctl: PathBuf) -> DBus {
    DBus::new(DBusOptions { journalctl, patience: DEADLINE, ..DBusOptions::default() })
}

/// A journal of 30 lines, and a journalctl that reads it alone.
fn journal(dir: &Path) -> PathBuf {
    let mut lines = String::new();
    for number in 0..30 {
        let (level, unit) = if number % 10 == 3 { (3, "kernel.service") } else { (6, "imd.service") };
        let _infallible = write!(
            lines,
            "__REALTIME_TIMESTAMP={}\n_BOOT_ID=0123456789abcdef0123456789abcdef\nPRIORITY={level}\n\
             _SYSTEMD_UNIT={unit}\nSYSLOG_IDENTIFIER=test\nMESSAGE=line {number} of [many].\n\n",
            1_700_000_000_000_000_u64 + number * 1_000_000,
        );
    }
    let file = dir.join("system.journal");
    let remote = "/usr/lib/systemd/systemd-journal-remote";
    let mut child = std::process::Command::new(remote)
        .arg(format!("--output={}", file.display()))
        .arg("-")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("systemd-journal-remote is installed");
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    script(dir, &format!("exec journalctl --file='{}' \"$@\"", file.display()))
}

fn numbers(page: &imd::system::LogPage) -> Vec<u64> {
    let number = |message: &str| message.split_whitespace().nth(1).unwrap().parse().unwrap();
    page.entries.iter().map(|entry| number(&entry.message)).collect()
}

/// Whoever looks for the cause of a fault would see holes, or the same lines again and again.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn the_log_is_paged_both_ways_without_holes() {
    let dir = tempfile::tempdir().unwrap();
    let system = system(journal(dir.path()));
    let all = LogFilter::default();
    let newest = system.read_log(&all, LogPosition::Newest, 10).await.unwrap();
    assert_eq!((numbers(&newest), newest.more), ((20..30).collect(), true));
    let before = system.read_log(&all, LogPosition::Before(newest.entries[0].cursor.clone()), 15).await.unwrap();
    assert_eq!((numbers(&before), before.more), ((5..20).collect(), true));
    let first = system.read_log(&all, LogPosition::Before(before.entries[0].cursor.clone()), 15).await.unwrap();
    assert_eq!((numbers(&first), first.more), ((0..5).collect(), false));
    let after = system.read_log(&all, LogPosition::After(first.entries[4].cursor.clone()), 15).await.unwrap();
    assert_eq!((numbers(&after), after.more), ((5..20).collect(), true));
    let last = system.read_log(&all, LogPosition::After(after.entries[14].cursor.clone()), 500).await.unwrap();
    assert_eq!((numbers(&last), last.more), ((20..30).collect(), false));
    let entry = &last.entries[3];
    assert_eq!((entry.program.as_str(), entry.unit.as_deref()), ("test", Some("kernel.service")));
    assert_eq!((entry.severity, entry.at), (Severity::Error, 1_700_000_023_000));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn the_log_is_filtered() {
    let dir = tempfile::tempdir().unwrap();
    let system = system(journal(dir.path()));
    let page = async |filter: LogFilter| numbers(&system.read_log(&filter, LogPosition::Newest, 100).await.unwrap());
    assert_eq!(page(LogFilter { at_least: Some(Severity::Warning), ..LogFilter::default() }).await, [3, 13, 23]);
    assert_eq!(page(LogFilter { unit: Some("kernel.service".to_owned()), ..LogFilter::default() }).await, [3, 13, 23]);
    assert_eq!(page(LogFilter { containing: Some("LINE 7 of [".to_owned()), ..LogFilter::default() }).await, [7]);
    assert_eq!(page(LogFilter { containing: Some("line .".to_owned()), ..LogFilter::default() }).await, [0_u64; 0]);
    let nonsense = LogFilter { unit: Some("a b".to_owned()), ..LogFilter::default() };
    assert_eq!(system.read_log(&nonsense, LogPosition::Newest, 1).await.unwrap_err().code(), "invalid_setting");
}

/// A follower that nobody reads any more would keep a process for ever.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn a_follower_ends_with_its_reader() {
    let dir = tempfile::tempdir().unwrap();
    let pid = dir.path().join("pid");
    let entry = r#"{"__CURSOR":"s=1;i=1","__REALTIME_TIMESTAMP":"1000","MESSAGE":"hello"}"#;
    let text = format!("echo $$ > '{}'; echo '{entry}'; exec sleep 600", pid.display());
    let system = system(script(dir.path(), &text));
    let filter = LogFilter { since: Since::ThisStart, ..LogFilter::default() };
    let mut follower = system.follow_log(&filter).await.unwrap();
    let entry = tokio::time::timeout(DEADLINE, follower.recv()).await.unwrap().unwrap();
    assert_eq!((entry.message.as_str(), entry.at), ("hello", 1));
    let process = format!("/proc/{}", std::fs::read_to_string(pid).unwrap().trim());
    assert!(Path::new(&process).exists());
    drop(follower);
    let ended = |process: &str| match std::fs::read_to_string(format!("{process}/stat")) {
        Ok(stat) => stat.contains(") Z "),
        Err(_) => true,
    };
    wait_for("the process to end", || async { ended(&process).then_some(()) }).await;
}

/// An endless line would take the whole memory.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn an_endless_line_is_left_out() {
    let dir = tempfile::tempdir().unwrap();
    let entry = r#"{"__CURSOR":"s=1;i=1","__REALTIME_TIMESTAMP":"1000","MESSAGE":"hello"}"#;
    let text = format!("head -c 1000000 /dev/zero | tr '\\0' x; echo; echo '{entry}'");
    let page = system(script(dir.path(), &text)).read_log(&LogFilter::default(), LogPosition::Newest, 5).await.unwrap();
    assert_eq!(page.entries.iter().map(|entry| entry.message.as_str()).collect::<Vec<_>>(), ["hello"]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn a_log_that_cannot_be_read_is_said_to_be_so() {
    let dir = tempfile::tempdir().unwrap();
    let read = async |journalctl: PathBuf, patience: Duration| {
        let system = DBus::new(DBusOptions { journalctl, patience, ..DBusOptions::default() });
        system.read_log(&LogFilter::default(), LogPosition::Newest, 5).await.unwrap_err()
    };
    let absent = read("/nonexistent/journalctl".into(), DEADLINE).await;
    assert_eq!(absent, SystemError::NotHere(Capability::Journal));
    let none = script(dir.path(), "echo 'No journal files were found.' >&2; exit 1");
    assert_eq!(read(none, DEADLINE).await, SystemError::NotHere(Capability::Journal));
    let closed = script(dir.path(), "echo 'No journal files were opened due to insufficient permissions.' >&2; exit 1");
    assert_eq!(read(closed, DEADLINE).await, SystemError::NotAllowed(Capability::Journal));
    let broken = script(dir.path(), "echo 'Failed to seek to cursor: Invalid argument' >&2; exit 1");
    assert_eq!(read(broken, DEADLINE).await.code(), "system_failed");
    let silent = script(dir.path(), "exec sleep 600");
    assert_eq!(read(silent, Duration::from_millis(200)).await, SystemError::NoAnswer(Capability::Journal));
    assert!(Cursor::parse("--output=cat").is_ok() && Cursor::parse("x y").is_err());
}
