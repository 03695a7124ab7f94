"""Comments: their bodies, and the passages they are about."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.comments import comment
from service.domain.errors import Conflict, InvalidInput
from service.domain.text.markup.canonical import canonicalise

TEXTS = st.text("ابج \n", min_size=1, max_size=30)


@given(TEXTS, st.data())
def test_passage_is_found_by_its_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    words = data.draw(st.one_of(TEXTS, st.just(text[start:end])))
    sought = canonicalise(words).text.strip()
    places = [at for at in range(start, end) if sought and text.startswith(sought, at) and at + len(sought) <= end]
    try:
        found = comment.find_passage(text, words, start=start, end=end)
    except InvalidInput as refused:
        assert refused.code == ("words_twice" if len(places) > 1 else "words_absent")
        assert len(places) != 1
    else:
        assert text[slice(*found)] == sought if sought else found[0] == start
        assert not sought or places == [found[0]]


def test_comment_without_words_is_on_the_first_line() -> None:
    text = "فاتحة.\n\n## المادة ١  \n\nنصّ.\n"
    start = text.index("##")
    assert text[slice(*comment.find_passage(text, " \n", start=start, end=len(text)))] == "## المادة ١"


@given(st.text("اب \u202a\u200f\n\t", max_size=20))
def test_body_is_canonical_and_never_empty(body: str) -> None:
    try:
        said = comment.validate_body(body)
    except InvalidInput as refused:
        assert refused.code == "empty_comment" and not body.replace("\u202a", "").strip()
    else:
        assert said.strip() and comment.validate_body(said) == said


@given(
    st.sampled_from([None, "org"]), st.integers(0, 2 * comment.MAX_PER_TEXT), st.integers(0, 2 * comment.MAX_PER_PERSON)
)
def test_comments_are_limited(organisation: str | None, count: int, own: int) -> None:
    full = "too_many_within" if organisation else "too_many_comments"
    try:
        comment.check_comment_limits(organisation, count=count, by_person=own)
    except Conflict as refused:
        assert refused.code == (full if count >= comment.MAX_PER_TEXT else "too_many_of_yours")
        assert count >= comment.MAX_PER_TEXT or own >= comment.MAX_PER_PERSON
    else:
        assert count < comment.MAX_PER_TEXT and own < comment.MAX_PER_PERSON
