"""Render one PDF with our renderer: `python -m bench.support.render_ours TEXT LANG OUT`."""

import sys
from pathlib import Path

from service.i18n import LANGUAGES
from workers.render.content.manuscript import Manuscript
from workers.render.formats import render


def main(text: Path, lang: str, out: Path) -> None:
    """Render the markup file `text` to the PDF file `out`."""
    manuscript = Manuscript(
        lang=lang,
        dir="rtl" if LANGUAGES[lang].direction == "rtl" else "ltr",
        digits="arab" if LANGUAGES[lang].digits == "arab" else "latn",
        kind="statement",
        title="—",
        text=text.read_text(encoding="utf-8"),
    )
    out.write_bytes(render(manuscript, "pdf"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
