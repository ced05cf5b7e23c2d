//! The radio's country through wpa_supplicant (`fi.w1.wpa_supplicant1`), because NetworkManager cannot set it.

use zbus::OwnedObjectPath;

use super::super::super::network::{CountryCode, InterfaceKind};
use super::super::super::{Capability, SystemError};
use super::super::bus::Target;
use super::Shared;

const SUPPLICANT: Target<'static> = Target {
    capability: Capability::WifiCountry,
    service: "fi.w1.wpa_supplicant1",
    path: "/fi/w1/wpa_supplicant1",
    interface: "fi.w1.wpa_supplicant1",
};
const INTERFACE: &str = "fi.w1.wpa_supplicant1.Interface";

impl Shared {
    /// `GetInterface(s) → o`, `Interface.Country s`; `None` when it is unknown. `00` stands for rules that hold
    /// worldwide.
    pub(super) async fn country(&self, interface: &str) -> Option<CountryCode> {
        let radio: OwnedObjectPath = self.bus.call(&SUPPLICANT, "GetInterface", &(interface,)).await.ok()?;
        let country: String = self.bus.property(&SUPPLICANT.at(radio.as_str(), INTERFACE), "Country").await.ok()?;
        CountryCode::parse(&country).ok()
    }

    /// Sets it on every radio that wpa_supplicant has.
    pub(super) async fn set_country(&self, country: CountryCode) -> Result<(), SystemError> {
        let mut radios = 0;
        for device in self.devices().await?.iter().filter(|device| device.kind == InterfaceKind::Wifi) {
            let radio: OwnedObjectPath = self.bus.call(&SUPPLICANT, "GetInterface", &(device.name.as_str(),)).await?;
            let target = SUPPLICANT.at(radio.as_str(), INTERFACE);
            self.bus.set_property(&target, "Country", country.to_string().into()).await?;
            radios += 1;
        }
        if radios == 0 { Err(SystemError::NoWifi) } else { Ok(()) }
    }
}
