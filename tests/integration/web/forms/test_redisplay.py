"""What was typed comes back with every refusal, at its field: one table over the forms of the pages."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.integration.web.drafts.test_edit_pages import TEXTS
from tests.support.factories import Stage, a_document, a_sealed_document, a_version, in_review
from tests.support.web_client import ORIGIN, Reader, a_publication, opened, tree

OVERRIDE = "so \u202eturned"
LONG = "n" * 501


@dataclass(frozen=True)
class Refused:
    """A form sent by `who` to `path`, on which `wrong` is refused with `code` at its field; `kept` comes back too.
    `page` holds the form, where that has another address; `file` is sent under the name of the field."""

    who: str
    path: str
    wrong: Mapping[str, str]
    code: str
    at: str
    kept: Mapping[str, str] = field(default_factory=dict)
    page: str = ""
    file: bytes | None = None


REFUSED = {
    "a person without a name": Refused(
        "salma", "/people", {"name_ar": ""}, "no_name", "name_ar", {"email": "new@sample.example", "role_drafter": "1"}
    ),
    "a person with a bad address": Refused(
        "salma", "/people", {"email": "nowhere"}, "bad_email", "email", {"name_ar": "رنا", "lang": "en"}
    ),
    "an organisation": Refused(
        "salma", "/organisations", {"name_en": OVERRIDE}, "bidi_override", "name_en", {"name_ar": "منظمة"}
    ),
    "an organisation’s names": Refused(
        "salma",
        "/organisations/{organisation}/names",
        {"name_ar": OVERRIDE},
        "bidi_override",
        "name_ar",
        {"name_en": "Other"},
        page="/organisations/{organisation}",
    ),
    "an invitation": Refused(
        "salma", "/invitations", {"email": "nobody"}, "bad_email", "email", {"role_observer": "1"}
    ),
    "the coalition": Refused(
        "salma", "/coalition", {"press_email": "nobody"}, "bad_email", "press_email", {"about_en": "Who <we> are"}
    ),
    "a mandate": Refused("lama", "/mandates", {"until": "tomorrow"}, "unread_deadline", "until"),
    "a new document": Refused(
        "lama",
        "/documents/new",
        {"title_en": OVERRIDE},
        "bidi_override",
        "title_en",
        {"text_en": "My long work.\n", "edition_en": "authentic", "start": "pasted", "kind": "letter"},
    ),
    "a new document without a title": Refused(
        "lama", "/documents/new", {"title_en": ""}, "name_empty", "title_en", {"edition_en": "authentic"}
    ),
    "place and addressees": Refused(
        "lama", "/documents/{draft}/front", {"place_en": OVERRIDE}, "bidi_override", "place_en", {"place_ar": "إدلب"}
    ),
    "a language": Refused(
        "lama",
        "/documents/{single}/editions",
        {"title": OVERRIDE},
        "bidi_override",
        "title",
        {"text": "My long work.\n", "start": "pasted"},
    ),
    "a text": Refused("lama", "/documents/{draft}/texts/en", {"text": OVERRIDE}, "bidi_override", "text"),
    "the note of a version": Refused(
        "lama", "/documents/{draft}/versions", {"note": LONG}, "note_too_long", "note", page="/documents/{draft}/steps"
    ),
    "the note of a withdrawal": Refused(
        "salma", "/documents/{draft}/withdrawal", {"note": " "}, "note_needed", "note", page="/documents/{draft}/steps"
    ),
    "the hours of an urgent statement": Refused(
        "salma",
        "/documents/{urgent}/sending-out",
        {"hours": "999"},
        "hours_out_of_range",
        "hours",
        {"at_least": "3"},
        page="/documents/{urgent}/steps",
    ),
    "a round": Refused(
        "salma", "/documents/{reviewed}/round", {"at_least": "99"}, "rule_out_of_reach", "at_least", {"rule": "sign_on"}
    ),
    "the note of a publication": Refused(
        "reem",
        "/documents/{published}/publication/withdrawal",
        {"note": ""},
        "note_needed",
        "note",
        page="/documents/{published}/files",
    ),
    "a table": Refused("salma", "/import", {"text": "colour\nred, and <green>"}, "csv_columns", "text", file=b""),
    "a logo": Refused("salma", "/coalition/logo", {}, "logo_not_an_image", "logo", page="/coalition", file=b"words"),
    "a Word file": Refused(
        "lama",
        "/documents/{draft}/texts/en/word",
        {},
        "word_file_type",
        "file",
        page="/documents/{draft}/texts/en",
        file=b"words",
    ),
}


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def places(stage: Stage, path: str) -> str:
    """`path` with what it names made."""
    made: dict[str, Any] = {
        "{organisation}": lambda: stage.cast.organisations["sindyan"],
        "{draft}": lambda: a_document(stage, texts=TEXTS),
        "{single}": lambda: a_document(stage),
        "{urgent}": lambda: a_document(stage, urgent=True),
        "{reviewed}": lambda: _reviewed(stage),
        "{published}": lambda: _published(stage),
    }
    for name, make in made.items():
        if name in path:
            return path.replace(name, make())
    return path


def _reviewed(stage: Stage) -> str:
    document = a_document(stage)
    a_version(stage, document)
    in_review(stage, document)
    return document


def _published(stage: Stage) -> str:
    document = a_sealed_document(stage)
    a_publication(stage, document)
    return document


def value(form: Any, name: str) -> str | None:
    """What the form would send under `name`."""
    return dict(form.form_values()).get(name)


@pytest.mark.parametrize("one", REFUSED.values(), ids=REFUSED)
def test_what_was_typed_comes_back_with_what_is_to_be_mended(reader: Reader, stage: Stage, one: Refused) -> None:
    reader.sign_in(one.who)
    path = places(stage, one.path)
    page = re.sub(r"\{\w+\}", lambda _: path.split("/")[2], one.page) if one.page else path
    shown = form_of(reader.get(page), path).form_values()
    sent = {**{name: (value or "").removeprefix("\n") for name, value in shown}, **one.kept, **one.wrong}
    answer = post(reader, path, sent, one)
    assert 400 <= answer.status_code < 500
    form = form_of(answer, path)
    for name, typed in {**one.kept, **one.wrong}.items():
        assert (value(form, name) or "").removeprefix("\n") == typed, name
    (marked,) = form.xpath(".//*[@aria-invalid='true']")
    assert marked.get("name") == one.at
    line = form.get_element_by_id(marked.get("aria-describedby").split()[0])
    banner = tree(answer).xpath("//main//*[@role='alert']")[0]
    assert banner.xpath("string(.//bdi)") == one.code
    assert line.text_content().strip() in banner.text_content()


def post(reader: Reader, path: str, sent: Mapping[str, str], one: Refused) -> Any:
    if one.file is None:
        return reader.post(path, dict(sent))
    headers = {"accept-language": "en", "origin": ORIGIN}
    named = "table" if one.path == "/import" else one.at
    return reader.client.post(path, data=sent, files={named: ("x", one.file)}, headers=headers, follow_redirects=False)


def form_of(answer: Any, path: str) -> Any:
    return next(form for form in tree(answer).xpath("//main//form") if form.get("action", path) == path)


def test_words_of_someone_who_was_signed_out_are_on_the_page_that_says_so(reader: Reader) -> None:
    answer = reader.post("/people", {"name_en": "Rana Haddad", "password": "never to be seen", "lang": "en"})
    assert answer.status_code == 401
    assert [one.text.strip() for one in tree(answer).xpath("//main//textarea")] == ["Rana Haddad"]
    assert "never to be seen" not in answer.text
