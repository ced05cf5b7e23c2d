//! Installing an update, and going back.

use std::path::PathBuf;

use imd::system::{BundleFault, DBus, InstallProgress, NextStart, SlotHealth, SystemError, Update};
use tokio::sync::watch;

use crate::bus::{Bus, DEADLINE, Mock};

const RAUC: (&str, &str, &str) = ("de.pengutronix.rauc", "/", "de.pengutronix.rauc.Installer");

async fn rauc(bus: &mut Bus) -> Mock<'_> {
    for name in ["good", "unsigned", "foreign", "fails"] {
        std::fs::write(bus.dir.path().join(name), "bundle").unwrap();
    }
    bus.mock("rauc", RAUC.0, RAUC.1).await
}

fn bundle(mock: &Mock<'_>, name: &str) -> PathBuf {
    mock.options().kernel.join(name)
}

async fn until(
    progress: &mut watch::Receiver<InstallProgress>,
    wanted: impl Fn(&InstallProgress) -> bool,
) -> InstallProgress {
    let reached = tokio::time::timeout(DEADLINE, progress.wait_for(|now| wanted(now))).await;
    reached.expect("progress").unwrap().clone()
}

/// An update could not be installed, or nobody would know how far it is.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn an_update_goes_into_the_other_slot() {
    let mut bus = Bus::start().await;
    let mock = rauc(&mut bus).await;
    let system = mock.system();
    let before = system.update_state().await.unwrap();
    assert_eq!((before.current.boot_name.as_str(), before.next, before.installing), ("A", NextStart::Current, false));
    assert_eq!(before.other.as_ref().unwrap().version, None);

    let info = system.inspect_update(&bundle(&mock, "good")).await.unwrap();
    assert_eq!((info.version.as_str(), info.notes.as_deref(), info.fits), ("2.0", Some("Faster."), true));
    let mut progress = system.install_update(&bundle(&mock, "good")).await.unwrap();
    // The page shows how far it is, while RAUC says nothing of its slots.
    let during = system.update_state().await.unwrap();
    assert!(during.installing);
    assert_eq!((during.current.boot_name.as_str(), during.next), ("A", NextStart::Current));
    assert_eq!(mock.system().update_state().await.unwrap_err(), SystemError::UpdateRunning, "nothing is made up");
    assert_eq!(system.install_update(&bundle(&mock, "good")).await.unwrap_err(), SystemError::UpdateRunning);
    mock.ask::<_, ()>("Advance", &(40_i32,)).await;
    let now = until(&mut progress, |now| matches!(now, InstallProgress::Running { percent: 40, .. })).await;
    assert_eq!(now, InstallProgress::Running { percent: 40, step: "Copying image".to_owned() });
    mock.ask::<_, ()>("Advance", &(100_i32,)).await;
    until(&mut progress, |now| *now == InstallProgress::Done).await;

    let after = system.update_state().await.unwrap();
    assert_eq!(after.next, NextStart::Other);
    let other = after.other.unwrap();
    assert_eq!((other.boot_name.as_str(), other.version.as_deref()), ("B", Some("2.0")));
    assert_eq!(other.installed_at.as_deref(), Some("2026-03-15T18:36:08Z"));
}

/// Somebody would wait for an update that failed, or not know why.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn what_is_wrong_with_an_update_is_said() {
    let mut bus = Bus::start().await;
    let mock = rauc(&mut bus).await;
    let system = mock.system();
    let unsigned = system.inspect_update(&bundle(&mock, "unsigned")).await.unwrap_err();
    assert_eq!(unsigned, SystemError::BundleRefused(BundleFault::Signature));
    assert!(!system.inspect_update(&bundle(&mock, "foreign")).await.unwrap().fits);
    assert_eq!(system.inspect_update(&bundle(&mock, "absent")).await.unwrap_err(), SystemError::BundleMissing);
    let mut progress = system.install_update(&bundle(&mock, "fails")).await.unwrap();
    mock.ask::<_, ()>("Advance", &(100_i32,)).await;
    let last = until(&mut progress, |now| !matches!(now, InstallProgress::Running { .. })).await;
    assert_eq!(last, InstallProgress::Failed(BundleFault::Unwritable));
}

/// A bad version could not be left, or a good one would be lost.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn slots_are_committed_given_up_and_gone_back_to() {
    let mut bus = Bus::start().await;
    let system: DBus = rauc(&mut bus).await.system();
    system.mark_current_good().await.unwrap();
    assert_eq!(system.update_state().await.unwrap().current.health, SlotHealth::Good);
    system.start_other_next().await.unwrap();
    assert_eq!(system.update_state().await.unwrap().next, NextStart::Other);
    system.mark_current_bad().await.unwrap();
    assert_eq!(system.update_state().await.unwrap().current.health, SlotHealth::Bad);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "make test-system"]
async fn nothing_is_gone_back_to_that_does_not_start() {
    let mut bus = Bus::start().await;
    let mock = rauc(&mut bus).await;
    let code = "ret = [('rootfs.0', {'bootname': 'A', 'state': 'booted'}), \
                ('rootfs.1', {'bootname': 'B', 'state': 'inactive', 'boot-status': 'bad'})]";
    mock.redefine(RAUC.2, "GetSlotStatus", "", "a(sa{sv})", code).await;
    assert_eq!(mock.system().start_other_next().await, Err(SystemError::NoOtherVersion));
    assert_eq!(mock.calls("Mark").await, 0);
}
