"""Blame compared with a model that holds the author of each character."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.attribution.blame import VersionStep, blame
from service.domain.text.redline.redline import compute_redline
from tests.support.hypothesis_profiles import examples

pytestmark = pytest.mark.unit

Letters = tuple[tuple[str, int], ...]
"""Characters with their authors."""

CONSONANTS = ("bdfgklmnprst", "بتثجحخدرسشصط")
VOWELS = ("aeiou", "اويىة")
FATHA = "\u064e"


class Model:
    """Paragraphs of words, each character with its author; every word is written once."""

    def __init__(self) -> None:
        self.names = count()
        self.author = 0
        self.paragraphs: list[list[Letters]] = [self.sentence(14) for _ in range(5)]

    def word(self) -> Letters:
        number = next(self.names)
        script = number // 40 % 2
        consonants, vowels = CONSONANTS[script], VOWELS[script]
        digits = [number % 12, number // 12 % 12, number // 144 % 12]
        return self.written("".join(consonants[d] + vowels[(d + at) % 5] for at, d in enumerate(digits)))

    def written(self, text: str) -> Letters:
        return tuple((char, self.author) for char in text)

    def sentence(self, size: int) -> list[Letters]:
        return [self.word() for _ in range(size)]

    def text(self) -> str:
        return "".join(char for char, _ in self.letters())

    def letters(self) -> Iterator[tuple[str, int]]:
        for index, paragraph in enumerate(self.paragraphs):
            if index:
                yield from (("\n", -1), ("\n", -1))
            for place, word in enumerate(paragraph):
                if place and word[0][0] != "\n":
                    yield " ", -1
                yield from word
        yield "\n", -1

    def replace_word(self, one: int, at: int, to: int) -> None:
        self.paragraphs[one][at] = self.word()

    def delete_word(self, one: int, at: int, to: int) -> None:
        del self.paragraphs[one][at]

    def insert_word(self, one: int, at: int, to: int) -> None:
        self.paragraphs[one].insert(at, self.word())

    def vocalise(self, one: int, at: int, to: int) -> None:
        word = self.paragraphs[one][at]
        if word[0][0] in CONSONANTS[1] and word[1][0] != FATHA:
            self.paragraphs[one][at] = (word[0], *self.written(FATHA), *word[1:])

    def split(self, one: int, at: int, to: int) -> None:
        words = self.paragraphs[one]
        self.paragraphs[one : one + 1] = [words[:at], words[at:]]

    def join(self, one: int, at: int, to: int) -> None:
        if one + 1 < len(self.paragraphs):
            self.paragraphs[one : one + 2] = [self.paragraphs[one] + self.paragraphs[one + 1]]

    def move(self, one: int, at: int, to: int) -> None:
        words = self.paragraphs.pop(one)
        self.paragraphs.insert(to % (len(self.paragraphs) + 1), words)

    def move_and_edit(self, one: int, at: int, to: int) -> None:
        self.replace_word(one, at, to)
        self.move(one, at, to)

    def make_list(self, one: int, at: int, to: int) -> None:
        """Turn the words from `at` on into two items."""
        words = self.paragraphs[one]
        middle = (at + len(words)) // 2
        items = [[self.written(mark), *part] for mark, part in (("-", words[at:middle]), ("\n-", words[middle:]))]
        self.paragraphs[one : one + 1] = [words[:at], [*items[0], *items[1]]]

    def delete_paragraph(self, one: int, at: int, to: int) -> None:
        if len(self.paragraphs) > 2:
            del self.paragraphs[one]

    def insert_paragraph(self, one: int, at: int, to: int) -> None:
        self.paragraphs.insert(one, self.sentence(10))


OPERATIONS: Sequence[Callable[[Model, int, int, int], None]] = (
    Model.replace_word,
    Model.delete_word,
    Model.insert_word,
    Model.vocalise,
    Model.split,
    Model.join,
    Model.move,
    Model.move_and_edit,
    Model.make_list,
    Model.delete_paragraph,
    Model.insert_paragraph,
)

STEPS = st.lists(
    st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 99), st.integers(0, 99), st.integers(0, 9)),
    min_size=1,
    max_size=5,
)


def apply_operation(
    model: Model, operation: Callable[[Model, int, int, int], None], one: int, at: int, to: int
) -> None:
    """Apply an operation to a paragraph that is long enough for it, and not a list."""
    long = [index for index, words in enumerate(model.paragraphs) if len(words) >= 9 and words[0][0][0] != "-"]
    if long:
        chosen = long[one % len(long)]
        operation(model, chosen, 4 + at % (len(model.paragraphs[chosen]) - 8), to)


@examples(150)
@given(STEPS)
def test_blame_equals_a_model_by_the_letter(
    drawn: list[tuple[Callable[[Model, int, int, int], None], int, int, int]],
) -> None:
    model = Model()
    texts = [model.text()]
    for author, (operation, one, at, to) in enumerate(drawn, 1):
        model.author = author
        apply_operation(model, operation, one, at, to)
        texts.append(model.text())
    spans = blame_of(texts)
    authors = [author for start, end, author in spans for _ in range(start, end)]
    assert _of_words(zip(texts[-1], authors, strict=True)) == _of_words(model.letters())


def _of_words(letters: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Leave out blanks and the marks of list items: they are not unique, so nobody can tell whose they are."""
    return [(char, author) for char, author in letters if not char.isspace() and char != "-"]


def blame_of(texts: Sequence[str]) -> list[tuple[int, int, int]]:
    steps = [VersionStep(place, new, compute_redline(old, new)) for place, (old, new) in enumerate(pairwise(texts), 1)]
    return [(span.start, span.end, span.author) for span in blame(texts[0], 0, steps)]


def new_text(old: str, new: str) -> list[str]:
    """Return the passages of `new` that are attributed to the author of `new`."""
    return [new[start:end] for start, end, author in blame_of([old, new]) if author]


WATER = "Every village elects a committee that keeps the wells clean and reports twice a year.\n\n"
ROADS = "تتولى البلدية صيانة الطرق العامة وإنارتها خلال 24 يوما من تاريخ تسلم الشكوى المكتوبة.\n\n"
TAXES = "No fee is collected from anyone unless the assembly has agreed to it in a public sitting.\n\n"


def test_moved_last_paragraph_keeps_its_author() -> None:
    assert new_text(WATER + ROADS + TAXES.rstrip() + "\n", TAXES + WATER + ROADS.rstrip() + "\n") == []


def test_only_the_edit_in_a_moved_paragraph_is_new() -> None:
    assert new_text(WATER + ROADS + TAXES, ROADS.replace("24", "72") + WATER + TAXES) == ["72"]


def test_only_the_break_of_a_split_paragraph_is_new() -> None:
    assert new_text(WATER + TAXES, WATER.replace(" and ", "\n\nand ") + TAXES) == ["\n\n"]


def test_only_the_harakat_are_new() -> None:
    assert new_text(ROADS, ROADS.replace("البلدية", "البَلَديّة")) == ["َ", "َ", "ّ"]


def test_words_moved_out_of_a_paragraph_keep_their_author() -> None:
    clause = "keeps the wells clean and reports twice a year"
    old, new = WATER + ROADS + TAXES, WATER.replace(f" that {clause}", "") + ROADS + f"It {clause}.\n\n" + TAXES
    assert clause not in "".join(new_text(old, new))


def test_short_line_that_moved_keeps_its_author() -> None:
    old, new = f"{WATER}Land fees:\n\n{ROADS}{TAXES}", f"{WATER}{ROADS}{TAXES}Land fees:\n"
    assert not any("Land" in words for words in new_text(old, new))
