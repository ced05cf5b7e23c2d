//! The real NetworkManager, in a network namespace with one cable (a veth pair) and folders of its own.
//!
//! A mock goes back as we believe NetworkManager does; here it does it. Only root can make a namespace, and nobody should have
//! NetworkManager take over their machine for a test: without both these tests say so and pass.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use imd::system::network::{Applied, Change, ConfirmedBy, IpSettings, Link, PendingChange, Prefixed, Stage, Undone};
use imd::system::{DBus, DBusOptions, Network};

use crate::bus::{Bus, DEADLINE, wait_for};

const NAME: &str = "org.freedesktop.NetworkManager";
const PROFILE: &str = "[connection]\nid=wired\nuuid=11111111-2222-3333-4444-555555555555\ntype=ethernet\n\
                       interface-name=eth0\n[ipv4]\nmethod=manual\naddress1=192.168.77.2/24\n[ipv6]\nmethod=disabled\n";
const CONFIG: &str = "[main]\nplugins=keyfile\nauth-polkit=false\ndhcp=internal\ndns=none\nrc-manager=unmanaged\n\
                      no-auto-default=*\n[connection]\nipv4.dhcp-timeout=2\n[device]\nmatch-device=interface-name:eth0\n\
                      managed=1\n[keyfile]\nunmanaged-devices=interface-name:peer0\n";

/// A machine with one cable.
struct Machine {
    bus: Bus,
    namespace: Namespace,
}

struct Namespace(String);

impl Drop for Namespace {
    fn drop(&mut self) {
        // NetworkManager itself is ended by the bus it is on; this ends the helpers that it may have started.
        let pids = Command::new("ip").args(["netns", "pids", &self.0]).output().unwrap();
        for pid in String::from_utf8_lossy(&pids.stdout).split_whitespace() {
            let _gone = Command::new("kill").args(["-KILL", pid]).status();
        }
        let _deleted = Command::new("ip").args(["netns", "del", &self.0]).status();
    }
}

impl Namespace {
    fn ip(&self, arguments: &str) {
        let status = Command::new("ip").args(["-n", &self.0]).args(arguments.split(' ')).status().unwrap();
        assert!(status.success(), "ip {arguments}");
    }

    /// The IPv4 address that the kernel has on eth0.
    fn address(&self) -> Option<String> {
        let output = Command::new("ip").args(["-n", &self.0, "-o", "-4", "address", "show", "eth0"]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let mut words = text.split_whitespace().skip_while(|word| *word != "inet").skip(1);
        words.next().map(str::to_owned)
    }
}

impl Machine {
    #[allow(clippy::print_stderr, reason = "a test that was not made must be seen")]
    async fn start(test: &str) -> Option<Self> {
        let installed = Path::new("/usr/sbin/NetworkManager").exists();
        if !installed || fs::metadata("/proc/self").unwrap().uid() != 0 {
            eprintln!("skipped: needs root and NetworkManager");
            return None;
        }
        let bus = Bus::start().await;
        let name = format!("imbox-{}-{test}", std::process::id());
        assert!(Command::new("ip").args(["netns", "add", &name]).status().unwrap().success());
        let namespace = Namespace(name);
        namespace.ip("link set lo up");
        namespace.ip("link add eth0 type veth peer name peer0");
        namespace.ip("address add 192.168.77.1/24 dev peer0");
        namespace.ip("link set peer0 up");
        let mut machine = Self { bus, namespace };
        fs::create_dir_all(machine.profiles()).unwrap();
        fs::create_dir_all(machine.folder("conf.d")).unwrap();
        let path = format!("path={}\n", machine.profiles().display());
        fs::write(machine.folder("NetworkManager.conf"), format!("{CONFIG}{path}")).unwrap();
        let profile = machine.profiles().join("eth0.nmconnection");
        fs::write(&profile, PROFILE).unwrap();
        fs::set_permissions(&profile, PermissionsExt::from_mode(0o600)).unwrap();
        machine.boot().await;
        Some(machine)
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.bus.dir.path().join(name)
    }

    fn profiles(&self) -> PathBuf {
        self.folder("profiles")
    }

    /// All that is written, as one text.
    fn disk(&self) -> String {
        let mut files: Vec<_> = fs::read_dir(self.profiles()).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
    }

