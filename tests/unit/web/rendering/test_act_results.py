"""Results of acts in their cookie: only known messages and fitting undo paths are shown, to their person only."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.web.rendering.act_messages import MESSAGES, UNDO
from service.web.rendering.act_results import ActResult, Undo, decode_result, encode_result

RESOLVED = ActResult("comment_resolved", {}, Undo("/documents/doc_a/comments/cmt_b/reopening", {"lang": "ar"}))


def encode(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


@pytest.mark.parametrize(
    "result",
    [
        RESOLVED,
        ActResult("version_created", {"number": 3}),
        ActResult("role_given", {"name": "سلمى", "role": "Auditor"}),
    ],
)
def test_result_comes_back_for_its_person_only(result: ActResult) -> None:
    cookie = encode_result(result, person="per_a")
    assert decode_result(cookie, person="per_a") == result
    assert decode_result(cookie, person="per_b") is None
    assert decode_result(cookie, person="") is None


def test_undo_goes_nowhere_else() -> None:
    for path in ("/sign-out", "https://evil.example/documents/doc_a/comments/cmt_b/reopening", "//x/y"):
        decoded = decode_result(encode_result(ActResult("comment_resolved", {}, Undo(path)), person="p"), person="p")
        assert decoded == ActResult("comment_resolved")
    assert decode_result(encode_result(ActResult("saved", {}, RESOLVED.undo), person="p"), person="p") == ActResult(
        "saved"
    )


@pytest.mark.parametrize(
    "content",
    [
        {"for": "p", "code": "none_such", "values": {}},
        {"for": "p", "code": "version_created", "values": {}},
        {"for": "p", "code": "saved"},
        {"for": "p", "code": "saved", "values": {}, "undo": {"path": 1}},
        {"for": "p", "code": "saved", "values": []},
        [1],
        "saved",
    ],
)
def test_what_was_not_written_by_the_service_is_not_shown(content: object) -> None:
    assert decode_result(encode(content), person="p") is None


@given(st.text(max_size=60))
def test_any_cookie_is_read_without_an_error(cookie: str) -> None:
    assert decode_result(cookie, person="p") is None


def test_every_undo_belongs_to_a_message() -> None:
    assert set(UNDO) <= set(MESSAGES)


def test_long_values_are_cut_and_a_result_that_is_too_long_is_dropped() -> None:
    decoded = decode_result(encode_result(ActResult("person_added", {"name": "س" * 500}), person="p"), person="p")
    assert decoded is not None and len(str(decoded.values["name"])) == 120
    assert encode_result(ActResult("saved", {}, Undo("/x", {"a": "b" * 4000})), person="p") == ""
