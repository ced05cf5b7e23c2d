"""A photo that no file of the repository has to hold: a PNG (ISO/IEC 15948) of noise and colour."""

import random
import struct
import zlib


def png(width, height, seed):
    """The bytes of a picture that differs from every other seed's."""
    noise = random.Random(seed)
    rows = b"".join(b"\0" + bytes(noise.randbytes(width * 3)) for _ in range(height))

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")
