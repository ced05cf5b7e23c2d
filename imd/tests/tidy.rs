//! Holds what the architecture promises: who may use whom, small files, a header on each, one true schema.
//!
//! If these fail nobody loses a message today; somebody loses the next evening finding out what depends on what. The
//! tables at the top are the rules; `ARCHITECTURE.md` has the map. Nothing here runs the daemon.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A module of `imd/src` and what it may know.
struct Layer {
    /// The module's name: `imd/src/NAME.rs` or `imd/src/NAME/`.
    name: &'static str,
    /// The layers it may name; itself it always may.
    uses: &'static [&'static str],
    /// Crates it must do without, beside those that have a home elsewhere.
    without: &'static [&'static str],
}

const fn layer(name: &'static str, uses: &'static [&'static str]) -> Layer {
    Layer { name, uses, without: &[] }
}

const RUNTIME: &[&str] = &["tokio", "futures_util", "nix", "serde", "serde_json", "tracing"];
const EVERYTHING: &[&str] = &["*"];

/// The arrows of the architecture. A module that is not here is a mistake: say where it belongs.
const LAYERS: &[Layer] = &[
    Layer { name: "chat", uses: &[], without: RUNTIME },
    Layer { name: "age", uses: &[], without: RUNTIME },
    layer("clock", &[]),
    layer("discovery", &["clock"]),
    layer("system", &["clock"]),
    layer("wire", &["chat"]),
    layer("store", &["chat", "clock"]),
    layer("picture", &[]),
    layer("files", &["age", "chat", "clock", "picture"]),
    layer("live", &["chat", "wire", "clock"]),
    layer("fetch", &[]),
    layer(
        "actions",
        &["age", "chat", "wire", "store", "files", "live", "discovery", "system", "clock", "config", "fetch"],
    ),
    layer("http", &["actions", "wire", "chat", "clock", "discovery", "repair"]),
    layer("ws", &["actions", "wire", "chat", "clock", "http", "live"]),
    layer("config", &[]),
    layer("data_dir", &["exit"]),
    layer("open_files", &[]),
    layer("exit", &[]),
    layer("probe", &["exit"]),
    layer("console", &["wire", "exit"]),
    layer("repair", &["actions", "wire", "store", "files", "discovery", "clock", "config"]),
    layer("cli", EVERYTHING),
    layer("app", EVERYTHING),
    layer("serve", EVERYTHING),
    layer("lib", EVERYTHING),
    layer("main", EVERYTHING),
];

/// Crates that only these layers may name, so that each can be replaced by changing one folder.
const HOMES: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("axum", &["http", "ws", "app"]),
    ("hyper", &["http", "ws", "app", "fetch"]),
    ("hyper_util", &["http", "ws", "app", "fetch"]),
    ("tower", &["http", "ws", "app"]),
    ("tower_http", &["http", "ws", "app"]),
    ("utoipa", &["wire", "http"]),
    ("utoipa_axum", &["http"]),
    ("rust_embed", &["http"]),
    ("mdns_sd", &["discovery"]),
    ("zbus", &["system"]),
    ("image", &["picture", "actions", "console"]), // photos, QR codes as pictures, letters on the screen
    ("clap", &["cli", "main"]),
    ("toml", &["config"]),
    ("tar", &["files"]),
    ("scrypt", &["age"]),
    ("chacha20poly1305", &["age"]),
    ("seccompiler", &["picture"]),
    ("moxcms", &["picture"]),
];

/// No file of these kinds may be longer.
const MAX_LINES: usize = 500;
const MEASURED: &[&str] = &["rs", "ts", "tsx", "css", "sh", "py"];
/// Made by a program, read by none of us.
const GENERATED: &[&str] = &["webui/src/core/wire.gen.ts"];
/// Not ours or not kept.
const SKIPPED: &[&str] = &["target", "node_modules", "dist", "data", "test-output", "__pycache__"];

#[test]
fn every_module_keeps_to_its_layer() {
    let source = root().join("imd/src");
    let mut broken = String::new();
    for path in files(&source).iter().filter(|path| has_extension(path, &["rs"])) {
        let inside = path.strip_prefix(&source).unwrap();
        let name = Path::new(inside.iter().next().unwrap()).file_stem().unwrap().to_str().unwrap();
        let Some(layer) = LAYERS.iter().find(|layer| layer.name == name) else {
            writeln!(broken, "{}: `{name}` is not in LAYERS: say what it may use", shown(path)).unwrap();
            continue;
        };
        let depth = inside.components().count() - usize::from(inside.ends_with("mod.rs"));
        let submodules = submodules(&source.join(name));
        for (line, fault) in faults(layer, depth, &submodules, &fs::read_to_string(path).unwrap()) {
            writeln!(broken, "{}:{line}: {fault}", shown(path)).unwrap();
        }
    }
    assert!(broken.is_empty(), "\n{broken}");
}

