"""`mithaq outline FILE`: the provisions of a text, and the problems of their numbers and names."""

import json
import sys
from pathlib import Path

import click

from service.cli.common.errors import CommandError
from service.cli.common.terminal import translate_error
from service.cli.common.text_files import INPUT_PATH, OUTPUT_PATH, guess_language, read_canonical, write_output
from service.domain.documents.document import KINDS
from service.domain.errors import DomainError
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import Tree
from service.domain.text.review.outline_lint import LintWarning, line_number, lint_outline
from service.domain.text.review.translation_parity import match_editions
from service.domain.text.structure.numbering import NUMBERINGS, TYPED, number_text, numbering_scheme
from service.domain.text.structure.outline import Provision, build_outline
from service.domain.text.structure.provisions import Digits
from service.i18n import LANGUAGES

WARNING_SENTENCES = {
    "reference_broken": "the reference to “{named}” is broken: no heading has this id",
    "provision_unknown": "“{named}” is mentioned, but no heading has this number",
    "id_twice": "an earlier heading has the same id “{named}”",
    "number_twice": "an earlier heading has the same number “{named}”",
    "no_twin": "“{named}” has no counterpart in the other language",
    "twin_missing": "“{named}” of the other language has no counterpart here",
    "note_missing": "note {named} is called and has no text",
    "note_uncalled": "note {named} has a text and is never called, or is defined twice",
    "term_before_definition": "“{named}” is used before it is defined",
    "term_unused": "“{named}” is defined but not used",
}
"""Sentences by kind of warning."""


@click.command("outline")
@click.argument("file", type=INPUT_PATH)
@click.option(
    "--to", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Format of the output."
)
@click.option("--digits", type=click.Choice(["arab", "latn"]), help="Numerals of the labels. Default: as typed.")
@click.option(
    "--numbering",
    type=click.Choice(NUMBERINGS),
    default=TYPED,
    show_default=True,
    help="Typed or automatic numbers of articles.",
)
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="constitution",
    show_default=True,
    help="Kind of document, for automatic numbers.",
)
@click.option("--check", is_flag=True, help="List the problems instead. Exit code 1 if there are any.")
@click.option("--twin", type=INPUT_PATH, help="With --check: the text in another language, to compare with.")
@click.option("-o", "--output", type=OUTPUT_PATH, help="File to write. Default: standard output.")
def outline(
    file: Path,
    *,
    form: str,
    digits: str | None,
    numbering: str,
    kind: str,
    check: bool,
    twin: Path | None,
    output: Path | None,
) -> None:
    """List the articles and other provisions of FILE, a UTF-8 file in the markup of Mithaq."""
    if twin and not check:
        raise CommandError("--twin says what --check is to compare with; give both.")
    text, tree = _read_tree(file, numbering=numbering, kind=kind)
    if check:
        found = [
            *lint_outline(text, tree),
            *(_unmatched_provisions(tree, _read_tree(twin, numbering=numbering, kind=kind)[1]) if twin else ()),
        ]
        write_output(_warnings_json(found) if form == "json" else _warnings_text(found, text, file), output)
        sys.exit(1 if found else 0)
    provisions = build_outline(tree, digits="arab" if digits == "arab" else "latn" if digits else None).provisions
    write_output(_provisions_json(provisions) if form == "json" else "".join(map(_provision_line, provisions)), output)


def _read_tree(file: Path, *, numbering: str, kind: str) -> tuple[str, Tree]:
    """Return a text with its numbers, and its tree."""
    typed = read_canonical(file)
    language = LANGUAGES[guess_language(typed)]
    digits: Digits = "arab" if language.digits == "arab" else "latn"
    try:
        text = number_text(
            typed, numbering_scheme(numbering, lang=language.code, kind=kind, digits=digits), max_work=None
        )
        return text, parse_markup(text, max_work=None)
    except DomainError as error:
        raise CommandError("{path}: {reason}", path=file, reason=translate_error(error)) from None


def _unmatched_provisions(tree: Tree, other: Tree) -> list[LintWarning]:
    """Return a warning for each provision without a counterpart; those missing here are at the start of the text."""
    one, two = build_outline(tree).provisions, build_outline(other).provisions
    found = match_editions(one, two)
    unmatched = [LintWarning("no_twin", *one[place].span, one[place].title) for place in found.only_one]
    return [*unmatched, *(LintWarning("twin_missing", 0, 0, two[place].title) for place in found.only_other)]


def _provision_line(provision: Provision) -> str:
    name = f" {{#{provision.id}}}" if provision.id else ""
    return f"{'  ' * (provision.level - 1)}{provision.title or provision.label}{name}\n"


def _provisions_json(provisions: tuple[Provision, ...]) -> str:
    rows = [
        {"level": one.level, "id": one.id, "label": one.label, "title": one.title, "span": list(one.span)}
        for one in provisions
    ]
    return _dump_json({"provisions": rows})


def _warnings_text(found: list[LintWarning], text: str, file: Path) -> str:
    return "".join(
        f"{file}:{line_number(text, one.start)}: {WARNING_SENTENCES[one.kind].format(named=one.subject)}\n"
        for one in found
    )


def _warnings_json(found: list[LintWarning]) -> str:
    rows = [{"kind": one.kind, "span": [one.start, one.end], "named": one.subject} for one in found]
    return _dump_json({"remarks": rows})


def _dump_json(body: dict[str, object]) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
