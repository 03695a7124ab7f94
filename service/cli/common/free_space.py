"""Free space on a disk, compared with what a command is about to write."""

import shutil
from pathlib import Path

from service.cli.common.errors import CommandError
from service.domain.errors import N_

MARGIN = 64 * 1024**2
"""Bytes that must be left for everything else."""


def check_free_space(directory: Path, *, needed: int) -> None:
    """Check that `needed` bytes fit on the disk of `directory`, which may be missing. Raises CommandError."""
    free = shutil.disk_usage(nearest_existing(directory)).free
    if free < needed + MARGIN:
        raise CommandError(
            N_("{free} MB are free on the disk of {directory}, and about {needed} MB are needed. Free some space."),
            free=free // 10**6,
            needed=(needed + MARGIN) // 10**6 + 1,
            directory=directory,
        )


def nearest_existing(path: Path) -> Path:
    """Return `path`, made absolute, or the nearest directory above it that exists."""
    absolute = path.absolute()
    return next(one for one in (absolute, *absolute.parents) if one.exists())
