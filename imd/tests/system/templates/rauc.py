"""A mock of RAUC's bus service with two slots, A running and B not.

Bundles are judged by their names: `unsigned`, `foreign` and `fails` do what they say. An installation goes on when the
test says so, by `Advance`.
"""

import dbus

from dbusmock import MOCK_IFACE

BUS_NAME = "de.pengutronix.rauc"
MAIN_OBJ = "/"
MAIN_IFACE = "de.pengutronix.rauc.Installer"
SYSTEM_BUS = True

UNSIGNED = "signature verification failed: Verify error: unable to get local issuer certificate"


def load(mock, _parameters):
    mock.bundle = None
    mock.primary = "rootfs.0"
    mock.health = {"rootfs.0": "good", "rootfs.1": "good"}
    mock.installed = {}
    mock.AddProperties(
        MAIN_IFACE,
        {
            "Operation": "idle",
            "LastError": "",
            "Progress": dbus.Struct((dbus.Int32(0), "", dbus.Int32(0)), signature="isi"),
            "Compatible": "imbox",
            "Variant": "",
            "BootSlot": "A",
        },
    )


def fail(words):
    raise dbus.exceptions.DBusException(words, name="org.gtk.GDBus.UnmappedGError.Quark._g_2dio_2derror_2dquark.Code0")


def refuse_while_busy(mock):
    if mock.bundle:
        fail("already processing a different method")


@dbus.service.method(MAIN_IFACE, in_signature="", out_signature="a(sa{sv})")
def GetSlotStatus(self):
    refuse_while_busy(self)

    def slot(name, bootname, state):
        status = {"class": "rootfs", "type": "raw", "bootname": bootname, "state": state, "boot-status": self.health[name]}
        return (name, dbus.Dictionary({**status, **self.installed.get(name, {})}, signature="sv"))

    data = ("data.0", dbus.Dictionary({"class": "data", "state": "active"}, signature="sv"))
    return [slot("rootfs.0", "A", "booted"), slot("rootfs.1", "B", "inactive"), data]


@dbus.service.method(MAIN_IFACE, in_signature="", out_signature="s")
def GetPrimary(self):
    refuse_while_busy(self)
    return self.primary


@dbus.service.method(MAIN_IFACE, in_signature="sa{sv}", out_signature="a{sv}")
def InspectBundle(_self, source, _args):
    if "unsigned" in source:
        fail(UNSIGNED)
    compatible = "somebody-else" if "foreign" in source else "imbox"
    update = {"compatible": compatible, "version": "2.0", "description": "Faster.", "build": "7"}
    return {"manifest-hash": "00", "update": dbus.Dictionary(update, signature="sv", variant_level=2)}


@dbus.service.method(MAIN_IFACE, in_signature="sa{sv}", out_signature="")
def InstallBundle(self, source, _args):
    refuse_while_busy(self)
    self.bundle = source
    self.UpdateProperties(MAIN_IFACE, {"Operation": "installing"})


@dbus.service.method(MAIN_IFACE, in_signature="ss", out_signature="ss")
def Mark(self, state, slot):
    name = {"booted": "rootfs.0", "other": "rootfs.1"}.get(slot, slot)
    if state == "active":
        self.primary = name
    else:
        self.health[name] = state
    return (name, f"marked slot {name} as {state}")


@dbus.service.method(MOCK_IFACE, in_signature="i", out_signature="")
def Advance(self, percent):
    """An installation gets that far; 100 ends it."""
    progress = dbus.Struct((dbus.Int32(percent), "Copying image", dbus.Int32(2)), signature="isi")
    self.UpdateProperties(MAIN_IFACE, {"Progress": progress})
    if percent < 100:
        return
    failed = "fails" in self.bundle
    if not failed:
        self.primary = "rootfs.1"
        self.installed["rootfs.1"] = {
            "status": "ok",
            "bundle.version": "2.0",
            "bundle.description": "Faster.",
            "installed.timestamp": "2026-03-15T18:36:08Z",
        }
    self.bundle = None
    self.UpdateProperties(
        MAIN_IFACE, {"Operation": "idle", "LastError": "Failed writing slot: No space left on device" if failed else ""}
    )
    self.EmitSignal(MAIN_IFACE, "Completed", "i", [dbus.Int32(1 if failed else 0)])
