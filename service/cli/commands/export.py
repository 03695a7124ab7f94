"""`mithaq export`: convert a text file to PDF or DOCX without a server."""

from pathlib import Path
from typing import get_args

import click

from service.cli.common.errors import CommandError
from service.cli.common.text_files import guess_language
from service.domain.errors import DomainError
from service.domain.text.markup import canonical, parser
from service.domain.text.markup.tree import Heading, Tree
from service.domain.text.structure.numbering import NUMBERINGS, TYPED, number_text, numbering_scheme
from service.domain.text.structure.provisions import Digits
from service.i18n import LANGUAGES
from workers.render.content.manuscript import Kind, Manuscript
from workers.render.content.tree_transforms import plain_text
from workers.render.errors import RenderFailed
from workers.render.formats import FORMATS, render

MAX_TITLE = 300
"""Code points."""


@click.command()
@click.argument("text", type=click.Path(path_type=Path))
@click.option("--to", "format_", type=click.Choice(list(FORMATS)), required=True, help="Format of the file.")
@click.option("--lang", type=click.Choice(list(LANGUAGES)), help="Language. Default: guessed from the letters.")
@click.option("--kind", type=click.Choice(get_args(Kind)), default="statement", show_default=True)
@click.option(
    "--numbering",
    type=click.Choice(NUMBERINGS),
    default=TYPED,
    show_default=True,
    help="Typed or automatic numbers of articles.",
)
@click.option("--title", help="Title. Default: the first heading of level 1, or else the file name.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="File to write. Default: next to the text.")
def export(
    text: Path, format_: str, lang: str | None, kind: Kind, numbering: str, title: str | None, out: Path | None
) -> None:
    """Convert TEXT, a file in the markup of Mithaq, to PDF or DOCX."""
    target = out or text.with_suffix(f".{FORMATS[format_].spec.suffix}")
    try:
        rendered = render(manuscript_from_file(text, lang=lang, kind=kind, title=title, numbering=numbering), format_)
        target.write_bytes(rendered)
    except RenderFailed as error:
        raise CommandError("{said}", said=error.message) from None
    except DomainError as error:
        raise CommandError("{said}", said=error.sentence.format_map(error.params)) from None
    except OSError as error:
        raise CommandError("{file}: {reason}.", file=error.filename, reason=error.strerror) from None
    click.echo(f"{target} ({len(rendered):,} bytes)")


def manuscript_from_file(
    text: Path, *, lang: str | None, kind: Kind, title: str | None, numbering: str = TYPED
) -> Manuscript:
    """Build the manuscript of a bare text file: a text and its title, nothing else."""
    markup = canonical.canonicalise(text.read_bytes()).text
    tree = parser.parse_markup(markup, max_work=None)
    heading, rest = _split_title(tree, markup)
    language = LANGUAGES[lang or guess_language(markup)]
    digits: Digits = "arab" if language.digits == "arab" else "latn"
    scheme = numbering_scheme(numbering, lang=language.code, kind=kind, digits=digits)
    return Manuscript(
        lang=language.code,
        dir="rtl" if language.direction == "rtl" else "ltr",
        digits=digits,
        kind=kind,
        title=canonical.canonical_name(title or heading or text.stem, limit=MAX_TITLE),
        text=number_text(markup if title else rest, scheme, max_work=None),
    )


def _split_title(tree: Tree, text: str) -> tuple[str, str]:
    """Return the first heading of level 1, and the text without it."""
    for block in tree.blocks:
        if isinstance(block, Heading) and block.level == 1:
            start, end = block.span
            return plain_text(block.children), text[:start] + text[end:].lstrip("\n")
    return "", text
