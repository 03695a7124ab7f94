"""QR codes, drawn by segno."""

import segno
from markupsafe import Markup


def draw_qr_code(text: str) -> Markup:
    """Return the QR code of `text` as inline SVG, black on white with its quiet zone."""
    return Markup(segno.make(text, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff"))
