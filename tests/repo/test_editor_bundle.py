"""The editor bundle: pinned, small, typed, and self-contained."""

import gzip
import json
import re
from pathlib import Path

import pytest

from service.cli.local import editor_build
from tests.repo import editor_tools

SOURCES = editor_build.SOURCES
LONGEST = 300
MOST = {"editor.js": 153_500, "margin.js": 20_000, "suggest.js": 4_000}
"""Bytes, compressed."""


@pytest.fixture(scope="module")
def scripts() -> dict[str, bytes]:
    if not editor_build.is_built():
        pytest.skip("the editor was not built: no Node")
    return {script.name: script.read_bytes() for script in editor_build.SCRIPTS}


def test_bundle_was_built_from_these_sources(scripts: dict[str, bytes]) -> None:
    assert all(scripts.values()) and editor_build.STAMP.read_text() == editor_build.sources_digest()


def test_bundle_is_small_enough_for_a_slow_connection(
    scripts: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = {name: len(gzip.compress(script, 9)) for name, script in scripts.items()}
    with capsys.disabled():
        for name, size in sizes.items():
            print(f"\n{name}: {size:,} bytes compressed, at most {MOST[name]:,}")  # noqa: T201  # printed in every run
    assert {name: size for name, size in sizes.items() if size > MOST[name]} == {}


def test_lazy_modules_contain_no_library(scripts: dict[str, bytes]) -> None:
    lazy = scripts["margin.js"] + scripts["suggest.js"]
    assert not re.search(rb"\b(?:import|from)[\s(]*[\"']", lazy)


def test_bundle_makes_no_external_requests(scripts: dict[str, bytes]) -> None:
    hosts = set(re.findall(rb"(?:https?|wss?)://[a-z][^\s\"'`/\\]+", b"".join(scripts.values())))
    assert hosts <= {b"https://github.com", b"http://www.w3.org"}, (
        "a warning of Yjs, the namespace of SVG, and no other"
    )
    assert not re.search(rb"XMLHttpRequest|sendBeacon|importScripts", scripts["editor.js"])
    assert len(re.findall(rb"\bfetch\(", scripts["editor.js"])) == 1, "rejected changes are sent to the service"


def test_dependencies_are_pinned_without_registry_host() -> None:
    package = json.loads((SOURCES / "package.json").read_text())
    pins = {**package["dependencies"], **package["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", pin) for pin in pins.values())
    assert "codemirror" not in pins
    lock = json.loads((SOURCES / "package-lock.json").read_text())
    for name, one in lock["packages"].items():
        assert not name or (one["integrity"].startswith("sha512-") and "resolved" not in one), name


def test_no_style_attributes_are_set() -> None:
    for path in SOURCES.glob("src/**/*.ts"):
        text = path.read_text("utf-8")
        assert "innerHTML" not in text and '"style"' not in text, path


def test_unit_tests_pass() -> None:
    missing = editor_tools.reason_to_skip()
    if missing:
        pytest.skip(missing)
    ended = editor_tools.run("test")
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_modules_have_a_maximal_length() -> None:
    long = {
        str(path.relative_to(SOURCES)): len(path.read_text("utf-8").splitlines())
        for path in Path(SOURCES, "src").rglob("*.ts")
    }
    assert {name: lines for name, lines in long.items() if lines > LONGEST} == {}
