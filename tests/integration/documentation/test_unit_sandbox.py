"""What the service does works under the system call filters of its unit, and what they forbid does not."""

import shutil
import subprocess
import sys
from ctypes.util import find_library
from pathlib import Path

import pytest

from tests.integration.cli.test_up import REPOSITORY_ROOT, environment

UNIT = REPOSITORY_ROOT / "deploy" / "systemd" / "mithaq.service"

pytestmark = [
    pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed"),
    pytest.mark.skipif(not find_library("seccomp"), reason="libseccomp is not installed"),
]

FORBIDDEN = """
import ctypes, mmap, os, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
attempts = {
    "code in writable memory": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC),
    "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "another owner": lambda: os.chown(sys.argv[1], 1, 1),
    "another user": lambda: os.setuid(os.getuid()),
    "namespaces": lambda: check(libc.unshare(0x10000000)),
    "mounts": lambda: check(libc.mount(b"none", b"/mnt", b"tmpfs", 0, None)),
}
def check(result):
    if result:
        raise OSError(ctypes.get_errno(), "refused")
for name, attempt in attempts.items():
    try:
        attempt()
        print(name)
    except OSError:
        pass
"""

WORK = """
import sys
from pathlib import Path
from click.testing import CliRunner
from service.cli.main import mithaq
from workers.intake.docx_reader import read_word
directory = Path(sys.argv[1])
(directory / "text.md").write_text("# بيان\\n\\nنطالب بما يلي.[^1]\\n\\n[^1]: حاشية\\n")
for format_ in ("pdf", "docx"):
    words = ["export", str(directory / "text.md"), "--to", format_, "-o", str(directory / f"out.{format_}")]
    done = CliRunner().invoke(mithaq, words)
    assert done.exit_code == 0, done.output
print(read_word((directory / "out.docx").read_bytes(), lang="ar"))
"""


def run_filtered(code: str, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tests.support.unit_sandbox", str(UNIT), sys.executable, "-c", code, *words]
    return subprocess.run(command, cwd=REPOSITORY_ROOT, env=environment(), capture_output=True, text=True, check=False)


def test_what_the_unit_forbids_is_refused(tmp_path: Path) -> None:
    done = run_filtered(FORBIDDEN, str(tmp_path))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_files_are_rendered_and_read_under_the_filters(tmp_path: Path) -> None:
    done = run_filtered(WORK, str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "نطالب بما يلي" in done.stdout
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")
