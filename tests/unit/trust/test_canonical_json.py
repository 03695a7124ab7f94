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


def test_example_of_rfc_8785_without_its_numbers() -> None:
    value = {
        "string": '\u20ac$\x0f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert encode(value) == (b'{"literals":[null,true,false],"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}')


def test_every_control_character_is_escaped_as_rfc_8785_says() -> None:
    assert encode("\b\t\n\f\r\x00\x1f\x7f\u2028/") == b'"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f\xe2\x80\xa8/"'


def test_keys_are_sorted_by_code_units() -> None:
    assert encode({"b": 1, "a": 2, "A": 3, "": 4, "10": 5, "9": 6}) == b'{"":4,"10":5,"9":6,"A":3,"a":2,"b":1}'


@given(values)
def test_canonical_json_round_trips(value: Json) -> None:
    data = encode(value)
    assert decode(data) == value
    assert encode(decode(data)) == data
    assert json.loads(data) == value


@given(values)
def test_any_other_serialisation_is_rejected(value: Json) -> None:
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
def test_non_canonical_input_is_rejected(data: bytes) -> None:
    with pytest.raises(InvalidInput) as refusal:
        decode(data)
    assert refusal.value.code == "not_canonical"


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), MAX_SAFE_INTEGER + 1, b"", {1: 2}, {"é": 1}, "\ud800", {1}, object()]
)
def test_value_without_canonical_form_is_rejected(value: object) -> None:
    with pytest.raises(InvalidInput):
        encode([value])


def test_strings_are_not_normalised() -> None:
    assert encode("e\u0301") != encode("\u00e9")
    assert decode(encode("e\u0301")) == "e\u0301"


def test_tuple_is_written_as_a_list() -> None:
    assert encode((1, ("a",))) == b'[1,["a"]]'


def test_digest_depends_on_its_domain() -> None:
    expected = "add35d938d3dd9648893012b872c5d4bb2e052e5da9be535a93c17b905cd365a"
    assert digest("mithaq.version.v1", {"number": 1}) == expected
    assert digest("mithaq.version.v1", {}) != digest("mithaq.version.v2", {})


@pytest.mark.parametrize("domain", ["", "mithaq", "mithaq.v1\n", "Mithaq.v1", "mithaq.é"])
def test_domain_is_one_plain_line(domain: str) -> None:
    with pytest.raises(ValueError):
        digest(domain, {})