    async fn boot(&mut self) {
        // Its volatile folders are new at each start, as after a power cut. A read-only /sys means a container: no udev.
        let script = "mkdir -p /run/NetworkManager /var/lib/NetworkManager \
                      && mount -t tmpfs none /run/NetworkManager && mount -t tmpfs none /var/lib/NetworkManager \
                      && mount -o remount,bind,ro /sys && exec NetworkManager --debug \"$@\"";
        let log = fs::OpenOptions::new().create(true).append(true).open(self.folder("log")).unwrap();
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.namespace.0, "unshare", "--mount", "sh", "-c", script, "sh"]);
        command.arg("--config").arg(self.folder("NetworkManager.conf"));
        command.arg("--config-dir").arg(self.folder("conf.d"));
        command.arg("--system-config-dir").arg(self.folder("absent"));
        command.arg("--state-file").arg(self.folder("state")).arg("--pid-file").arg(self.folder("pid"));
        command.stdout(log.try_clone().unwrap()).stderr(log);
        self.bus.program(&mut command);
        self.bus.wait_for_name(NAME).await;
    }

    async fn power_cut(&mut self) {
        self.bus.kill_last();
        self.bus.wait_for_no_name(NAME).await;
        self.namespace.ip("link set eth0 down");
        self.namespace.ip("address flush dev eth0");
        self.boot().await;
    }

    async fn until_address(&self, wanted: &str) {
        wait_for(wanted, || async { (self.namespace.address().as_deref() == Some(wanted)).then_some(()) }).await;
    }
}

fn to(ipv4: IpSettings<Ipv4Addr>) -> Change {
    Change::Addresses { interface: "eth0".to_owned(), ipv4, ipv6: IpSettings::Off }
}

fn fixed() -> Change {
    let address = Prefixed { address: Ipv4Addr::new(10, 9, 8, 7), prefix: 24 };
    let dns = vec![Ipv4Addr::new(10, 9, 8, 1)];
    to(IpSettings::Fixed { address, gateway: Some(Ipv4Addr::new(10, 9, 8, 1)), dns })
}

async fn apply(system: &DBus, change: Change) -> PendingChange {
    match system.apply(change, ConfirmedBy::Person).await.unwrap() {
        Applied::Pending(pending) => pending,
        Applied::Done => panic!("done at once"),
    }
}

async fn until_up(system: &DBus) {
    let mut changes = system.changes();
    let up = changes.wait_for(|state| state.pending.as_ref().is_none_or(|pending| pending.stage == Stage::Up));
    let state = tokio::time::timeout(DEADLINE, up).await.expect("it comes up").unwrap();
    assert!(state.pending.is_some(), "{state:?}");
}

