"""The same manuscript gives the same bytes in another process, under another hash seed, in another time zone."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.workers.render.conftest import TEMPLATES, example
from workers.render.content.manuscript import encode
from workers.render.formats import render

PROGRAM = """
import hashlib, sys
from pathlib import Path
from workers.render.formats import render
from workers.render.content.manuscript import from_json
print(hashlib.sha256(render(from_json(Path(sys.argv[1]).read_bytes()), sys.argv[2])).hexdigest())
"""


@pytest.mark.parametrize("format_", ["pdf", "docx"])
def test_the_same_bytes_elsewhere(tmp_path: Path, format_: str) -> None:
    place = tmp_path / "manuscript.json"
    place.write_bytes(encode(example("ar")))
    here = hashlib.sha256(render(example("ar"), format_)).hexdigest()
    environ = {
        **os.environ,
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Damascus",
        "LC_ALL": "C",
        "PYTHONPATH": str(TEMPLATES.parent),
    }
    program = [sys.executable, "-c", PROGRAM, str(place), format_]
    there = subprocess.run(program, cwd=tmp_path, env=environ, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here
