"""Pages that open a round and sign in it show everything that is bound, and every change, in the language one reads."""

from collections.abc import Iterator
from typing import Any

import pytest

from service.actions.documents import documents, editions
from service.actions.membership import coalition
from service.store.endorsement import rounds as rounds_store
from tests.integration.web.rounds.test_signing_pages import hidden_fields
from tests.support.factories import (
    SampleInstance,
    create_document,
    create_sealed_document,
    cut_version,
    ensure_signatory,
    grant_all_mandates,
    move_to_review,
    open_round,
    open_round_with_document,
    save_text,
)
from tests.support.web_client import (
    WebClient,
    create_publication,
    error_code,
    open_web_client,
    page_text,
    parse_page,
)

TEXTS = {"ar": "## المادة ١ {#one}\n\nنصّ أوّل.\n", "en": "## Article 1 {#one}\n\nA first text.\n"}


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def create_document_in_two_official_languages(instance: SampleInstance) -> str:
    with instance.write() as tx:
        return documents.open_document(
            tx,
            instance.actor(tx, "lama"),
            kind="statement",
            issued_by="coalition",
            authentic=["ar", "en"],
            editions={lang: documents.InitialText(f"Title {lang}", text) for lang, text in TEXTS.items()},
            front={"place": {"ar": "حلب"}, "addressees": {"en": ["To the Committee"]}},
        )


def open_on_second_version(instance: SampleInstance, *, lang: str, text: str) -> tuple[str, str]:
    """Return (document, round) on a second version in which only the text in `lang` changed."""
    grant_all_mandates(instance)
    document = create_document_in_two_official_languages(instance)
    cut_version(instance, document)
    save_text(instance, document, text, lang=lang)
    cut_version(instance, document)
    move_to_review(instance, document)
    return document, open_round(instance, document, version=2)


def post_round_form(web_client: WebClient, document: str, **more: str) -> Any:
    ensure_signatory(web_client.instance)
    page = web_client.get(f"/documents/{document}/round")
    form = {"rule": "two_thirds", "deadline": "3d", **hidden_fields(page), **more}
    return web_client.post_confirmed(f"/documents/{document}/round", form)


def round_in_database(instance: SampleInstance, document: str) -> Any:
    with instance.read() as tx:
        return rounds_store.list_by_document(tx, document)[-1]


# Wrong role


def test_openings_are_given_to_the_organisation_and_who_oversees(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_sealed_document(instance)
    path = f"/api/v1/documents/{document}/seal/openings"
    positions = {}
    for who in ("salma", "nabil", "yusuf"):
        items = web_client.sign_in(who).get(path).json()["items"]
        positions[who] = [(one["organisation"], one["position"]) for one in items]
    integrity = instance.members.organisations["integrity"]
    assert positions["nabil"] == [(integrity, "abstain")]
    assert positions["yusuf"] == []
    assert (integrity, "abstain") in positions["salma"]
    assert web_client.sign_in("reem").get(path).status_code == 403


# Conflict


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"named_in_public": "nobody"}, "bad_round_option"),
        ({"close_when_all_answered": "1", "close_after_all_minutes": "61"}, "bad_round_option"),
        ({"dated": "day", "dated_on": "soon"}, "date_malformed"),
    ],
)
def test_unknown_terms_are_reported_on_the_form(
    web_client: WebClient, instance: SampleInstance, sent: dict[str, str], code: str
) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    response = post_round_form(web_client.sign_in("salma"), document, **sent)
    assert (response.status_code, error_code(response)) == (400, code)


# Success


