"""L3: an address is read as mail programs read it, and has one normal form."""

from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.accounts.addresses import address_forms, normalise_address, parse_address
from service.domain.errors import InvalidInput

OTHERS = ["a,b@c.de", "<a@b.cd>", "a@b.cd;e.fg", "victim@b.cd,x.yz", "a@b.cd (x)", '"a b"@c.de', "a@[192.0.2.1]"]


@pytest.mark.parametrize(
    "address", [*OTHERS, "nobody", "a@localhost", "a@b@c.de", "a b@c.de", "a@b.cd\nBcc: x@y.zz", ""]
)
def test_what_a_mail_program_reads_otherwise_is_not_an_address(address: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_address(address)
    assert caught.value.code == "bad_email"


@pytest.mark.parametrize(
    ("address", "normal"),
    [
        ("Lama@Sindyan.Example", "lama@sindyan.example"),
        (" lama+list@sindyan.example ", "lama+list@sindyan.example"),
        ("lama@مثال.إختبار", "lama@xn--mgbh0fb.xn--kgbechtv"),
        ("lama@xn--mgbh0fb.xn--kgbechtv", "lama@xn--mgbh0fb.xn--kgbechtv"),
        ("lama@sindyan。example", "lama@sindyan.example"),
    ],
)
def test_every_way_to_write_an_address_has_one_form(address: str, normal: str) -> None:
    assert parse_address(address) == normal == normalise_address(address) == address_forms(address)[0]


@given(
    st.one_of(st.text(max_size=40), st.from_regex(r"[a-zA-Z.,;<>@ +]{1,12}@[a-z.,;<>@]{1,8}\.[a-z]{2}", fullmatch=True))
)
def test_accepted_address_is_one_recipient_and_stays_as_it_is(text: str) -> None:
    try:
        address = parse_address(text)
    except InvalidInput:
        assert address_forms(text) == (text.strip().lower()[:254],)
        return
    assert [found for _, found in getaddresses([address])] == [address]
    assert address.isascii() and parse_address(address) == address


@pytest.mark.parametrize("stored", ["a,b@c.de", "a@b.cd;e.fg", "lama@مثال.إختبار", "lama@b_c.example"])
def test_address_stored_by_an_earlier_release_is_still_found(stored: str) -> None:
    assert stored in address_forms(f" {stored.upper()}")
