"""Draws the letters that the box's screen can show into glyphs.png, in the order of glyphs.txt.

    python3 make.py FONT      FONT: NotoSansCJK-Regular.ttc (Debian: fonts-noto-cjk), Python with Pillow

The letters: ASCII, and the 3,755 Chinese characters of GB 2312's first level with its punctuation. Noto Sans CJK is Copyright
2014-2021 Adobe, under the SIL Open Font License 1.1 (LICENSE-OFL.txt), and so are these pictures of it.
"""

import math
import sys

from PIL import Image, ImageDraw, ImageFont

#: Of a cell, in pixels; ASCII takes the left half of one.
SIZE = 24
COLUMNS = 64
#: Of grey, as many as the picture keeps.
LEVELS = 4
SIMPLIFIED_MONO = 7  # the collection's face for mainland China in which Latin letters are half as wide


def letters():
    ascii_ = [chr(code) for code in range(0x20, 0x7F)]
    marks = list("·—…“”‘’、。《》（），：；！？～№℃→✓")
    level_one = []
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            try:
                level_one.append(bytes([row, cell]).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    # The screen's own words (imd/src/console/layout.rs) have these beside.
    return ascii_ + marks + level_one + list("浏")


def main(path):
    font = ImageFont.truetype(path, 22, index=SIMPLIFIED_MONO)
    chosen = letters()
    rows = math.ceil(len(chosen) / COLUMNS)
    sheet = Image.new("L", (COLUMNS * SIZE, rows * SIZE))
    draw = ImageDraw.Draw(sheet)
    for number, letter in enumerate(chosen):
        left, top = number % COLUMNS * SIZE, number // COLUMNS * SIZE
        width = SIZE // 2 if letter.isascii() else SIZE
        draw.text((left + width / 2, top + 19), letter, font=font, fill=255, anchor="ms")
    grey = sheet.point(lambda value: round(value / 255 * (LEVELS - 1)) * 255 // (LEVELS - 1))
    # A palette of four greys: two bits a pixel.
    palette = Image.new("P", grey.size)
    palette.putpalette([value for level in range(LEVELS) for value in [level * 255 // (LEVELS - 1)] * 3])
    palette.putdata([round(value / 255 * (LEVELS - 1)) for value in grey.getdata()])
    palette.save("glyphs.png", optimize=True, bits=2)
    with open("glyphs.txt", "w", encoding="utf-8") as order:
        order.write("".join(chosen))


if __name__ == "__main__":
    main(*sys.argv[1:])
