"""QR codes, drawn by segno."""

import segno
from markupsafe import Markup


def draw_qr_code(text: str) -> Markup:
    """Return the QR code of `text` as inline SVG, black on white with its quiet zone; the stylesheet sets its size."""
    return Markup(segno.make(text, error="m").svg_inline(border=4, omitsize=True, dark="#000", light="#fff"))
