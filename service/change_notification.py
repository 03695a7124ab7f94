"""What a commit leaves to be told: where to look, never what is to be seen."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(slots=True)
class ChangeNotification:
    """Drafts that moved, by id, with their new seq (0: look, whatever you have); whether somebody's rights may be
    others now; and drafts whose comments are others now."""

    drafts: dict[str, int] = field(default_factory=dict)
    rights: bool = False
    comments: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.drafts or self.rights or self.comments)


class ChangeNotifier(Protocol):
    """Anything that can tell others. Never blocks, never raises: what is not heard is found within a second."""

    def notify(self, change: ChangeNotification) -> None: ...


class NullNotifier:
    """Tells nobody."""

    def notify(self, change: ChangeNotification) -> None:
        """Do nothing."""
