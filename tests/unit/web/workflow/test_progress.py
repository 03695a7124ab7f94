"""The five stones."""

import pytest

from service.domain.documents.document import STATES, Document
from service.i18n import Words
from service.web.rendering.formatting import Voice
from service.web.workflow.progress import ORDER, Standing, short_way, way

NOTHING = Standing(None, None, None, None)


def document(state: str) -> Document:
    return Document("doc_x", "statement", state, "coalition", ("ar",), {}, False, 1, "per_x", 0, None, {})


@pytest.mark.parametrize("state", STATES)
def test_what_is_done_stands_before_what_is_coming(state: str) -> None:
    voice = Voice(Words("en"), "Asia/Damascus", "Asia/Damascus", {})
    places = [stone.place for stone in way(document(state), NOTHING, voice=voice)]
    assert len(places) == len(ORDER)
    assert places == sorted(places, key=["done", "now", "next"].index)
    assert places.count("now") == (state not in ("published", "withdrawn"))


def test_the_short_way_is_the_same_way() -> None:
    voice = Voice(Words("en"), "Asia/Damascus", "Asia/Damascus", {})
    for state in ORDER:
        assert short_way(state) == [stone.place for stone in way(document(state), NOTHING, voice=voice)]
    assert short_way("withdrawn") == []
