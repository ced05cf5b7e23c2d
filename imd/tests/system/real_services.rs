//! The real hostnamed, in namespaces of its own with an `/etc` of its own. It needs root and systemd's programs; without them
//! this test says so and passes.
//!
//! timedated must never be started here: setting a zone makes the kernel shift the clock of the whole machine (the first
//! `settimeofday` with a time zone), and no namespace holds that in. The booted image is where it is tried.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use imd::system::{HostName, Naming};

use crate::bus::Bus;

/// Starts a service of systemd that writes below a new `/etc` and names only its own namespace.
#[allow(clippy::print_stderr, reason = "a test that was not made must be seen")]
async fn start(program: &str, name: &str) -> Option<Bus> {
    let path = format!("/usr/lib/systemd/{program}");
    if !Path::new(&path).exists() || fs::metadata("/proc/self").unwrap().uid() != 0 {
        eprintln!("skipped: needs root and {program}");
        return None;
    }
    let mut bus = Bus::start().await;
    let log = fs::File::create(bus.dir.path().join("log")).unwrap();
    let script = format!("mount -t tmpfs none /etc && echo before >/etc/hostname && exec {path}");
    let mut command = Command::new("unshare");
    command.args(["--mount", "--uts", "sh", "-c", &script]).stdout(log.try_clone().unwrap()).stderr(log);
    bus.program(&mut command);
    bus.wait_for_name(name).await;
    Some(bus)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn hostnamed_takes_both_names() {
    let Some(bus) = start("systemd-hostnamed", "org.freedesktop.hostname1").await else { return };
    let system = bus.system();
    assert_eq!(system.name().await.unwrap().host, "before");
    system.set_name(&HostName::parse("lobby-2").unwrap(), "大堂 Lobby").await.unwrap();
    let name = system.name().await.unwrap();
    assert_eq!((name.host.as_str(), name.shown.as_str()), ("lobby-2", "大堂 Lobby"));
    system.set_name(&HostName::parse("lobby-2").unwrap(), "").await.unwrap();
    assert_eq!(system.name().await.unwrap().shown, "");
}
