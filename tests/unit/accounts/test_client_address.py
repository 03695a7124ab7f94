"""The address of a client behind proxies: what a client sends itself never counts."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.accounts.client_address import TrustedProxies, client_address, parse_proxies

PROXIES = parse_proxies("10.0.0.0/8, 192.0.2.1, fd00::/8")
ANY_PEER = parse_proxies("*")
CLIENT = "203.0.113.9"

public_addresses = st.ip_addresses().filter(
    lambda found: not PROXIES.names(found) and not getattr(found, "ipv4_mapped", None)
)
proxies = st.one_of(st.ip_addresses(network="10.0.0.0/8"), st.ip_addresses(network="fd00::/8")).map(str)
garbage = st.text(alphabet=st.characters(min_codepoint=1, max_codepoint=255), max_size=40)


@given(
    forged=st.lists(garbage | public_addresses.map(str) | proxies),
    client=public_addresses,
    chain=st.lists(proxies),
    peer=proxies,
)
def test_right_most_untrusted_address_counts_whatever_the_client_sent(
    forged: list[str], client: ipaddress.IPv4Address | ipaddress.IPv6Address, chain: list[str], peer: str
) -> None:
    header = ", ".join([*forged, str(client), *chain])
    assert client_address(peer, [header], trusted=PROXIES) == str(client)


@given(
    forged=st.lists(garbage | public_addresses.map(str)),
    client=public_addresses.map(str),
    peer=st.ip_addresses().map(str),
)
def test_last_address_counts_if_every_peer_is_a_proxy(forged: list[str], client: str, peer: str) -> None:
    assert client_address(peer, [",".join([*forged, client])], trusted=ANY_PEER) == client


@given(header=garbage, peer=public_addresses.map(str))
def test_header_of_an_untrusted_peer_is_ignored(header: str, peer: str) -> None:
    assert client_address(peer, [header, CLIENT], trusted=PROXIES) == peer
    assert client_address(peer, [header, CLIENT], trusted=TrustedProxies()) == peer


@given(values=st.lists(garbage), peer=proxies)
def test_result_is_always_an_address(values: list[str], peer: str) -> None:
    ipaddress.ip_address(client_address(peer, values, trusted=PROXIES))


@pytest.mark.parametrize(
    ("values", "client"),
    [
        ([f"{CLIENT}:50123"], CLIENT),
        (["2001:db8::7"], "2001:db8::7"),
        (["[2001:db8::7]"], "2001:db8::7"),
        (["[2001:db8::7]:50123"], "2001:db8::7"),
        (["fe80::1%eth0"], "fe80::1"),
        (["::ffff:203.0.113.9"], CLIENT),
        ([f" {CLIENT}\t"], CLIENT),
        (["198.51.100.1", CLIENT], CLIENT),  # a second header line is the later one
        ([CLIENT, "10.0.0.7"], CLIENT),
        ([f"{CLIENT}, 10.0.0.7, 192.0.2.1"], CLIENT),
        (["10.0.0.7, 10.0.0.8"], "10.0.0.7"),  # the client is one of the proxies: somebody works on that machine
        ([], "10.0.0.1"),
        ([""], "10.0.0.1"),
        (["unknown"], "10.0.0.1"),
        ([f"{CLIENT}, unknown, 10.0.0.7"], "10.0.0.7"),
        ([f"{CLIENT}:port"], "10.0.0.1"),
        (["[2001:db8::7"], "10.0.0.1"),
        (["[2001:db8::7]x"], "10.0.0.1"),
        ([f"for={CLIENT}"], "10.0.0.1"),
        (["203.0.113.009"], "10.0.0.1"),
        ([CLIENT + ","], "10.0.0.1"),
    ],
)
def test_forms_of_addresses(values: list[str], client: str) -> None:
    assert client_address("10.0.0.1", values, trusted=PROXIES) == client


@pytest.mark.parametrize("peer", ["", "localhost", "testclient", "10.0.0.1.evil.example"])
def test_peer_without_address_is_trusted_only_by_the_star(peer: str) -> None:
    assert client_address(peer, [CLIENT], trusted=PROXIES) == peer
    assert client_address(peer, [CLIENT], trusted=ANY_PEER) == CLIENT


@pytest.mark.parametrize("text", ["proxy", "10.0.0.0/33", "**", "10.0.0.*", "10.0.0.1;10.0.0.2"])
def test_invalid_lists_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="does not appear"):
        parse_proxies(text)


@pytest.mark.parametrize("text", ["*,192.0.2.0/24 2001:db8::/64", "192.0.2.0/24, *, 2001:db8::/64,"])
def test_star_and_networks_are_proxies_in_a_row(text: str) -> None:
    trusted = parse_proxies(text)
    assert trusted == parse_proxies(text.replace(",", " "))
    assert client_address("172.18.0.5", ["198.51.100.1, 203.0.113.9, 192.0.2.7"], trusted=trusted) == CLIENT
    assert client_address("172.18.0.5", [f"{CLIENT}, 172.18.0.6"], trusted=trusted) == "172.18.0.6"


def test_empty_list_names_nobody() -> None:
    assert parse_proxies("") == parse_proxies(" ") == TrustedProxies()
