//! From the types of `system` to wire types, and back for what admins order.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use tokio::time::Instant;

use crate::actions::word::{Word, same_words};
use crate::actions::{Done, Refused};
use crate::files::Space;
use crate::system::{self, network as net};
use crate::wire;

same_words! {
    net::InterfaceKind => wire::InterfaceKind { Ethernet, Wifi }
    net::Link => wire::LinkState { Absent, Idle, Connecting, Connected }
    net::WifiSecurity => wire::WifiSecurity { Open, Wpa, Wpa3, Unsupported }
    net::Stage => wire::ChangeStage { Preparing, Connecting, Up }
    system::SlotHealth => wire::SlotHealth { Good, Bad, Unknown }
    system::NextStart => wire::NextStart { Current, Other, Unknown }
    system::DiskKind => wire::DiskKind { Card, Flash, Disk }
    system::Severity => wire::LogSeverity { Emergency, Alert, Critical, Error, Warning, Notice, Info, Debug }
    system::WentBack => wire::UpdateFailure { DidNotStart, DaemonFailed, NoAnswer, NoNetwork, Unknown }
    wire::LogSeverity => system::Severity { Emergency, Alert, Critical, Error, Warning, Notice, Info, Debug }
}

pub(super) fn log_entry(entry: system::LogEntry) -> wire::LogEntry {
    wire::LogEntry {
        cursor: entry.cursor.as_str().to_owned(),
        at: entry.at,
        severity: entry.severity.word(),
        program: entry.program,
        unit: entry.unit,
        message: entry.message,
    }
}

/// A line of the log file: time in milliseconds since 1970, severity, program, message.
pub(super) fn log_line(entry: &system::LogEntry) -> String {
    let severity = format!("{:?}", entry.severity).to_lowercase();
    format!("{} {severity} {}: {}\n", entry.at, entry.program, entry.message)
}

pub(super) fn health(health: system::Health, at: i64, space: Space) -> wire::MachineHealth {
    let causes = |causes: system::Causes| wire::ThrottleCauses {
        under_voltage: causes.under_voltage,
        frequency_capped: causes.frequency_capped,
        throttled: causes.throttled,
        too_hot: causes.too_hot,
    };
    wire::MachineHealth {
        at,
        temperature_mc: health.temperature,
        under_voltage: health.under_voltage,
        throttling: health.throttling.map(|t| wire::Throttling { now: causes(t.now), ever: causes(t.ever) }),
        cpu: health.cpu.map(|cpu| wire::CpuSpeed { now: cpu.now, highest: cpu.highest }),
        load: health.load.map(|load| load.to_vec()),
        up_s: health.up.map(|up| up.as_secs()),
        memory: health.memory.map(|memory| wire::MemoryUse {
            total: memory.total,
            available: memory.available,
            swap_total: memory.swap_total,
            swap_free: memory.swap_free,
        }),
        free_bytes: space.free,
        total_bytes: space.total,
        file_systems: health.file_systems.into_iter().map(file_system).collect(),
        disks: health.disks.into_iter().map(disk).collect(),
    }
}

fn file_system(fs: system::FileSystemHealth) -> wire::FileSystemHealth {
    wire::FileSystemHealth {
        device: fs.device,
        errors: fs.errors,
        last_error_at: fs.last_error_at,
        lifetime_writes_kib: fs.lifetime_writes,
    }
}

fn disk(disk: system::DiskHealth) -> wire::DiskHealth {
    wire::DiskHealth {
        device: disk.device,
        model: disk.model,
        size: disk.size,
        kind: disk.kind.word(),
        request_errors: disk.request_errors,
        life_used: disk.life_used,
    }
}

