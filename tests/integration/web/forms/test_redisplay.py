"""What was typed comes back with every refusal, at its field: one table over the forms of the pages."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from service.actions.comments import comments
from service.actions.drafts import save
from tests.integration.web.drafts.test_edit_pages import TEXTS
from tests.support.factories import (
    SampleInstance,
    create_document,
    create_sealed_document,
    cut_version,
    move_to_review,
    open_round_with_document,
)
from tests.support.web_client import ORIGIN, WebClient, create_publication, open_web_client, parse_page

OVERRIDE = "so \u202eturned"
LONG = "n" * 501


@dataclass(frozen=True)
class RejectedForm:
    """A form sent by `who` to `path`, on which `wrong` is refused with `code` at its field; `kept` comes back too.
    `page` holds the form, where that has another address; `file` is sent under the name of the field."""

    person: str
    path: str
    wrong: Mapping[str, str]
    code: str
    at: str
    kept_values: Mapping[str, str] = field(default_factory=dict)
    page: str = ""
    file: bytes | None = None


REJECTED_FORMS = {
    "a person without a name": RejectedForm(
        "salma", "/people", {"name_ar": ""}, "no_name", "name_ar", {"email": "new@sample.example", "role_drafter": "1"}
    ),
    "a person with a bad address": RejectedForm(
        "salma", "/people", {"email": "nowhere"}, "bad_email", "email", {"name_ar": "رنا", "lang": "en"}
    ),
    "an organisation": RejectedForm(
        "salma", "/organisations", {"name_en": OVERRIDE}, "bidi_override", "name_en", {"name_ar": "منظمة"}
    ),
    "an organisation’s names": RejectedForm(
        "salma",
        "/organisations/{organisation}/names",
        {"name_ar": OVERRIDE},
        "bidi_override",
        "name_ar",
        {"name_en": "Other"},
        page="/organisations/{organisation}",
    ),
    "an invitation": RejectedForm(
        "salma", "/invitations", {"email": "nobody"}, "bad_email", "email", {"role_observer": "1"}
    ),
    "the coalition": RejectedForm(
        "salma", "/coalition", {"press_email": "nobody"}, "bad_email", "press_email", {"about_en": "Who <we> are"}
    ),
    "the coalition’s address for replies": RejectedForm(
        "salma",
        "/coalition",
        {"mail_reply_to": "nobody"},
        "bad_email",
        "mail_reply_to",
        {"mail_code_in_subject": "1", "place_en": "Homs"},
    ),
    "the coalition’s names": RejectedForm(
        "salma", "/coalition", {"names_ar": OVERRIDE}, "bidi_override", "names_ar", {"names_en": "Other"}
    ),
    "the coalition’s telephone": RejectedForm(
        "salma", "/coalition", {"press_phone": OVERRIDE}, "bidi_override", "press_phone", {"place_en": "Homs"}
    ),
    "the coalition’s words": RejectedForm(
        "salma",
        "/coalition",
        {"aids_en_actors": "w" * 61},
        "word_list_too_long",
        "aids_en_actors",
        {"press_name_ar": "ريم", "day_fri": "1"},
    ),
    "a mandate": RejectedForm("lama", "/mandates", {"until": "tomorrow"}, "unread_deadline", "until"),
    "a new document": RejectedForm(
        "lama",
        "/documents/new",
        {"title_en": OVERRIDE},
        "bidi_override",
        "title_en",
        {"text_en": "My long work.\n", "edition_en": "authentic", "start": "pasted", "kind": "letter"},
    ),
    "a new document without a title": RejectedForm(
        "lama", "/documents/new", {"title_en": ""}, "name_empty", "title_en", {"edition_en": "authentic"}
    ),
    "place and addressees": RejectedForm(
        "lama", "/documents/{draft}/front", {"place_en": OVERRIDE}, "bidi_override", "place_en", {"place_ar": "إدلب"}
    ),
    "reference": RejectedForm(
        "lama", "/documents/{draft}/front", {"reference": OVERRIDE}, "bidi_override", "reference", {"place_ar": "إدلب"}
    ),
    "a language": RejectedForm(
        "lama",
        "/documents/{single}/editions",
        {"title": OVERRIDE},
        "bidi_override",
        "title",
        {"text": "My long work.\n", "start": "pasted"},
    ),
    "a language without a title": RejectedForm(
        "lama", "/documents/{single}/editions", {"title": ""}, "name_empty", "title", {"kind": "translation"}
    ),
    "addressees": RejectedForm(
        "lama",
        "/documents/{draft}/front",
        {"addressees_ar": OVERRIDE},
        "bidi_override",
        "addressees_ar",
        {"place_en": "Berlin"},
    ),
    "the title of a text": RejectedForm(
        "lama",
        "/documents/{draft}/texts/en",
        {"title": OVERRIDE},
        "bidi_override",
        "title",
        {"text": "My long work.\n"},
    ),
    "the text of a new document": RejectedForm(
        "lama",
        "/documents/new",
        {"text_en": OVERRIDE},
        "bidi_override",
        "text_en",
        {"title_en": "A call", "edition_en": "authentic", "edition_ar": "", "start": "pasted", "place_en": "Berlin"},
    ),
    "a text": RejectedForm("lama", "/documents/{draft}/texts/en", {"text": OVERRIDE}, "bidi_override", "text"),
    "the note of a version": RejectedForm(
        "lama", "/documents/{draft}/versions", {"note": LONG}, "note_too_long", "note", page="/documents/{draft}/steps"
    ),
    "the note of a withdrawal": RejectedForm(
        "salma", "/documents/{draft}/withdrawal", {"note": " "}, "note_needed", "note", page="/documents/{draft}/steps"
    ),
    "the hours of an urgent statement": RejectedForm(
        "salma",
        "/documents/{urgent}/sending-out",
        {"hours": "999"},
        "hours_out_of_range",
        "hours",
        {"at_least": "3"},
        page="/documents/{urgent}/steps",
    ),
    "the hours of an urgent statement without a number": RejectedForm(
        "salma",
        "/documents/{urgent}/sending-out",
        {"hours": "soon"},
        "bad_form",
        "hours",
        {"at_least": "3"},
        page="/documents/{urgent}/steps",
    ),
    "the signatures of an urgent statement": RejectedForm(
        "salma",
        "/documents/{urgent}/sending-out",
        {"at_least": "99"},
        "rule_out_of_reach",
        "at_least",
        {"hours": "12"},
        page="/documents/{urgent}/steps",
    ),
    "an empty comment": RejectedForm(
        "lama",
        "/documents/{draft}/comments",
        {"body": " "},
        "empty_comment",
        "body",
        {"words": "The first text.", "scope": "organisation"},
    ),
    "a comment on absent words": RejectedForm(
        "lama", "/documents/{draft}/comments", {"words": "zebra"}, "words_absent", "words", {"body": "Why <this>?"}
    ),
    "an empty reply": RejectedForm(
        "lama",
        "/documents/{thread}/replies",
        {"body": "\u00a0"},
        "empty_comment",
        "body",
        page="/documents/{thread}/comments",
    ),
    "a round": RejectedForm(
        "salma", "/documents/{reviewed}/round", {"at_least": "99"}, "rule_out_of_reach", "at_least", {"rule": "sign_on"}
    ),
    "a round with a day that cannot be read": RejectedForm(
        "salma",
        "/documents/{reviewed}/round",
        {"deadline": "own", "date": "soon"},
        "unread_deadline",
        "date",
        {"rule": "consensus", "quorum": "half", "time": "09:30"},
    ),
    "the note of a publication": RejectedForm(
        "reem",
        "/documents/{published}/publication/withdrawal",
        {"note": ""},
        "note_needed",
        "note",
        page="/documents/{published}/files",
    ),
    "a translation that follows": RejectedForm(
        "lama",
        "/documents/{published}/translations",
        {"title": OVERRIDE},
        "bidi_override",
        "title",
        {"text": "My long work.\n"},
    ),
    "the text of a translation that follows": RejectedForm(
        "lama", "/documents/{published}/translations", {"text": OVERRIDE}, "bidi_override", "text", {"title": "A call"}
    ),
    "a reservation": RejectedForm(
        "yusuf",
        "/rounds/{round}/sign?lang=ar",
        {"reservation.en": OVERRIDE},
        "bidi_override",
        "reservation.en",
        {"reservation.ar": "نتحفّظ.", "position": "endorse_with_reservation"},
    ),
    "a table": RejectedForm("salma", "/import", {"text": "colour\nred, and <green>"}, "csv_columns", "text", file=b""),
    "a logo": RejectedForm(
        "salma", "/coalition/logo", {}, "logo_not_an_image", "logo", page="/coalition", file=b"words"
    ),
    "a Word file": RejectedForm(
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
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def resolve_path(instance: SampleInstance, path: str) -> str:
    """`path` with what it names made."""
    made: dict[str, Any] = {
        "{organisation}": lambda: instance.members.organisations["sindyan"],
        "{draft}": lambda: create_document(instance, texts=TEXTS),
        "{single}": lambda: create_document(instance),
        "{urgent}": lambda: create_document(instance, urgent=True),
        "{reviewed}": lambda: _reviewed(instance),
        "{published}": lambda: _published(instance),
        "{thread}": lambda: _commented(instance),
        "{round}": lambda: open_round_with_document(instance)[1],
    }
    for name, make in made.items():
        if name in path:
            return path.replace(name, make())
    return path


def _commented(instance: SampleInstance) -> str:
    """A document with a comment on its first line, as `document/comments/thread`."""
    document = create_document(instance, texts=TEXTS)
    with instance.write() as tx:
        actor = instance.actor(tx, "lama")
        draft = save.read(tx, actor, document_id=document, lang="en")
        quote = draft.text.partition("\n")[0]
        thread = comments.open_thread(
            tx,
            actor,
            document_id=document,
            lang="en",
            epoch=draft.epoch,
            seq=draft.seq,
            start=0,
            end=len(quote),
            quote=quote,
            body="Why?",
            scope="all",
        )
    return f"{document}/comments/{thread.id}"


def _reviewed(instance: SampleInstance) -> str:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    return document


def _published(instance: SampleInstance) -> str:
    document = create_sealed_document(instance)
    create_publication(instance, document)
    return document


def field_value(form: Any, name: str) -> str | None:
    """What the form would send under `name`."""
    return dict(form.form_values()).get(name)


@pytest.mark.parametrize("one", REJECTED_FORMS.values(), ids=REJECTED_FORMS)
def test_what_was_typed_comes_back_with_what_is_to_be_mended(
    web_client: WebClient, instance: SampleInstance, one: RejectedForm
) -> None:
    web_client.sign_in(one.person)
    path = resolve_path(instance, one.path)
    page = re.sub(r"\{\w+\}", lambda _: path.split("/")[2], one.page) if one.page else path
    shown = form_of(web_client.get(page), path).form_values()
    sent = {**{name: (value or "").removeprefix("\n") for name, value in shown}, **one.kept_values, **one.wrong}
    answer = post(web_client, path, sent, one)
    assert 400 <= answer.status_code < 500
    form = form_of(answer, path)
    for name, typed in {**one.kept_values, **one.wrong}.items():
        assert (field_value(form, name) or "").removeprefix("\n") == typed, name
    (marked,) = form.xpath(".//*[@aria-invalid='true']")
    assert marked.get("name") == one.at
    line = form.get_element_by_id(marked.get("aria-describedby").split()[0])
    banner = parse_page(answer).xpath("//main//*[@role='alert']")[0]
    assert banner.xpath("string(.//bdi)") == one.code
    assert line.text_content().strip() in banner.text_content()


def post(web_client: WebClient, path: str, sent: Mapping[str, str], one: RejectedForm) -> Any:
    if one.file is None:
        return web_client.post(path, dict(sent))
    headers = {"accept-language": "en", "origin": ORIGIN}
    named = "table" if one.path == "/import" else one.at
    return web_client.client.post(
        path, data=sent, files={named: ("x", one.file)}, headers=headers, follow_redirects=False
    )


def form_of(answer: Any, path: str) -> Any:
    forms = parse_page(answer).xpath("//main//form[@method='post']")
    return next(form for form in forms if form.get("action", path) == path)


def test_words_of_someone_who_was_signed_out_are_on_the_page_that_says_so(web_client: WebClient) -> None:
    answer = web_client.post("/people", {"name_en": "Rana Haddad", "password": "never to be seen", "lang": "en"})
    assert answer.status_code == 401
    assert [one.text.strip() for one in parse_page(answer).xpath("//main//textarea")] == ["Rana Haddad"]
    assert "never to be seen" not in answer.text


ACCOUNT_FORMS: dict[str, tuple[str, dict[str, str], str, dict[str, str]]] = {
    "a name": ("/account", {"name_en": OVERRIDE}, "name_en", {"name_ar": "رنا", "digits": "latn"}),
    "a key": ("/account/keys", {"label": OVERRIDE}, "label", {"scope_write": "1"}),
    "a password": ("/account/password", {"new": "short"}, "new", {}),
    "an address": ("/sign-in/code", {"email": "nobody"}, "email", {"own": "on"}),
    "a forgotten password": ("/forgotten", {"email": "nobody"}, "email", {}),
}


@pytest.mark.parametrize(("path", "wrong", "at", "kept"), ACCOUNT_FORMS.values(), ids=ACCOUNT_FORMS)
def test_an_account_page_tells_at_the_field_alone(
    web_client: WebClient, path: str, wrong: dict[str, str], at: str, kept: dict[str, str]
) -> None:
    if path.startswith("/account"):
        web_client.sign_in("lama")
    answer = web_client.post(path, {**kept, **wrong})
    assert answer.status_code == 400
    page = parse_page(answer)
    (alert,) = page.xpath("//main//*[@role='alert']")
    (marked,) = page.xpath("//main//*[@aria-invalid='true']")
    assert marked.get("name") == at
    assert marked.get("aria-describedby").split()[0] == alert.get("id")
    (form,) = marked.iterancestors("form")
    fields = dict(form.form_values())
    secret = {"new"}
    assert {name: fields.get(name) for name in {**kept, **wrong} if name not in secret} == {
        name: value for name, value in {**kept, **wrong}.items() if name not in secret
    }
    assert all(one.get("open") is not None for one in form.iterancestors("details"))


def test_a_page_without_the_rejected_form_shows_its_error(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    answer = web_client.post(f"/documents/{document}/comments/cmt_none/settlement", {"lang": "ar"})
    assert answer.status_code == 404
    (banner,) = parse_page(answer).xpath("//main//*[@role='alert']")
    assert banner.getparent().tag == "main"
    assert banner.xpath("string(.//bdi)") == "not_found"
    assert not parse_page(answer).xpath("//main//*[@aria-invalid]")


def test_a_problem_page_shows_the_error_once(web_client: WebClient) -> None:
    answer = web_client.sign_in("yusuf").post("/people", {"name_en": "Rana Haddad", "lang": "en"})
    assert answer.status_code == 403
    page = parse_page(answer)
    assert not page.xpath("//main//*[@role='alert']")
    assert [one.text for one in page.xpath("//main//bdi[@class='mono']")] == ["forbidden"]
    assert [one.text.strip() for one in page.xpath("//main//textarea")] == ["Rana Haddad"]


def test_a_table_that_cannot_be_imported_comes_back(web_client: WebClient) -> None:
    web_client.sign_in("salma")
    headers = {"accept-language": "en", "origin": ORIGIN}
    answer = web_client.client.post(
        "/import/whole", data={"text": "colour\nred"}, files={"table": ("x", b"")}, headers=headers
    )
    assert answer.status_code == 400
    assert parse_page(answer).xpath("string(//textarea[@id='paste'])").strip() == "colour\nred"
    assert parse_page(answer).xpath("string(//main//*[@role='alert']//bdi)") == "csv_columns"
