"""Real laws with their versions, in `../shared/data` beside the checkout; not ours to copy, so not part of it."""

from functools import lru_cache
from pathlib import Path

LAWS = Path(__file__).parents[2] / "shared" / "data"


def law_names() -> list[str]:
    """The names of the sets; none where there is no data."""
    return sorted(place.name for place in LAWS.iterdir() if place.is_dir()) if LAWS.is_dir() else []


@lru_cache(maxsize=200)
def law_versions(name: str) -> list[str]:
    """The versions of a set, the oldest first."""
    return [place.read_bytes().decode() for place in sorted((LAWS / name).glob("*.md"))]
