"""A reminder to be shared: a neutral text with a link, for a hand to copy or another program to take."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class Share:
    """`text` with the link in it; `ways` by the names of the programs that take it."""

    text: str
    ways: Mapping[str, str]


def share(text: str, link: str) -> Share:
    """`text` and `link`, ready to leave. Nothing leaves before the reader presses."""
    whole = f"{text}\n{link}"
    return Share(
        whole,
        {
            "WhatsApp": f"https://wa.me/?text={quote(whole)}",
            "Telegram": f"https://t.me/share/url?url={quote(link)}&text={quote(text)}",
        },
    )
