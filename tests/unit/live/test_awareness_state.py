"""Property tests of the shape of awareness states: whatever is accepted can be read by every browser."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.live.awareness_state import (
    MAX_STATE_BYTES,
    InvalidState,
    attribute_state,
    check_attributed_state,
)
from service.live.presence import Presence
from service.live.protocol import AwarenessEntry, parse_entries

USER = {"person": "per_1", "name": "ليلى", "organisation": "منظمة", "colour": 3}

hostile_numbers = st.sampled_from([2**53, 2**63, -1, 10**400, 1.5, float("nan"), float("inf"), -0.0, True])
hostile_texts = st.sampled_from(["\ud800", "t\udfff", "t", "__proto__", "\u2028", "\x00", "x" * 3000])
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | hostile_numbers | hostile_texts
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
items = st.fixed_dictionaries({"client": st.integers(0, 2**53 - 1) | values, "clock": st.integers(0, 2**31) | values})
positions = st.fixed_dictionaries(
    {}, optional={"type": st.none() | values, "tname": st.just("t") | values, "item": items | values, "assoc": values}
)
selections = st.fixed_dictionaries({"anchor": positions | values, "head": positions | values})
states = st.fixed_dictionaries({}, optional={"cursor": selections | values, "user": values}) | values

valid_items = st.fixed_dictionaries({"client": st.integers(0, 2**53 - 1), "clock": st.integers(0, 2**31 - 1)})
valid_positions = st.fixed_dictionaries(
    {"tname": st.just("t")}, optional={"item": valid_items, "assoc": st.integers(-1, 1)}
) | st.fixed_dictionaries({"item": valid_items}, optional={"assoc": st.integers(-1, 1)})
valid_selections = st.fixed_dictionaries({"anchor": valid_positions, "head": valid_positions})


def _read_strictly(state: bytes) -> Any:
    """Read JSON as browsers do: UTF-8, no NaN, no Infinity."""

    def refuse(name: str) -> None:
        raise AssertionError(name)

    return json.loads(state.decode(), parse_constant=refuse)


def _is_selection(value: Any) -> bool:
    return value is None or all(
        value[edge].get("tname", "t") == "t"
        and (
            "item" not in value[edge]
            or (0 <= value[edge]["item"]["client"] < 2**53 and 0 <= value[edge]["item"]["clock"] < 2**31)
        )
        and ("item" in value[edge] or "tname" in value[edge])
        for edge in ("anchor", "head")
    )


@given(states)
def test_accepted_state_is_a_selection_with_the_user_of_the_server(state: Any) -> None:
    for encoded in (json.dumps(state).encode(), json.dumps(state, ensure_ascii=False).encode(errors="surrogatepass")):
        try:
            accepted = attribute_state(encoded, user=USER)
        except InvalidState:
            continue
        parsed = _read_strictly(accepted)
        assert parsed["user"] == USER
        assert parsed.keys() <= {"user", "cursor"}
        assert _is_selection(parsed.get("cursor"))
        assert check_attributed_state(accepted) == accepted


@given(
    st.binary(max_size=60) | st.sampled_from([b"[" * 8000, b'{"a":' * 1000, b"1" * 5000, b"{" + b" " * MAX_STATE_BYTES])
)
def test_bytes_of_any_kind_are_read_or_invalid(state: bytes) -> None:
    with suppress(InvalidState):
        _read_strictly(attribute_state(state, user=USER))
    with suppress(InvalidState):
        _read_strictly(check_attributed_state(state))


@given(valid_selections | st.none())
def test_selection_of_the_editor_is_kept(selection: Any) -> None:
    accepted = attribute_state(json.dumps({"cursor": selection, "user": "ignored"}).encode(), user=USER)
    assert _read_strictly(accepted) == {"cursor": selection, "user": USER}


@pytest.mark.parametrize(
    "state",
    [
        b'{"cursor":NaN}',
        b'{"cursor":Infinity}',
        b'{"cursor":1e999}',
        b'{"cursor":{"anchor":null,"head":null}}',
        b'{"cursor":{"anchor":{"tname":"t"}}}',
        b'{"cursor":{"anchor":{},"head":{}}}',
        b'{"cursor":{"anchor":{"tname":"other"},"head":{"tname":"t"}}}',
        b'{"cursor":{"anchor":{"tname":"t","item":{"client":1.0,"clock":0}},"head":{"tname":"t"}}}',
        b'{"cursor":{"anchor":{"tname":"t","item":{"client":9007199254740992,"clock":0}},"head":{"tname":"t"}}}',
        b'{"cursor":{"anchor":{"tname":"t","item":{"client":1,"clock":true}},"head":{"tname":"t"}}}',
        b'{"cursor":{"anchor":{"type":{"client":1,"clock":0}},"head":{"tname":"t"}}}',
        b'{"more":1}',
        b"[]",
        b"7",
        b"\xed\xa0\x80",
    ],
)
def test_other_shapes_are_invalid(state: bytes) -> None:
    with pytest.raises(InvalidState):
        attribute_state(state, user=USER)


@given(st.lists(st.tuples(st.integers(0, 2**53 - 1), st.integers(0, 2**53 - 1), states), max_size=6))
def test_whatever_arrives_other_processes_and_browsers_can_read_what_is_sent(entries: list[Any]) -> None:
    presence, source = Presence(), object()
    received = [AwarenessEntry(client, clock, json.dumps(state).encode()) for client, clock, state in entries]
    presence.update_local(received, source=source, user=USER)
    presence.update_remote(received)
    frames = [presence.encode_all(), *presence.take_changes()]
    presence.remove_source(source)
    frames += presence.take_changes()
    for frame in filter(None, frames):
        length = 2 if frame[1] < 0x80 else 3
        for entry in parse_entries(frame[length:]):
            assert entry.clock < 2**53
            assert _read_strictly(entry.state) is None or _read_strictly(entry.state)["user"]


@given(st.sampled_from([None, 3, {}, {**USER, "colour": 1.5}, {**USER, "name": None}, {**USER, "more": 1}]))
def test_user_of_another_process_must_have_its_shape(user: Any) -> None:
    with pytest.raises(InvalidState):
        check_attributed_state(json.dumps({"user": user}).encode())
