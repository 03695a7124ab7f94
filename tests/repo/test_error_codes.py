"""Every stable error code a person or a program can receive is produced by some test."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.repo

ROOT = Path(__file__).parents[2]
ROOTS = {"DomainError", "JobError"}
"""Root classes of errors: in the rules, and in a worker's task."""

UNCHECKED_CODES = {
    "DomainError": "error",
    "InvalidInput": "malformed",
    "TextRefused": "text_refused",
    "TooLarge": "too_large",
    "RateLimited": "too_often",
    "Unavailable": "unavailable",
}
"""Errors that are only raised under a narrower code, and codes that are never sent to clients."""


def _trees() -> Iterator[ast.Module]:
    for program in ("service", "workers"):
        for path in sorted((ROOT / program).rglob("*.py")):
            yield ast.parse(path.read_text("utf-8"))


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def errors() -> set[str]:
    """Return the names of all classes below ROOTS."""
    classes = [node for tree in _trees() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found = set(ROOTS)
    while more := {one.name for one in classes if found & {_name(base) for base in one.bases}} - found:
        found |= more
    return found


def _code_of_node(node: ast.AST, kinds: set[str]) -> Iterator[ast.expr]:
    """Return the code in a node: the first argument of an error, or the attribute `code` of an error class."""
    if isinstance(node, ast.Call) and kinds & set(_called(node.func)) and node.args:
        yield node.args[0]
    if isinstance(node, ast.ClassDef) and node.name in kinds:
        for line in node.body:
            if isinstance(line, ast.Assign) and [_name(one) for one in line.targets] == ["code"]:
                yield line.value


def _called(function: ast.expr) -> Iterator[str]:
    if isinstance(function, ast.IfExp):
        yield from (*_called(function.body), *_called(function.orelse))
    yield _name(function)


def codes() -> set[str]:
    kinds = errors()
    given = [one for tree in _trees() for node in ast.walk(tree) for one in _code_of_node(node, kinds)]
    return {str(one.value) for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def literals() -> set[str]:
    """Return every string literal in the tests."""
    trees = [ast.parse(path.read_text("utf-8")) for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def errors_without_code() -> Iterator[str]:
    """Return the names of the errors raised without a code of their own."""
    for tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name):
                yield node.exc.id
            if isinstance(node, ast.Call) and not node.args:
                yield from _called(node.func)


def test_codes_are_found() -> None:
    assert {"not_found", "stale_document", "file_damaged", "render_timeout", "no_mail_server"} <= codes()


@pytest.mark.parametrize("name", sorted(UNCHECKED_CODES))
def test_base_errors_are_never_raised_directly(name: str) -> None:
    assert name not in set(errors_without_code())


def test_every_code_is_produced_by_a_test() -> None:
    assert sorted(codes() - literals() - set(UNCHECKED_CODES.values())) == []
