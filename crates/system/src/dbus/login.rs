//! Power through logind (`org.freedesktop.login1`) and systemd (`org.freedesktop.systemd1`).

use async_trait::async_trait;
use zbus::OwnedObjectPath;

use super::super::{Capability, Power, SystemError};
use super::DBus;
use super::bus::Target;

const LOGIN: Target<'static> = Target {
    capability: Capability::Power,
    service: "org.freedesktop.login1",
    path: "/org/freedesktop/login1",
    interface: "org.freedesktop.login1.Manager",
};
pub(super) const SYSTEMD: Target<'static> = Target {
    capability: Capability::Power,
    service: "org.freedesktop.systemd1",
    path: "/org/freedesktop/systemd1",
    interface: "org.freedesktop.systemd1.Manager",
};

/// Nobody is at the box to type a password.
const INTERACTIVE: bool = false;

#[async_trait]
impl Power for DBus {
    /// `Reboot(b interactive)`
    async fn restart_box(&self) -> Result<(), SystemError> {
        self.bus.call(&LOGIN, "Reboot", &(INTERACTIVE,)).await
    }

    /// `PowerOff(b interactive)`
    async fn shut_down(&self) -> Result<(), SystemError> {
        self.bus.call(&LOGIN, "PowerOff", &(INTERACTIVE,)).await
    }

    /// `RestartUnit(s name, s mode) → o job`
    async fn restart_daemon(&self) -> Result<(), SystemError> {
        let order = (self.options.unit.as_str(), "replace");
        self.bus.call::<_, OwnedObjectPath>(&SYSTEMD, "RestartUnit", &order).await.map(drop)
    }
}
