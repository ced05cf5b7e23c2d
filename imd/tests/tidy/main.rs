//! Holds what the architecture promises: who may use whom, small files, a header on each, one true schema.
//!
//! If these fail nobody loses a message today; somebody loses the next evening finding out what depends on what. The
//! tables in `rules.rs` are the rules; `ARCHITECTURE.md` has the map. Nothing here runs the daemon.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod rules;
mod source;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rules::{
    ALL_GROUPS, CORE, CRATES, DRIVERS, ENGINES, EVERYTHING, GENERATED, GROUPS, HOMES, LAYERS, Layer, MACHINE,
    MAX_LINES, MEASURED, PURE, SKIPPED,
};
use source::{code_only, core_parts, external_names, group_names, hidden_names, internal_names, line_of};

#[test]
fn every_module_keeps_to_its_layer() {
    let source = root().join("imd/src");
    let (mut broken, mut used) = (String::new(), BTreeSet::new());
    for path in files(&source).iter().filter(|path| has_extension(path, &["rs"])) {
        let inside = path.strip_prefix(&source).unwrap();
        let name = Path::new(inside.iter().next().unwrap()).file_stem().unwrap().to_str().unwrap();
        let Some(layer) = LAYERS.iter().find(|layer| layer.name == name) else {
            writeln!(broken, "{}: `{name}` is not in LAYERS: say what it may use", shown(path)).unwrap();
            continue;
        };
        let depth = inside.components().count() - usize::from(inside.ends_with("mod.rs"));
        let submodules = submodules(&source.join(name));
        let code = code_only(&fs::read_to_string(path).unwrap());
        used.extend(names_of_ours(&code, depth, &submodules).into_iter().map(|(_, to)| (layer.name, to.to_owned())));
        for (line, fault) in faults(layer, depth, &submodules, &code) {
            writeln!(broken, "{}:{line}: {fault}", shown(path)).unwrap();
        }
    }
    broken += &unused(LAYERS, &used);
    assert!(broken.is_empty(), "\n{broken}");
}

#[test]
fn pure_crates_ask_nothing_of_the_machine() {
    let mut broken = String::new();
    for name in PURE {
        let source = root().join("crates").join(name).join("src");
        for path in files(&source).iter().filter(|path| !path.ends_with("tests.rs")) {
            for (line, part) in asks_machine(&code_only(&fs::read_to_string(path).unwrap())) {
                writeln!(broken, "{}:{line}: `{name}` does without {part}", shown(path)).unwrap();
            }
        }
    }
    assert!(broken.is_empty(), "\n{broken}");
}

/// Were this to fail, a query would run on one engine alone.
#[test]
fn queries_know_no_engine() {
    let source = root().join("crates/store/src");
    let mut broken = String::new();
    for path in files(&source).iter().filter(|path| has_extension(path, &["rs"])) {
        let inside = path.strip_prefix(&source).unwrap().iter().next().unwrap().to_str().unwrap();
        if ENGINES.contains(&inside) || inside == "lib.rs" {
            continue;
        }
        let code = code_only(&fs::read_to_string(path).unwrap());
        for (at, name) in DRIVERS.iter().flat_map(|name| code.match_indices(name)) {
            let line = line_of(&code, at);
            writeln!(broken, "{}:{line}: `{name}` belongs in {ENGINES:?}", shown(path)).unwrap();
        }
    }
    assert!(broken.is_empty(), "\n{broken}");
}

#[test]
fn the_crates_of_ours_are_those_that_there_are() {
    let mut found: Vec<_> = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    assert_eq!(found, CRATES);
}

#[test]
fn every_folder_of_actions_keeps_to_its_place() {
    let source = root().join("imd/src/actions");
    let (mut broken, mut used) = (String::new(), BTreeSet::new());
    for path in files(&source).iter().filter(|path| has_extension(path, &["rs"])) {
        let inside = path.strip_prefix(&source).unwrap();
        let name = inside.iter().next().unwrap().to_str().unwrap();
        if ALL_GROUPS.contains(&name) || name == "tests" {
            continue;
        }
        let group = GROUPS.iter().find(|group| group.name == name);
        if group.is_none() && inside.components().count() > 1 {
            writeln!(broken, "{}: `{name}` is not in GROUPS: say what it may use", shown(path)).unwrap();
        }
        let depth = inside.components().count() - usize::from(inside.ends_with("mod.rs"));
        let code = code_only(&fs::read_to_string(path).unwrap());
        let (own, uses) = group.map_or(("", &[][..]), |group| (group.name, group.uses));
        for (at, to) in group_names(&code, depth) {
            used.insert((own, to.to_owned()));
            if GROUPS.iter().any(|group| group.name == to) && to != own && !uses.contains(&to) {
                let line = line_of(&code, at);
                writeln!(broken, "{}:{line}: must not know `{to}` (it may use {uses:?})", shown(path)).unwrap();
            }
        }
    }
    broken += &unused(GROUPS, &used);
    assert!(broken.is_empty(), "\n{broken}");
}

/// Were this to fail, a dialect could change what people have without any rule being asked.
#[test]
fn only_actions_look_into_the_core() {
    let source = root().join("imd/src");
    let mut broken = String::new();
    for path in files(&source).iter().filter(|path| has_extension(path, &["rs"])) {
        if path.starts_with(source.join("actions")) {
            continue;
        }
        let code = code_only(&fs::read_to_string(path).unwrap());
        for (at, part) in core_parts(&code).into_iter().filter(|(_, part)| !CORE.contains(part)) {
            writeln!(broken, "{}:{}: `{part}` of the core: call an action", shown(path), line_of(&code, at)).unwrap();
        }
    }
    assert!(broken.is_empty(), "\n{broken}");
}

