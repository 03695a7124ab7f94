"""View model of a comparison page: the parts it shows in a view, and the pages of the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from service.domain.text.redline.by_provision import Comparison, ComparisonPart, group_parts, paginate
from service.domain.text.redline.rendering.inline import AuthorBadge
from service.domain.text.structure.provisions import Digits
from service.web.comparisons.blocks import MAX_FOLDED_LENGTH, BlockBuilder, ComparisonSection, html_writer

COMPARISON_VIEWS = ("inline", "side", "changes", "provision")

PAGE_LENGTH = 60_000
"""Code points of text on a page, after which a new page begins."""


@dataclass(frozen=True)
class ComparisonPage:
    """One page of a comparison.

    `page` counts from 1. `at` is the index of the part shown by itself. `steps` is the number of steps (changes and
    targets of moves) in the whole comparison, `before` the number on earlier pages.
    """

    view: str
    comparison: Comparison
    sections: tuple[ComparisonSection, ...]
    outline: tuple[tuple[ComparisonPart, ...], ...]
    page: int
    pages: int
    at: int
    before: int
    steps: int
    _page_of: dict[int, int] = field(repr=False)

    def page_of(self, index: int) -> int:
        """Return the page that has the part at `index`; 0 if no page of this view has it."""
        return self._page_of.get(index, 0)

    @property
    def is_first(self) -> bool:
        """Whether no step of the text is before this page."""
        return self.before == 0

    @property
    def is_last(self) -> bool:
        """Whether no step of the text is after this page."""
        here = sum(_step_count(section.first) for section in self.sections if section.first.touched)
        return self.before + here == self.steps

    def part(self, index: int) -> ComparisonPart:
        """Return the part at `index`."""
        return self.comparison.parts[index]


def build_comparison_page(
    comparison: Comparison,
    texts: tuple[str, str],
    *,
    lang: str,
    digits: Digits,
    view: str = "inline",
    page: int = 1,
    at: int | None = None,
    badges: Mapping[str, AuthorBadge] = MappingProxyType({}),
) -> ComparisonPage:
    """Build a page of a view; of the view `provision`, the part `at`, by default the first touched part.

    A page or part out of range is replaced by the nearest one. `badges` show the authors that a redline names.
    """
    view = view if view in COMPARISON_VIEWS else COMPARISON_VIEWS[0]
    all_runs = list(group_parts(comparison.parts))
    visible_runs = [run for run in all_runs if run[0].touched] if view == "changes" else all_runs
    selected = _selected_part(comparison, at)
    pages_of_runs = _split_into_pages(
        [comparison.parts[selected : selected + 1]] if view == "provision" and comparison.parts else visible_runs
    )
    page = min(max(page, 1), len(pages_of_runs))
    builder = BlockBuilder(comparison, html_writer(texts, lang, digits, badges), view)
    return ComparisonPage(
        view=view,
        comparison=comparison,
        sections=tuple(builder.section(run) for run in pages_of_runs[page - 1]),
        outline=tuple(all_runs),
        page=page,
        pages=len(pages_of_runs),
        at=selected,
        before=sum(map(_step_count, _parts_before(all_runs, pages_of_runs[page - 1]))),
        steps=sum(map(_step_count, comparison.parts)),
        _page_of={part.index: number for number, runs in enumerate(pages_of_runs, 1) for run in runs for part in run},
    )


def page_size(comparison_page: ComparisonPage) -> int:
    """Return the approximate size of a page in memory, in characters, with the texts of its comparison."""
    blocks = (block for section in comparison_page.sections for block in section.blocks)
    columns = sum(len(side or "") for block in blocks for row in block.rows for side in row)
    html = sum(
        len(section.html or "") + sum(len(one.html) for one in section.blocks) for section in comparison_page.sections
    )
    return columns + html + sum(part.size for part in comparison_page.comparison.parts)


def _split_into_pages(visible_runs: Sequence[tuple[ComparisonPart, ...]]) -> list[list[tuple[ComparisonPart, ...]]]:
    return paginate(visible_runs, page_size=PAGE_LENGTH, fold_limit=MAX_FOLDED_LENGTH)


def _selected_part(comparison: Comparison, at: int | None) -> int:
    touched = next((part.index for part in comparison.parts if part.touched), 0)
    return touched if at is None else min(max(at, 0), max(len(comparison.parts) - 1, 0))


def _step_count(part: ComparisonPart) -> int:
    return len(part.changes) + len(part.moves_in)


def _parts_before(
    all_runs: Sequence[tuple[ComparisonPart, ...]], page: Sequence[tuple[ComparisonPart, ...]]
) -> list[ComparisonPart]:
    first = page[0][0].index if page else 0
    return [part for run in all_runs for part in run if part.index < first]
