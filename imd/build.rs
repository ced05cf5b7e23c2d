//! Builds the web app that the daemon embeds, and tells the crate where it lies: `$IMBOX_DIST`.
//!
//! `webui/dist` is built by npm when it is missing or older than its sources. `IMBOX_WEBUI_DIST=FOLDER` names one that
//! is built already; then npm is not needed. Tools that only look at the code (clippy, rust-analyzer) get an empty
//! folder. Nothing outside `webui/` and Cargo's output folder is written.

#![allow(clippy::print_stdout, reason = "this is how a build script talks to Cargo")]
#![allow(clippy::disallowed_methods, reason = "Cargo passes everything in the environment")]

use std::env;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::SystemTime;

/// What in `webui/` is not a source of `dist`.
const NOT_SOURCES: &[&str] = &["dist", "node_modules", "tests", "test-output", "README.md"];

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=IMBOX_WEBUI_DIST");
    match dist() {
        Ok(folder) => {
            println!("cargo::rustc-env=IMBOX_DIST={}", folder.display());
            ExitCode::SUCCESS
        }
        Err(message) => {
            for line in message.lines().filter(|line| !line.is_empty()) {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

/// The folder to embed, built if that is needed.
fn dist() -> Result<PathBuf, String> {
    if let Some(given) = env::var_os("IMBOX_WEBUI_DIST").filter(|given| !given.is_empty()) {
        return prebuilt(Path::new(&given));
    }
    if only_looked_at() {
        return nothing();
    }
    let webui = cargo_path("CARGO_MANIFEST_DIR")?.with_file_name("webui");
    build(&webui)
}

fn nothing() -> Result<PathBuf, String> {
    let empty = cargo_path("OUT_DIR")?.join("webui-not-built");
    fs::create_dir_all(&empty).map_err(|error| at(&empty, &error))?;
    Ok(empty)
}

/// `IMBOX_WEBUI_DIST` is relative to where Cargo was called, which a build script is not told: the workspace's root.
fn prebuilt(given: &Path) -> Result<PathBuf, String> {
    let root = cargo_path("CARGO_MANIFEST_DIR")?.join("..");
    let folder = root.join(given).canonicalize().map_err(|error| format!("IMBOX_WEBUI_DIST: {}", at(given, &error)))?;
    if !folder.join("index.html").is_file() {
        return Err(format!("IMBOX_WEBUI_DIST: {} has no index.html: it is not a built web app", folder.display()));
    }
    println!("cargo::rerun-if-changed={}", folder.display());
    Ok(folder)
}

/// Whether the code will be read but not run.
fn only_looked_at() -> bool {
    let wrapped_by = |variable: &str, program: &str| {
        println!("cargo::rerun-if-env-changed={variable}");
        env::var(variable).is_ok_and(|wrapper| wrapper.contains(program))
    };
    wrapped_by("RUSTC_WORKSPACE_WRAPPER", "clippy-driver") || wrapped_by("RUSTC_WRAPPER", "rust-analyzer")
}

/// Brings `webui/dist` up to date. The stamp says from which sources which content was built.
fn build(webui: &Path) -> Result<PathBuf, String> {
    let sources = sources(webui)?;
    for source in &sources.watched {
        println!("cargo::rerun-if-changed={}", source.display());
    }
    let dist = webui.join("dist");
    let index = dist.join("index.html");
    println!("cargo::rerun-if-changed={}", index.display());

    let stamp = webui.join("node_modules/.imbox-dist");
    let current = || digest(&dist).map(|dist| format!("{} {dist}", sources.digest));
    if index.is_file() && fs::read_to_string(&stamp).is_ok_and(|stamp| current() == Ok(stamp)) {
        return Ok(dist);
    }
    if packages_are_stale(webui) {
        npm(webui, &["ci", "--no-audit", "--no-fund"])?;
    }
    npm(webui, &["run", "build"])?;

    // Cargo would take a file made by this run for a change since it, and build everything a second time.
    let dated = File::options().append(true).open(&index).and_then(|file| file.set_modified(sources.newest));
    dated.map_err(|error| format!("`npm run build` succeeded, but {}", at(&index, &error)))?;
    fs::write(&stamp, current()?).map_err(|error| at(&stamp, &error))?;
    Ok(dist)
}

/// npm writes its own copy of the lock file last.
fn packages_are_stale(webui: &Path) -> bool {
    let modified = |path: &str| fs::metadata(webui.join(path)).and_then(|found| found.modified());
    match (modified("package-lock.json"), modified("node_modules/.package-lock.json")) {
        (Ok(wanted), Ok(installed)) => installed < wanted,
        _ => true,
    }
}

/// Runs npm; its output is shown only if it fails.
fn npm(webui: &Path, arguments: &[&str]) -> Result<(), String> {
    let command = format!("npm {}", arguments.join(" "));
    let output =
        Command::new("npm").args(arguments).current_dir(webui).output().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => "the web app has to be built, and npm is not installed.\n\
             Install Node.js 20 or newer, or set IMBOX_WEBUI_DIST to a folder with the built web app."
                .to_owned(),
            _ => format!("{command}: {error}"),
        })?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    Err(format!("`{command}` in {} failed, {}:\n{said}", webui.display(), output.status))
}

/// What `dist` is made from.
struct Sources {
    /// The files and folders for Cargo to watch.
    watched: Vec<PathBuf>,
    /// Changes when a name or a content changes.
    digest: String,
    /// When the youngest file was written.
    newest: SystemTime,
}

fn sources(webui: &Path) -> Result<Sources, String> {
    let mut found = Sources { watched: Vec::new(), digest: String::new(), newest: SystemTime::UNIX_EPOCH };
    let mut hasher = DefaultHasher::new();
    for entry in entries(webui)? {
        let name = entry.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || NOT_SOURCES.contains(&name.as_ref()) {
            continue;
        }
        read_into(&entry, &mut hasher, &mut found.newest)?;
        found.watched.push(entry);
    }
    found.digest = format!("{:016x}", hasher.finish());
    Ok(found)
}

/// Changes when a name or a content in the folder changes.
fn digest(folder: &Path) -> Result<String, String> {
    let mut hasher = DefaultHasher::new();
    let mut newest = SystemTime::UNIX_EPOCH;
    read_into(folder, &mut hasher, &mut newest)?;
    Ok(format!("{:016x}", hasher.finish()))
}

fn read_into(path: &Path, hasher: &mut DefaultHasher, newest: &mut SystemTime) -> Result<(), String> {
    if path.is_dir() {
        return entries(path)?.iter().try_for_each(|entry| read_into(entry, hasher, newest));
    }
    let content = fs::read(path).map_err(|error| at(path, &error))?;
    hasher.write(path.as_os_str().as_encoded_bytes());
    hasher.write_usize(content.len());
    hasher.write(&content);
    let modified = fs::metadata(path).and_then(|found| found.modified()).map_err(|error| at(path, &error))?;
    *newest = modified.max(*newest);
    Ok(())
}

/// A folder's entries in an order that does not depend on the file system.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let read = fs::read_dir(folder).map_err(|error| at(folder, &error))?;
    let mut paths = read.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    if let Ok(paths) = &mut paths {
        paths.sort();
    }
    paths.map_err(|error| at(folder, &error))
}

fn cargo_path(variable: &str) -> Result<PathBuf, String> {
    env::var_os(variable).map(PathBuf::from).ok_or_else(|| format!("{variable} is not set: run this by Cargo"))
}

fn at(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}
