"""Which characters can be printed: those the press has a face for.

A text that holds another one could be approved and then never become a PDF, so it is refused while it can be mended.
"""

from dataclasses import dataclass

import regex

RANGES = """
20-7e a0-17f 18f 192 1a0-1a1 1af-1b0 1cd-1dc 1e6-1e7 1f8-1ff 218-21b 237 251 259 261 2b0 2b2-2b3 2b7-2b8 2bb-2bc
2be-2bf 2c6-2cc 2d8-2dd 2e1-2e3 300-30c 312 315 31b 323-329 32e 331 374-375 37e 384-38a 38c 38e-3a1 3a3-3ce 3d7
3d9 3db 3dd 3e1 400-45f 462-463 46a-46b 472-475 490-4c2 4cf-4d9 4dc-4e9 4ee-4f9 524-525 600-604 606-6ff 750-77f
890-891 8a0 8a2-8ac 8b3 8b6-8bd 8d1 8e4-8fe e3f 1d43 1d47-1d49 1d4d 1d4f-1d50 1d52 1d56-1d58 1d5b 1d9c 1da0 1dbb
1e02-1e03 1e0a-1e11 1e1e-1e21 1e24-1e25 1e28-1e2b 1e36-1e3b 1e3e-1e49 1e56-1e57 1e5a-1e63 1e6a-1e6f 1e80-1e85
1e8e-1e8f 1e92-1e93 1e96-1e97 1e9e 1ea0-1ef9 2000-2015 2018-2022 2024-2026 2028-2030 2032-2033 2038-203a 203c
203e 2042 2044 2047-2049 204f 2070-2071 2074-2079 207d-2089 208d-208e 20a1 20a4 20a6-20ae 20b1-20b2 20b4-20b5
20b8-20ba 20bd 20bf 2113 2116-2117 2120 2122 2126 212e 2150-2151 2153-215e 2190-2199 21a9-21aa 21b0-21b3
21b6-21b7 21ba-21bb 21c4 21c6 2202 2206 220f 2211-2213 2215 2219-221a 221e 222b 2236 2248 2260 2264-2265
2500-25a0 25b2-25b3 25b6-25b7 25bc-25bd 25c0-25c1 25c6 25c9-25ca 25cc 2610-2611 266a 2713 274c 2752 2b0e-2b11
2e3a-2e3b 2e41 ece0 efcc f6d7-f6d8 fb00-fb04 fb50-fbc1 fbd3-fd3f fd50-fd8f fd92-fdc7 fdf0-fdfd fe70-fe74
fe76-fefc feff fffd 1ee00-1ee03 1ee05-1ee1f 1ee21-1ee22 1ee24 1ee27 1ee29-1ee32 1ee34-1ee37 1ee39 1ee3b 1ee42
1ee47 1ee49 1ee4b 1ee4d-1ee4f 1ee51-1ee52 1ee54 1ee57 1ee59 1ee5b 1ee5d 1ee5f 1ee61-1ee62 1ee64 1ee67-1ee6a
1ee6c-1ee72 1ee74-1ee77 1ee79-1ee7c 1ee7e 1ee80-1ee89 1ee8b-1ee9b 1eea1-1eea3 1eea5-1eea9 1eeab-1eebb
1eef0-1eef1 1f12f 1f16a-1f16b
"""
"""Code points in hexadecimal, from the pinned font packages; `python -m tests.repo.printable_ranges` writes it anew."""

_INVISIBLE = "\\n\\t\\u00ad\\u200b-\\u200f\\u2060\\u061c\\ufe0e"


def _pattern() -> regex.Pattern[str]:
    parts = [[f"\\U{int(end, 16):08x}" for end in part.split("-")] for part in RANGES.split()]
    return regex.compile(f"[^{_INVISIBLE}{''.join('-'.join(part) for part in parts)}]")


_UNPRINTABLE = _pattern()


@dataclass(frozen=True, slots=True)
class Unprintable:
    """A character no face has, at `line` and `column` (code points, both from 1)."""

    character: str
    line: int
    column: int


def first_unprintable(text: str) -> Unprintable | None:
    """The first character of `text` that cannot be printed."""
    found = _UNPRINTABLE.search(text)
    if found is None:
        return None
    before = text[: found.start()]
    return Unprintable(found.group(), before.count("\n") + 1, found.start() - before.rfind("\n"))
