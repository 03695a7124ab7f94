"""The printed content around a text, the same for every format. An empty field prints nothing."""

from dataclasses import dataclass

from service.domain.text.structure.list_labels import printed_label
from workers.render.content.manuscript import Manuscript, Outcome, Position, Signatory
from workers.render.content.print_i18n import PrintFormatter

PRINTED_DIGEST_DIGITS = 16
"""Hexadecimal digits of the version's digest that are printed."""

ENDORSING_POSITIONS: frozenset[Position] = frozenset({"endorse", "endorse_with_reservation"})
"""Positions of organisations that are listed as signatories."""

MAX_LARGE_TITLE = 90
"""Code points of a title in the largest size."""

MAX_RUNNING_TITLE, MAX_RUNNING_LETTERHEAD = 90, 50
"""Code points in the running head before they are shortened."""

NARROW_COLUMNS_FROM = 60
"""Signatories from which on they are listed in three columns of smaller type, instead of two."""


@dataclass(frozen=True, slots=True)
class ListedSignatory:
    """An entry in the list of signatories.

    `label` is «١-» or "1."; `remark` is «(تحفّظ ١)», what is to be said of mandate and proof, or empty.
    """

    number: int
    label: str
    name: str
    remark: str


@dataclass(frozen=True, slots=True)
class PrintContent:
    """Every sentence printed around the text.

    `press_lines` are Latin (email address, telephone number), `press_name` may be in any script. `reservations` are
    headings, in the order of the prepared reservations. `reference` and `reference_lines` (place and date, original
    language) stand at the outer edge of the first page; the running head has `running_title`, `running_letterhead` and
    `reference`. A file of a draft has `draft_label` on every page and in its properties, and `draft_foot` at the foot.
    """

    letterhead: str
    kind: str
    title: str
    is_long_title: bool
    running_title: str
    running_letterhead: str
    reference: str
    reference_lines: tuple[str, ...]
    draft_label: str
    draft_foot: str
    translation: str
    dateline: str
    to: str
    addressees: tuple[str, ...]
    contents: str
    about: str
    press_heading: str
    press_name: str
    press_lines: tuple[str, ...]
    signatories_heading: str
    signatories: tuple[ListedSignatory, ...]
    signatory_columns: int
    reservations_heading: str
    reservations: tuple[str, ...]
    record_heading: str
    record: tuple[str, ...]
    version: str
    digest_label: str
    digest: str
    seal_label: str
    seal: str
    page: str
    sample: str


def build_content(manuscript: Manuscript, formatter: PrintFormatter) -> PrintContent:
    """Build the printed content of a manuscript. Raises InvalidInput `date_malformed`."""
    coalition, press = manuscript.coalition.name, manuscript.press
    version, seal = manuscript.version, manuscript.seal
    record = _record_sentences(manuscript, formatter)
    signatories = _listed_signatories(manuscript, formatter)
    dateline = formatter.format_list(
        [part for part in (manuscript.place, formatter.format_date(manuscript.date)) if part]
    )
    return PrintContent(
        letterhead=coalition,
        kind=formatter.message("kinds", manuscript.kind),
        title=manuscript.title,
        is_long_title=len(manuscript.title) > MAX_LARGE_TITLE,
        running_title=shorten(manuscript.title, limit=MAX_RUNNING_TITLE),
        running_letterhead=shorten(coalition, limit=MAX_RUNNING_LETTERHEAD),
        reference=manuscript.reference,
        reference_lines=tuple(line for line in (dateline, _original_language(manuscript, formatter)) if line),
        draft_label=_draft_label(manuscript, formatter),
        draft_foot=_draft_foot(manuscript, formatter),
        translation=_translation_note(manuscript, formatter),
        dateline=dateline,
        to=formatter.message("to") if manuscript.addressees else "",
        addressees=manuscript.addressees,
        contents=formatter.message("contents"),
        about=_about_heading(manuscript, formatter),
        press_heading=formatter.message("press") if any((press.name, press.email, press.phone)) else "",
        press_name=press.name,
        press_lines=tuple(line for line in (press.email, press.phone) if line),
        signatories_heading=_signatories_heading(manuscript, formatter, count=len(signatories)),
        signatories=signatories,
        signatory_columns=3 if len(signatories) >= NARROW_COLUMNS_FROM else 2,
        reservations_heading=formatter.message("reservations") if manuscript.reservations else "",
        reservations=tuple(
            formatter.message(
                "reservation_by", number=formatter.format_number(each.number), organisation=each.organisation
            )
            for each in manuscript.reservations
        ),
        record_heading=formatter.message("record") if record or seal else "",
        record=record,
        version=formatter.message("version", number=formatter.format_number(version.number)) if version else "",
        digest_label=formatter.message("digest") if version else "",
        digest=version.sha256[:PRINTED_DIGEST_DIGITS] if version else "",
        seal_label=formatter.message("seal") if seal else "",
        seal=seal.sha256 if seal else "",
        page=formatter.message("page", page="{page}", pages="{pages}"),
        sample=_watermark(manuscript, formatter),
    )


