//! The rules: who may use whom, which crates have a home, how long a file may be.

/// A module of `imd/src` and what it may know.
pub(crate) struct Layer {
    /// The module's name: `imd/src/NAME.rs` or `imd/src/NAME/`.
    pub(crate) name: &'static str,
    /// The layers and the crates of ours that it may name; itself it always may.
    pub(crate) uses: &'static [&'static str],
}

const fn layer(name: &'static str, uses: &'static [&'static str]) -> Layer {
    Layer { name, uses }
}

/// The crates of ours, in `crates/`. What these may use stands in their `Cargo.toml`, and the compiler holds it.
pub(crate) const CRATES: &[&str] = &["age", "chat", "discovery", "search", "store", "system", "wire"];
/// Of those, the ones that also do without what the standard library has of the machine ([`MACHINE`]).
pub(crate) const PURE: &[&str] = &["age", "chat"];
pub(crate) const EVERYTHING: &[&str] = &["*"];

/// The arrows of the architecture. A module that is not here is a mistake: say where it belongs.
pub(crate) const LAYERS: &[Layer] = &[
    layer("clock", &[]),
    layer("calendar", &[]),
    layer("picture", &[]),
    layer("files", &["age", "chat", "picture"]),
    layer("feed", &["chat", "store"]),
    layer("live", &["chat"]),
    layer("fetch", &[]),
    layer(
        "actions",
        &[
            "age",
            "chat",
            "wire",
            "search",
            "store",
            "feed",
            "files",
            "live",
            "discovery",
            "system",
            "clock",
            "calendar",
            "config",
            "fetch",
        ],
    ),
    layer("http", &["actions", "wire", "chat", "discovery", "repair"]),
    layer("ws", &["actions", "wire", "chat", "http", "live"]),
    layer("config", &[]),
    layer("data_dir", &["exit"]),
    layer("memory", &[]),
    layer("open_files", &[]),
    layer("exit", &[]),
    layer("probe", &["exit"]),
    layer("console", &["wire", "exit"]),
    layer("repair", &["actions", "wire", "store", "files", "clock", "calendar"]),
    layer("cli", EVERYTHING),
    layer("app", EVERYTHING),
    layer("serve", EVERYTHING),
    layer("lib", EVERYTHING),
    layer("main", EVERYTHING),
];

/// The folders of `actions`, and which others each may name. What lies beside the folders (`view.rs`, `secrets.rs` …) is
/// everybody's and names none of them; but `core.rs` holds what each of them keeps in memory. A folder's part of the core,
/// as in `core.files`, is that folder.
pub(crate) const GROUPS: &[Layer] = &[
    layer("identity", &[]),
    layer("people", &[]),
    layer("access", &["identity", "people"]),
    layer("rooms", &["identity", "people"]),
    layer("joining", &["identity", "people", "access", "rooms"]),
    layer("live", &["people", "rooms", "joining"]),
    layer("search", &[]),
    layer("machine", &["identity", "access"]),
    layer("files", &["identity", "rooms", "machine"]),
    layer("backup", &["identity", "access", "files", "search", "machine"]),
    layer("moving", &["identity", "access", "backup"]),
    layer("upkeep", &["identity", "people", "access", "rooms", "files", "search", "machine", "backup", "moving"]),
];
/// Put the folders together.
pub(crate) const ALL_GROUPS: &[&str] = &["mod.rs", "core.rs", "tests.rs"];

/// All that is asked of a core outside of `actions`; everything else is an action's business.
pub(crate) const CORE: &[&str] = &["now", "count_request", "forget_old", "told_to_restart", "stop"];

/// Parts of the standard library that ask the machine for something.
pub(crate) const MACHINE: &[&str] = &["std::env", "std::fs", "std::net", "std::process", "std::thread"];

/// In the store: the folders that may name the libraries of the engines ([`DRIVERS`]).
pub(crate) const ENGINES: &[&str] = &["sql", "sqlite", "postgres"];
pub(crate) const DRIVERS: &[&str] = &["rusqlite", "postgres"];

/// Crates of others that only these layers may name, so that each can be replaced by changing one folder.
pub(crate) const HOMES: &[(&str, &[&str])] = &[
    ("axum", &["http", "ws", "app"]),
    ("hyper", &["http", "ws", "app", "fetch"]),
    ("hyper_util", &["http", "ws", "app", "fetch"]),
    ("tower", &["http", "ws", "app"]),
    ("tower_http", &["http", "ws", "app"]),
    ("utoipa", &["http"]),
    ("utoipa_axum", &["http"]),
    ("rust_embed", &["http"]),
    ("image", &["picture", "actions", "console"]), // photos, QR codes as pictures, letters on the screen
    ("clap", &["cli", "main"]),
    ("toml", &["config"]),
    ("tar", &["files"]),
    ("chacha20poly1305", &["actions"]), // what is sealed in backups
    ("seccompiler", &["picture"]),
    ("moxcms", &["picture"]),
];

/// No file of these kinds may be longer.
pub(crate) const MAX_LINES: usize = 500;
pub(crate) const MEASURED: &[&str] = &["rs", "ts", "tsx", "css", "sh", "py"];
/// Made by a program, read by none of us.
pub(crate) const GENERATED: &[&str] = &["webui/src/core/wire.gen.ts"];
/// Not ours or not kept.
pub(crate) const SKIPPED: &[&str] = &["target", "node_modules", "dist", "data", "test-output", "__pycache__"];
