"""Validation of logos."""

import io
import struct
import zlib

import pytest
from PIL import Image

from service.domain.errors import InvalidInput, TooLarge
from service.files.logo import MAX_LOGO_BYTES, MAX_LOGO_PIXELS, validate_logo


def image(format_: str, size: tuple[int, int] = (8, 8)) -> bytes:
    whole = io.BytesIO()
    Image.new("RGB", size, "white").save(whole, format_)
    return whole.getvalue()


@pytest.mark.parametrize(("format_", "suffix"), [("PNG", "png"), ("JPEG", "jpg")])
def test_image_is_recognised_by_decoding(format_: str, suffix: str) -> None:
    assert validate_logo(image(format_)) == suffix


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>", image("PNG")[:40], image("GIF"), b"\x89PNG"],
)
def test_other_content_is_rejected(data: bytes) -> None:
    with pytest.raises(InvalidInput) as raised:
        validate_logo(data)
    assert raised.value.code == "logo_not_an_image"


def image_claiming_size(width: int, height: int) -> bytes:
    """Return a picture of a few bytes whose header claims that many pixels."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return image("PNG")[:12] + head + struct.pack(">I", zlib.crc32(head)) + image("PNG")[33:]


@pytest.mark.parametrize(
    "data",
    [
        bytes(MAX_LOGO_BYTES + 1),
        image("PNG", (MAX_LOGO_PIXELS + 1, 1)),
        image_claiming_size(12_000, 12_000),
        image_claiming_size(40_000, 40_000),
    ],
)
def test_logo_has_limits(data: bytes) -> None:
    with pytest.raises(TooLarge) as raised:
        validate_logo(data)
    assert raised.value.code == "logo_too_large"
