"""Real laws with their versions, in `../shared/data` beside the checkout.

We may not redistribute them, so they are not part of the repository.
"""

from functools import lru_cache
from pathlib import Path

LAWS = Path(__file__).parents[3] / "shared" / "data"


def law_names() -> list[str]:
    """Return the names of the sets; none if there is no data."""
    return sorted(place.name for place in LAWS.iterdir() if place.is_dir()) if LAWS.is_dir() else []


@lru_cache(maxsize=200)
def law_versions(name: str) -> list[str]:
    """Return the versions of a set, oldest first."""
    return [place.read_bytes().decode() for place in sorted((LAWS / name).glob("*.md"))]
