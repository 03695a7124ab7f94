"""The sample is fit to be shown: canonical, whole in both languages, and rich enough to try every part of print."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

import service.sample
from service.domain.documents.document import KINDS
from service.domain.endorsement.rules import POSITIONS
from service.domain.membership.people import ROLES
from service.domain.text.markup.canonical import canonical_name, canonicalise_entry
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import (
    Block,
    BulletList,
    DirectionalRun,
    Heading,
    Link,
    OrderedList,
    Paragraph,
    Table,
    Tree,
)

pytestmark = pytest.mark.repo

HERE = Path(service.sample.__file__).parent / "texts"
SAMPLE: dict[str, Any] = json.loads((HERE / "sample.json").read_text(encoding="utf-8"))
VERSIONS = SAMPLE["document"]["versions"]
LANGS = ("ar", "en")


def _text(version: int, lang: str) -> str:
    return (HERE / str(VERSIONS[version - 1]["texts"][lang])).read_text(encoding="utf-8")


def _tree(version: int, lang: str) -> Tree:
    return parse_markup(_text(version, lang))


def _shape(blocks: Iterable[Block]) -> list[tuple[object, ...]]:
    return [(type(block).__name__, *_measure(block)) for block in blocks]


def _measure(block: Block) -> tuple[object, ...]:
    match block:
        case Heading():
            return block.level, block.id
        case Table():
            return len(block.aligns), len(block.rows)
        case OrderedList() | BulletList():
            return tuple(tuple(_shape(item.blocks)) for item in block.items)
    return ()


def _inlines(tree: Tree) -> Iterator[object]:
    for block in (*tree.blocks, *(block for note in tree.notes for block in note.blocks)):
        if isinstance(block, Paragraph):
            yield from block.children


@pytest.mark.parametrize("page", sorted(HERE.glob("*.md")), ids=lambda page: page.name)
def test_every_text_is_kept_as_it_is_on_entry(page: Path) -> None:
    raw = page.read_text(encoding="utf-8")
    assert (canonicalise_entry(raw).text, canonicalise_entry(raw).notices) == (raw, ())


@pytest.mark.parametrize("version", [1, 2])
def test_both_languages_have_the_same_provisions_lists_tables_and_notes(version: int) -> None:
    arabic, english = _tree(version, "ar"), _tree(version, "en")
    assert _shape(arabic.blocks) == _shape(english.blocks)
    assert len(arabic.notes) == len(english.notes) == 2
    assert not arabic.uncalled and not english.uncalled


@pytest.mark.parametrize("lang", LANGS)
def test_references_lead_to_headings_and_foreign_runs_keep_their_direction(lang: str) -> None:
    tree = _tree(2, lang)
    ids = {block.id for block in tree.blocks if isinstance(block, Heading)}
    links = [inline.href.removeprefix("#") for inline in _inlines(tree) if isinstance(inline, Link)]
    assert links and set(links) <= ids
    assert any(isinstance(inline, DirectionalRun) for inline in _inlines(tree)) == (lang == "ar")


@pytest.mark.parametrize("lang", LANGS)
def test_the_second_version_adds_an_article_moves_a_paragraph_and_renumbers(lang: str) -> None:
    old, new = _text(1, lang).split("\n\n"), _text(2, lang).split("\n\n")
    headings = [{line.partition("{")[2]: line for line in text if line.startswith("###")} for text in (old, new)]
    assert headings[1].keys() - headings[0].keys() == {"#replies}"}
    assert sum(headings[0][id] != headings[1][id] for id in headings[0]) == 3
    common = [part for part in old if part in new and not part.startswith("#")]
    assert common != [part for part in new if part in common]


def test_names_and_titles_are_whole_in_both_languages() -> None:
    named = [SAMPLE["coalition"]["name"], SAMPLE["place"], SAMPLE["document"]["title"]]
    named += [one["name"] for one in (*SAMPLE["organisations"], *SAMPLE["people"])]
    for names in named:
        assert set(names) == set(LANGS)
        assert all(canonical_name(text, limit=300) == text for text in names.values())


def test_the_sample_uses_words_the_rules_know() -> None:
    assert SAMPLE["document"]["kind"] in KINDS
    assert {one["position"] for one in SAMPLE["organisations"]} <= set(POSITIONS)
    assert {role for person in SAMPLE["people"] for role in person["roles"]} <= set(ROLES)
    assert {person["organisation"] for person in SAMPLE["people"]} == {
        None,
        *(one["key"] for one in SAMPLE["organisations"]),
    }


def test_nobody_in_the_sample_has_an_address_in_the_world() -> None:
    emails = [SAMPLE["coalition"]["press"]["email"], *(person["email"] for person in SAMPLE["people"])]
    assert all(email.endswith(".example") for email in emails)