async fn until_ended(system: &DBus) -> Option<Undone> {
    let mut changes = system.changes();
    let ended = changes.wait_for(|state| state.pending.is_none() && state.last.is_some());
    tokio::time::timeout(DEADLINE, ended).await.expect("it ends").unwrap().last.unwrap().undone
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn a_confirmed_address_survives_a_power_cut() {
    let Some(mut machine) = Machine::start("kept").await else { return };
    machine.until_address("192.168.77.2/24").await;
    let system = machine.bus.system();
    let pending = apply(&system, fixed()).await;
    until_up(&system).await;
    machine.until_address("10.9.8.7/24").await;
    let state = system.network_state().await.unwrap();
    assert_eq!(state.interfaces.len(), 1, "{state:?}");
    let cable = &state.interfaces[0];
    assert_eq!((cable.link, cable.gateway), (Link::Connected, Some(Ipv4Addr::new(10, 9, 8, 1))));
    assert_eq!(cable.dns, [IpAddr::V4(Ipv4Addr::new(10, 9, 8, 1))]);
    let Change::Addresses { ipv4, ipv6, .. } = fixed() else { unreachable!() };
    assert_eq!((cable.ipv4.clone(), cable.ipv6.clone()), (Some(ipv4), Some(ipv6)));
    system.confirm(pending.id).await.unwrap();
    assert_eq!(until_ended(&system).await, None);
    assert!(machine.disk().contains("10.9.8.7/24") && !machine.disk().contains("192.168.77.2"), "{}", machine.disk());
    machine.power_cut().await;
    machine.until_address("10.9.8.7/24").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn a_power_cut_before_the_confirmation_brings_the_old_address_back() {
    let Some(mut machine) = Machine::start("cut").await else { return };
    machine.until_address("192.168.77.2/24").await;
    let system = machine.bus.system();
    apply(&system, fixed()).await;
    until_up(&system).await;
    machine.until_address("10.9.8.7/24").await;
    machine.power_cut().await;
    machine.until_address("192.168.77.2/24").await;
    assert!(!machine.disk().contains("10.9.8.7"), "{}", machine.disk());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn an_address_that_nobody_confirms_is_taken_back() {
    let Some(machine) = Machine::start("lost").await else { return };
    machine.until_address("192.168.77.2/24").await;
    let system = DBus::new(DBusOptions { confirm_within: Duration::from_secs(3), ..machine.bus.options() });
    apply(&system, fixed()).await;
    machine.until_address("10.9.8.7/24").await;
    assert_eq!(until_ended(&system).await, Some(Undone::NotConfirmed));
    machine.until_address("192.168.77.2/24").await;
    assert!(!machine.disk().contains("10.9.8.7"), "{}", machine.disk());
}

/// A daemon that crashes must not leave the box where nobody finds it.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn an_address_is_taken_back_without_the_daemon() {
    let Some(machine) = Machine::start("dead").await else { return };
    machine.until_address("192.168.77.2/24").await;
    let options = DBusOptions { confirm_within: Duration::from_secs(4), ..machine.bus.options() };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let dying = runtime.spawn(async move {
        let system = DBus::new(options);
        apply(&system, fixed()).await;
        until_up(&system).await;
    });
    dying.await.unwrap();
    runtime.shutdown_background();
    machine.until_address("192.168.77.2/24").await;
    assert!(!machine.disk().contains("10.9.8.7"), "{}", machine.disk());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn a_network_that_gives_out_no_address_is_left_again() {
    let Some(machine) = Machine::start("dhcp").await else { return };
    machine.until_address("192.168.77.2/24").await;
    let system = machine.bus.system();
    apply(&system, to(IpSettings::Automatic { dns: vec![] })).await;
    assert_eq!(until_ended(&system).await, Some(Undone::NoAddress));
    machine.until_address("192.168.77.2/24").await;
}

/// After a network without DHCP an interface is idle: it must be possible to give it an address then, and to lose it again.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn an_idle_interface_gets_an_address_and_exactly_one_profile() {
    let Some(machine) = Machine::start("idle").await else { return };
    machine.until_address("192.168.77.2/24").await;
    let system = machine.bus.system();
    let eth0: zbus::OwnedObjectPath =
        call(&machine, "/org/freedesktop/NetworkManager", NAME, "GetDeviceByIpIface", &("eth0",)).await;
    call::<_, ()>(&machine, eth0.as_str(), "org.freedesktop.NetworkManager.Device", "Disconnect", &()).await;
    wait_for("no address", || async { machine.namespace.address().is_none().then_some(()) }).await;
    let pending = apply(&system, fixed()).await;
    until_up(&system).await;
    system.undo(pending.id).await.unwrap();
    assert_eq!(until_ended(&system).await, Some(Undone::Asked));
    wait_for("no address", || async { machine.namespace.address().is_none().then_some(()) }).await;
    assert_eq!(machine.disk().matches("[connection]").count(), 1);
    let pending = apply(&system, fixed()).await;
    until_up(&system).await;
    system.confirm(pending.id).await.unwrap();
    machine.until_address("10.9.8.7/24").await;
    wait_for("the old profile to go", || async { (!machine.disk().contains("192.168.77.2")).then_some(()) }).await;
    assert_eq!(machine.disk().matches("[connection]").count(), 1, "{}", machine.disk());
}

/// Without a cable nobody can be cut off, and nobody could confirm.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn an_interface_without_cable_is_set_up_for_later() {
    let Some(machine) = Machine::start("nocable").await else { return };
    machine.until_address("192.168.77.2/24").await;
    let system = machine.bus.system();
    machine.namespace.ip("link set peer0 down");
    wait_for("the cable to be out", || async {
        let state = system.network_state().await.unwrap();
        (state.interfaces[0].link == Link::Absent).then_some(())
    })
    .await;
    assert_eq!(system.apply(fixed(), ConfirmedBy::Person).await, Ok(Applied::Done));
    assert!(machine.disk().contains("10.9.8.7/24"));
    machine.namespace.ip("link set peer0 up");
    machine.until_address("10.9.8.7/24").await;
}

async fn call<B, R>(machine: &Machine, path: &str, interface: &str, method: &str, body: &B) -> R
where
    B: serde::Serialize + zbus::DynamicType,
    R: for<'d> zbus::wire::DynamicDeserialize<'d>,
{
    let reply = machine.bus.connection.call_method(Some(NAME), path, Some(interface), method, body).await.unwrap();
    reply.body().deserialize().unwrap()
}
