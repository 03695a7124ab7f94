"""Texts to try the engine on: prose of both directions, harakat, joiners, flags, marks of the dialect, noise."""

from hypothesis import strategies as st

TEXT_PIECES = (
    "The ",
    "State ",
    "shall ",
    "not ",
    "Article ",
    "12",
    "13",
    "14-B",
    ". ",
    "; ",
    "\n\n",
    "\n",
    "# ",
    "## ",
    "- ",
    "1. ",
    "> ",
    "| a | b |\n|---|---|\n| 1 | 2 |\n",
    "النَّاسُ ",
    "الحق ",
    "المادة ",
    "١٢",
    "١٣",
    "َ",
    "ـ",
    "\u200f",
    "\u200c",
    "\u200d",
    "👨\u200d👩\u200d👧 ",
    "👍🏽",
    "🇸🇾",
    "🇸",
    "é",
    "e\u0301",
    " ",
    "\t",
    "(1) ",
    "**",
    "*",
    "`",
    "[",
    "]",
    "](#equality)",
    "{dir=ltr}",
    " {#equality}",
    "[^1]",
    "[^1]: ",
    "\u00a0",
    "𝒜",
    "กำ",
    "각",
    "क्ष",
    "漢字",
    "؀1 ",
    "```\n",
    "---\n",
    "<b>",
    "&lt;",
    "\\",
    "x",
)

PROSE = st.lists(st.sampled_from(TEXT_PIECES), max_size=40).map("".join)
"""Text as it may come from outside: neither canonical nor well formed."""

ANY_TEXT = st.one_of(PROSE, st.text(max_size=80))

_LAW_PARAGRAPHS = (
    "# Part One",
    "## Article 1",
    "## Article 2",
    "## المادة ٣",
    "Everyone has the right to take part in the public affairs of the country.",
    "Everyone has the right to take part in public affairs, as Article 2 says.",
    "يحقّ لكلّ مواطنة ومواطن المشاركة في الحياة العامة وفق المادة ٣ دون أيّ تمييز.",
    "(a) one;",
    "- one\n- two",
    "The end.",
    "",
    "\n",
)

LAW_TEXT = st.lists(st.one_of(st.sampled_from(_LAW_PARAGRAPHS), PROSE), max_size=9).map("\n\n".join)
"""Text in paragraphs that come again: what is aligned block by block."""
