"""The comparison of two texts with their derived numbers."""

from service.domain.text.diff.shared_passages import Indexes
from service.domain.text.markup.work_meter import MAX_WORK
from service.domain.text.redline.by_provision import Comparison, build_comparison
from service.domain.text.redline.numbered import number_redline
from service.domain.text.redline.redline import compute_redline
from service.domain.text.structure.numbering import NumberingScheme, insert_marks, number_marks


def compare_numbered(
    old: str,
    new: str,
    schemes: tuple[NumberingScheme | None, NumberingScheme | None],
    *,
    indexes: Indexes | None = None,
    digests: tuple[str, str] | None = None,
    max_work: float | None = MAX_WORK,
) -> Comparison:
    """Compare two canonical texts with their numbers inserted.

    `indexes` of both texts, and their SHA-256 `digests`, save time.

    Takes `max_work` and raises as `parse_markup`.
    """
    marks = number_marks(old, schemes[0], max_work=max_work), number_marks(new, schemes[1], max_work=max_work)
    texts = insert_marks(old, marks[0]), insert_marks(new, marks[1])
    if schemes[0] != schemes[1]:
        return build_comparison(*texts, compute_redline(*texts))
    found = compute_redline(old, new, indexes=indexes, digests=digests)
    return build_comparison(*texts, number_redline(found, old, new, marks))
