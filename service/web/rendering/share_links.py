"""Share links: a text with a URL, to copy or to open in a messaging app."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class ShareLinks:
    """The text with its URL, and `links`: share URLs by the name of the messaging app."""

    text: str
    links: Mapping[str, str]


def share_links(text: str, link: str) -> ShareLinks:
    """Return the share links of `text` and the URL `link`.

    Nothing is sent to a third party until the user follows a link.
    """
    message = f"{text}\n{link}"
    return ShareLinks(
        message,
        {
            "WhatsApp": f"https://wa.me/?text={quote(message)}",
            "Telegram": f"https://t.me/share/url?url={quote(link)}&text={quote(text)}",
        },
    )
