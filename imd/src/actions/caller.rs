//! Who asks, from which device and address.

use std::net::IpAddr;

use super::Core;
use crate::chat::{DeviceId, Role, UserId, UserStatus};
use crate::store::{Act, Known};

/// Who asks, as their token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub user: UserId,
    /// From which device.
    pub device: DeviceId,
    /// Their role on the box.
    pub role: Role,
    /// May they use the box?
    pub status: UserStatus,
    /// From where on the network.
    pub from: IpAddr,
}

impl Caller {
    pub(super) fn new(known: Known, from: IpAddr) -> Self {
        let Known { user, device, role, status, seen_at: _, arriving: _ } = known;
        Self { user, device, role, status, from }
    }

    /// What the audit log keeps of something this caller is about to do as an admin.
    pub(super) fn act(&self, core: &Core, action: &'static str, target: String, detail: String) -> Act {
        Act { actor: self.user, address: self.from.to_string(), action, target, detail, at: core.now() }
    }
}
