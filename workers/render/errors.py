"""Errors of rendering, one tree below DomainError. `retry`: whether the same job may succeed later.

RenderFailed
├── RenderTimeout       a program exceeded its time limit         retry
│   └── RenderProcessorTime   it computed for too long
├── RenderMemory        a program exceeded its memory limit
├── RenderInterrupted   a program was killed or its disk failed   retry
├── RenderRefused       forbidden input, or a part of the installation is missing
└── RenderConformance   the file lacks something it must have
    ├── RenderUnprintable   no print font has a character of the text
    ├── RenderTableTooWide  a table does not fit on a page
    └── RenderDiffers       its words are not those of the text
"""

from service.domain.errors import N_, DomainError
from service.domain.publication.render_failure import MAX_WORDS, Part, RenderFailure


class RenderFailed(DomainError):
    """Base of the tree.

    `params["detail"]` is one line for the operator: what the program reported, never the text of a document unless
    `quotes_text`. `extra` says where, as far as known: the fields of RenderFailure by name.
    """

    code = "render_failed"
    sentence = N_("The file could not be created. The text has not changed. Technical detail: {detail}")
    retry = False
    quotes_text = False

    @property
    def message(self) -> str:
        """Return the English sentence with its parameters filled in."""
        return self.sentence.format_map(self.params)


class RenderTimeout(RenderFailed):
    """A program exceeded its time limit."""

    code = "render_timeout"
    sentence = N_("Creating the file took too long ({detail}). We will try again.")
    retry = True


class RenderProcessorTime(RenderTimeout):
    """A program exceeded its limit of processor time, which depends on the input alone."""


class RenderMemory(RenderFailed):
    """A program exceeded its memory limit."""

    code = "render_memory"
    sentence = N_("Creating the file needed too much memory ({detail}).")


class RenderInterrupted(RenderFailed):
    """A program was killed, or its disk failed."""

    code = "render_interrupted"
    sentence = N_("Creating the file was interrupted ({detail}). We will try again.")
    retry = True


class RenderRefused(RenderFailed):
    """The input is forbidden, or a part of the installation is missing."""

    code = "render_refused"
    sentence = N_("The file was not created: {detail}")


class RenderConformance(RenderFailed):
    """The file lacks something it must have."""

    code = "render_conformance"
    sentence = N_("The file was rejected because it was incomplete: {detail}")


class RenderUnprintable(RenderConformance):
    """No print font has a character of the text."""

    code = "render_unprintable"
    sentence = N_("The text has a character that our print fonts do not have: {detail}")
    quotes_text = True


class RenderDiffers(RenderConformance):
    """The words of the file are not those of the text.

    Besides `detail`, `params` has `expected` and `found` (a few words), `part` (a Part), `provision` (the heading
    above, or empty), `line` (of the part, from 1) and `page` (of the file, from 1), each 0 if not known.
    """

    code = "render_differs"
    sentence = N_("The file was rejected because its words differ from those of the text: {detail}")
    quotes_text = True


class RenderTableTooWide(RenderConformance):
    """A table does not fit on a page, even in small type on a landscape page.

    `params`: `row`, counted from 1 with the head; `columns`, their number; `words`, the beginning of the row.
    """

    code = "table_too_wide"
    sentence = N_(
        "A table has {columns} columns and is too wide for the page, even in small type on a landscape page. "
        "The widest row is row {row}: “{words}”. Use fewer columns or shorter words."
    )
    quotes_text = True


def describe_failure(error: DomainError) -> RenderFailure:
    """Return what is stored of an error of rendering, with its position from `extra` or the parameters."""
    known = {**error.params, **error.extra}
    return RenderFailure(
        code=error.code,
        message=str(error).removeprefix(f"{error.code}: "),
        line=_number(known.get("line")),
        page=_number(known.get("page")),
        words=str(known.get("words") or known.get("expected") or "")[:MAX_WORDS],
        found=str(known.get("found") or "")[:MAX_WORDS],
        part=_part(known.get("part")),
    )


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and value else None


def _part(value: object) -> Part:
    return Part(value) if isinstance(value, str) and value in list(Part) else Part.TEXT
