"""Validate a logo by decoding it: on upload and again when a file is rendered."""

from service.domain.errors import N_, InvalidInput, TooLarge

MAX_LOGO_BYTES = 2_000_000
"""Bytes."""

MAX_LOGO_PIXELS = 4000
"""Pixels, in either direction."""

SUFFIXES = {"PNG": "png", "JPEG": "jpg"}
"""Pillow format → file name suffix."""


def validate_logo(data: bytes) -> str:
    """Return the suffix (png or jpg) of a logo within the limits.

    Raises InvalidInput `logo_not_an_image`, TooLarge `logo_too_large`.
    """
    from service.files import images  # noqa: PLC0415  # its decoder takes 3 MB of memory

    if len(data) > MAX_LOGO_BYTES:
        raise _too_large()
    try:
        return SUFFIXES[images.decode(data, formats=SUFFIXES, max_side=MAX_LOGO_PIXELS).format]
    except images.DecompressionBomb:
        raise _too_large() from None
    except (OSError, ValueError, SyntaxError):
        raise InvalidInput("logo_not_an_image", N_("The logo must be a PNG or JPEG image.")) from None


def _too_large() -> TooLarge:
    return TooLarge("logo_too_large", N_("A logo can be up to 2 MB and 4,000 pixels."))
