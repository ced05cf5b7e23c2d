//! A bus of the test's own with mocked services on it; all of it ends with the test.

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use imd::system::{DBus, DBusOptions};
use zbus::{Connection, connection};

/// How long anything may take on the slowest machine that runs this.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

const MOCK: &str = "org.freedesktop.DBus.Mock";

/// The bus, the programs on it, and a connection to talk to the mocks.
pub(crate) struct Bus {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) address: String,
    pub(crate) connection: Connection,
    programs: Vec<Child>,
}

/// One mocked service.
pub(crate) struct Mock<'a> {
    bus: &'a Bus,
    name: String,
    path: String,
}

impl Bus {
    pub(crate) async fn start() -> Self {
        Self::start_with(tempfile::tempdir().unwrap()).await
    }

    /// Where one was before.
    pub(crate) async fn start_in(place: &Path) -> Self {
        let name = place.file_name().unwrap();
        let dir = tempfile::Builder::new().prefix(name).rand_bytes(0).tempdir_in(place.parent().unwrap());
        Self::start_with(dir.unwrap()).await
    }

    async fn start_with(dir: tempfile::TempDir) -> Self {
        let address = format!("unix:path={}", dir.path().join("bus").display());
        let config = dir.path().join("bus.conf");
        let policy = r#"<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>"#;
        let text = format!(
            "<busconfig><type>custom</type><listen>{address}</listen><auth>EXTERNAL</auth>\
             <policy context=\"default\">{policy}</policy></busconfig>"
        );
        fs::write(&config, text).unwrap();
        let mut daemon = Command::new("dbus-daemon");
        daemon.arg("--nofork").arg(format!("--config-file={}", config.display()));
        let daemon = daemon.stdin(Stdio::null()).spawn().expect("dbus-daemon is installed");
        let connection =
            wait_for("the bus", || async { connection::Builder::address(address.as_str()).build().await.ok() }).await;
        Self { dir, address, connection, programs: vec![daemon] }
    }

    /// Starts a mock: a template of python-dbusmock by its name, or one of ours.
    pub(crate) async fn mock(&mut self, template: &str, name: &str, path: &str) -> Mock<'_> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let ours = root.join(format!("tests/system/templates/{template}.py"));
        let template = if ours.exists() { ours } else { PathBuf::from(template) };
        let python = root.join("../target/tools/system/bin/python");
        assert!(python.exists(), "{} is missing: make test-system makes it", python.display());
        let log = fs::File::create(self.dir.path().join(format!("{name}.log"))).unwrap();
        let mut program = Command::new(python);
        program.args(["-B", "-m", "dbusmock", "--system", "--template"]).arg(template);
        program.env("DBUS_SYSTEM_BUS_ADDRESS", &self.address).stdin(Stdio::null());
        program.stdout(log.try_clone().unwrap()).stderr(log);
        self.programs.push(program.spawn().unwrap());
        self.wait_for_name(name).await;
        Mock { bus: self, name: name.to_owned(), path: path.to_owned() }
    }

    /// Runs another program on the bus until the test ends.
    pub(crate) fn program(&mut self, command: &mut Command) {
        command.env("DBUS_SYSTEM_BUS_ADDRESS", &self.address).stdin(Stdio::null());
        self.programs.push(command.spawn().unwrap());
    }

    /// Ends the program that was started last, without a warning.
    pub(crate) fn kill_last(&mut self) {
        let mut program = self.programs.pop().unwrap();
        program.kill().unwrap();
        program.wait().unwrap();
    }

    pub(crate) async fn wait_for_name(&self, name: &str) {
        wait_for(name, || async { self.has_owner(name).await.filter(|owned| *owned) }).await;
    }

    pub(crate) async fn wait_for_no_name(&self, name: &str) {
        wait_for(name, || async { self.has_owner(name).await.filter(|owned| !*owned) }).await;
    }

    async fn has_owner(&self, name: &str) -> Option<bool> {
        let (bus, body) = ("org.freedesktop.DBus", (name,));
        let asked = self.connection.call_method(Some(bus), "/org/freedesktop/DBus", Some(bus), "NameHasOwner", &body);
        asked.await.ok()?.body().deserialize().ok()
    }

    /// What is tested, in a hurry.
    pub(crate) fn options(&self) -> DBusOptions {
        DBusOptions {
            address: Some(self.address.clone()),
            confirm_within: Duration::from_secs(60),
            leave_time: Duration::from_millis(10),
            kernel: self.dir.path().to_owned(),
            ..DBusOptions::default()
        }
    }

    pub(crate) fn system(&self) -> DBus {
        DBus::new(self.options())
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        for program in self.programs.iter_mut().rev() {
            let _ended_already = program.kill();
            let _status = program.wait();
        }
    }
}

impl Mock<'_> {
    /// Asks the mock itself.
    pub(crate) async fn ask<B, R>(&self, method: &str, body: &B) -> R
    where
        B: serde::Serialize + zbus::DynamicType,
        R: for<'d> zbus::wire::DynamicDeserialize<'d>,
    {
        let connection = &self.bus.connection;
        let asked = connection.call_method(Some(self.name.as_str()), self.path.as_str(), Some(MOCK), method, body);
        let answer = tokio::time::timeout(DEADLINE, asked).await.expect("the mock answers").unwrap();
        answer.body().deserialize().unwrap()
    }

    /// How often a method was called.
    pub(crate) async fn calls(&self, method: &str) -> usize {
        let calls: Vec<(u64, Vec<zbus::OwnedVariant>)> = self.ask("GetMethodCalls", &(method,)).await;
        calls.len()
    }

    /// Makes a method of an interface do something else, in Python.
    pub(crate) async fn redefine(&self, interface: &str, method: &str, takes: &str, gives: &str, code: &str) {
        self.ask::<_, ()>("AddMethod", &(interface, method, takes, gives, code)).await;
    }

    /// Makes a method fail with an error of that name.
    pub(crate) async fn refuse(&self, interface: &str, method: &str, takes: &str, gives: &str, error: &str) {
        let code = format!("raise dbus.exceptions.DBusException('no', name='{error}')");
        self.redefine(interface, method, takes, gives, &code).await;
    }

    pub(crate) async fn set(&self, interface: &str, property: &str, value: zbus::Variant<'_>) {
        let values = std::collections::HashMap::from([(property, value)]);
        self.ask::<_, ()>("UpdateProperties", &(interface, values)).await;
    }

    pub(crate) fn system(&self) -> DBus {
        self.bus.system()
    }

    pub(crate) fn options(&self) -> DBusOptions {
        self.bus.options()
    }
}

/// Asks until there is an answer.
pub(crate) async fn wait_for<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(DEADLINE, asking).await.unwrap_or_else(|_| panic!("waited {DEADLINE:?} for {what}"))
}
