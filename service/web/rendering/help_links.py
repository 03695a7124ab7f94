"""Which paragraph of the guide helps with a page: a table of paths."""

import re

GUIDE_PAGES = ("drafter", "signatory", "secretariat", "communications", "operator")
"""Pages of the guide, in the order of its contents."""

_HELP: tuple[tuple[str, str, int], ...] = (
    (r"/documents/new", "drafter", 4),
    (r"/documents/\w+/texts/\w+/suggest", "drafter", 2),
    (r"/documents/\w+/texts/\w+/read", "signatory", 2),
    (r"/documents/\w+/texts/.*", "drafter", 2),
    (
        r"/documents/\w+/(suggestions|unsaved-changes|comments|changes|history|authors|front|numbering)\b.*",
        "drafter",
        2,
    ),
    (r"/documents/\w+/(versions|comparison)\b.*", "drafter", 5),
    (r"/documents/\w+/(files|downloads|publication|translations)\b.*", "communications", 2),
    (r"/documents/\w+/record", "secretariat", 7),
    (r"/documents/\w+/(steps|sending|editions|people)\b.*", "secretariat", 5),
    (r"/documents/\w+/(endorsement|round|proofs)\b.*", "secretariat", 6),
    (r"/documents.*", "drafter", 1),
    (r"/rounds/\w+/(sign|receipt)\b.*", "signatory", 3),
    (r"/rounds/\w+/dispute", "signatory", 5),
    (r"/rounds/.*", "secretariat", 6),
    (r"/(invitations|people|organisations|import|approvals|recoveries|mandates)\b.*", "secretariat", 2),
    (r"/coalition", "secretariat", 2),
    (r"/(account|forgotten|confirm)\b.*", "signatory", 7),
    (r"/sign-in.*", "signatory", 8),
)
"""Path (regular expression), page of the guide, and number of the heading on it, from 1; the first match holds."""


def help_link(path: str) -> str:
    """Return the address of the paragraph of the guide about the page at `path`, else that of the guide."""
    for pattern, page, heading in _HELP:
        if re.fullmatch(pattern, path):
            return f"/guide/{page}#{heading_anchor(heading)}"
    return "/guide"


def heading_anchor(number: int) -> str:
    """Return the id of the heading with this number, from 1, on a page of the guide."""
    return f"h-{number}"
