//! A PostgreSQL server for the time of a test: a cluster in a folder of its own, reachable by a socket in that folder alone.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Stopped, with everything in it, when it is dropped.
pub(crate) struct Server {
    folder: tempfile::TempDir,
    programs: PathBuf,
}

/// Whom the server runs as when the tests run as root, which PostgreSQL refuses.
const NOBODY: u32 = 65_534;

impl Server {
    pub(crate) fn start() -> Self {
        let server = Self { folder: tempfile::tempdir().unwrap(), programs: programs() };
        let folder = server.folder.path();
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
        if nix::unistd::geteuid().is_root() {
            chown(folder, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let data = server.data();
        server.run("initdb", &["-D", &data, "-U", "imbox", "--locale=C", "--encoding=UTF8", "-A", "trust", "-N"]);
        let own = format!("-c listen_addresses= -c unix_socket_directories={}", folder.display());
        let log = folder.join("log").display().to_string();
        server.run("pg_ctl", &["-D", &data, "-l", &log, "-o", &own, "-w", "start"]);
        server
    }

    /// A new database: where it is, as libpq spells it.
    pub(crate) fn database(&self, name: &str) -> String {
        let host = self.folder.path().display().to_string();
        self.run("createdb", &["-h", &host, "-U", "imbox", name]);
        format!("host={host} user=imbox dbname={name}")
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn run(&self, program: &str, args: &[&str]) {
        let mut command = Command::new(self.programs.join(program));
        command.args(args).current_dir(self.folder.path());
        if nix::unistd::geteuid().is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        // What the server inherits from here must not keep the test from ending.
        let output = self.folder.path().join(format!("{program}.out"));
        let file = fs::File::create(&output).unwrap();
        command.stdin(std::process::Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
        let status = command.status().unwrap_or_else(|error| panic!("{program}: {error}"));
        assert!(status.success(), "{program}: {}", fs::read_to_string(output).unwrap_or_default());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.data();
        self.run("pg_ctl", &["-D", &data, "-m", "immediate", "-w", "stop"]);
    }
}

/// Where the server's programs are: Debian keeps them out of the search path, in a folder for each version.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    folders.into_iter().rev().find(|folder| folder.join("initdb").exists()).unwrap_or_else(|| Path::new("").to_owned())
}
