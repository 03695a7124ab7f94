"""The five stones."""

import pytest

from service.domain.documents.document import STATES, Document
from service.i18n import Translator
from service.web.rendering.formatting import LocaleFormatter
from service.web.workflow.progress import STATE_ORDER, DocumentProgress, progress_steps, short_progress

NOTHING = DocumentProgress(None, None, None, None)


def document(state: str) -> Document:
    return Document("doc_x", "statement", state, "coalition", ("ar",), {}, False, 1, "per_x", 0, None, {})


@pytest.mark.parametrize("state", STATES)
def test_what_is_done_stands_before_what_is_coming(state: str) -> None:
    voice = LocaleFormatter(Translator("en"), "Asia/Damascus", "Asia/Damascus", {})
    places = [stone.state for stone in progress_steps(document(state), NOTHING, formatter=voice)]
    assert len(places) == len(STATE_ORDER)
    assert places == sorted(places, key=["done", "now", "next"].index)
    assert places.count("now") == (state not in ("published", "withdrawn"))


def test_the_short_way_is_the_same_way() -> None:
    voice = LocaleFormatter(Translator("en"), "Asia/Damascus", "Asia/Damascus", {})
    for state in STATE_ORDER:
        assert short_progress(state) == [
            stone.state for stone in progress_steps(document(state), NOTHING, formatter=voice)
        ]
    assert short_progress("withdrawn") == []
