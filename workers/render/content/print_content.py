"""What stands round a text on paper, in words ready to set: the same for PDF and DOCX. Empty means: leave no trace."""

from dataclasses import dataclass

from workers.render.content.manuscript import Manuscript, Outcome, Position
from workers.render.content.print_i18n import Wording

DIGEST_SHOWN = 16
"""Hexadecimal digits of a digest that are printed."""

ENDORSING: frozenset[Position] = frozenset({"endorse", "endorse_with_reservation"})


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation in the list of signatories, with «(تحفّظ ١)» or nothing."""

    name: str
    remark: str


@dataclass(frozen=True, slots=True)
class Matter:
    """`press` are lines of which the first is words and the others are Latin (address, telephone). `reservations` are
    headings; their texts follow in the same order."""

    letterhead: str
    kind: str
    title: str
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
    signatories: tuple[Named, ...]
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


def arrange(manuscript: Manuscript, wording: Wording) -> Matter:
    """Every sentence round the text of `manuscript`. Raises Malformed where a date is none."""
    coalition, press = manuscript.coalition.name, manuscript.press
    version, seal = manuscript.version, manuscript.seal
    record = _record(manuscript, wording)
    return Matter(
        letterhead=coalition,
        kind=wording.say("kinds", manuscript.kind),
        title=manuscript.title,
        translation=_translation(manuscript, wording),
        dateline=wording.listing([part for part in (manuscript.place, wording.date(manuscript.date)) if part]),
        to=wording.say("to") if manuscript.addressees else "",
        addressees=manuscript.addressees,
        contents=wording.say("contents"),
        about=_about_heading(manuscript, wording),
        press_heading=wording.say("press") if any((press.name, press.email, press.phone)) else "",
        press_name=press.name,
        press_lines=tuple(line for line in (press.email, press.phone) if line),
        signatories_heading=_signatories_heading(manuscript, wording),
        signatories=_signatories(manuscript, wording),
        reservations_heading=wording.say("reservations") if manuscript.reservations else "",
        reservations=tuple(
            wording.say("reservation_by", number=wording.number(each.number), organisation=each.organisation)
            for each in manuscript.reservations
        ),
        record_heading=wording.say("record") if record or seal else "",
        record=record,
        version=wording.say("version", number=wording.number(version.number)) if version else "",
        digest_label=wording.say("digest") if version else "",
        digest=version.sha256[:DIGEST_SHOWN] if version else "",
        seal_label=wording.say("seal") if seal else "",
        seal=seal.sha256 if seal else "",
        page=wording.say("page", page="{page}", pages="{pages}"),
        sample=wording.say("sample") if manuscript.sample else "",
    )


def _translation(manuscript: Manuscript, wording: Wording) -> str:
    if not manuscript.authentic or manuscript.lang in manuscript.authentic:
        return ""
    form = "one" if len(manuscript.authentic) == 1 else "many"
    names = wording.listing([wording.say("names", lang) for lang in manuscript.authentic])
    said = wording.say("translation", form, languages=names)
    if not manuscript.followed_on:
        return said
    return f"{said} {wording.say('followed', date=wording.date(manuscript.followed_on))}"


def _about_heading(manuscript: Manuscript, wording: Wording) -> str:
    if not manuscript.about:
        return ""
    name = manuscript.coalition.name
    return wording.say("about", coalition=name) if name else wording.say("about_us")


def _signatories_heading(manuscript: Manuscript, wording: Wording) -> str:
    if not any(each.position in ENDORSING for each in manuscript.signatories):
        return ""
    return wording.say("signatories" if manuscript.issued_by == "signatories" else "endorsers")


def _signatories(manuscript: Manuscript, wording: Wording) -> tuple[Named, ...]:
    return tuple(
        Named(each.name, wording.say("reserved", number=wording.number(each.reservation)) if each.reservation else "")
        for each in manuscript.signatories
        if each.position in ENDORSING
    )


def _record(manuscript: Manuscript, wording: Wording) -> tuple[str, ...]:
    """The outcome, the rule, and who did not go along: dissent is part of what is published."""
    sentences = [] if manuscript.outcome is None else _outcome(manuscript.outcome, wording)
    positions: tuple[tuple[Position, str], ...] = (("abstain", "abstained"), ("decline", "declined"))
    for position, sentence in positions:
        names = [each.name for each in manuscript.signatories if each.position == position]
        if names:
            sentences.append(wording.say(sentence, names=wording.listing(names)))
    return tuple(sentences)


def _outcome(outcome: Outcome, wording: Wording) -> list[str]:
    sentence = wording.say(
        "outcome",
        "dated" if outcome.decided_on else "undated",
        date=wording.date(outcome.decided_on),
        endorsed=wording.count(outcome.endorsed, "outcome", "endorsed"),
        members=wording.number(outcome.members),
        reserved=wording.count(outcome.reserved, "outcome", "reserved"),
    )
    return [sentence, wording.say("rule", rule=outcome.rule)] if outcome.rule else [sentence]
