"""Change notifications published after a commit: ids and numbers only, no content."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(slots=True)
class ChangeNotification:
    """What one or several commits changed.

    `drafts` maps the id of each changed draft to its new `seq` (0: unknown, read the journal in any case). `rights` is
    true if somebody's access may have changed. `comments` holds the ids of drafts whose comments changed.
    """

    drafts: dict[str, int] = field(default_factory=dict)
    rights: bool = False
    comments: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.drafts or self.rights or self.comments)


class ChangeNotifier(Protocol):
    """A publisher of change notifications.

    It never blocks and never raises: a lost notification is made up for by polling within a second.
    """

    def notify(self, change: ChangeNotification) -> None:
        """Publish `change`."""


class NullNotifier:
    """A notifier that publishes nothing."""

    def notify(self, change: ChangeNotification) -> None:
        """Do nothing."""
