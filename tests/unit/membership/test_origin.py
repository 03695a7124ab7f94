"""Public addresses: one normal form, and nothing that a browser would not trust or would read differently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import InvalidInput
from service.domain.membership.origin import is_loopback_origin, is_same_origin, parse_origin
from service.domain.trust import json_reader


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://mithaq.example", "https://mithaq.example"),
        (" https://Mithaq.Example:443/ ", "https://mithaq.example"),
        ("https://mithaq.example.:8443", "https://mithaq.example:8443"),
        ("https://ميثاق.example", "https://xn--mgbh4ejz.example"),
        ("https://[2001:DB8::0:1]:8443", "https://[2001:db8::1]:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
    ],
)
def test_address_has_one_normal_form(address: str, origin: str) -> None:
    assert parse_origin(address) == origin == parse_origin(origin)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "mithaq.example",
        "//mithaq.example",
        "https://",
        "http://mithaq.example",
        "ftp://mithaq.example",
        "javascript:alert(1)",
        "https://user:password@mithaq.example",
        "https://@mithaq.example",
        "https://mithaq.example\\@evil.example",
        "https://mithaq.example\r\nSet-Cookie:x",
        "https://mit haq.example",
        "https://mithaq\t.example",
        "https://mithaq..example",
        "https://-mithaq.example",
        "https://mit_haq.example",
        "https://mithaq.example:0",
        "https://mithaq.example?x=1",
        "https://mithaq.example/mithaq#x",
        "https://mithaq.example:70000",
        "https://mithaq.example:x",
        "https://[::1",
        "https://[fe80::1%25eth0]",
        f"https://{'a' * 64}.example",
        f"https://{'a.' * 130}example",
        "https://\u0644\u200d.example",
        "https://{origin}",
    ],
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_origin(address)
    assert refused.value.code == "bad_origin"


@pytest.mark.parametrize("rest", ["/mithaq", "//", "/;x"])
def test_path_is_refused_with_a_sentence_of_its_own(rest: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_origin(f"https://ngo.example{rest}")
    assert refused.value.code == "origin_with_path"


@given(st.text(max_size=60))
def test_whatever_is_accepted_can_be_named_in_a_statement(text: str) -> None:
    for address in (text, f"https://{text}"):
        try:
            origin = parse_origin(address)
        except InvalidInput:
            continue
        assert parse_origin(origin) == origin and origin.isascii() and origin == origin.lower()
        json_reader.host(origin.partition("://")[2])


@pytest.mark.parametrize("origin", ["http://localhost:8000", "https://x.localhost", "http://127.8.0.1", "//[::1]:80"])
def test_loopback_is_known(origin: str) -> None:
    assert is_loopback_origin(origin)


@pytest.mark.parametrize("origin", ["https://localhost.example", "https://10.0.0.1", "", "https://[", "//x@localhost"])
def test_other_hosts_are_not_loopback(origin: str) -> None:
    assert not is_loopback_origin(origin)


@pytest.mark.parametrize("other", ["https://A.example.:443", "https://a.example"])
def test_default_port_case_and_trailing_dot_do_not_matter(other: str) -> None:
    assert is_same_origin("https://a.example", other) and is_same_origin(other, "https://a.example")


@pytest.mark.parametrize(
    "other",
    ["http://a.example", "https://a.example:8443", "https://x@a.example", "https://a.example/", "https://a.example/x",
     "https://a.example?x", "https://a.example#x", "https://a.example\\", "https://[", "https://", "", "null"],
)  # fmt: skip
def test_anything_else_is_another_origin(other: str) -> None:
    assert not is_same_origin("https://a.example", other)
    assert not is_same_origin(other, other) or other in ("http://a.example", "https://a.example:8443")