#[test]
fn the_layer_check_sees_what_it_must() {
    let store = LAYERS.iter().find(|layer| layer.name == "store").unwrap();
    let chat = LAYERS.iter().find(|layer| layer.name == "chat").unwrap();
    let found = |layer, depth, code| {
        faults(layer, depth, &["rooms".to_owned()], code).into_iter().map(|(line, _)| line).collect::<Vec<_>>()
    };
    assert_eq!(found(store, 1, "use crate::chat::Room;\nuse crate::live::Session;\n"), [2]);
    assert_eq!(found(store, 1, "use crate::{\n  chat::{live, Room},\n  store::Log,\n  http,\n};"), [4]);
    assert_eq!(found(store, 2, "use super::rooms;\nuse super::super::ws::Frame;\nuse super::live;"), [2]);
    assert_eq!(found(store, 1, "use super::rooms;\nuse super::live;"), [2]);
    assert_eq!(
        found(store, 1, "// crate::live\nlet s = \"crate::live\"; /* axum:: */ let a: &'a X = r#\"axum::\"#;"),
        []
    );
    assert_eq!(found(store, 1, "let c = '\"'; axum::serve();\nlet d = \"\\\"\"; rusqlite::X"), [1]);
    assert_eq!(found(chat, 1, "use serde::Serialize;\n#[tokio::test]\nfn f(x: my::tokio::X) {}\nuse axum;"), [1, 2, 4]);
}

#[test]
fn files_are_small_enough_to_read() {
    let mut long = String::new();
    for path in files(root()).iter().filter(|path| has_extension(path, MEASURED)) {
        let lines = fs::read_to_string(path).unwrap().lines().count();
        if lines > MAX_LINES && !GENERATED.contains(&shown(path).as_str()) {
            writeln!(long, "{}:{lines}: more than {MAX_LINES} lines: split it", shown(path)).unwrap();
        }
    }
    assert!(long.is_empty(), "\n{long}");
}

#[test]
fn every_rust_file_says_what_it_is_for() {
    let mut silent = String::new();
    for path in files(root()).iter().filter(|path| has_extension(path, &["rs"])) {
        if !fs::read_to_string(path).unwrap().starts_with("//! ") {
            writeln!(silent, "{}:1: no `//!` header: what is it for, what must it not know?", shown(path)).unwrap();
        }
    }
    assert!(silent.is_empty(), "\n{silent}");
}

/// `schema.sql` is what people read; the migrations are what boxes have. An upgraded box must be what is described.
#[test]
fn schema_is_what_the_migrations_make() {
    let (schema, migrations) = (root().join("imd/schema.sql"), root().join("imd/migrations"));
    let mut steps = files(&migrations);
    steps.retain(|path| has_extension(path, &["sql"]));
    for (number, path) in (1..).zip(&steps) {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with(&format!("{number:04}_")), "{}: should be number {number:04}", shown(path));
    }
    let described = schema_of(&[schema]);
    let migrated = schema_of(&steps);
    assert!(!described.is_empty(), "imd/schema.sql describes nothing");
    let lacks = |one: &[String], other: &[String]| {
        one.iter().filter(|entry| !other.contains(entry)).map(|entry| format!("  {entry}\n")).collect::<String>()
    };
    let (missing, invented) = (lacks(&migrated, &described), lacks(&described, &migrated));
    assert!(
        missing.is_empty() && invented.is_empty(),
        "\nimd/schema.sql differs from imd/migrations/\nonly migrated:\n{missing}only in schema.sql:\n{invented}"
    );
}

/// What a database holds after these files, one entry for each table, index, view and trigger, laid out alike.
fn schema_of(files: &[PathBuf]) -> Vec<String> {
    let database = rusqlite::Connection::open_in_memory().unwrap();
    for path in files {
        let sql = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", shown(path)));
        database.execute_batch(&sql).unwrap_or_else(|error| panic!("{}: {error}", shown(path)));
    }
    let mut query =
        database.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name").unwrap();
    let rows = query.query_map([], |row| row.get::<_, String>(0)).unwrap();
    rows.map(|sql| without_layout(&sql.unwrap())).collect()
}

