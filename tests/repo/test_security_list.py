"""docs/security.md names every test of an ASVS item, and only tests that exist."""

import re

from tests.repo.test_source_rules import ROOT

PAGE = ROOT / "docs" / "security.md"


def named_tests() -> set[str]:
    return set(re.findall(r"`(test_asvs_\w+)`", PAGE.read_text("utf-8")))


def test_named_tests_are_those_that_exist() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    assert named_tests() == {name for text in sources for name in re.findall(r"^def (test_asvs_\w+)\(", text, re.M)}


def test_every_test_stands_in_the_row_of_its_number() -> None:
    for row in PAGE.read_text("utf-8").splitlines():
        number = re.match(r"\| (\d+) \|", row)
        for name in re.findall(r"`test_asvs_(\d+)_", row):
            assert number and name == number[1], row
