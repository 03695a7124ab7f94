"""A builder of Word files: paragraphs, tables, lists and notes in the way of one program and in one language."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.support.word_corpus.programs import Program


@dataclass(frozen=True)
class Expected:
    """What an import must give: passages of the text in order, words that it must not have, counts of notices."""

    shown: Sequence[str]
    gone: Sequence[str] = ()
    notices: tuple[tuple[str, int], ...] = ()


@dataclass
class FileBuilder:
    """Collects the content of one file."""

    program: Program
    lang: str
    body: list[str] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    styles: str = ""
    _lists: list[str] = field(default_factory=list)
    _nums: list[str] = field(default_factory=list)

    @property
    def rtl(self) -> bool:
        """Whether the text is Arabic."""
        return self.lang == "ar"

    def say(self, arabic: str, english: str) -> str:
        """Return the words of the file's language."""
        return arabic if self.rtl else english

    def run(self, text: str, props: str = "", *, rtl: bool | None = None) -> str:
        """Write a run."""
        return self.program.run(text, rtl=self.rtl if rtl is None else rtl, props=props, position=len(self.body))

    def paragraph(
        self, *content: str, style: str = "", num: tuple[int, int] | None = None, ppr: str = "", mark: str = ""
    ) -> str:
        """Write a paragraph; content that is no XML becomes a run."""
        named = f'<w:pStyle w:val="{self.program.style_id(style)}"/>' if style else ""
        numbered = (
            f'<w:numPr><w:ilvl w:val="{num[1]}"/><w:numId w:val="{num[0]}"/></w:numPr>' if num is not None else ""
        )
        bidi = f"<w:bidi{self.program.on}/>" if self.rtl else ""
        inner = "".join(one if one.startswith("<") else self.run(one) for one in content)
        return f"<w:p><w:pPr>{named}{numbered}{bidi}{ppr}{mark}</w:pPr>{inner}</w:p>"

    def add(self, *content: str, style: str = "", num: tuple[int, int] | None = None, ppr: str = "") -> None:
        """Add a paragraph to the body."""
        self.body.append(self.paragraph(*content, style=style, num=num, ppr=ppr))

    def cell(self, *paragraphs: str, props: str = "") -> str:
        """Write a cell of a table."""
        inner = "".join(one if one.startswith(("<w:p", "<w:tbl")) else self.paragraph(one) for one in paragraphs)
        return f"<w:tc><w:tcPr>{props}</w:tcPr>{inner or '<w:p/>'}</w:tc>"

    def table(self, *rows: Sequence[str], ppr: str = "") -> str:
        """Write a table of cells, or of words."""
        written = "".join(
            f"<w:tr>{''.join(one if one.startswith('<w:tc') else self.cell(one) for one in row)}</w:tr>" for row in rows
        )
        grid = "<w:gridCol/>" * len(rows[0])
        return f"<w:tbl><w:tblPr>{ppr}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{written}</w:tbl>"

    def list(self, *levels: tuple[str, str], start: int = 1, extra: str = "", overrides: str = "") -> int:
        """Define a list of levels, each a number format and a text of the label; return its number."""
        number = len(self._nums) + 1
        written = "".join(
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>{extra}'
            f'<w:lvlText w:val="{text}"/><w:pPr><w:ind w:left="{720 * (depth + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
            for depth, (kind, text) in enumerate(levels)
        )
        self._lists.append(f'<w:abstractNum w:abstractNumId="{number}">{written}</w:abstractNum>')
        return self.num(number, overrides)

    def num(self, abstract: int, overrides: str = "") -> int:
        """Define another list with the levels of one that is defined; return its number."""
        number = len(self._nums) + 1
        self._nums.append(f'<w:num w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{overrides}</w:num>')
        return number

    def note(self, kind: str, *paragraphs: str) -> str:
        """Add a footnote or endnote, and return its call."""
        id = self.parts.get(f"{kind}s", "").count(f"<w:{kind} ") + 1
        mark = f"<w:r><w:{kind}Ref/></w:r>"
        first, *rest = paragraphs
        body = self.paragraph(mark, f" {first}", style="footnote text") + "".join(map(self.paragraph, rest))
        self.parts[f"{kind}s"] = self.parts.get(f"{kind}s", "") + f'<w:{kind} w:id="{id}">{body}</w:{kind}>'
        return f'<w:r><w:{kind}Reference w:id="{id}"/></w:r>'

    def field(self, code: str, result: str) -> str:
        """Write a field as the program does: simple, or of runs."""
        if self.program.name in ("google", "libreoffice"):
            parts = ('<w:fldChar w:fldCharType="begin"/>', f"<w:instrText> {code} </w:instrText>")
            begin = "".join(f"<w:r>{one}</w:r>" for one in (*parts, '<w:fldChar w:fldCharType="separate"/>'))
            return begin + self.run(result) + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        return f'<w:fldSimple w:instr=" {code} ">{self.run(result)}</w:fldSimple>'

    def box(self, *paragraphs: str) -> str:
        """Write a text box: in alternatives, or old VML alone."""
        inner = f"<w:txbxContent>{''.join(map(self.paragraph, paragraphs))}</w:txbxContent>"
        old = f"<w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict>"
        if self.program.name in ("google", "word-arabic"):
            return f"<w:r>{old}</w:r>"
        shape = f"<wps:wsp><wps:txbx>{inner}</wps:txbx></wps:wsp>"
        graphic = f"<a:graphic><a:graphicData>{shape}</a:graphicData></a:graphic>"
        new = f"<w:drawing><wp:anchor>{graphic}</wp:anchor></w:drawing>"
        return (
            f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{new}</mc:Choice>'
            f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>"
        )

    def finish(self) -> bytes:
        """Return the file."""
        parts = dict(self.parts)
        if self._nums:
            parts["numbering"] = "".join((*self._lists, *self._nums))
        return self.program.package("".join(self.body), parts=parts, styles=self.styles, links=self.links)
