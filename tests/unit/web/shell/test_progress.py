"""The five steps of a document's progress."""

import pytest

from service.domain.documents.document import STATES, Document
from service.i18n import Translator
from service.web.rendering.formatting import LocaleFormatter
from service.web.shell.progress import STATE_ORDER, DocumentProgress, progress_steps, short_progress

NOTHING = DocumentProgress(None, None, None, None)


def document(state: str) -> Document:
    return Document("doc_x", "statement", state, "coalition", ("ar",), {}, False, 1, "per_x", 0, None, {})


@pytest.mark.parametrize("state", STATES)
def test_completed_steps_come_before_upcoming_ones(state: str) -> None:
    formatter = LocaleFormatter(Translator("en"), "Asia/Damascus", "Asia/Damascus", {})
    places = [step.state for step in progress_steps(document(state), NOTHING, formatter=formatter, now=0)]
    assert len(places) == len(STATE_ORDER)
    assert places == sorted(places, key=["done", "now", "next"].index)
    assert places.count("now") == (state not in ("published", "withdrawn"))


def test_urgent_path_is_the_same_path() -> None:
    formatter = LocaleFormatter(Translator("en"), "Asia/Damascus", "Asia/Damascus", {})
    for state in STATE_ORDER:
        assert short_progress(state) == [
            step.state for step in progress_steps(document(state), NOTHING, formatter=formatter, now=0)
        ]
    assert short_progress("withdrawn") == []
