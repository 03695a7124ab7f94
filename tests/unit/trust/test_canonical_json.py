import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import InvalidInput
from service.domain.trust.canonical_json import MAX_DEPTH, MAX_SAFE_INTEGER, Json, decode, digest, encode

keys = st.text(st.characters(max_codepoint=127), max_size=6)
letters = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
leaves: st.SearchStrategy[Json] = st.none() | st.booleans() | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER) | letters


def nested(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    lists: st.SearchStrategy[Json] = st.lists(inner, max_size=4)
    objects: st.SearchStrategy[Json] = st.dictionaries(keys, inner, max_size=4)
    return lists | objects


values = st.recursive(leaves, nested, max_leaves=12)


def test_the_example_of_rfc_8785_without_its_numbers() -> None:
    value = {
        "string": '\u20ac$\x0f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert encode(value) == (b'{"literals":[null,true,false],"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}')


def test_every_control_is_escaped_as_rfc_8785_says() -> None:
    assert encode("\b\t\n\f\r\x00\x1f\x7f\u2028/") == b'"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f\xe2\x80\xa8/"'


def test_keys_stand_in_order_of_their_code_units() -> None:
    assert encode({"b": 1, "a": 2, "A": 3, "": 4, "10": 5, "9": 6}) == b'{"":4,"10":5,"9":6,"A":3,"a":2,"b":1}'


@given(values)
def test_what_is_written_is_read_again(value: Json) -> None:
    data = encode(value)
    assert decode(data) == value
    assert encode(decode(data)) == data
    assert json.loads(data) == value


@given(values)
def test_any_other_writing_of_it_is_refused(value: Json) -> None:
    data = encode(value)
    others = {json.dumps(value).encode(), json.dumps(value, indent=1).encode(), data + b"\n", b" " + data} - {data}
    for other in others:
        with pytest.raises(InvalidInput):
            decode(other)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b"-0",
        b"01",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b"1" * 5000,
        b'"\\u0041"',
        b'"\\ud800"',
        b'"\\/"',
        b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf1",
        '{"مفتاح":1}'.encode(),
        b"[" * 100_000,
        b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    ],
)
def test_what_is_not_canonical_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput) as refusal:
        decode(data)
    assert refusal.value.code == "not_canonical"


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), MAX_SAFE_INTEGER + 1, b"", {1: 2}, {"é": 1}, "\ud800", {1}, object()]
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(InvalidInput):
        encode([value])


def test_nothing_is_normalised() -> None:
    assert encode("e\u0301") != encode("\u00e9")
    assert decode(encode("e\u0301")) == "e\u0301"


def test_a_tuple_is_written_as_a_list() -> None:
    assert encode((1, ("a",))) == b'[1,["a"]]'


def test_a_digest_depends_on_its_domain() -> None:
    expected = "add35d938d3dd9648893012b872c5d4bb2e052e5da9be535a93c17b905cd365a"
    assert digest("mithaq.version.v1", {"number": 1}) == expected
    assert digest("mithaq.version.v1", {}) != digest("mithaq.version.v2", {})


@pytest.mark.parametrize("domain", ["", "mithaq", "mithaq.v1\n", "Mithaq.v1", "mithaq.é"])
def test_a_domain_is_one_plain_line(domain: str) -> None:
    with pytest.raises(ValueError):
        digest(domain, {})
