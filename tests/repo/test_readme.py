"""The README is correct: every setting with its default, every command, every link."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.cli.main import COMMANDS
from service.config import Settings
from service.domain.policy import ALL_ROLES, MEMBER_ROLES, POLICY
from service.web.api.operations import OPERATIONS
from service.web.http.api_handler import API_PREFIX, Operation

pytestmark = pytest.mark.repo

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]

COMPUTED = {
    "database_url": "SQLite in `MITHAQ_VAR`",
    "redis_url": "a private Redis",
    "files_url": "`MITHAQ_VAR/files`",
    "smtp_url": "empty",
    "mail_from": "`mithaq@` the host of the origin",
    "origin": "`http://localhost:PORT`",
    "trusted_proxies": "empty",
    "templates_dir": "beside the checkout, else in the wheel",
    "backup_dir": "empty",
    "secret": "made once, kept in `MITHAQ_VAR/secret`",
}
"""Settings whose empty default has a meaning, and its wording in the README."""


def _rows() -> dict[str, str]:
    """Return variable → default, from the README's table."""
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Settings")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `(MITHAQ_\w+)` \| (.+?) \|", table, flags=re.MULTILINE))


def _default(name: str, value: object) -> str:
    return COMPUTED.get(name) or f"`{int(value) if isinstance(value, bool) else value}`"


def test_every_setting_is_in_the_readme_with_its_default() -> None:
    assert _rows() == {
        f"MITHAQ_{name.upper()}": _default(name, field.default) for name, field in Settings.model_fields.items()
    }


def test_documented_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(encoding="utf-8"), flags=re.MULTILINE))
        assert named <= targets, f"{page.name}: {named - targets}"


def test_documented_commands_exist_and_all_commands_are_documented() -> None:
    documented = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"\bmithaq ([a-z]+(?:-[a-z]+)*)\b", documented))
    assert set(COMMANDS) <= named
    assert named - set(COMMANDS) <= {"init"}, "`init` is documented, and said to be missing"


def _links(page: Path) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:|#", target):
            yield target.partition("#")[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_resolve(page: Path) -> None:
    for target in _links(page):
        assert (page.parent / target).exists(), target


def test_list_of_decisions_is_complete() -> None:
    pages = ROOT / "docs" / "adr"
    assert {target for target in _links(pages / "README.md")} == {page.name for page in pages.glob("0*.md")}
    for page in pages.glob("0*.md"):
        text = page.read_text(encoding="utf-8")
        assert all(part in text for part in ("**Status**", "## Context", "## Decision", "## Consequences")), page.name


def audience(operation: Operation) -> str:
    """Return the audience of an operation, in the words of docs/api.md."""
    if operation.public:
        return "anyone, without signing in"
    line = POLICY[operation.verb]
    if line.roles in (ALL_ROLES, MEMBER_ROLES):
        return "everyone" if line.roles == ALL_ROLES else "members"
    roles = ", ".join(sorted(role.replace("_", " ") for role in line.roles))
    return f"{roles}, of the organisation" if line.own_organisation else roles


def test_every_api_operation_is_documented_with_its_audience() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(\w+ /\S*)` \| (.+?) \| (.+?) \|$", page, flags=re.MULTILINE)
    done = [(f"{one.method} {one.path.removeprefix(API_PREFIX)}", one.summary, audience(one)) for one in OPERATIONS]
    assert documented == done
