"""Hypothesis strategies for whole texts of the dialect: every construct nested in every other, in Arabic or English."""

from dataclasses import dataclass

from hypothesis import strategies as st

ARABIC = (  # a word each, or words that stay together
    "الحقّ", "المادة", "عائلاتُ", "المفقودينَ", "وتُسمَع", "شهادةً", "مُؤسّسات", "لا", "تسقط", "بالتقادم", "أُخليت", "شيءٍ",
    "مرّةً", "كلٌّ", "بيتٍ", "المدنيّ", "ﷲ", "الله", "للّغة", "ههنا", "بحُجّةٍ", "يُنشَأ", "إلى", "آخر",
    "ئ", "ـ", "مــدّ",
    "قال:", "نعم،", "أوّلًا؛", "لماذا؟", "«العهد»", "(تحفّظ)", "٣٪", "١٢٬٤٠٠", "٢٠٢٦", "٣١/١٢/٢٠٢٦", "2026", "50,000",
    "(1948)", "A/RES/64/292", "14-B", "World Bank", "e-mail", "+963 11 000 0142", "1 250 000", "%87.5", "«14-B»",
    "[نص]", "ض-٢", "…",
)  # fmt: skip
ENGLISH = (
    "The", "families", "of", "the", "missing", "shall", "not", "wait;", "(1948)", "A/RES/64/292", "14-B", "“truth”",
    "50,000", "naïve", "coöperate", "fi", "ffl", "Article", "3.", "—", "2026", "ميثاق", "الحقّ في الحياة", "«عهد»",
    "٢٠٢٦", "e.g.,", "archives’", "and/or", "20%", "+963 11 000 0142", "Ürgüp", "Şırnak", "…", "end.",
)  # fmt: skip
LINK_TEXTS = {"ar": ("هنا", "نصّ القرار", "a.example/x"), "en": ("here", "the decision", "نصّ")}
CODES = ("x = 1", "a", "ref-2", "#let", "ref-ب ميثاق", "ميثاق ref-2 عهد", "كلمةٌ، 14-B")
RUNS = ("dir=ltr", "lang=en dir=ltr", "dir=rtl", "lang=ar", "lang=en")
"""Attributes of runs with a direction or language of their own, whatever their words are."""

HARD_BREAK = "\n"


@dataclass(frozen=True)
class RandomText:
    """A text of the dialect in one language."""

    lang: str
    text: str


def words(lang: str, *, most: int = 8) -> st.SearchStrategy[str]:
    """Return a few words with spaces."""
    return st.lists(st.sampled_from(ARABIC if lang == "ar" else ENGLISH), min_size=1, max_size=most).map(_escaped)


def _escaped(parts: list[str]) -> str:
    return " ".join(parts).replace("[", "\\[").replace("]", "\\]")


@st.composite
def inlines(draw: st.DrawFn, lang: str, *, notes: bool = True, depth: int = 2, breaks: bool = True) -> str:
    """Draw the inlines of a paragraph; `notes` and line breaks where the dialect has them."""
    kinds = ["words", "words", "strong", "emphasis", "code", "link", "reference", "run"]
    kinds += ["note", "again", "citation"] if notes else []
    kinds += ["break"] if breaks else []
    parts = []
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=4)):
        inner = draw(
            inlines(lang, notes=notes, depth=depth - 1, breaks=False) if depth > 0 else words(lang, most=3)
        ).strip()
        match kind:
            case "strong":
                parts.append(f"**{inner}**" if "*" not in inner else inner)
            case "emphasis":
                parts.append(f"*{inner}*" if "*" not in inner else inner)
            case "code":
                parts.append(f"`{draw(st.sampled_from(CODES))}`")
            case "link":
                parts.append(f"[{draw(st.sampled_from(LINK_TEXTS[lang]))}](https://a.example/x?y=1)")
            case "reference":
                parts.append(draw(st.sampled_from(["[](#one)", "[](#two)", "[هنا](#one)", "[](#gone)"])))
            case "run":
                inner = draw(words(draw(st.sampled_from(["ar", "en"])), most=3))
                parts.append(f"[{inner}]{{{draw(st.sampled_from(RUNS))}}}")
            case "note":
                parts[-1:] = [f"{parts[-1] if parts else 'x'}[^{draw(st.sampled_from('abcd'))}]"]
            case "again":
                parts[-1:] = [f"{parts[-1] if parts else 'x'}[^a]"]
            case "citation":
                parts[-1:] = [f"{parts[-1] if parts else 'x'}[](ref:iccpr-25)"]
            case "break":
                parts.append(f"{draw(words(lang, most=3))}{HARD_BREAK}{draw(words(lang, most=3))}")
            case _:
                parts.append(draw(words(lang)))
    return " ".join(parts)


