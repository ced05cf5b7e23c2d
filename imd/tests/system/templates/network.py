"""NetworkManager with what python-dbusmock's own template lacks: profiles in memory over those on disk, checkpoints that
roll back by themselves, activations that fail, and addresses.

Settings are replaced, never changed in place, so that what was remembered stays as it was. The disk is what a power cut leaves. What the next activation comes to is said by `FailNext`.
"""

import uuid

import dbus
from gi.repository import GLib

import dbusmock
from dbusmock import MOCK_IFACE
from dbusmock.templates import networkmanager as base
from dbusmock.templates.networkmanager import *  # noqa: F403 (a template is all that its module holds)

BUS_NAME = base.BUS_NAME
MAIN_OBJ = base.MAIN_OBJ
SYSTEM_BUS = True
IS_OBJECT_MANAGER = True

TO_DISK, IN_MEMORY = 1, 2
DELETE_NEW, DISCONNECT_NEW = 2, 4

FORBIDDEN = f"{base.SETTINGS_IFACE}.PermissionDenied"

world = {"forbidden": False, "disk": {}, "checkpoints": {}, "count": 0, "failure": 0, "paths": 0}


def load(mock, parameters):
    base.load(mock, parameters)
    manager, settings = dbusmock.get_object(base.MANAGER_OBJ), dbusmock.get_object(base.SETTINGS_OBJ)
    manager.activate, manager.deactivate, manager.checkpoint_create = activate, deactivate, checkpoint_create
    manager.checkpoint_destroy, manager.checkpoint_rollback = checkpoint_destroy, checkpoint_rollback
    manager.AddMethods(
        base.MANAGER_IFACE,
        [
            ("CheckpointCreate", "aouu", "o", "ret = self.checkpoint_create(self, *args)"),
            ("CheckpointDestroy", "o", "", "self.checkpoint_destroy(args[0])"),
            ("CheckpointRollback", "o", "a{su}", "ret = self.checkpoint_rollback(args[0])"),
            ("ActivateConnection", "ooo", "o", "ret = self.activate(args[0], args[1])"),
            ("DeactivateConnection", "o", "", "self.deactivate(args[0])"),
        ],
    )
    settings.add2 = add2
    settings.AddMethod(
        base.SETTINGS_IFACE, "AddConnection2", "a{sa{sv}}ua{sv}", "oa{sv}", "ret = (self.add2(args[0], args[1]), {})"
    )


def add2(sections, flags):
    settings = dbusmock.get_object(base.SETTINGS_OBJ)
    sections["connection"].setdefault("uuid", str(uuid.uuid4()))
    # The template would activate it itself, and asks only for its type.
    later = sections["connection"].pop("autoconnect", True)
    path = settings.SettingsAddConnection(sections)
    profile = dbusmock.get_object(path)
    profile.settings["connection"]["autoconnect"] = later
    profile.update2, profile.forget = update2, forget
    profile.AddMethods(
        base.CSETTINGS_IFACE,
        [
            ("Update2", "a{sa{sv}}ua{sv}", "a{sv}", "ret = self.update2(self, args[0], args[1])"),
            ("Delete", "", "", "self.forget(self.connection_path)"),
            ("GetSettings", "", "a{sa{sv}}", "ret = self.settings"),
        ],
    )
    if flags & TO_DISK:
        world["disk"][path] = profile.settings
    return path


def update2(profile, sections, flags):
    if world["forbidden"]:
        raise dbus.exceptions.DBusException("not yours", name=FORBIDDEN)
    if sections:
        profile.settings = sections
    if flags & TO_DISK:
        world["disk"][profile.connection_path] = profile.settings
    return {}


def forget(path):
    world["disk"].pop(path, None)
    device = using(path)
    if device:
        disconnect(device)
    settings = dbusmock.get_object(base.SETTINGS_OBJ)
    left = [other for other in settings.ListConnections() if other != path]
    settings.Set(base.SETTINGS_IFACE, "Connections", dbus.Array(left, signature="o"))
    settings.RemoveObject(path)


def get(path, iface, name):
    return dbusmock.get_object(path).Get(iface, name)


