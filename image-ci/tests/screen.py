"""What is to be seen on the box's screen."""

import PIL.Image
import zxingcpp


def scanned(box):
    """What a phone reads off the box's screen, or None."""
    codes = zxingcpp.read_barcodes(PIL.Image.open(box.machine.screenshot()).convert("L"))
    return codes[0].text if codes else None
