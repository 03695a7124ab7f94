"""The forms of documents, drafts and rounds, as their models read them."""

import pytest

from service.domain.errors import InvalidInput
from service.web.forms.documents import FrontMatterForm, OpenDocumentForm
from service.web.forms.drafts import ResolveConflictForm, RestoreDraftForm
from service.web.forms.rounds import OpenRoundForm, PositionForm


def test_a_new_document_has_the_languages_that_were_chosen() -> None:
    form = {"edition_en": "translation", "edition_ar": "authentic", "place_ar": " P ", "place_en": "x"}
    new = OpenDocumentForm.parse({**form, "urgent": "yes", "title_ar": " T ", "text_ar": "words\n"})
    assert (new.langs, new.authentic, new.urgent) == (["ar", "en"], ["ar"], True)
    assert (new.titles["ar"], new.texts["ar"]) == (" T ", "words\n")
    assert new.front_matter(["ar"]) == {"place": {"ar": "P"}, "addressees": {}}


def test_a_kind_of_text_that_does_not_exist_is_named() -> None:
    with pytest.raises(InvalidInput) as rejected:
        OpenDocumentForm.parse({"edition_ar": "sealed"})
    assert (rejected.value.code, rejected.value.field) == ("bad_form", "edition_ar")


def test_addressees_are_one_a_line() -> None:
    form = FrontMatterForm.parse({"addressees_ar": " one \n\ntwo\r\n", "rev": "3"})
    assert form.front_matter() == {
        "place": {},
        "addressees": {"ar": ["one", "two"]},
        "reference": "",
        "numbered_paragraphs": False,
    }


@pytest.mark.parametrize("rev", ["", "-1", "x", "1_0", "1" * 19])
def test_a_revision_that_is_no_number_is_rejected(rev: str) -> None:
    with pytest.raises(InvalidInput) as rejected:
        FrontMatterForm.parse({"rev": rev})
    assert (rejected.value.code, rejected.value.field) == ("bad_form", "rev")


def test_choices_are_in_the_order_of_their_passages() -> None:
    sent = {"text": "t", "epoch": "1", "seq": "2", "passages": "3", "moved": "1 x 0"}
    sent |= {"choice_2": "mine", "choice_0": "both"}
    form = ResolveConflictForm.parse(sent)
    assert (form.ordered_choices, form.accepted_moves) == (["both", "", "mine"], [1, 0])
    offered = ResolveConflictForm.parse({**sent, "offer": "4"})
    assert (offered.ordered_choices, offered.accepted_moves) == ([], [1, 0, 4])


@pytest.mark.parametrize(("at", "row"), [("7", 7), ("", -1), ("seven", -1)])
def test_a_row_that_is_no_number_is_no_row(at: str, row: int) -> None:
    assert RestoreDraftForm.parse({"lang": "en", "at": at}).at == row


def test_a_round_reads_what_its_rule_needs() -> None:
    form = OpenRoundForm.parse({"version": "2", "at_least": "", "required.org_a": "1", "rest_day": "1"})
    assert (form.version, form.at_least, set(form.required), form.rest_day) == (2, 0, {"org_a"}, True)


def test_a_reservation_is_read_by_language() -> None:
    form = PositionForm.parse({"reservation.ar": "words", "replaces": ""})
    assert (form.reservation, form.replaces) == ({"ar": "words"}, None)
