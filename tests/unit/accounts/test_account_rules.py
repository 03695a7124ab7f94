"""Names by language, rate limits, and sign-in methods: properties that hold for every value."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.accounts.rules import AUTH_METHODS, CODE, PASSWORD, auth_method_state, is_rate_limited
from service.domain.membership.people import preferred_name

COUNTED = st.sampled_from([PASSWORD, CODE])
COUNTS = st.integers(0, 10_000)
LANGS = st.sampled_from(["ar", "en", "ku", "fr"])


@given(st.dictionaries(LANGS, st.text(min_size=1), min_size=1), LANGS)
def test_name_is_in_the_language_of_the_person_or_the_first_one(names: dict[str, str], lang: str) -> None:
    assert preferred_name(names, lang=lang) == names.get(lang, next(iter(names.values())))


@given(COUNTED, COUNTS, COUNTS)
def test_attempts_of_others_do_not_lock_out_known_browser(kind: str, here: int, strange: int) -> None:
    assert is_rate_limited(kind, from_origin=here, from_unknown=strange, known=True) == (
        here >= AUTH_METHODS[kind].max_from_origin
    )
    assert is_rate_limited(kind, from_origin=here, from_unknown=strange, known=False) >= is_rate_limited(
        kind, from_origin=here, from_unknown=0, known=True
    )


@given(COUNTED, COUNTS, COUNTS, COUNTS)
def test_more_attempts_never_help(kind: str, here: int, strange: int, more: int) -> None:
    for known in (True, False):
        before = is_rate_limited(kind, from_origin=here, from_unknown=strange, known=known)
        assert is_rate_limited(kind, from_origin=here + more, from_unknown=strange + more, known=known) >= before


@given(st.sets(st.sampled_from(sorted(AUTH_METHODS))), st.booleans())
def test_sign_in_method_is_ready_if_available_and_set_up(kept: set[str], mails_go: bool) -> None:
    for name, proof in AUTH_METHODS.items():
        stands = auth_method_state(name, configured=kept, mail_enabled=mails_go)
        assert (stands == "later") == proof.planned
        assert stands != "ready" or (mails_go if proof.needs_email else name in kept)
