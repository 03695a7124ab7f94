"""Pictures, decoded. Imported when there is one: what decodes them takes three megabytes of a web server."""

import io
from collections.abc import Collection
from typing import NamedTuple

from PIL import Image


class Picture(NamedTuple):
    """What was in a file; `form` is PNG, JPEG, …"""

    format: str
    width: int
    height: int


class DecompressionBomb(Exception):
    """A small file that would unfold to more pixels than a picture of ours ever has."""


def decode(data: bytes, *, formats: Collection[str], max_side: int) -> Picture:
    """A picture of one of these forms, no wider or higher than `widest` pixels. Raises Unfolds, and OSError, ValueError
    or SyntaxError for what is none."""
    try:
        with Image.open(io.BytesIO(data), formats=tuple(formats)) as image:
            if max(image.size) > max_side:
                raise DecompressionBomb
            image.load()
            return Picture(str(image.format), *image.size)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DecompressionBomb from None
