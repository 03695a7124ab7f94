"""Rules of the repository that no type checker knows."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.jobs import QUEUES
from service.web.api.operations import OPERATIONS
from workers.app import celery

ROOT = Path(__file__).parents[2]
PROGRAMS = ("service", "workers")
LONGEST_MODULE = 250

LONGER_FOR_A_REASON = {
    "service/store/tables.py": "the whole schema on a few screens",
    "service/web/routes.py": "every address of the pages, one line each",
}


def modules() -> Iterator[Path]:
    for program in PROGRAMS:
        yield from sorted((ROOT / program).rglob("*.py"))


def test_modules_have_a_maximal_length() -> None:
    found = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines())
        for path in modules()
        if "migrations/versions" not in str(path)
    }
    long = {name for name, lines in found.items() if lines > LONGEST_MODULE}
    assert long == set(LONGER_FOR_A_REASON)


def test_every_job_name_has_a_worker() -> None:
    celery.loader.import_default_modules()
    assert {name for name in celery.tasks if not name.startswith("celery.")} == set(QUEUES)


def test_schedule_runs_known_jobs() -> None:
    assert {entry["task"] for entry in celery.conf.beat_schedule.values()} <= set(QUEUES)


def test_crdt_documents_are_created_with_a_client_id() -> None:
    """pycrdt's own ids repeat after a fork, and replicas that share one diverge permanently."""
    for path in modules():
        text = path.read_text("utf-8")
        for call in re.findall(r"\bDoc(?:\[[^\]]*\])?\(([^)]*)\)", text):
            assert "client_id" in call, path


def test_imports_inside_functions_state_their_reason() -> None:
    """A lazy import is a visible `noqa: PLC0415` with its reason on the same line."""
    for path in modules():
        text = path.read_text("utf-8")
        lines = text.splitlines()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Import | ast.ImportFrom):
                        assert re.search(r"# noqa: PLC0415  # \w+", lines[inner.lineno - 1]), f"{path}:{inner.lineno}"
        assert "TYPE_CHECKING" not in text, path


def test_operations_are_unique() -> None:
    assert len({(one.method, one.path) for one in OPERATIONS}) == len(OPERATIONS)
    assert len({one.name for one in OPERATIONS}) == len(OPERATIONS)


@pytest.mark.parametrize("word", ["manager", "helper", "util", "process_", "do_"])
def test_vague_names_are_not_used(word: str) -> None:
    for path in modules():
        assert word.rstrip("_") not in path.stem.split("_"), path
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and word.endswith("_"):
                assert not node.name.startswith(word), f"{path}: {node.name}"


def test_every_module_of_the_store_has_one_alias() -> None:
    """ruff's ICN001 then holds every import to it."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
    paths = [path.with_suffix("") for path in (ROOT / "service" / "store").rglob("[!_]*.py")]
    found = {
        ".".join(path.relative_to(ROOT).parts): f"{path.name}_store" for path in paths if "migrations" not in path.parts
    }
    assert linter["flake8-import-conventions"]["extend-aliases"] == found
