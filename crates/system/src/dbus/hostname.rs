//! The box's names through hostnamed (`org.freedesktop.hostname1`).

use async_trait::async_trait;

use super::super::{BoxName, Capability, HostName, Naming, SystemError, name};
use super::DBus;
use super::bus::Target;

const HOSTNAME: Target<'static> = Target {
    capability: Capability::Name,
    service: "org.freedesktop.hostname1",
    path: "/org/freedesktop/hostname1",
    interface: "org.freedesktop.hostname1",
};

const INTERACTIVE: bool = false;

#[async_trait]
impl Naming for DBus {
    /// `StaticHostname s`, `Hostname s`, `PrettyHostname s`
    async fn name(&self) -> Result<BoxName, SystemError> {
        let names = self.bus.properties(&HOSTNAME).await?;
        let host = names.text("StaticHostname").or_else(|| names.text("Hostname")).unwrap_or_default();
        Ok(BoxName { host, shown: names.text("PrettyHostname").unwrap_or_default() })
    }

    /// `SetStaticHostname(s, b interactive)`, which also sets the current name, and `SetPrettyHostname(s, b
    /// interactive)`
    async fn set_name(&self, host: &HostName, shown: &str) -> Result<(), SystemError> {
        name::check_shown(shown)?;
        self.bus.call::<_, ()>(&HOSTNAME, "SetStaticHostname", &(host.as_str(), INTERACTIVE)).await?;
        self.bus.call(&HOSTNAME, "SetPrettyHostname", &(shown, INTERACTIVE)).await
    }
}
