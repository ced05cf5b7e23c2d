"""A mock of systemd-timesyncd's bus interface, as far as it is asked."""

import dbus

BUS_NAME = "org.freedesktop.timesync1"
MAIN_OBJ = "/org/freedesktop/timesync1"
MAIN_IFACE = "org.freedesktop.timesync1.Manager"
SYSTEM_BUS = True


def load(mock, _parameters):
    mock.AddProperties(
        MAIN_IFACE,
        {
            "LinkNTPServers": dbus.Array(["192.168.1.1"], signature="s"),
            "RuntimeNTPServers": dbus.Array([], signature="s"),
            "ServerName": "192.168.1.1",
        },
    )
    mock.AddMethod(
        MAIN_IFACE, "SetRuntimeNTPServers", "as", "", f"self.Set('{MAIN_IFACE}', 'RuntimeNTPServers', args[0])"
    )