pub(super) fn network(state: net::NetworkState, changes: &net::ChangeState, now: Instant) -> wire::NetworkState {
    wire::NetworkState {
        interfaces: state.interfaces.into_iter().map(interface).collect(),
        known_wifi: state.known_wifi.iter().map(ToString::to_string).collect(),
        hotspot: state.hotspot.map(|ssid| ssid.to_string()),
        country: state.country.map(|country| country.to_string()),
        pending: changes.pending.as_ref().map(|change| pending(change, now)),
        last: changes.last.map(|last| wire::ChangeOutcome { id: last.id.0, undone: last.undone.map(undone) }),
    }
}

fn interface(interface: net::Interface) -> wire::NetworkInterface {
    let text = |address: &IpAddr| address.to_string();
    wire::NetworkInterface {
        kind: interface.kind.word(),
        hardware_address: interface.hardware_address,
        link: interface.link.word(),
        speed: interface.speed,
        addresses: interface.addresses.iter().map(|a| format!("{}/{}", a.address, a.prefix)).collect(),
        gateway: interface.gateway.map(|a| a.to_string()),
        gateway6: interface.gateway6.map(|a| a.to_string()),
        dns: interface.dns.iter().map(text).collect(),
        ipv4: interface.ipv4.map(ip_settings),
        ipv6: interface.ipv6.map(ip_settings),
        wifi: interface.wifi.map(|wifi| wire::WifiLink { ssid: wifi.ssid.to_string(), signal: wifi.signal }),
        name: interface.name,
    }
}

fn ip_settings<A: ToString>(settings: net::IpSettings<A>) -> wire::IpSettings {
    let texts = |addresses: Vec<A>| addresses.iter().map(ToString::to_string).collect();
    match settings {
        net::IpSettings::Automatic { dns } => wire::IpSettings::Automatic { dns: texts(dns) },
        net::IpSettings::Fixed { address, gateway, dns } => wire::IpSettings::Fixed {
            address: address.address.to_string(),
            prefix: address.prefix,
            gateway: gateway.map(|gateway| gateway.to_string()),
            dns: texts(dns),
        },
        net::IpSettings::Shared => wire::IpSettings::Shared {},
        net::IpSettings::Off => wire::IpSettings::Off {},
    }
}

pub(super) fn wifi_network(network: &net::WifiNetwork) -> wire::WifiNetwork {
    wire::WifiNetwork {
        ssid: network.ssid.to_string(),
        signal: network.signal,
        security: network.security.word(),
        known: network.known,
        in_use: network.in_use,
    }
}

pub(super) fn pending(change: &net::PendingChange, now: Instant) -> wire::PendingChange {
    let left = change.deadline.saturating_duration_since(now).as_secs();
    wire::PendingChange {
        id: change.id.0,
        seconds_left: u32::try_from(left).unwrap_or(u32::MAX),
        confirmed_by: match change.confirmed_by {
            net::ConfirmedBy::Person => wire::ConfirmedBy::Person,
            net::ConfirmedBy::Gateway | net::ConfirmedBy::Link => wire::ConfirmedBy::Box,
        },
        stage: change.stage.word(),
        new_addresses: change.new_addresses.iter().map(ToString::to_string).collect(),
    }
}

fn undone(why: net::Undone) -> wire::ChangeUndone {
    use net::Undone as U;
    use wire::ChangeUndone as W;
    match why {
        U::NotConfirmed => W::NotConfirmed,
        U::Asked => W::TakenBack,
        U::WrongPassword => W::WrongPassword,
        U::NoAddress => W::NoAddress,
        U::AddressTaken => W::AddressTaken,
        U::OutOfRange => W::OutOfRange,
        U::NoCable => W::NoCable,
        U::GatewaySilent => W::GatewaySilent,
        U::NotSaved => W::NotSaved,
        U::Failed => W::Failed,
    }
}

