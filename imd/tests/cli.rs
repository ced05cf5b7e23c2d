//! The program as a person at a terminal or a service manager meets it: what it prints and how it ends.
//!
//! If these fail, somebody stands before a box that does not start and does not say why.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::{Command, Output};

use imd::config::DEFAULT_TOML;
use imd::data_dir::DataDir;
use imd::exit;

fn imd<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_imd")).args(arguments).output().unwrap()
}

fn said(stream: &[u8]) -> &str {
    std::str::from_utf8(stream).unwrap()
}

/// It ended so, printed nothing but the message, and the message ends with what to do.
fn assert_refused(output: &Output, exit: exit::Exit, cause: &str) {
    let message = said(&output.stderr);
    assert_eq!(output.status.code(), Some(exit.code.into()), "{message}");
    assert!(message.contains(cause), "{message}");
    assert!(message.trim_end().ends_with(exit.advice), "{message}");
    assert_eq!(said(&output.stdout), "");
}

#[test]
fn it_says_its_version_and_its_commands() {
    let version = imd(["--version"]);
    assert!(version.status.success());
    assert_eq!(said(&version.stdout), concat!("imd ", env!("CARGO_PKG_VERSION"), "\n"));
    let help = imd(["--help"]);
    assert!(help.status.success());
    assert!(said(&help.stdout).contains("serve") && said(&help.stdout).contains("config"));
}

#[test]
fn a_wrong_command_line_ends_with_usage() {
    let wrong: [&[&str]; 7] = [
        &[],
        &["dance"],
        &["serve", "--port", "80"],
        &["serve", "--listen", "8080"],
        &["serve", "--data", ""],
        &["config"],
        &["config", "check", "extra"],
    ];
    for arguments in wrong {
        let output = imd(arguments.iter().copied());
        assert_eq!(output.status.code(), Some(exit::USAGE.code.into()), "{arguments:?}");
        assert!(said(&output.stderr).contains("--help"), "{arguments:?}: {}", said(&output.stderr));
        assert_eq!(said(&output.stdout), "");
    }
}

#[test]
fn the_default_it_prints_is_one_that_it_takes() {
    let shown = imd(["config", "show-default"]);
    assert!(shown.status.success());
    assert_eq!(said(&shown.stdout), DEFAULT_TOML);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("imd.toml");
    std::fs::write(&file, &shown.stdout).unwrap();
    let checked = imd(["config", "check", "--config", path(&file)]);
    assert!(checked.status.success(), "{}", said(&checked.stderr));
    assert_eq!(said(&checked.stdout), format!("{}: everything is right\n", file.display()));
    assert!(imd(["config", "check"]).status.success());
}

#[test]
fn a_wrong_file_is_refused_by_check_and_by_serve_alike() {
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (folder.path().join("imd.toml"), folder.path().join("data"));
    std::fs::write(&file, "[limits]\nmax_connectoins = 5\nreader_threads = 0\n").unwrap();
    let first = format!("{}:2: limits.max_connectoins: there is no such setting; did you mean", file.display());
    let second = format!("{}:3: limits.reader_threads: must be 1 to 64, not 0", file.display());
    for command in [&["config", "check"][..], &["serve", "--data", path(&data)]] {
        let output = imd(command.iter().copied().chain(["--config", path(&file)]));
        assert_refused(&output, exit::CONFIG, &first);
        assert_refused(&output, exit::CONFIG, &second);
    }
    assert!(!data.exists(), "a wrong file must not leave a folder behind");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.toml");
    assert_refused(&imd(["config", "check", "--config", path(&missing)]), exit::CONFIG, path(&missing));
    assert_refused(&imd(["config", "check", "--config", path(folder.path())]), exit::CONFIG, path(folder.path()));
    assert_refused(&imd(["config", "check", "--config", "/dev/zero"]), exit::CONFIG, "larger than");
}

#[test]
fn a_second_process_on_the_same_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let _held = DataDir::open(folder.path()).unwrap();
    let output = imd(["serve", "--listen", "127.0.0.1:0", "--data", path(folder.path())]);
    assert_refused(&output, exit::FOLDER_IN_USE, &format!("(process {})", std::process::id()));
}

#[test]
fn a_folder_that_cannot_be_made_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let inside = file.join("data");
    let output = imd(["serve", "--listen", "127.0.0.1:0", "--data", path(&inside)]);
    assert_refused(&output, exit::FOLDER_NOT_WRITABLE, path(&inside));
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}
