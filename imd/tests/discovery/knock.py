"""Knocks at a box from many addresses at once: reads [box, port, [address, …], how many from each] and prints, for each address, how
many connections were answered. They all stay open until the end of the input."""

import json
import socket
import sys

PATIENCE = 20


def opened(source, box, port):
    line = socket.socket(socket.AF_INET6)
    line.settimeout(PATIENCE)
    try:
        line.bind((source, 0))
        line.connect((box, port))
    except OSError:
        return None
    return line


def answered(line, box, port):
    if line is None:
        return False
    try:
        line.sendall(f"GET /healthz HTTP/1.1\r\nHost: [{box}]:{port}\r\n\r\n".encode())
        return line.recv(12).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def main():
    box, port, addresses, each = json.loads(sys.stdin.readline())
    lines = [(address, opened(address, box, port)) for address in addresses for _ in range(each)]
    counts = dict.fromkeys(addresses, 0)
    for address, line in lines:
        counts[address] += answered(line, box, port)
    print(json.dumps({"answered": counts}), flush=True)
    sys.stdin.read()


main()
