"""Runs in scripts other than Arabic and Latin: the fonts of names in Syriac and Armenian.

Word takes the font of a run from its properties and not from its letters, and the fonts of text and script have none of
these letters.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from workers.render.docx.xml import ensure_properties, make_element, put_child, qn


@dataclass(frozen=True, slots=True)
class OtherScript:
    """A script beside Arabic and Latin.

    `name` is that in `service.files.script_fonts`, `fallback` the font that Windows has for it, `letters` are ranges of
    a pattern.
    """

    name: str
    font: str
    fallback: str
    letters: str
    rtl: bool

    def pattern(self) -> re.Pattern[str]:
        """Return the pattern of a run of words in the script."""
        return re.compile(f"[{self.letters}](?:[{self.letters}\u0300-\u036f ]*[{self.letters}])?")

    def mark(self, run: etree._Element) -> None:
        """Give a run the font and the direction of the script."""
        properties = ensure_properties(run, "rPr")
        put_child(
            properties,
            make_element("rFonts", ascii=self.font, hAnsi=self.font, eastAsia=self.font, cs=self.font),
        )
        if self.rtl:
            put_child(properties, make_element("rtl"))
        else:
            for old in properties.findall(qn("rtl")):
                properties.remove(old)


OTHER_SCRIPTS = (
    OtherScript("syriac", "Noto Sans Syriac", "Estrangelo Edessa", "\u0700-\u074f", rtl=True),
    OtherScript("armenian", "Noto Sans Armenian", "Sylfaen", "\u0530-\u058f\ufb13-\ufb17", rtl=False),
)


def used_scripts(texts: Iterable[str]) -> list[OtherScript]:
    """Return the scripts that occur in texts."""
    whole = "".join(texts)
    return [script for script in OTHER_SCRIPTS if re.search(f"[{script.letters}]", whole)]
