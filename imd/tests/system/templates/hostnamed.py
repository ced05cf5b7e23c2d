"""A mock of systemd-hostnamed, which python-dbusmock has none of (org.freedesktop.hostname1(5))."""

BUS_NAME = "org.freedesktop.hostname1"
MAIN_OBJ = "/org/freedesktop/hostname1"
MAIN_IFACE = "org.freedesktop.hostname1"
SYSTEM_BUS = True


def load(mock, _parameters):
    mock.AddProperties(
        MAIN_IFACE,
        {"Hostname": "imbox", "StaticHostname": "imbox", "PrettyHostname": "", "DefaultHostname": "localhost"},
    )
    mock.AddMethods(
        MAIN_IFACE,
        [
            (
                "SetStaticHostname",
                "sb",
                "",
                f"self.Set('{MAIN_IFACE}', 'StaticHostname', args[0]); self.Set('{MAIN_IFACE}', 'Hostname', args[0])",
            ),
            ("SetPrettyHostname", "sb", "", f"self.Set('{MAIN_IFACE}', 'PrettyHostname', args[0])"),
        ],
    )
