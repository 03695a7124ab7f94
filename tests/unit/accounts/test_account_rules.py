"""Names by language, tries, and ways to prove who one is: what holds for every value."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.accounts.rules import CODE, PASSWORD, PROOFS, standing, too_often
from service.domain.membership.people import own_name

COUNTED = st.sampled_from([PASSWORD, CODE])
COUNTS = st.integers(0, 10_000)
LANGS = st.sampled_from(["ar", "en", "ku", "fr"])


@given(st.dictionaries(LANGS, st.text(min_size=1), min_size=1), LANGS)
def test_one_name_is_in_the_persons_language_or_else_is_the_first(names: dict[str, str], lang: str) -> None:
    assert own_name(names, lang=lang) == names.get(lang, next(iter(names.values())))


@given(COUNTED, COUNTS, COUNTS)
def test_what_strangers_do_keeps_no_known_place_out(kind: str, here: int, strange: int) -> None:
    assert too_often(kind, here=here, strange=strange, known=True) == (here >= PROOFS[kind].here)
    assert too_often(kind, here=here, strange=strange, known=False) >= too_often(kind, here=here, strange=0, known=True)


@given(COUNTED, COUNTS, COUNTS, COUNTS)
def test_more_tries_never_help(kind: str, here: int, strange: int, more: int) -> None:
    for known in (True, False):
        before = too_often(kind, here=here, strange=strange, known=known)
        assert too_often(kind, here=here + more, strange=strange + more, known=known) >= before


@given(st.sets(st.sampled_from(sorted(PROOFS))), st.booleans())
def test_a_way_is_ready_only_if_it_is_there_and_set_up(kept: set[str], mails_go: bool) -> None:
    for name, proof in PROOFS.items():
        stands = standing(name, kept=kept, mails_go=mails_go)
        assert (stands == "later") == proof.later
        assert stands != "ready" or (mails_go if proof.mailed else name in kept)
