"""What a logo may be: checked by decoding it, when it is chosen and again at the press."""

import importlib

from service.domain.errors import N_, Malformed, TooLarge

LARGEST_LOGO = 2_000_000
"""Bytes."""

WIDEST_LOGO = 4000
"""Pixels, in either direction."""

SUFFIXES = {"PNG": "png", "JPEG": "jpg"}


def check_logo(data: bytes) -> str:
    """The suffix of a PNG or JPEG of reasonable size, png or jpg. Raises Malformed `logo_not_an_image`, TooLarge
    `logo_too_large`."""
    picture = importlib.import_module("service.files.images")
    if len(data) > LARGEST_LOGO:
        raise _too_large()
    try:
        return SUFFIXES[picture.decoded(data, forms=SUFFIXES, widest=WIDEST_LOGO).form]
    except picture.Unfolds:
        raise _too_large() from None
    except (OSError, ValueError, SyntaxError):
        raise Malformed("logo_not_an_image", N_("A logo is a PNG or JPEG picture, and this is not one.")) from None


def _too_large() -> TooLarge:
    return TooLarge("logo_too_large", N_("A logo may have 2 MB and 4,000 pixels at most."))
