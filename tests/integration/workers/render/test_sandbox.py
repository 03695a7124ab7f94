import stat
import sys
from pathlib import Path

import pytest

from tests.support.waiting import is_alive, wait_until
from workers.render.errors import RenderFailed, RenderInterrupted, RenderMemory, RenderTimeout
from workers.render.sandbox.limits import ResourceLimits, private_directory, run_sandboxed

ROOMY = ResourceLimits(seconds=20, memory=2 * 1024**3)


def python(code: str, *, limits: ResourceLimits = ROOMY) -> bytes:
    with private_directory() as directory:
        return run_sandboxed([sys.executable, "-I", "-c", code], stdin=b"in", directory=directory, limits=limits)


def test_standard_input_and_output_are_passed_on() -> None:
    assert python("import sys; sys.stdout.write(sys.stdin.read() + ' out')") == b"in out"


def test_nothing_of_our_environment_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MITHAQ_SECRET", "x" * 32)
    assert b"MITHAQ" not in python("import os; print(dict(os.environ))")


def test_no_descriptor_of_ours_is_open(tmp_path: Path) -> None:
    with (tmp_path / "open").open("wb"):
        assert python("import os; print(sorted(map(int, os.listdir('/proc/self/fd')))[:3])") == b"[0, 1, 2]\n"


def test_a_program_that_does_not_end_is_ended() -> None:
    with pytest.raises(RenderTimeout) as caught:
        python("import time; time.sleep(60)", limits=ResourceLimits(seconds=1, memory=2 * 1024**3))
    assert caught.value.retry


def test_a_program_that_only_reckons_is_ended() -> None:
    with pytest.raises(RenderTimeout):
        python("while True: pass", limits=ResourceLimits(seconds=1, memory=2 * 1024**3))


def test_a_child_of_the_program_is_ended_with_it(tmp_path: Path) -> None:
    mark = tmp_path / "child"
    code = f"import os, time; pid = os.fork(); pid and open({str(mark)!r}, 'w').write(str(pid)); time.sleep(60)"
    with pytest.raises(RenderTimeout):
        python(code, limits=ResourceLimits(seconds=2, memory=2 * 1024**3))
    child = int(mark.read_text())
    wait_until(lambda: not is_alive(child))


def test_memory_has_a_limit() -> None:
    with pytest.raises(RenderMemory) as caught:
        python("x = bytearray(400 * 1024**2)", limits=ResourceLimits(seconds=20, memory=256 * 1024**2))
    assert not caught.value.retry


def test_a_killed_program_may_be_tried_again() -> None:
    with pytest.raises(RenderInterrupted) as caught:
        python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert caught.value.retry


def test_a_program_that_fails_says_why_in_one_line() -> None:
    with pytest.raises(RenderFailed, match="so and so") as caught:
        python("import sys; sys.exit('so\\nand so')")
    assert "\n" not in caught.value.message


def test_the_directory_is_private_and_gone_afterwards() -> None:
    with private_directory() as directory:
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        (directory / "x").write_text("x")
    assert not directory.exists()
