//! Who is asking, from which device and address.

use std::net::IpAddr;

use crate::actions::{Core, Done};
use crate::chat::{DeviceId, Role, UserId, UserStatus, may_administer};
use crate::store::{Act, Known};
use crate::wire::ErrorCode;

/// Who is asking, as their token says.
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
    /// Their address on the network.
    pub from: IpAddr,
}

impl Caller {
    pub(super) fn new(known: Known, from: IpAddr) -> Self {
        let Known { user, device, role, status, seen_at: _, arriving: _ } = known;
        Self { user, device, role, status, from }
    }

    /// Refuses everybody who is not active.
    ///
    /// # Errors
    /// `pending_approval`, `suspended`, `not_signed_in`.
    pub(super) fn must_be_active(&self) -> Done<()> {
        match self.status {
            UserStatus::Active => Ok(()),
            UserStatus::Pending => Err(ErrorCode::PendingApproval.into()),
            UserStatus::Suspended => Err(ErrorCode::Suspended.into()),
            UserStatus::Removed => Err(ErrorCode::NotSignedIn.into()),
        }
    }

    /// Refuses everybody but admins and owners.
    ///
    /// # Errors
    /// As [`must_be_active`](Self::must_be_active), and `forbidden`.
    pub(super) fn must_be_admin(&self) -> Done<()> {
        self.must_be_active()?;
        if may_administer(self.role) { Ok(()) } else { Err(ErrorCode::Forbidden.into()) }
    }

    /// Refuses guests.
    ///
    /// # Errors
    /// As [`must_be_active`](Self::must_be_active), and `forbidden`.
    pub(super) fn must_be_resident(&self) -> Done<()> {
        self.must_be_active()?;
        if self.role == Role::Guest { Err(ErrorCode::Forbidden.into()) } else { Ok(()) }
    }

    /// The audit log's entry for something that this caller is about to do as an admin.
    pub(super) fn act(&self, core: &Core, action: &'static str, target: String, detail: String) -> Act {
        Act { actor: self.user, address: self.from.to_string(), action, target, detail, at: core.now() }
    }
}
