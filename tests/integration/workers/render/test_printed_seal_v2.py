"""What files print of a seal of format 2: counts instead of names, the terms, and the second wording."""

import dataclasses
from typing import Any

import pytest

from service.domain.documents.version import EditionText
from service.domain.publication.publication import seal_sha256
from tests.unit.publication import test_seal_v2 as seals
from workers.render.content.manuscript import from_json, to_json
from workers.render.content.manuscript_from_seal import from_seal
from workers.render.content.prepared_text import prepare_manuscript
from workers.render.content.print_content import PrintContent
from workers.render.content.templates import find_templates

LETTERHEAD = {
    "names": {"ar": "ائتلاف", "en": "Coalition"},
    "about": {},
    "place": {"ar": "دمشق", "en": "Damascus"},
    "press": {"name": {}, "email": "", "phone": ""},
    "digits": {},
    "zone": "Asia/Damascus",
    "logo_sha256": None,
    "sample": False,
    "origin": "https://mithaq.example",
}
POSITIONS = ["endorse", "abstain", "decline", "decline", "silent"]


def printed(monkeypatch: pytest.MonkeyPatch, *, lang: str, named: bool = False, **terms: Any) -> PrintContent:
    """Return everything printed around the text of a seal, in `lang`; the official text is Arabic."""
    front: dict[str, Any] = {"place": {}, "addressees": {}}
    changed = dataclasses.replace(seals.TERMS, letterhead=LETTERHEAD, front=front, **terms)
    monkeypatch.setattr(seals, "TERMS", changed)
    content, _, _ = seals.make_seal(POSITIONS, named=named)
    edition = EditionText("عنوان", "نصّ.\n", "d" * 64, 1, 1)
    manuscript = from_seal(content, seal_sha256=seal_sha256(content), edition=edition, lang=lang)
    assert from_json(to_json(manuscript)) == manuscript
    return prepare_manuscript(manuscript, directory=find_templates()).content


def test_dissent_is_counted_in_arabic(monkeypatch: pytest.MonkeyPatch) -> None:
    content = printed(monkeypatch, lang="ar")
    assert content.record == (
        "اعتُمد هذا النصّ في ٢٢ تشرين الثاني ٢٠٢٥ بتأييد منظمة واحدة من أصل ٥.",
        (
            "قاعدة الاعتماد: يُعتمَد النصّ إذا أيّدته منظمة واحدة على الأقل. "
            "وتُدرَج أسماء المنظمات المؤيّدة، ولا يُعدّ السكوت تأييدًا ولا رفضًا."
        ),
        "امتنعت منظمة واحدة عن إبداء موقف.",
        "أعلنت منظمتان عدم التأييد.",
        "منظمة واحدة لم تعلن موقفها.",
        "وبموجب شروط هذه الجولة لا تُنشر إلا أسماء المنظمات المؤيّدة.",
    )
    assert [one.name for one in content.signatories] == ["اسم a"]
    assert content.dateline == "دمشق، ٢٢ تشرين الثاني ٢٠٢٦"


def test_dissent_is_counted_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    content = printed(monkeypatch, lang="en", date="approval")
    assert content.record == (
        "This text was approved on 22 November 2025, endorsed by 1 organisation of 5.",
        (
            "Rule: At least one organisation must endorse. Organisations that endorse are listed. "
            "Organisations that do not answer are not counted for or against."
        ),
        "1 organisation abstained from taking a position.",
        "2 organisations did not endorse.",
        "1 organisation did not answer.",
        "Under the terms of this round, only organisations that endorse are named.",
    )
    assert content.translation == "Translation for information. The authentic text is the one in Arabic."
    assert content.dateline == "Damascus, 22 November 2025"
    assert (content.digest_label, content.seal_label) == ("Text fingerprint", "Seal fingerprint")


def test_dissent_is_named_where_the_round_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    content = printed(monkeypatch, lang="ar", named=True)
    assert content.record[2:] == ("امتنعت عن إبداء موقف: اسم b.", "لم تؤيّد: اسم c، اسم d.")


def test_marks_and_proof_of_the_sealed_answer_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks that this release does not know are left out, as on pages."""
    monkeypatch.setattr(seals, "TERMS", dataclasses.replace(seals.TERMS, letterhead=LETTERHEAD, front={}))
    content, _, _ = seals.make_seal(POSITIONS)
    content["endorsements"][0] |= {"marks": ["confirmed_by_one", "unknown"], "proof": "mail"}
    edition = EditionText("عنوان", "نصّ.\n", "d" * 64, 1, 1)
    manuscript = from_seal(content, seal_sha256="a" * 64, edition=edition, lang="ar")
    assert manuscript.signatories[0].marks == ("confirmed_by_one", "mail")
    printed_content = prepare_manuscript(manuscript, directory=find_templates()).content
    assert printed_content.signatories[0].remark == "(أكّد التفويضَ شخص واحد) (وُقّع برمز البريد الإلكتروني وحده)"