def shorten(text: str, *, limit: int) -> str:
    """Return `text`, cut at a space and with "…" if it has more than `limit` code points."""
    if len(text) <= limit:
        return text
    cut = text[:limit]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut else cut}…"


def _original_language(manuscript: Manuscript, formatter: PrintFormatter) -> str:
    if not manuscript.authentic:
        return ""
    names = formatter.format_list([formatter.message("in_language", lang) for lang in manuscript.authentic])
    return formatter.message("original", languages=names)


def _draft_label(manuscript: Manuscript, formatter: PrintFormatter) -> str:
    draft, title = manuscript.draft, shorten(manuscript.title, limit=MAX_RUNNING_TITLE)
    if draft is None:
        return ""
    if draft.version is None:
        return formatter.message("draft", "text", title=title)
    return formatter.message("draft", "version", number=formatter.format_number(draft.version), title=title)


def _draft_foot(manuscript: Manuscript, formatter: PrintFormatter) -> str:
    draft = manuscript.draft
    parts = (draft.organisation, formatter.format_date(draft.day)) if draft else ()
    return formatter.format_list([part for part in parts if part])


def _watermark(manuscript: Manuscript, formatter: PrintFormatter) -> str:
    if manuscript.proof:
        return formatter.message("proof")
    return formatter.message("sample") if manuscript.sample else ""


def _translation_note(manuscript: Manuscript, formatter: PrintFormatter) -> str:
    if not manuscript.authentic or manuscript.lang in manuscript.authentic:
        return ""
    form = "one" if len(manuscript.authentic) == 1 else "many"
    names = formatter.format_list([formatter.message("names", lang) for lang in manuscript.authentic])
    note = formatter.message("translation", form, languages=names)
    if not manuscript.followed_on:
        return note
    return f"{note} {formatter.message('followed', date=formatter.format_date(manuscript.followed_on))}"


def _about_heading(manuscript: Manuscript, formatter: PrintFormatter) -> str:
    if not manuscript.about:
        return ""
    name = manuscript.coalition.name
    return formatter.message("about", coalition=name) if name else formatter.message("about_us")


def _signatories_heading(manuscript: Manuscript, formatter: PrintFormatter, *, count: int) -> str:
    if not count:
        return ""
    heading = formatter.message("signatories" if manuscript.issued_by == "signatories" else "endorsers")
    return formatter.message("counted_heading", heading=heading, n=formatter.format_number(count))


def _listed_signatories(manuscript: Manuscript, formatter: PrintFormatter) -> tuple[ListedSignatory, ...]:
    endorsing = [each for each in manuscript.signatories if each.position in ENDORSING_POSITIONS]
    return tuple(
        ListedSignatory(
            number,
            printed_label(number, style="decimal", digits=manuscript.digits, lang=manuscript.lang),
            each.name,
            _words_beside(each, formatter),
        )
        for number, each in enumerate(endorsing, 1)
    )


def _words_beside(signatory: Signatory, formatter: PrintFormatter) -> str:
    """Return the reservation of a signatory, then what is to be said of mandate and proof."""
    marks = [formatter.message("marks", mark) for mark in signatory.marks]
    number = signatory.reservation
    reserved = [formatter.message("reserved", number=formatter.format_number(number))] if number else []
    return " ".join([*reserved, *(formatter.message("mark", text=text) for text in marks)])


def _record_sentences(manuscript: Manuscript, formatter: PrintFormatter) -> tuple[str, ...]:
    """Return the outcome, the rule, and who abstained or declined, or how many: dissent is published too."""
    sentences = [] if manuscript.outcome is None else _outcome_sentences(manuscript.outcome, formatter)
    positions: tuple[tuple[Position, str], ...] = (("abstain", "abstained"), ("decline", "declined"))
    for position, sentence in positions:
        names = [each.name for each in manuscript.signatories if each.position == position]
        if names:
            sentences.append(formatter.message(sentence, names=formatter.format_list(names)))
    if manuscript.outcome is not None:
        sentences += _counted_sentences(manuscript.outcome, formatter)
    return tuple(sentences)


def _counted_sentences(outcome: Outcome, formatter: PrintFormatter) -> list[str]:
    """Return how many organisations that are not named abstained, declined and did not answer."""
    counts = {"abstained": outcome.abstained, "declined": outcome.declined, "silent": outcome.silent}
    sentences = [formatter.format_count(count, "outcome", "counted", name) for name, count in counts.items() if count]
    return [*sentences, formatter.message("outcome", "counted", "note")] if sentences else []


def _outcome_sentences(outcome: Outcome, formatter: PrintFormatter) -> list[str]:
    sentence = formatter.message(
        "outcome",
        "dated" if outcome.decided_on else "undated",
        date=formatter.format_date(outcome.decided_on),
        endorsed=formatter.format_count(outcome.endorsed, "outcome", "endorsed"),
        members=formatter.format_number(outcome.members),
        reserved=formatter.format_count(outcome.reserved, "outcome", "reserved"),
    )
    return [sentence, formatter.message("rule", rule=outcome.rule)] if outcome.rule else [sentence]
