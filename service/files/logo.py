"""What a logo may be: checked by decoding it, when it is chosen and again at the press."""

import io

from PIL import Image

from service.domain.errors import N_, Malformed, TooLarge

LARGEST_LOGO = 2_000_000
"""Bytes."""

WIDEST_LOGO = 4000
"""Pixels, in either direction."""

SUFFIXES = {"PNG": "png", "JPEG": "jpg"}

BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
"""A small file that would unfold to more pixels than a logo ever has: far more is an error, more a warning."""


def check_logo(data: bytes) -> str:
    """The suffix of a PNG or JPEG of reasonable size, png or jpg. Raises Malformed `logo_not_an_image`, TooLarge
    `logo_too_large`."""
    if len(data) > LARGEST_LOGO:
        raise _too_large()
    try:
        return _decoded(data)
    except BOMBS:
        raise _too_large() from None
    except (OSError, ValueError, SyntaxError):
        raise Malformed("logo_not_an_image", N_("A logo is a PNG or JPEG picture, and this is not one.")) from None


def _decoded(data: bytes) -> str:
    with Image.open(io.BytesIO(data), formats=tuple(SUFFIXES)) as image:
        if max(image.size) > WIDEST_LOGO:
            raise _too_large()
        image.load()
        return SUFFIXES[str(image.format)]


def _too_large() -> TooLarge:
    return TooLarge("logo_too_large", N_("A logo may have 2 MB and 4,000 pixels at most."))
