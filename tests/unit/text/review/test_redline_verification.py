"""Stored redlines are verified whatever engine made them."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given

from service.cli.commands.redline import redline as redline_command
from service.domain.text.redline.redline import compute_redline
from service.domain.text.review.redline_verification import read_redline, verify_redline
from tests.unit.text.strategies import PROSE

pytestmark = pytest.mark.unit

HEAD = "# Charter of the valley\n\n"
WELLS = "Every village elects a committee that keeps the wells clean and reports twice a year.\n\n"
ROADS = "تتولى البلدية صيانة الطرق العامة وإنارتها خلال 24 يوما من تاريخ تسلم الشكوى المكتوبة.\n\n"
FEES = "No fee is collected from anyone unless the assembly has agreed to it in a public sitting.\n"
OLD = HEAD + WELLS + ROADS + FEES
NEW = HEAD + ROADS + WELLS.replace("committee", "council") + FEES

OLDER = {
    3: (
        '{"coarse":false,"digest":"b1dc7960c1c0acc79bc1d4a31ebc9ce0e9b2af47db444103835fecff01c3d366",'
        '"engine":"mithaq-redline-3 uax29 regex-2026.11.15","flags":[],"moves":[{"id":1,"new":[112,197],'
        '"old":[25,112],"score":933}],'
        '"new_sha256":"be8e02b2156b5fe1f2a9c92c1ed2ffdc47eda7484eb2a7f173f59c04fdb5fbf3",'
        '"old_sha256":"59f55dd4f5f308189c919e4634aea4b01070b98911bbc6176e78a963017f183b","ops":[["equal",0,'
        '25,0,25,null],["delete",25,112,25,25,1],["equal",112,199,25,112,null],["insert",199,199,112,197,1],'
        '["equal",199,289,197,287,null]],"renumber_map":{}}'
    ),
    4: (
        '{"coarse":false,"digest":"58dd3f5468bc32f2379962061e75a91e51b409660aacaa351c8bcee88af12d1f",'
        '"engine":"mithaq-redline-4 uax29 regex-2026.11.15","flags":[],"moves":[{"id":1,"new":[112,197],'
        '"old":[25,112],"score":933}],'
        '"new_sha256":"be8e02b2156b5fe1f2a9c92c1ed2ffdc47eda7484eb2a7f173f59c04fdb5fbf3",'
        '"old_sha256":"59f55dd4f5f308189c919e4634aea4b01070b98911bbc6176e78a963017f183b","ops":[["equal",0,'
        '25,0,25,null],["delete",25,112,25,25,1],["equal",112,199,25,112,null],["insert",199,199,112,197,1],'
        '["equal",199,289,197,287,null]],"renumber_map":{}}'
    ),
}
"""The redline of these texts in JSON, by number of the engine that made it."""


@pytest.mark.parametrize("engine", sorted(OLDER))
def test_redlines_of_older_engines_are_right(engine: int) -> None:
    stored = read_redline(OLDER[engine])
    assert stored.engine.startswith(f"mithaq-redline-{engine} ")
    assert verify_redline(stored) is None
    assert verify_redline(stored, (OLD, NEW)) is None
    assert verify_redline(stored, (NEW, NEW)) == "old_text"
    assert verify_redline(stored, (OLD, OLD)) == "new_text"


@pytest.mark.parametrize("engine", sorted(OLDER))
def test_changed_redline_is_found(engine: int) -> None:
    changed = OLDER[engine].replace('"score":933', '"score":1000')
    assert verify_redline(read_redline(changed)) == "digest"


@given(PROSE, PROSE)
def test_computed_redlines_are_right(old: str, new: str) -> None:
    stored = read_redline(compute_redline(old, new).to_json_text())
    assert verify_redline(stored) is None
    assert verify_redline(stored, (old, new)) is None


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('["equal",0,25,0,25,null]', '["equal",0,24,0,24,null]'),
        ('["equal",0,25,0,25,null]', '["equal",0,25,0,24,null]'),
        ('["equal",0,25,0,25,null],["delete",25,112,25,25,1]', '["equal",0,112,0,112,null]'),
        ('["equal",199,289,197,287,null]', '["equal",199,288,197,286,null]'),
    ],
)
def test_ops_must_rebuild_the_texts(was: str, now: str) -> None:
    assert was in OLDER[4]
    stored = read_redline(_with_new_digest(OLDER[4].replace(was, now)))
    assert verify_redline(stored, (OLD, NEW)) == "ops"


def test_ops_of_moves_must_rebuild_the_texts() -> None:
    body = json.loads(compute_redline(OLD, NEW).to_json_text())
    body["moves"][0]["ops"][0][2] -= 1
    assert verify_redline(read_redline(_with_new_digest(json.dumps(body))), (OLD, NEW)) == "ops"


@pytest.mark.parametrize("source", ["", "{}", "[]", "3", '{"digest":"","ops":[["equal"]],"moves":[]}', b"\xff"])
def test_other_files_are_no_redlines(source: str | bytes) -> None:
    with pytest.raises(ValueError):
        read_redline(source)


def test_command(tmp_path: Path) -> None:
    old, new, stored = (tmp_path / name for name in ("old.md", "new.md", "stored.json"))
    old.write_text(OLD, "utf-8")
    new.write_text(NEW, "utf-8")
    stored.write_text(OLDER[3], "utf-8")

    def run(*arguments: str | Path) -> tuple[int, str]:
        done = CliRunner(env={"LC_ALL": "C"}).invoke(redline_command, [*map(str, arguments), "--verify", str(stored)])
        return done.exit_code, done.output

    code, shown = run()
    assert (code, shown) == (0, f"{stored} is unchanged since mithaq-redline-3 uax29 regex-2026.11.15 made it.\n")
    code, shown = run(old, new)
    assert code == 0
    assert shown.endswith("It turns the first text into the second one exactly.\n")
    assert run(new, new) == (1, f"{stored} was made from another first text.\n")
    assert run(old) == (2, "With --verify name both files that were compared, or neither.\n")
    stored.write_text(OLDER[3].replace("933", "934"), "utf-8")
    assert run(old, new) == (1, f"{stored} was changed after it was made: its fingerprint is wrong.\n")
    stored.write_text(OLD, "utf-8")
    assert run(old, new) == (2, f"{stored} is not a comparison in JSON.\n")


def _with_new_digest(source: str) -> str:
    """Return the JSON of a redline with the digest of its present content."""
    body = json.loads(source)
    del body["digest"]
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return json.dumps({**body, "digest": hashlib.sha256(f"mithaq.redline.v1\n{text}".encode()).hexdigest()})
