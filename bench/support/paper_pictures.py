"""Pictures of pages for docs/paper.md: `python -m bench.support.paper_pictures docs/pictures`.

Every template in Arabic and English, from the example manuscripts, side by side. The same fonts and templates give the
same pictures.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # ships no types
from PIL import Image

from service.domain.text.structure.provisions import in_digits
from workers.render.content.manuscript import DraftMark, Manuscript, Signatory, from_json
from workers.render.content.templates import find_templates
from workers.render.formats import render

EXAMPLES = {"ar": "manuscript.example.json", "en": "manuscript.example.en.json"}
SCALE, GAP, COLOURS = 76 / 72, 8, 32
"""Pixels a point, pixels between pages, colours of a picture."""

MAX_BYTES = 100_000

WORDS = {
    "ar": {
        "title": "مقترح دستوري في المواطنة المتساوية والحقوق والحريات العامة وضمانات استقلال القضاء",
        "preamble": "## الديباجة\n\nنحن، السوريات والسوريين، نقدّم هذا المقترح إلى من سيكتبون الدستور.\n",
        "parts": ("الباب الأول: المبادئ", "الباب الثاني: الحقوق", "الباب الثالث: القضاء"),
        "article": "المادة {n}: {name}",
        "names": ("المواطنة", "المساواة", "الكرامة", "المشاركة"),
        "body": "يكفل القانون هذا الحقّ لكلّ إنسان، ولا يجوز تقييده إلا بحكم من محكمة مستقلة.\n\n"
        "1. تلتزم الدولة باحترامه.\n2. لكلّ متضرّر:\n   1. أن يشتكي إلى القضاء؛\n   2. أن يُعوَّض عمّا لحقه.\n",
        "organisation": "{first} {second}",
        "first": ("رابطة", "مركز", "مبادرة", "شبكة", "تجمّع"),
        "second": ("جسر العاصي", "السنديان للدراسات", "عائلات المفقودين في الداخل والشتات", "بيوتنا", "معلّمي الجزيرة"),
        "for": "شبكة المحاميات والمحامين الشباب",
    },
    "en": {
        "title": "A constitutional proposal on equal citizenship, public rights and freedoms, and independent courts",
        "preamble": "## Preamble\n\nWe, Syrian women and men, submit this proposal to those who will write the text.\n",
        "parts": ("Part One: Principles", "Part Two: Rights", "Part Three: The courts"),
        "article": "Article {n}: {name}",
        "names": ("Citizenship", "Equality", "Dignity", "Participation"),
        "body": "The law guarantees this right to everyone. Only an independent court may restrict it.\n\n"
        "1. The State respects it.\n2. A person who is harmed may:\n   1. go to court;\n   2. be compensated.\n",
        "organisation": "{second} {first}",
        "first": ("League", "Centre", "Initiative", "Network", "Gathering"),
        "second": ("Orontes Bridge", "Sindyan Studies", "Families of the Missing at Home", "Our Homes", "Teachers’"),
        "for": "Young Lawyers’ Network",
    },
}  # fmt: skip


def write_pictures(directory: Path) -> None:
    """Write all pictures into `directory`, and say how large they are."""
    for lang in EXAMPLES:
        for name, manuscript, pages in _subjects(lang):
            file = directory / f"paper-{name}.{lang}.png"
            _picture(render(manuscript, "pdf"), pages, rtl=manuscript.dir == "rtl").save(file, optimize=True)
            size = file.stat().st_size
            print(f"{file}: {size} bytes")
            assert size <= MAX_BYTES, file


def _subjects(lang: str) -> Iterator[tuple[str, Manuscript, Sequence[int]]]:
    """Yield the name of each picture, its manuscript, and its pages, counted from 0."""
    example = from_json(json.loads((find_templates() / EXAMPLES[lang]).read_text(encoding="utf-8")))
    unsigned = replace(example, seal=None, version=None, outcome=None, signatories=(), reservations=())
    words = WORDS[lang]
    yield "statement", example, (0, 1)
    yield "letter", replace(example, kind="letter"), (0, 1)
    draft = DraftMark(3, str(words["for"]), "2026-11-20")
    yield "draft", replace(unsigned, kind="position", numbered_paragraphs=True, draft=draft), (0, 1)
    proposal = replace(example, kind="constitution", title=str(words["title"]), text=_constitution(lang), addressees=())
    yield "constitution", proposal, (0, 1, 3)
    yield "signatories", replace(example, signatories=_many(lang, 200), reservations=()), (1, 2)


def _constitution(lang: str) -> str:
    words = WORDS[lang]
    text, number = [str(words["preamble"])], 0
    for part in words["parts"]:
        text.append(f"## {part}\n")
        for name in words["names"]:
            number += 1
            label = str(words["article"]).format(
                n=in_digits(str(number), "arab" if lang == "ar" else "latn"), name=name
            )
            text.append(f"### {label} {{#a{number}}}\n\n{words['body']}")
    return "\n".join(text)


def _many(lang: str, count: int) -> tuple[Signatory, ...]:
    words = WORDS[lang]
    first, second = words["first"], words["second"]
    names = (
        str(words["organisation"]).format(first=first[n % len(first)], second=second[n // len(first) % len(second)])
        for n in range(count)
    )
    return tuple(Signatory(name, "endorse") for name in names)


def _picture(pdf: bytes, pages: Sequence[int], *, rtl: bool) -> Image.Image:
    """Return pages side by side, in the direction in which they are read."""
    with pypdfium2.PdfDocument(pdf) as document:
        found = [document[page].render(scale=SCALE).to_pil() for page in (reversed(pages) if rtl else pages)]
    width = sum(one.width for one in found) + GAP * (len(found) - 1)
    whole = Image.new("RGB", (width, max(one.height for one in found)), "#b9b2ba")
    left = 0
    for one in found:
        whole.paste(one, (left, 0))
        left += one.width + GAP
    return whole.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)


if __name__ == "__main__":
    write_pictures(Path(sys.argv[1]))
