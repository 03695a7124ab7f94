"""`mithaq export`: a text file as PDF or DOCX, without a server."""

from pathlib import Path
from typing import get_args

import click

from service.cli.common.errors import Refused
from service.cli.common.text_files import guess
from service.domain.errors import DomainError
from service.domain.text.markup import canonical, parser
from service.domain.text.markup.tree import Heading, Tree
from service.domain.text.structure.numbering import NUMBERINGS, TYPED, numbered, scheme
from service.domain.text.structure.provisions import Digits
from service.i18n import LANGUAGES
from workers.render.content.manuscript import Kind, Manuscript
from workers.render.content.tree_transforms import plain
from workers.render.errors import RenderFailed
from workers.render.formats import Format, render

LONGEST_TITLE = 300


@click.command()
@click.argument("text", type=click.Path(path_type=Path))
@click.option("--to", "format_", type=click.Choice(get_args(Format)), required=True, help="The format of the file.")
@click.option("--lang", type=click.Choice(list(LANGUAGES)), help="The language; guessed from the letters if not given.")
@click.option("--kind", type=click.Choice(get_args(Kind)), default="statement", show_default=True)
@click.option(
    "--numbering", type=click.Choice(NUMBERINGS), default=TYPED, show_default=True, help="Numbers of articles."
)
@click.option("--title", help="The title; else the first heading of level 1, else the name of the file.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Where to write; else beside the text.")
def export(
    text: Path, format_: Format, lang: str | None, kind: Kind, numbering: str, title: str | None, out: Path | None
) -> None:
    """Turn TEXT, a file in the dialect of the documents, into PDF or DOCX."""
    target = out or text.with_suffix(f".{format_}")
    try:
        made = render(manuscript_of(text, lang=lang, kind=kind, title=title, numbering=numbering), format_)
        target.write_bytes(made)
    except RenderFailed as error:
        raise Refused("{said}", said=error.message) from None
    except DomainError as error:
        raise Refused("{said}", said=error.sentence.format_map(error.params)) from None
    except OSError as error:
        raise Refused("{file}: {reason}.", file=error.filename, reason=error.strerror) from None
    click.echo(f"{target} ({len(made):,} bytes)")


def manuscript_of(text: Path, *, lang: str | None, kind: Kind, title: str | None, numbering: str = TYPED) -> Manuscript:
    """The manuscript of a bare file: a text and its title, nothing round it."""
    words = canonical.canonical(text.read_bytes()).text
    tree = parser.read(words)
    found, rest = _title(tree, words)
    language = LANGUAGES[lang or guess(words)]
    digits: Digits = "arab" if language.digits == "arab" else "latn"
    by = scheme(numbering, lang=language.code, kind=kind, digits=digits)
    return Manuscript(
        lang=language.code,
        dir="rtl" if language.direction == "rtl" else "ltr",
        digits=digits,
        kind=kind,
        title=canonical.name(title or found or text.stem, limit=LONGEST_TITLE),
        text=numbered(words if title else rest, by),
    )


def _title(tree: Tree, words: str) -> tuple[str, str]:
    """The first heading of level 1, and the text without it."""
    for block in tree.blocks:
        if isinstance(block, Heading) and block.level == 1:
            start, end = block.span
            return plain(block.children), words[:start] + words[end:].lstrip("\n")
    return "", words
