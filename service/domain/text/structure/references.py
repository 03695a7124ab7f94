"""Text printed for a reference to a provision: its label, inflected for Arabic grammar.

A label is the nominative of a heading. «لـ», «بـ» and «كـ» before a reference are joined to its first word: «للمادة».
An ordinal whose ending shows its case («العشرون») is put in the genitive after a preposition or in construct, «في
المادة العشرين»; if the word before does not determine the case, the number is written in digits, «المادة ٢٠».
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import regex

from service.domain.text.markup.tree import Inline, Link, PlainText
from service.domain.text.structure.number_words import oblique
from service.domain.text.structure.ordinals import parse_number
from service.domain.text.structure.provisions import LABEL_PATTERN, Digits, in_digits

_PARTICLE = regex.compile(r"(?<![\p{L}\p{M}\p{N}])(?P<and>[وف]?)(?P<particle>[لبك])ـ?$")
_PRINTED = regex.compile(r"(?P<and>[وف]?)(?:(?P<particle>ل)(?=ل)|(?P<particle>[بك])(?=ال))(?P<rest>.+)")
_LAST_WORD = regex.compile(r"(?<![\p{L}\p{M}])(?P<word>\p{L}[\p{L}\p{M}ـ]*)[ \u00a0]+$")
_COORDINATED = regex.compile(r"[ \u00a0]*(?:،[ \u00a0]*)?(?:و|أو[ \u00a0]+|ثم[ \u00a0]+)|[ \u00a0]*،[ \u00a0]+")
_MARKS = regex.compile(r"[\p{M}ـ]")
_HAMZA_CARRIERS = str.maketrans("أإآى", "اااي")

_PREPOSITIONS = (
    "في", "من", "إلى", "على", "عن", "حتى", "منذ", "مع", "خلال", "بعد", "قبل", "بين", "ضمن", "وفق", "حسب", "دون", "سوى",
    "غير", "عدا", "لدى", "عند", "تحت", "فوق", "نحو", "ضد", "بموجب", "بمقتضى", "بخلاف", "باستثناء", "بحسب",
)  # fmt: skip
_IN_CONSTRUCT = (
    "نص", "نصوص", "حكم", "أحكام", "موجب", "مقتضى", "مضمون", "عنوان", "صيغة", "فقرة", "فقرات", "بند", "بنود", "تطبيق",
    "تنفيذ", "تعديل", "إلغاء", "مخالفة", "تفسير", "سريان", "نفاذ", "استثناء", "خلاف", "مراعاة", "إعمال",
)  # fmt: skip
_GOVERNORS = frozenset(word.translate(_HAMZA_CARRIERS) for word in (*_PREPOSITIONS, *_IN_CONSTRUCT))
"""Words followed by the genitive, without marks and with hamza carriers folded."""


def resolve_references(
    nodes: Iterable[Inline], labels: Mapping[str, str], *, digits: Digits, spell: Callable[[str], str] = str
) -> tuple[Inline, ...]:
    """Return `nodes` with the printed text as the children of references whose label is known.

    The text is passed through `spell`. Children of other nodes are not visited.
    """
    out: list[Inline] = []
    governed = False
    for node in nodes:
        if not isinstance(node, Link) or node.children or node.href[:1] != "#" or node.href[1:] not in labels:
            governed = governed and isinstance(node, PlainText) and _COORDINATED.fullmatch(node.text) is not None
            out.append(node)
            continue
        last = out[-1] if out else None
        before = last.text if isinstance(last, PlainText) else ""
        del out[len(out) - isinstance(last, PlainText) :]
        before, words, governed = _inflect(before, labels[node.href[1:]], digits=digits, governed=governed)
        out += [PlainText(before)] if before else []
        out.append(Link(node.href, (PlainText(spell(words)),)))
    return tuple(out)


def inflect_reference(before: str, label: str, *, digits: Digits) -> tuple[str, str]:
    """Return `before` without the particle that is joined to the reference, and the text printed for `label`."""
    return _inflect(before, label, digits=digits, governed=False)[:2]


def typed_particle(words: str, labels: Sequence[str]) -> str | None:
    """Return the particle («لـ») typed before a reference that prints `words`; "" if there was none.

    None if `words` are not what a reference to one of `labels` prints.
    """
    forms = {form for label in labels for form in _forms(label)}
    if words in forms:
        return ""
    found = _PRINTED.fullmatch(words)
    if not found:
        return None
    joined = {_attach_particle(found["particle"], form) for form in forms if form.startswith("ال")}
    whole = found["particle"] + found["rest"]
    return f"{found['and']}{found['particle']}ـ" if whole in joined else None


def _inflect(before: str, label: str, *, digits: Digits, governed: bool) -> tuple[str, str, bool]:
    particle = _PARTICLE.search(before) if label.startswith("ال") else None
    governed = governed or particle is not None or _governs(before)
    inflected = label
    if _shows_case(label):
        inflected = oblique(label) if governed else _with_digits(label, digits)
    if particle is None:
        return before, inflected, governed
    return before[: particle.start()], particle["and"] + _attach_particle(particle["particle"], inflected), governed


def _governs(before: str) -> bool:
    found = _LAST_WORD.search(before[-80:])
    if not found:
        return False
    word = _MARKS.sub("", found["word"]).translate(_HAMZA_CARRIERS)
    stems = (
        word,
        word[1:] if word[:1] in "وفبلك" else "",
        word[2:] if word[:1] in "وف" and word[1:2] in list("بلك") else "",
    )
    return any(stem in _GOVERNORS for stem in stems)


def _attach_particle(particle: str, label: str) -> str:
    """Join «لـ» and «المادة» to «للمادة»; before «الل» one lam is enough: «للجنة»."""
    if particle != "ل":
        return particle + label
    return "ل" + label[2:] if label.startswith("الل") else "لل" + label[2:]


def _forms(label: str) -> Iterator[str]:
    yield label
    if _shows_case(label):
        yield oblique(label)
        yield from (_with_digits(label, digits) for digits in ("arab", "latn"))


def _shows_case(label: str) -> bool:
    """Return whether `label` is a name and an ordinal that the genitive changes, and not the title of a heading."""
    return oblique(label) != label and LABEL_PATTERN.fullmatch(label) is not None


def _with_digits(label: str, digits: Digits) -> str:
    """Return «المادة ٢٠» for «المادة العشرون»."""
    found = LABEL_PATTERN.fullmatch(label)
    number = parse_number(found["number"]) if found else None
    return f"{found['name']} {in_digits(str(number), digits)}" if found and number else oblique(label)
