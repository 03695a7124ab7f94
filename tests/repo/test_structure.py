"""The shape of the repository: folders of a size one can read, class names that mean one thing, lines that fit."""

import ast
import re
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAX_MODULES = 20
MAX_TEMPLATE_LINE = 160
MAX_SUBJECT = 72
FIRST_CHECKED_COMMIT = "5ce8f16"
"""Subjects are checked from the commit after this one on."""

SAME_CONCEPT = {
    "Coalition": {"service/store/membership", "workers/render/content"},
    "Outcome": {"service/domain/endorsement", "workers/render/content"},
    "Seal": {"service/domain/publication", "workers/render/content"},
    "Version": {"service/domain/documents", "workers/render/content"},
}
"""Class names that repeat across layers: a manuscript prints the very thing its noun means elsewhere."""


def source_files() -> list[Path]:
    python = [path for program in ("service", "workers", "tests", "bench") for path in (ROOT / program).rglob("*.py")]
    scripts = list((ROOT / "service" / "web" / "editor" / "src").rglob("*.ts"))
    kept = [path for path in (*python, *scripts) if "migrations" not in path.parts and "node_modules" not in path.parts]
    return [path for path in kept if path.name != "__init__.py" and not path.name.endswith(".test.ts")]


def test_folders_have_at_most_twenty_modules() -> None:
    sizes = Counter(path.parent.relative_to(ROOT) for path in source_files())
    assert {str(folder): size for folder, size in sizes.items() if size > MAX_MODULES} == {}


def public_classes() -> dict[str, list[Path]]:
    """Where each public class of the product is defined, by its name."""
    found = defaultdict(list)
    for program in ("service", "workers"):
        for path in sorted((ROOT / program).rglob("*.py")):
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].append(path.relative_to(ROOT))
    return found


def test_public_class_names_mean_one_thing() -> None:
    repeated = {name: {str(path.parent) for path in paths} for name, paths in public_classes().items() if paths[1:]}
    assert repeated == SAME_CONCEPT


def test_api_schemas_say_what_they_are() -> None:
    schemas = [name for name, paths in public_classes().items() for path in paths if "schemas" in path.parts]
    other = {name for name in schemas if not re.search(r"(Request|Response|Page|Model)$", name)}
    assert other == set()


def test_template_lines_fit_a_screen() -> None:
    templates = sorted((ROOT / "service" / "web" / "templates").rglob("*.html"))
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in templates
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if len(line) > MAX_TEMPLATE_LINE
    ]
    assert templates
    assert long == []


def test_commit_subjects_are_short() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    command = ["git", "log", "--no-merges", "--format=%s", f"{FIRST_CHECKED_COMMIT}..HEAD"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ended.returncode:
        pytest.skip("the history is cut off before the first checked commit")
    assert [subject for subject in ended.stdout.splitlines() if len(subject) > MAX_SUBJECT] == []