def profile_of(device):
    active = get(device, base.DEVICE_IFACE, "ActiveConnection")
    return None if active == "/" else str(get(active, base.ACTIVE_CONNECTION_IFACE, "Connection"))


def using(path):
    manager = dbusmock.get_object(base.MANAGER_OBJ)
    return next((device for device in manager.GetDevices() if profile_of(device) == path), None)


def signal_state(device, state, reason):
    obj = dbusmock.get_object(device)
    old = obj.Get(base.DEVICE_IFACE, "State")
    obj.Set(base.DEVICE_IFACE, "State", dbus.UInt32(state))
    obj.EmitSignal(base.DEVICE_IFACE, "StateChanged", "uuu", [dbus.UInt32(state), old, dbus.UInt32(reason)])


def disconnect(device):
    active = get(device, base.DEVICE_IFACE, "ActiveConnection")
    if active != "/":
        dbusmock.get_object(base.MAIN_OBJ).RemoveActiveConnection(device, active)
    dbusmock.get_object(device).Set(base.DEVICE_IFACE, "Ip4Config", dbus.ObjectPath("/"))


def activate(path, device):
    failure, world["failure"] = world["failure"], 0
    GLib.idle_add(lambda: come_up(str(path), str(device), failure))
    return dbus.ObjectPath("/org/freedesktop/NetworkManager/ActiveConnection/coming")


def deactivate(active):
    for device in get(active, base.ACTIVE_CONNECTION_IFACE, "Devices"):
        disconnect(device)


def come_up(path, device, failure):
    disconnect(device)
    signal_state(device, 40, 0)
    if failure:
        signal_state(device, 120, failure)
        signal_state(device, 30, 0)
        return False
    world["paths"] += 1
    ip4 = f"/org/freedesktop/NetworkManager/IP4Config/{world['paths']}"
    ipv4 = dbusmock.get_object(path).settings.get("ipv4", {})
    address, gateway = {"address": "192.168.1.50", "prefix": dbus.UInt32(24)}, "192.168.1.1"
    if ipv4.get("method") in ("manual", "shared"):
        address, gateway = dict(ipv4["address-data"][0]), ipv4.get("gateway", "")
    properties = {
        "AddressData": dbus.Array([dbus.Dictionary(address, signature="sv")], signature="a{sv}"),
        "Gateway": gateway,
        "NameserverData": dbus.Array([dbus.Dictionary({"address": "192.168.1.1"}, signature="sv")], signature="a{sv}"),
    }
    main = dbusmock.get_object(base.MAIN_OBJ)
    main.AddObject(ip4, "org.freedesktop.NetworkManager.IP4Config", properties, [])
    dbusmock.get_object(device).Set(base.DEVICE_IFACE, "Ip4Config", dbus.ObjectPath(ip4))
    main.AddActiveConnection([device], path, "/", str(world["paths"]), dbus.UInt32(2))
    return False


def checkpoint_create(_manager, devices, seconds, flags):
    if devices and flags & DISCONNECT_NEW:
        words = "the DISCONNECT_NEW_DEVICES flag can only be used with an empty device list"
        raise dbus.exceptions.DBusException(words, name=f"{base.MANAGER_IFACE}.InvalidArguments")
    world["count"] += 1
    path = f"/org/freedesktop/NetworkManager/Checkpoint/{world['count']}"
    profiles = dbusmock.get_object(base.SETTINGS_OBJ).ListConnections()
    used = {str(device): profile_of(device) for device in devices}
    # As the real one: of the profiles, only those in use are remembered.
    settings = {one: dbusmock.get_object(one).settings for one in used.values() if one}
    timer = GLib.timeout_add(seconds * 1000, lambda: roll_back(path))
    world["checkpoints"][path] = (timer, used, settings, {str(one) for one in profiles}, flags)
    return dbus.ObjectPath(path)


def known(path):
    if path not in world["checkpoints"]:
        raise dbus.exceptions.DBusException("no such checkpoint", name=f"{base.MANAGER_IFACE}.InvalidArguments")
    return world["checkpoints"][path]


