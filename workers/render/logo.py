"""The image on the letterhead: what may be one, checked by decoding it. Pure but for the decoder."""

import io
import warnings

from PIL import Image

from service.domain.errors import N_, Malformed, TooLarge

LARGEST_FILE = 2 * 1024**2
"""Bytes."""

LARGEST_SIDE = 4000
"""Pixels."""

SUFFIXES = {"PNG": "png", "JPEG": "jpg"}


def check_logo(image: bytes) -> str:
    """The suffix of `image`, png or jpg. Raises Malformed `logo_not_an_image`, TooLarge `logo_too_large`."""
    if len(image) > LARGEST_FILE:
        raise TooLarge("logo_too_large", N_("A logo may have {limit} MB at most."), limit=LARGEST_FILE // 1024**2)
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(image), formats=tuple(SUFFIXES)) as opened:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            _check_size(opened.size)
            opened.load()
            return SUFFIXES[str(opened.format)]
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Malformed("logo_not_an_image", N_("The logo is not a PNG or JPEG image that can be read.")) from None


def _check_size(size: tuple[int, int]) -> None:
    if max(size) > LARGEST_SIDE:
        raise TooLarge("logo_too_large", N_("A logo may have {limit} pixels a side at most."), limit=LARGEST_SIDE)