/// The change that an admin orders, in the types of `system`.
pub(super) fn change(wanted: wire::NetworkChange) -> Done<net::Change> {
    use wire::NetworkChange as W;
    Ok(match wanted {
        W::Addresses { interface, ipv4, ipv6 } => {
            net::Change::Addresses { interface, ipv4: settings::<Ipv4Addr>(ipv4)?, ipv6: settings::<Ipv6Addr>(ipv6)? }
        }
        W::JoinWifi { ssid, password } => net::Change::JoinWifi {
            ssid: net::Ssid::new(ssid)?,
            password: password.as_deref().filter(|p| !p.is_empty()).map(net::WifiPassword::parse).transpose()?,
        },
        W::ForgetWifi { ssid } => net::Change::ForgetWifi { ssid: net::Ssid::new(ssid)? },
        W::HotspotOn { ssid, password, band } => net::Change::HotspotOn(net::Hotspot {
            ssid: net::Ssid::new(ssid)?,
            password: net::WifiPassword::parse(&password)?,
            band: match band {
                wire::WifiBand::Ghz2 => net::WifiBand::Ghz2,
                wire::WifiBand::Ghz5 => net::WifiBand::Ghz5,
            },
        }),
        W::HotspotOff {} => net::Change::HotspotOff,
    })
}

fn settings<A: FromStr>(settings: wire::IpSettings) -> Done<net::IpSettings<A>> {
    let parse = |what, text: &str| text.trim().parse::<A>().map_err(|_| Refused::invalid(what, "is no such address"));
    let all = |texts: &[String]| texts.iter().map(|text| parse("dns", text)).collect::<Done<Vec<A>>>();
    Ok(match settings {
        wire::IpSettings::Automatic { dns } => net::IpSettings::Automatic { dns: all(&dns)? },
        wire::IpSettings::Fixed { address, prefix, gateway, dns } => net::IpSettings::Fixed {
            address: net::Prefixed { address: parse("address", &address)?, prefix },
            gateway: gateway.filter(|g| !g.trim().is_empty()).map(|g| parse("gateway", &g)).transpose()?,
            dns: all(&dns)?,
        },
        wire::IpSettings::Shared {} => net::IpSettings::Shared,
        wire::IpSettings::Off {} => net::IpSettings::Off,
    })
}

pub(super) fn update(
    state: system::UpdateState,
    bundle: Option<wire::UpdateBundle>,
    install: Option<wire::InstallState>,
    last: Option<wire::LastUpdate>,
) -> wire::UpdateState {
    wire::UpdateState {
        compatible: state.compatible,
        current: slot(state.current),
        other: state.other.map(slot),
        next: state.next.word(),
        bundle,
        install,
        last,
    }
}

pub(in crate::actions) fn last_update(last: system::LastUpdate) -> wire::LastUpdate {
    let system::LastUpdate { mark: _, end, slot, version, at } = last;
    let (outcome, reason) = match end {
        system::UpdateEnd::Committed => (wire::UpdateOutcome::Committed, None),
        system::UpdateEnd::RolledBack(why) => (wire::UpdateOutcome::RolledBack, Some(why.word())),
    };
    // An earlier time was told by a wrong clock.
    let at = Some(at).filter(|at| *at >= super::clock::made_at());
    wire::LastUpdate { outcome, reason, slot, version, at }
}

fn slot(slot: system::Slot) -> wire::SystemSlot {
    wire::SystemSlot {
        name: slot.boot_name,
        health: slot.health.word(),
        version: slot.version,
        notes: slot.notes,
        installed_at: slot.installed_at,
        incomplete: slot.incomplete,
    }
}

pub(super) fn bundle(info: &system::BundleInfo, size: u64) -> wire::UpdateBundle {
    wire::UpdateBundle {
        size,
        version: info.version.clone(),
        notes: info.notes.clone(),
        compatible: info.compatible.clone(),
        fits: info.fits,
    }
}

pub(super) fn install(progress: &system::InstallProgress) -> wire::InstallState {
    use system::InstallProgress as P;
    match progress {
        P::Running { percent, step } => wire::InstallState::Running { percent: *percent, step: step.clone() },
        P::Done => wire::InstallState::Done {},
        P::Failed(fault) => wire::InstallState::Failed { reason: crate::actions::error::bundle_fault(*fault) },
    }
}