def checkpoint_destroy(path):
    GLib.source_remove(known(path)[0])
    del world["checkpoints"][path]


def checkpoint_rollback(path):
    GLib.source_remove(known(path)[0])
    devices = list(known(path)[1])
    roll_back(path)
    return {device: dbus.UInt32(0) for device in devices}


def roll_back(path):
    _, used, settings, profiles, flags = world["checkpoints"].pop(path)
    if flags & DELETE_NEW:
        for new in [str(one) for one in dbusmock.get_object(base.SETTINGS_OBJ).ListConnections()]:
            if new not in profiles:
                forget(new)
    for device, profile in used.items():
        if profile:
            dbusmock.get_object(profile).settings = settings[profile]
            world["disk"][profile] = settings[profile]
            come_up(profile, device, 0)
        else:
            disconnect(device)
    return False


@dbus.service.method(MOCK_IFACE, in_signature="", out_signature="oo")
def Furnish(self):
    """A cable in use with a profile on the disk, and an idle radio."""
    eth0 = self.AddEthernetDevice("eth0", "eth0", 30)
    wlan0 = self.AddWiFiDevice("wlan0", "wlan0", 30)
    for device in (eth0, wlan0):
        dbusmock.get_object(device).AddProperties(
            base.DEVICE_IFACE,
            {"Ip4Config": dbus.ObjectPath("/"), "Ip6Config": dbus.ObjectPath("/"), "HwAddress": "DC:A6:32:00:00:01"},
        )
    dbusmock.get_object(eth0).Set("org.freedesktop.NetworkManager.Device.Wired", "Speed", dbus.UInt32(1000))
    radio = dbusmock.get_object(wlan0)
    radio.AddProperties(base.WIRELESS_DEVICE_IFACE, {"LastScan": dbus.Int64(1), "ActiveAccessPoint": dbus.ObjectPath("/")})
    scan = f"self.UpdateProperties('{base.WIRELESS_DEVICE_IFACE}', {{'LastScan': dbus.Int64(2)}})"
    radio.AddMethod(base.WIRELESS_DEVICE_IFACE, "RequestScan", "a{sv}", "", scan)
    self.AddAccessPoint(wlan0, "far", "Office", "00:00:00:00:00:01", 2, 2412, 54000, dbus.Byte(30), 0x100)
    self.AddAccessPoint(wlan0, "near", "Office", "00:00:00:00:00:02", 2, 5180, 54000, dbus.Byte(80), 0x100)
    self.AddAccessPoint(wlan0, "open", "Café", "00:00:00:00:00:03", 2, 2412, 54000, dbus.Byte(50), 0)
    self.AddAccessPoint(wlan0, "eap", "Corporate", "00:00:00:00:00:04", 2, 2412, 54000, dbus.Byte(40), 0x200)
    wired = {
        "connection": {"id": "wired", "type": "802-3-ethernet", "interface-name": "eth0", "uuid": str(uuid.uuid4())},
        "802-3-ethernet": {},
        "ipv4": {"method": "auto"},
        "ipv6": {"method": "auto"},
    }
    come_up(add2(wired, TO_DISK), eth0, 0)
    return eth0, wlan0


@dbus.service.method(MOCK_IFACE, in_signature="u", out_signature="")
def FailNext(_self, reason):
    """The next activation fails for that NMDeviceStateReason."""
    world["failure"] = int(reason)


@dbus.service.method(MOCK_IFACE, in_signature="", out_signature="")
def ForbidEdits(_self):
    """As polkit would."""
    world["forbidden"] = True


@dbus.service.method(MOCK_IFACE, in_signature="", out_signature="aa{sa{sv}}")
def Disk(_self):
    """All profiles that a power cut would leave."""
    return dbus.Array(
        [{name: dbus.Dictionary(section, signature="sv") for name, section in one.items()} for one in world["disk"].values()],
        signature="a{sa{sv}}",
    )


@dbus.service.method(MOCK_IFACE, in_signature="", out_signature="u")
def Checkpoints(_self):
    """How many are open."""
    return len(world["checkpoints"])
