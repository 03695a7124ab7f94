"""Render one PDF with WeasyPrint: `python -m bench.support.render_weasyprint TEXT LANG OUT`.

The input is the HTML preview of the same tree.
"""

import sys
from pathlib import Path

from bench.render import EXIT_SKIPPED
from service.domain.text.html import fragment
from service.domain.text.markup import parser
from service.domain.text.markup.tree import Direction
from service.i18n import LANGUAGES
from workers.render.content.manuscript import Digits

try:
    import weasyprint
except OSError:  # its system libraries are not installed
    sys.exit(EXIT_SKIPPED)


def main(text: Path, lang: str, out: Path) -> None:
    """Render the markup file `text` to the PDF/A file `out`."""
    row = LANGUAGES[lang]
    direction: Direction = "rtl" if row.direction == "rtl" else "ltr"
    digits: Digits = "arab" if row.digits == "arab" else "latn"
    body = fragment.render_preview(
        parser.parse_markup(text.read_text(encoding="utf-8")), lang=lang, digits=digits, dir=direction
    )
    style = f"body {{ font-family: '{row.text_font}', serif; font-size: 11pt }} @page {{ size: A4; margin: 26mm }}"
    page = f"<html lang='{lang}' dir='{direction}'><title>—</title><style>{style}</style><body>{body}</body></html>"
    out.write_bytes(weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/a-2b"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