def test_form_shows_its_defaults_and_the_round_opens_with_them(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    page = parse_page(web_client.sign_in("salma").get(f"/documents/{document}/round"))
    checked = {field.get("name"): field.get("value") for field in page.xpath("//input[@type='radio'][@checked]")}
    expected = {"named_in_public": "counted", "visible_while_open": "all", "proof": "person", "dated": "approval"}
    assert {name: checked[name] for name in expected} == expected
    assert page.xpath("string(//input[@name='close_after_all_minutes']/@value)") == "10"
    response = post_round_form(
        web_client, document, **expected, close_when_all_answered="1", close_after_all_minutes="10"
    )
    assert response.status_code == 303
    terms = round_in_database(instance, document).terms
    assert (terms.named_in_public, terms.date, terms.close_after_all_us) == ("counted", "approval", 600_000_000)


def test_chosen_terms_are_shown_before_signing_with_the_consequence_of_each_answer(
    web_client: WebClient, instance: SampleInstance
) -> None:
    grant_all_mandates(instance)
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    sent = {
        "named_in_public": "named",
        "visible_while_open": "own",
        "proof": "mail",
        "dated": "day",
        "dated_on": "2026-11-22",
        "close_when_all_answered": "1",
        "close_after_all_minutes": "30",
    }
    assert post_round_form(web_client.sign_in("salma"), document, **sent).status_code == 303
    round_id = round_in_database(instance, document).id
    for page in (f"/rounds/{round_id}/sign", f"/rounds/{round_id}"):
        text = page_text(web_client.sign_in("yusuf").get(page))
        for sentence in (
            "In public, every organisation is named",
            "only the organisation itself, the secretariat and auditors",
            "A code sent by email is enough to sign.",
            "The round closes 30 minutes after the last organisation has answered",
            "22 November 2026",
        ):
            assert sentence in text
    choice = page_text(web_client.get(f"/rounds/{round_id}/sign"))
    assert "Your organisation will be named as not endorsing, also in public." in choice


def test_usual_consequence_of_dissent_is_to_be_counted(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    choice = page_text(web_client.sign_in("yusuf").get(f"/rounds/{round_id}/sign"))
    assert "Your organisation will be counted as not endorsing. It will not be named in public." in choice
    assert "Your organisation will be named in public among those that endorse." in choice


def test_required_organisation_sees_that_the_rule_names_it(web_client: WebClient, instance: SampleInstance) -> None:
    required = instance.members.organisations["two-banks"]
    rule = {"kind": "sign_on", "at_least": 1, "required": [required]}
    _, round_id = open_round_with_document(instance, rule=rule)
    said = "The rule requires the endorsement of your organisation and names it."
    assert said in page_text(web_client.sign_in("huda").get(f"/rounds/{round_id}/sign"))
    assert said not in page_text(web_client.sign_in("yusuf").get(f"/rounds/{round_id}/sign"))


def test_everything_printed_is_shown_as_it_was_when_the_round_opened(
    web_client: WebClient, instance: SampleInstance
) -> None:
    with instance.write() as tx:
        settings = {"about": {"en": "What we are."}, "press": {"email": "press@x.example"}}
        coalition.update_settings(tx, instance.actor(tx, "salma"), settings=settings)
    _, round_id = open_on_second_version(instance, lang="en", text="## Article 1 {#one}\n\nA second text.\n")
    with instance.write() as tx:
        coalition.update_settings(tx, instance.actor(tx, "salma"), settings={"about": {"en": "What we are not."}})
    text = page_text(web_client.sign_in("yusuf").get(f"/rounds/{round_id}/sign"))
    for printed in ("What we are.", "press@x.example", "حلب", "To the Committee", "The day of approval"):
        assert printed in text
    assert "What we are not." not in text


def test_every_official_text_is_shown(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_on_second_version(instance, lang="en", text="## Article 1 {#one}\n\nA second text.\n")
    for lang in ("ar", "en"):
        text = page_text(web_client.sign_in("yusuf").get(f"/rounds/{round_id}/sign?lang={lang}"))
        assert "نصّ أوّل." in text and "A second text." in text


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_change_in_the_other_official_text_is_shown_in_the_language_one_reads(
    web_client: WebClient, instance: SampleInstance, lang: str
) -> None:
    """Release 0.1 said to readers of the Arabic page that the texts were the same when the English one changed."""
    _, round_id = open_on_second_version(instance, lang="en", text="## Article 1 {#one}\n\nA treacherous text.\n")
    page = parse_page(web_client.sign_in("yusuf").get(f"/rounds/{round_id}/sign?lang={lang}"))
    shown = page.xpath("//section[@class='news-t']")
    assert len(shown) == 2
    english = next(one for one in shown if "English text" in one.text_content())
    arabic = next(one for one in shown if one is not english)
    assert "1 change" in english.text_content() and "treacherous" in english.xpath("string(.//ins)")
    assert "The two texts are the same." in arabic.text_content()


def test_changed_title_and_added_text_are_shown(web_client: WebClient, instance: SampleInstance) -> None:
    grant_all_mandates(instance)
    document = create_document(instance)
    cut_version(instance, document)
    with instance.write() as tx:
        documents.set_title(tx, instance.actor(tx, "lama"), document_id=document, lang="ar", title="عنوان جديد")
        editions.add(
            tx,
            instance.actor(tx, "lama"),
            document_id=document,
            lang="en",
            initial=documents.InitialText("Title en", TEXTS["en"]),
            authentic=False,
        )
    cut_version(instance, document)
    move_to_review(instance, document)
    round_id = open_round(instance, document, version=2)
    page = parse_page(web_client.sign_in("yusuf").get(f"/rounds/{round_id}/sign?lang=en"))
    shown = [one.text_content() for one in page.xpath("//section[@class='news-t']")]
    assert any("عنوان جديد" in one for one in shown)
    assert any("This text is new." in one for one in shown)


def test_comparison_tells_of_changes_in_the_other_texts(web_client: WebClient, instance: SampleInstance) -> None:
    document, _ = open_on_second_version(instance, lang="en", text="## Article 1 {#one}\n\nA second text.\n")
    web_client.sign_in("yusuf")
    arabic = page_text(web_client.get(f"/documents/{document}/comparison?lang=ar&old=1&new=2"))
    assert "English text: 1 change" in arabic
    english = page_text(web_client.get(f"/documents/{document}/comparison?lang=en&old=1&new=2"))
    assert "English text: " not in english and "Arabic text: " not in english


def test_date_of_the_public_page_does_not_follow_later_settings(
    web_client: WebClient, instance: SampleInstance
) -> None:
    """The day of approval is that of the zone in the seal: one beyond the date line would change it."""
    publication = create_publication(instance, create_sealed_document(instance))
    before = page_text(web_client.get(f"/p/{publication}?lang=en"))
    with instance.write() as tx:
        settings = {"zone": "Pacific/Kiritimati", "names": {"en": "Another name"}}
        coalition.update_settings(tx, instance.actor(tx, "salma"), settings=settings)
    assert page_text(web_client.get(f"/p/{publication}?lang=en")) == before


def test_public_page_and_api_name_no_one_who_did_not_endorse(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    publication = create_publication(instance, document)
    with instance.read() as tx:
        roll = rounds_store.list_by_document(tx, document)[-1].roll
    unnamed = next(one for one in roll if one.organisation == instance.members.organisations["integrity"])
    traces = [unnamed.organisation, *unnamed.names.values()]
    pages = [web_client.get(f"/p/{publication}?lang={lang}").text for lang in ("ar", "en")]
    pages.append(web_client.get(f"/api/v1/publications/{publication}").text)
    pages.append(web_client.sign_in("reem").get(f"/api/v1/documents/{document}/seal").text)
    assert not [trace for trace in traces for page in pages if trace in page]
