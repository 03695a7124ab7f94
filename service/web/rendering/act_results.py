"""What an act did, told on the next page: a message, and a way to undo the act where there is one.

The result travels in a cookie for one page. It holds a code of MESSAGES and the values of its placeholders, so a forged
cookie can show no other sentence, and an undo form goes only to a path that matches UNDO.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

from service.web.rendering.act_messages import MESSAGES, UNDO

MAX_VALUE = 120
"""Code points of a value in a message; longer ones are cut."""

MAX_COOKIE = 3_000
"""Bytes of an encoded result; a longer one is not sent."""


@dataclass(frozen=True)
class Undo:
    """A form that undoes an act: its path and hidden fields."""

    path: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ActResult:
    """The result of an act: the `code` of its message, values of the placeholders, and a way to undo it."""

    code: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    undo: Undo | None = None


def encode_result(result: ActResult, *, person: str) -> str:
    """Return the cookie value of a result for `person` (an id, empty for nobody); empty if it is too long."""
    values = {name: one[:MAX_VALUE] if isinstance(one, str) else one for name, one in result.values.items()}
    content: dict[str, object] = {"for": person, "code": result.code, "values": values}
    if result.undo:
        content["undo"] = {"path": result.undo.path, "fields": dict(result.undo.fields)}
    encoded = urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode()
    return encoded if len(encoded) <= MAX_COOKIE else ""


def decode_result(cookie: str, *, person: str) -> ActResult | None:
    """Return the result in a cookie; None if there is none for `person`, or `encode_result` did not write it."""
    if not cookie or len(cookie) > MAX_COOKIE:
        return None
    try:
        content = json.loads(urlsafe_b64decode(cookie.encode("ascii")))
        code, values, undo = str(content["code"]), content["values"], content.get("undo")
        shown = {str(name): one for name, one in values.items() if isinstance(one, str | int)}
        offered = Undo(str(undo["path"]), {str(k): str(v) for k, v in undo["fields"].items()}) if undo else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if content.get("for") != person or code not in MESSAGES or not _placeholders(code) <= shown.keys():
        return None
    return ActResult(code, shown, offered if offered and _is_undo(code, offered.path) else None)


def _placeholders(code: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", MESSAGES[code]))


def _is_undo(code: str, path: str) -> bool:
    return code in UNDO and re.fullmatch(UNDO[code], path) is not None
