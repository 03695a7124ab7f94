"""Characters of symbol fonts, which files store by their place in the font, not by what they look like."""

_SYMBOL_FROM_20 = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
_SYMBOL_FROM_A0 = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪�〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
_SYMBOL = {0x20 + offset: character for offset, character in enumerate(_SYMBOL_FROM_20)} | {
    0xA0 + offset: character for offset, character in enumerate(_SYMBOL_FROM_A0) if character != "�"
}
_WINGDINGS = {
    0x28: "☎", 0x2A: "✉", 0x46: "☞", 0x4A: "☺", 0x6C: "●", 0x6D: "○", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x72: "❒",
    0x75: "◆", 0x76: "❖", 0x9F: "•", 0xA1: "○", 0xA7: "▪", 0xA8: "□", 0xAB: "★", 0xD8: "➢", 0xDF: "←", 0xE0: "→",
    0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS}


def is_symbol_font(font: str) -> bool:
    """Return whether the text of a font is stored by place."""
    return font.lower() in _FONTS or font.lower().startswith(("wingdings", "webdings"))


def symbol(font: str, code: int) -> str | None:
    """Return the character at a place of a symbol font, None if it is not known; U+F000–U+F0FF count as 0–255."""
    if 0xF000 <= code <= 0xF0FF:
        code -= 0xF000
    table = _FONTS.get(font.lower())
    if table is None:
        return None if is_symbol_font(font) or code < 0x20 or 0xE000 <= code <= 0xF8FF else chr(code)
    return table.get(code)


_RAISED = str.maketrans("0123456789+-−=()ni٠١٢٣٤٥٦٧٨٩", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789+-−=()٠١٢٣٤٥٦٧٨٩", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎₀₁₂₃₄₅₆₇₈₉")
_RAISED_FROM, _LOWERED_FROM = set("0123456789+-−=()ni٠١٢٣٤٥٦٧٨٩ "), set("0123456789+-−=()٠١٢٣٤٥٦٧٨٩ ")


def raised(text: str) -> str | None:
    """Return a text in superscript characters; None where Unicode lacks one."""
    return text.translate(_RAISED) if set(text) <= _RAISED_FROM else None


def lowered(text: str) -> str | None:
    """Return a text in subscript characters; None where Unicode lacks one."""
    return text.translate(_LOWERED) if set(text) <= _LOWERED_FROM else None
