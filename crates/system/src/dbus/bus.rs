//! One connection to the bus, calls with a deadline, and mapping the services' errors to ours.

use std::time::Duration;

use tokio::sync::Mutex;
use zbus::wire::DynamicDeserialize;
use zbus::{Connection, DynamicType, MatchRule, MessageStream, OwnedVariant, connection, fdo, message};

use super::super::{Capability, SystemError};
use super::props::Props;

/// An object of a service, seen through one of its interfaces.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) capability: Capability,
    pub(super) service: &'a str,
    pub(super) path: &'a str,
    pub(super) interface: &'a str,
}

impl Target<'_> {
    pub(super) const fn at<'a>(&'a self, path: &'a str, interface: &'a str) -> Target<'a> {
        Target { capability: self.capability, service: self.service, path, interface }
    }

    pub(super) fn failed(&self, detail: impl ToString) -> SystemError {
        SystemError::Failed { capability: self.capability, detail: detail.to_string() }
    }
}

#[derive(Debug)]
pub(super) struct Bus {
    address: Option<String>,
    patience: Duration,
    connection: Mutex<Option<Connection>>,
}

impl Bus {
    pub(super) fn new(address: Option<String>, patience: Duration) -> Self {
        Self { address, patience, connection: Mutex::default() }
    }

    /// Calls a method. `R` is the type of its result, `()` for none.
    pub(super) async fn call<B, R>(&self, target: &Target<'_>, method: &str, body: &B) -> Result<R, SystemError>
    where
        B: serde::Serialize + DynamicType + Sync,
        R: for<'d> DynamicDeserialize<'d>,
    {
        let asked = async {
            let connection = self.connection().await?;
            let reply =
                connection.call_method(Some(target.service), target.path, Some(target.interface), method, body).await?;
            reply.body().deserialize::<R>()
        };
        match tokio::time::timeout(self.patience, asked).await {
            Ok(answer) => answer.map_err(|error| sorted(target.capability, &error)),
            Err(_) => Err(SystemError::NoAnswer(target.capability)),
        }
    }

    /// All properties of the target's interface.
    pub(super) async fn properties(&self, target: &Target<'_>) -> Result<Props, SystemError> {
        let values = self.call(&target.at(target.path, PROPERTIES), "GetAll", &(target.interface,)).await?;
        Ok(Props::new(values))
    }

    /// One property of the target's interface.
    pub(super) async fn property<T>(&self, target: &Target<'_>, name: &str) -> Result<T, SystemError>
    where
        T: TryFrom<OwnedVariant, Error = zbus::Error>,
    {
        let on = target.at(target.path, PROPERTIES);
        let value: OwnedVariant = self.call(&on, "Get", &(target.interface, name)).await?;
        T::try_from(value).map_err(|error| target.failed(format!("{name}: {error}")))
    }

    /// Sets a property of the target's interface.
    pub(super) async fn set_property(
        &self,
        target: &Target<'_>,
        name: &str,
        value: zbus::Variant<'_>,
    ) -> Result<(), SystemError> {
        self.call(&target.at(target.path, PROPERTIES), "Set", &(target.interface, name, value)).await
    }

    /// The signals `member` of the target, or all signals of its interface, from the moment this returns.
    pub(super) async fn signals(&self, target: &Target<'_>, member: &str) -> Result<MessageStream, SystemError> {
        let subscribed = async {
            let rule = MatchRule::builder()
                .msg_type(message::Type::Signal)
                .sender(target.service)
                .path(target.path)
                .interface(target.interface)
                .member(member)
                .build()?;
            MessageStream::for_match_rule(rule, &self.connection().await?, None).await
        };
        match tokio::time::timeout(self.patience, subscribed).await {
            Ok(stream) => stream.map_err(|error| sorted(target.capability, &error)),
            Err(_) => Err(SystemError::NoAnswer(target.capability)),
        }
    }

    async fn connection(&self) -> zbus::Result<Connection> {
        let mut held = self.connection.lock().await;
        if let Some(connection) = held.as_ref().filter(|connection| !connection.is_closed()) {
            return Ok(connection.clone());
        }
        let builder = match &self.address {
            Some(address) => connection::Builder::address(address.as_str()),
            None => connection::Builder::system(),
        };
        let connection = builder.build().await?;
        *held = Some(connection.clone());
        Ok(connection)
    }
}

const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// Endings of error names with which services say that polkit, or the bus's own policy, forbids it.
const REFUSALS: [&str; 4] = [
    "AccessDenied",
    ".InteractiveAuthorizationRequired",
    "org.freedesktop.PolicyKit1.Error.NotAuthorized",
    ".PermissionDenied",
];

/// What an error of the bus means for somebody who wanted that capability.
fn sorted(capability: Capability, error: &zbus::Error) -> SystemError {
    use fdo::Error as Fdo;
    match error {
        zbus::Error::FDO(error) => match &**error {
            Fdo::ServiceUnknown(_)
            | Fdo::NameHasNoOwner(_)
            | Fdo::UnknownObject(_)
            | Fdo::UnknownInterface(_)
            | Fdo::UnknownMethod(_)
            | Fdo::UnknownProperty(_)
            | Fdo::SpawnExecFailed(_)
            | Fdo::SpawnForkFailed(_)
            | Fdo::SpawnChildExited(_)
            | Fdo::SpawnChildSignaled(_)
            | Fdo::SpawnFailed(_)
            | Fdo::SpawnFailedToSetup(_)
            | Fdo::SpawnServiceNotFound(_)
            | Fdo::SpawnServiceNotValid(_)
            | Fdo::SpawnFileInvalid(_)
            | Fdo::SpawnConfigInvalid(_)
            | Fdo::NoServer(_)
            | Fdo::FileNotFound(_) => SystemError::NotHere(capability),
            Fdo::AccessDenied(_) | Fdo::AuthFailed(_) | Fdo::InteractiveAuthorizationRequired(_) => {
                SystemError::NotAllowed(capability)
            }
            Fdo::NoReply(_) | Fdo::Timeout(_) | Fdo::TimedOut(_) => SystemError::NoAnswer(capability),
            other => SystemError::Failed { capability, detail: other.to_string() },
        },
        // Reported on activation when systemd's unit is masked or not installed.
        zbus::Error::MethodError(name, _, _) if name.as_str().ends_with(".NoSuchUnit") => {
            SystemError::NotHere(capability)
        }
        zbus::Error::MethodError(name, _, _) if REFUSALS.iter().any(|word| name.as_str().ends_with(word)) => {
            SystemError::NotAllowed(capability)
        }
        // There is no bus: a container, or a machine without D-Bus.
        zbus::Error::Connection(..) | zbus::Error::Address(_) | zbus::Error::Handshake(_) => {
            SystemError::NotHere(capability)
        }
        other => SystemError::Failed { capability, detail: other.to_string() },
    }
}