@st.composite
def blocks(draw: st.DrawFn, lang: str, *, depth: int = 3, notes: bool = True, least: int = 1) -> str:
    """Draw blocks that are nested in each other."""
    kinds = ["paragraph", "paragraph", "table", "code", "rule", "heading"]
    kinds += ["bullets", "numbers", "quote"] if depth > 0 else []
    drawn = draw(st.lists(st.sampled_from(kinds), min_size=least, max_size=4 if depth == 3 else 2))
    return "\n\n".join(draw(_block(kind, lang, depth, notes)) for kind in drawn)


@st.composite
def _block(draw: st.DrawFn, kind: str, lang: str, depth: int, notes: bool) -> str:
    inner = blocks(lang, depth=depth - 1, notes=notes)
    line = inlines(lang, notes=notes, breaks=False)
    match kind:
        case "heading":
            name = draw(st.sampled_from(["", " {#one}", " {#two}"]))
            return f"{'#' * draw(st.integers(1, 4))} {draw(line)}{name}"
        case "bullets":
            return _items(["- "] * 2, [draw(inner), draw(inner)], loose=draw(st.booleans()))
        case "numbers":
            start = draw(st.sampled_from([1, 1, 3, 27]))
            items = [draw(inner) for _ in range(draw(st.integers(1, 3)))]
            markers = [f"{start + index}. " for index in range(len(items))]
            return _items(markers, items, loose=draw(st.booleans()))
        case "quote":
            return "\n".join(f"> {each}".rstrip() for each in draw(inner).split("\n"))
        case "table":
            rows = [[draw(line).replace("|", "\\|") for _ in range(3)] for _ in range(draw(st.integers(1, 3)))]
            lines = [f"| {' | '.join(row)} |" for row in rows]
            return "\n".join([lines[0], "|---|:-:|--:|", *lines[1:]])
        case "code":
            return f"```\nfirst line\n  {draw(st.sampled_from(['x = 1', 'السطر الثاني', '# no heading']))}\n```"
        case "rule":
            return "***"
    return draw(inlines(lang, notes=notes))


def _items(markers: list[str], items: list[str], *, loose: bool) -> str:
    written = []
    for marker, item in zip(markers, items, strict=False):
        first, *rest = item.split("\n")
        indent = " " * len(marker)
        written.append("\n".join([marker + first, *(indent + each if each else "" for each in rest)]))
    return ("\n\n" if loose else "\n").join(written)


@st.composite
def random_texts(draw: st.DrawFn, lang: str | None = None, *, bodies: int = 1) -> RandomText:
    """Draw a text, made of several, with the notes that it may call."""
    lang = lang or draw(st.sampled_from(["ar", "ar", "en"]))
    body = "\n\n".join(draw(blocks(lang)) for _ in range(bodies))
    notes = [f"[^{label}]: {draw(inlines(lang, notes=False, breaks=False))}" for label in "abcd"]
    extra = draw(st.sampled_from(["", "\n\n    - item\n    - item"]))
    return RandomText(lang, f"# {draw(words(lang))} {{#one}}\n\n{body}\n\n" + "\n\n".join(notes) + f"{extra}\n")
