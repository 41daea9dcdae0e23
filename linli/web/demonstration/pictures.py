"""Pictures to attach: drawn here, showing nobody and nothing real."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image, ImageDraw

COLOURS = ((13, 92, 91), (23, 80, 143), (138, 110, 60), (90, 60, 110), (60, 110, 70))


@cache
def picture(kind: int) -> bytes:
    """Return a JPEG of a made-up card, one of five."""
    image = Image.new("RGB", (960, 640), (214, 205, 188))
    draw = ImageDraw.Draw(image)
    colour = COLOURS[kind % len(COLOURS)]
    draw.rounded_rectangle((90, 90, 870, 550), radius=30, fill=(247, 250, 248), outline=colour, width=4)
    draw.rectangle((90, 120, 870, 190), fill=colour)
    for row in range(6):
        for column in range(30 - row * 3):
            x, y = 360 + column * 15, 240 + row * 42
            draw.rectangle((x, y, x + 8, y + 22), fill=(30, 36, 34))
    draw.rounded_rectangle((140, 240, 310, 460), radius=10, fill=(196, 210, 204))
    draw.ellipse((185, 270, 265, 350), fill=colour)
    draw.pieslice((160, 350, 290, 520), 180, 360, fill=colour)
    draw.text((380, 148), "LINLI DEMO  NOT A REAL CARD", fill=(255, 255, 255))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()