/// Arrows that are allowed and that nobody uses: the tables say what is, not what may come.
fn unused(layers: &[Layer], used: &BTreeSet<(&str, String)>) -> String {
    let declared = layers.iter().flat_map(|layer| layer.uses.iter().map(|to| (layer.name, *to)));
    let idle = declared.filter(|&(from, to)| to != "*" && !used.contains(&(from, to.to_owned())));
    idle.map(|(from, to)| format!("`{from}` does not use `{to}`: remove the arrow\n")).collect()
}

#[test]
fn the_layer_check_sees_what_it_must() {
    let live = LAYERS.iter().find(|layer| layer.name == "live").unwrap();
    let clock = LAYERS.iter().find(|layer| layer.name == "clock").unwrap();
    let found = |layer, depth, code| {
        let code = code_only(code);
        faults(layer, depth, &["rooms".to_owned()], &code).into_iter().map(|(line, _)| line).collect::<Vec<_>>()
    };
    assert_eq!(found(live, 1, "use crate::chat::Room;\nuse crate::feed::Pace;\n"), [2]);
    assert_eq!(found(live, 1, "use crate::{\n  chat::{feed, Room},\n  live::Hub,\n  http,\n};"), [4]);
    assert_eq!(found(live, 2, "use super::rooms;\nuse super::super::ws::Frame;\nuse super::feed;"), [2]);
    assert_eq!(found(live, 1, "use super::rooms;\nuse super::feed;"), [2]);
    assert_eq!(
        found(live, 1, "// crate::feed\nlet s = \"crate::feed\"; /* axum:: */ let a: &'a X = r#\"axum::\"#;"),
        []
    );
    assert_eq!(found(live, 1, "let c = '\"'; axum::serve();\nlet d = \"\\\"\"; bytes::X"), [1]);
    assert_eq!(found(live, 1, "use store::Log;\nlet x = wire::Room;\nuse ::system;\nuse chat::RoomId;"), [1, 2, 3]);
    assert_eq!(found(clock, 1, "use my::axum::X;\nuse axum;\nextern crate tokio as t;\nuse crate::*;"), [2, 3, 4]);
    assert_eq!(asks_machine("use std::fs;\nlet x = std::net::X;").len(), 2);
    assert_eq!(found(live, 1, "use std::fs;\nuse ::axum;\nlet x = ::hyper::X;"), [2, 3]);
    let groups = |depth, code| group_names(code, depth).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
    assert_eq!(groups(2, "use crate::actions::{Core, rooms::{access, manage}, view};"), ["Core", "rooms", "view"]);
    assert_eq!(groups(2, "use super::sibling;\nuse super::super::people;\nuse super::super::super::live;"), ["people"]);
    assert_eq!(
        groups(1, "core.files.turns; state.core\n  .rooms; core::mem; my_core.moving; a.core().backup"),
        ["files", "rooms", "backup"]
    );
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
    let (schema, migrations) = (root().join("crates/store/schema.sql"), root().join("crates/store/migrations"));
    let mut steps = files(&migrations);
    steps.retain(|path| has_extension(path, &["sql"]));
    for (number, path) in (1..).zip(&steps) {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with(&format!("{number:04}_")), "{}: should be number {number:04}", shown(path));
    }
    let described = schema_of(&[schema]);
    let migrated = schema_of(&steps);
    assert!(!described.is_empty(), "schema.sql describes nothing");
    let lacks = |one: &[String], other: &[String]| {
        one.iter().filter(|entry| !other.contains(entry)).map(|entry| format!("  {entry}\n")).collect::<String>()
    };
    let (missing, invented) = (lacks(&migrated, &described), lacks(&described, &migrated));
    assert!(
        missing.is_empty() && invented.is_empty(),
        "\ncrates/store/schema.sql differs from crates/store/migrations/\nonly migrated:\n{missing}only in schema.sql:\n{invented}"
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

/// Each line that breaks a rule, and which, of [`code_only`].
fn faults(layer: &Layer, depth: usize, submodules: &[String], code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    if layer.uses != EVERYTHING {
        let why = "say which names: nobody can see where these come from";
        found.extend(hidden_names(code).into_iter().map(|at| (line_of(code, at), why.to_owned())));
    }
    for (at, name) in names_of_ours(code, depth, submodules) {
        let known = CRATES.contains(&name) || LAYERS.iter().any(|layer| layer.name == name);
        let may = layer.uses == EVERYTHING || layer.name == name || layer.uses.contains(&name);
        if known && !may {
            let fault = format!("`{}` must not know `{name}` (it may use {:?})", layer.name, layer.uses);
            found.push((line_of(code, at), fault));
        }
    }
    for &(name, homes) in HOMES.iter().filter(|(_, homes)| !homes.contains(&layer.name)) {
        for at in external_names(code, name) {
            found.push((line_of(code, at), format!("crate `{name}` belongs in {homes:?}, not in `{}`", layer.name)));
        }
    }
    found.sort();
    found
}

/// Where modules and crates of ours are named: `crate::chat`, `super::super::chat`, and `chat` alone.
fn names_of_ours<'a>(code: &'a str, depth: usize, submodules: &[String]) -> Vec<(usize, &'a str)> {
    let mut names = internal_names(code, depth, submodules);
    let crates = CRATES.iter().filter(|name| !submodules.iter().any(|own| own == *name));
    names.extend(crates.flat_map(|name| external_names(code, name).into_iter().map(|at| (at, *name))));
    names
}

/// Where the machine is asked for something.
fn asks_machine(code: &str) -> Vec<(usize, &'static str)> {
    let named = MACHINE.iter().flat_map(|part| code.match_indices(part).map(move |(at, _)| (at, *part)));
    named.map(|(at, part)| (line_of(code, at), part)).collect()
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
