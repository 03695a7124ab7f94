"""Decode images. Import lazily: Pillow takes 3 MB of memory in a web server."""

import io
from collections.abc import Collection
from typing import NamedTuple

from PIL import Image


class Picture(NamedTuple):
    """A decoded image: `format` is PNG, JPEG, …; sizes in pixels."""

    format: str
    width: int
    height: int


class DecompressionBomb(Exception):
    """A file that would decompress to more pixels than allowed."""


def decode(data: bytes, *, formats: Collection[str], max_side: int) -> Picture:
    """Decode an image of one of `formats`, at most `max_side` pixels wide and high.

    Raises DecompressionBomb beyond that, and OSError, ValueError or SyntaxError for what is not an image.
    """
    try:
        with Image.open(io.BytesIO(data), formats=tuple(formats)) as image:
            if max(image.size) > max_side:
                raise DecompressionBomb
            image.load()
            return Picture(str(image.format), *image.size)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DecompressionBomb from None