fn without_layout(sql: &str) -> String {
    let code: Vec<&str> = sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    let words = code.join(" ").replace('(', " ( ").replace(')', " ) ").replace(',', " , ");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Each line that breaks a rule, and which.
fn faults(layer: &Layer, depth: usize, submodules: &[String], source: &str) -> Vec<(usize, String)> {
    let code = code_only(source);
    let mut found = Vec::new();
    for (at, name) in internal_names(&code, depth, submodules) {
        let known = LAYERS.iter().any(|layer| layer.name == name);
        let may = layer.uses == EVERYTHING || layer.name == name || layer.uses.contains(&name);
        if known && !may {
            let fault = format!("`{}` must not know `{name}` (it may use {:?})", layer.name, layer.uses);
            found.push((line_of(&code, at), fault));
        }
    }
    for &(name, homes) in HOMES.iter().filter(|(_, homes)| !homes.contains(&layer.name)) {
        for at in external_names(&code, name) {
            found.push((line_of(&code, at), format!("crate `{name}` belongs in {homes:?}, not in `{}`", layer.name)));
        }
    }
    for name in layer.without {
        for at in external_names(&code, name) {
            found.push((line_of(&code, at), format!("`{}` does without crate `{name}`", layer.name)));
        }
    }
    found.sort();
    found
}

/// The names after `crate::`, after `crate::{` and after as many `super::` as lead out of the layer.
fn internal_names<'a>(code: &'a str, depth: usize, submodules: &[String]) -> Vec<(usize, &'a str)> {
    let mut names = Vec::new();
    for (start, _) in code.match_indices("crate::").filter(|&(at, _)| starts_word(code, at)) {
        names.extend(path_heads(code, start + "crate::".len()));
    }
    for (start, _) in code.match_indices("super::").filter(|&(at, _)| starts_word(code, at)) {
        let supers = code[start..].split("super::").take_while(|between| between.is_empty()).count();
        let heads = path_heads(code, start + supers * "super::".len());
        let outside = heads.into_iter().filter(|(_, name)| !submodules.iter().any(|own| own == name));
        names.extend(outside.filter(|_| supers >= depth));
    }
    names
}

/// The first name of a path, or of each path in a group.
fn path_heads(code: &str, at: usize) -> Vec<(usize, &str)> {
    let word = |at: usize| {
        let rest = &code[at..];
        (at, &rest[..rest.find(|letter: char| !is_word(letter)).unwrap_or(rest.len())])
    };
    if !code[at..].starts_with('{') {
        return vec![word(at)];
    }
    let (mut heads, mut depth, mut awaited) = (Vec::new(), 0, false);
    for (offset, letter) in code[at..].char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && awaited && is_word(letter) {
            heads.push(word(at + offset));
            awaited = false;
        }
        awaited |= depth == 1 && matches!(letter, '{' | ',');
    }
    heads
}

/// Where the code names an external crate.
fn external_names(code: &str, name: &str) -> Vec<usize> {
    let names = code.match_indices(name).map(|(at, _)| at).filter(|&at| starts_word(code, at));
    let followed = |at: &usize| code[at + name.len()..].starts_with("::");
    let imported = |at: &usize| code[..*at].ends_with("use ") && code[at + name.len()..].starts_with([';', ' ']);
    names.filter(|at| followed(at) || imported(at)).collect()
}

/// The source with comments and the contents of literals blanked; every line stays where it is.
fn code_only(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let hidden = hidden_length(rest, code.chars().next_back());
        let length = hidden.unwrap_or(first.len_utf8());
        let (taken, left) = rest.split_at(length);
        match hidden {
            Some(_) => code.extend(taken.chars().map(|letter| if letter == '\n' { '\n' } else { ' ' })),
            None => code.push(first),
        }
        rest = left;
    }
    code
}

/// How many bytes of comment or literal begin here, if any do.
fn hidden_length(rest: &str, before: Option<char>) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(rest.find("*/").map_or(rest.len(), |end| end + 2));
    }
    if rest.starts_with('"') {
        return Some(quoted_length(rest, '"'));
    }
    if rest.starts_with('r') && !before.is_some_and(|before| is_word(before) && before != 'b') {
        let hashes = rest[1..].len() - rest[1..].trim_start_matches('#').len();
        if rest[1 + hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let open = hashes + 2;
            return Some(rest[open..].find(&end).map_or(rest.len(), |at| open + at + end.len()));
        }
    }
    // 'x' and '\n' are characters, 'x without a closing quote is a lifetime.
    let mut letters = rest.strip_prefix('\'')?.chars();
    let character = letters.next()? == '\\' || letters.next()? == '\'';
    character.then(|| quoted_length(rest, '\''))
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Whether a path begins here: not inside a word and not further down a path.
fn starts_word(code: &str, at: usize) -> bool {
    !code[..at].ends_with(|before: char| is_word(before) || before == ':')
}

fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

/// The modules inside a layer's folder.
fn submodules(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| Some(entry.path().file_stem()?.to_str()?.to_owned())).collect()
}

/// The workspace's folder.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// All files below a folder, sorted, without what others made.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let entry = entry.unwrap();
        let name = entry.file_name().to_str().unwrap().to_owned();
        match entry.file_type().unwrap() {
            kind if kind.is_dir() && !name.starts_with('.') && !SKIPPED.contains(&name.as_str()) => {
                found.extend(files(&entry.path()));
            }
            kind if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
    found.sort();
    found
}

fn has_extension(path: &Path, wanted: &[&str]) -> bool {
    path.extension().is_some_and(|extension| wanted.iter().any(|wanted| extension == *wanted))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
