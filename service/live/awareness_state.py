"""The closed shape of an awareness state: the selection of a client, and the user that the server sets.

Browsers pass these states to `JSON.parse` and to Yjs, so nothing else is sent on: a state is not copied but written
again from the values that were read. What does not have the shape is dropped; it never ends a connection.
"""

import json
from collections.abc import Mapping
from typing import Never

from service.domain.crdt.updates import MAX_CLOCK, ROOT_NAME

MAX_STATE_BYTES = 8 * 1024
"""Bytes of the state of one client, as it arrives."""
MAX_PAYLOAD_BYTES = 64 * 1024
"""Bytes of an awareness message of one connection."""
MAX_ENTRIES = 64
"""Clients in an awareness message of one connection; entries for clients of others are dropped later."""
MAX_AWARENESS_CLOCK = MAX_CLOCK
"""Largest clock of an entry. It is far from what browsers can read (2**53 - 1), because removal adds one to it."""
NULL_STATE = b"null"
"""The state of a client that is gone."""

_MAX_CLIENT_ID = 2**53 - 1
_USER_TEXTS = ("person", "name", "organisation")
_MAX_COLOUR = 2**31 - 1


class InvalidState(ValueError):
    """A state that does not have the shape."""


def attribute_state(state: bytes, *, user: Mapping[str, object]) -> bytes:
    """Read the selection of a state that a client sent, and write it with `user`. Raises InvalidState."""
    parsed = _parse_object(state)
    if not parsed.keys() <= {"cursor", "user"}:
        raise InvalidState("unknown keys")
    return _encode(parsed, user)


def check_attributed_state(state: bytes) -> bytes:
    """Read a state that another process attributed, and write it again. Raises InvalidState."""
    parsed = _parse_object(state)
    if not parsed.keys() <= {"cursor", "user"}:
        raise InvalidState("unknown keys")
    return _encode(parsed, _read_user(parsed.get("user")))


def _encode(parsed: Mapping[str, object], user: Mapping[str, object]) -> bytes:
    cursor = {"cursor": _read_selection(parsed["cursor"])} if "cursor" in parsed else {}
    try:
        return json.dumps({**cursor, "user": user}, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except ValueError as error:  # a lone surrogate is not UTF-8
        raise InvalidState("not text") from error


def _parse_object(state: bytes) -> dict[str, object]:
    if len(state) > MAX_STATE_BYTES:
        raise InvalidState("too large")
    try:
        parsed = json.loads(state.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidState("not JSON") from error
    if not isinstance(parsed, dict):
        raise InvalidState("not an object")
    return parsed


def _refuse_constant(name: str) -> Never:
    raise InvalidState(name)


def _read_selection(value: object) -> dict[str, object] | None:
    """Read the two relative positions of a selection; None: the editor does not have the focus."""
    if value is None:
        return None
    if not isinstance(value, dict) or value.keys() != {"anchor", "head"}:
        raise InvalidState("not a selection")
    return {"anchor": _read_position(value["anchor"]), "head": _read_position(value["head"])}


def _read_position(value: object) -> dict[str, object]:
    """Read a relative position of Yjs in the root text: beside an item, or at an end of the text."""
    if not isinstance(value, dict) or not value.keys() <= {"type", "tname", "item", "assoc"}:
        raise InvalidState("not a position")
    if value.get("type") is not None:
        raise InvalidState("not in the text")
    position: dict[str, object] = {}
    if value.get("tname") is not None:
        if value["tname"] != ROOT_NAME.decode():
            raise InvalidState("not in the text")
        position["tname"] = value["tname"]
    if value.get("item") is not None:
        position["item"] = _read_item(value["item"])
    if not position:
        raise InvalidState("neither an item nor a text")
    if value.get("assoc") is not None:
        position["assoc"] = _read_int(value["assoc"], -1, 1)
    return position


def _read_item(value: object) -> dict[str, object]:
    if not isinstance(value, dict) or value.keys() != {"client", "clock"}:
        raise InvalidState("not an item")
    return {"client": _read_int(value["client"], 0, _MAX_CLIENT_ID), "clock": _read_int(value["clock"], 0, MAX_CLOCK)}


def _read_int(value: object, smallest: int, largest: int) -> int:
    if type(value) is not int or not smallest <= value <= largest:
        raise InvalidState("not a number of this range")
    return value


def _read_user(value: object) -> dict[str, object]:
    if not isinstance(value, dict) or value.keys() != {*_USER_TEXTS, "colour"}:
        raise InvalidState("not a user")
    if not all(isinstance(value[key], str) for key in _USER_TEXTS):
        raise InvalidState("not a user")
    return {**{key: value[key] for key in _USER_TEXTS}, "colour": _read_int(value["colour"], 0, _MAX_COLOUR)}
