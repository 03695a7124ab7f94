"""What a logo may be."""

import io

from PIL import Image, UnidentifiedImageError

from service.domain.errors import N_, Malformed, TooLarge

LARGEST_LOGO = 2_000_000
"""Bytes."""

WIDEST_LOGO = 4000
"""Pixels, in either direction."""


def check_logo(data: bytes) -> None:
    """A PNG or JPEG of reasonable size. Raises Malformed `logo_not_an_image`, TooLarge `logo_too_large`."""
    if len(data) > LARGEST_LOGO:
        raise _too_large()
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            if max(image.size) > WIDEST_LOGO:
                raise _too_large()
            image.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Malformed("logo_not_an_image", N_("A logo is a PNG or JPEG picture, and this is not one.")) from None


def _too_large() -> TooLarge:
    return TooLarge("logo_too_large", N_("A logo may have 2 MB and 4,000 pixels at most."))
