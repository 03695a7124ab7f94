"""A reminder to be shared: a neutral text with a link, for a hand to copy or another program to take."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class ShareLinks:
    """`text` with the link in it; `ways` by the names of the programs that take it."""

    text: str
    links: Mapping[str, str]


def share_links(text: str, link: str) -> ShareLinks:
    """`text` and `link`, ready to leave. Nothing leaves before the reader presses."""
    message = f"{text}\n{link}"
    return ShareLinks(
        message,
        {
            "WhatsApp": f"https://wa.me/?text={quote(message)}",
            "Telegram": f"https://t.me/share/url?url={quote(link)}&text={quote(text)}",
        },
    )
