"""A mock of wpa_supplicant's bus interface with one radio, wlan0."""

import dbus

BUS_NAME = "fi.w1.wpa_supplicant1"
MAIN_OBJ = "/fi/w1/wpa_supplicant1"
MAIN_IFACE = "fi.w1.wpa_supplicant1"
RADIO_IFACE = "fi.w1.wpa_supplicant1.Interface"
RADIO = "/fi/w1/wpa_supplicant1/Interfaces/0"
SYSTEM_BUS = True


def load(mock, _parameters):
    unknown = "raise dbus.exceptions.DBusException('unknown', name='fi.w1.wpa_supplicant1.InterfaceUnknown')"
    mock.AddMethod(MAIN_IFACE, "GetInterface", "s", "o", f"if args[0] != 'wlan0': {unknown}\nret = '{RADIO}'")
    mock.AddObject(RADIO, RADIO_IFACE, {"Ifname": "wlan0", "Country": dbus.String("00")}, [])
