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


def test_environment_is_not_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MITHAQ_SECRET", "x" * 32)
    assert b"MITHAQ" not in python("import os; print(dict(os.environ))")


def test_file_descriptors_are_not_inherited(tmp_path: Path) -> None:
    with (tmp_path / "open").open("wb"):
        assert python("import os; print(sorted(map(int, os.listdir('/proc/self/fd')))[:3])") == b"[0, 1, 2]\n"


def test_sleeping_program_is_killed_at_the_timeout() -> None:
    with pytest.raises(RenderTimeout) as raised:
        python("import time; time.sleep(60)", limits=ResourceLimits(seconds=1, memory=2 * 1024**3))
    assert raised.value.retry


def test_busy_program_is_killed_at_the_cpu_limit() -> None:
    with pytest.raises(RenderTimeout):
        python("while True: pass", limits=ResourceLimits(seconds=1, memory=2 * 1024**3))


def test_child_of_the_program_is_killed_with_it(tmp_path: Path) -> None:
    mark = tmp_path / "child"
    code = f"import os, time; pid = os.fork(); pid and open({str(mark)!r}, 'w').write(str(pid)); time.sleep(60)"
    with pytest.raises(RenderTimeout):
        python(code, limits=ResourceLimits(seconds=2, memory=2 * 1024**3))
    child = int(mark.read_text())
    wait_until(lambda: not is_alive(child))


def test_memory_is_limited() -> None:
    with pytest.raises(RenderMemory) as raised:
        python("x = bytearray(400 * 1024**2)", limits=ResourceLimits(seconds=20, memory=256 * 1024**2))
    assert not raised.value.retry


def test_killed_program_may_be_retried() -> None:
    with pytest.raises(RenderInterrupted) as raised:
        python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert raised.value.retry


def test_failing_program_is_reported_in_one_line() -> None:
    with pytest.raises(RenderFailed, match="so and so") as raised:
        python("import sys; sys.exit('so\\nand so')")
    assert "\n" not in raised.value.message


def test_directory_is_private_and_deleted_afterwards() -> None:
    with private_directory() as directory:
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        (directory / "x").write_text("x")
    assert not directory.exists()
