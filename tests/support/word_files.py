"""Word files as people make them, and some invalid ones."""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from docx import Document
from docx.enum.text import WD_BREAK

from workers.render.content.manuscript import Manuscript
from workers.render.formats import render

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f6"
    "45400000000049454e44ae426082"
)


def build_document(fill: Callable[[Any], object]) -> bytes:
    """Return a Word file as filled by `write`."""
    document: Any = Document()
    fill(document)
    return document_bytes(document)


def document_bytes(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def fill_untidy_document(document: Any) -> None:
    """Add headings in bold, typed numbers, a line break, a picture, an underlined word, a list, a table."""
    document.add_paragraph("بيان", style="Title")
    document.add_paragraph().add_run("المادة ٥: الحرية").bold = True
    first = document.add_paragraph("كلّ ")
    first.add_run("إنسان").bold = True
    first.add_run(" حرّ")
    first.add_run().add_break(WD_BREAK.LINE)
    first.add_run("وسطر ")
    first.add_run("مهمّ").underline = True
    document.add_paragraph("١- أوّلًا")
    document.add_paragraph("٢- ثانيًا")
    document.add_picture(io.BytesIO(PIXEL))
    for item in ("واحد", "اثنان"):
        document.add_paragraph(item, style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip((*table.rows[0].cells, *table.rows[1].cells), ["أ|ب", "ج", "د", "هـ"], strict=True):
        cell.text = words


def render_own_docx(text: str, *, lang: str) -> bytes:
    """Return the DOCX export of a text."""
    if lang == "ar":
        manuscript = Manuscript(lang="ar", dir="rtl", digits="arab", kind="statement", title="عنوان", text=text)
    else:
        manuscript = Manuscript(lang="en", dir="ltr", digits="latn", kind="statement", title="Title", text=text)
    return render(manuscript, "docx", logo=None, report=lambda _: None)


def package(parts: Mapping[str, bytes]) -> bytes:
    """Return a zip of `parts`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return out.getvalue()


def zip_bomb(*, size: int) -> bytes:
    """Return a small file whose body expands to `size` bytes."""
    return package({"word/document.xml": b" " * size})


def encrypted_document() -> bytes:
    """Return what Word saves where a password was set: no zip, but a container with an encrypted package."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le")
