"""The ways in which programs write a .docx file: names of parts and styles, direction, and pieces of text."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMESPACES = (
    f'xmlns:w="{W}" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" mc:Ignorable="w14"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
STYLE_NAMES = (
    "Normal", "heading 1", "heading 2", "Title", "Subtitle", "Author", "Date", "Abstract", "caption", "Quote",
    "List Paragraph", "List Bullet", "List Continue", "toc 1", "footnote text", "Definition Term", "Definition",
)  # fmt: skip
_ARABIC_WORD_IDS = {"Normal": "a", "heading 1": "1", "heading 2": "2", "Title": "a3", "Quote": "a6", "toc 1": "10"}
_FRENCH_WORD_IDS = {"heading 1": "Titre1", "heading 2": "Titre2", "Title": "Titre", "Quote": "Citation", "toc 1": "TM1"}


@dataclass(frozen=True)
class Program:
    """One program's way of writing; `main` is the name of the main part without its folder."""

    name: str
    main: str = "document"
    style_ids: Mapping[str, str] = field(default_factory=dict)
    on: str = ""
    strict: bool = False

    def style_id(self, name: str) -> str:
        """Return the id that the program gives a style."""
        return self.style_ids.get(name, name.title().replace(" ", ""))

    def run(self, text: str, *, rtl: bool, props: str = "", position: int = 0) -> str:
        """Write text as runs."""
        direction = f"<w:rtl{self.on}/>" if rtl else ('<w:rtl w:val="0"/>' if self.name == "google" else "")
        written = []
        for index, piece in enumerate(self._pieces(text)):
            rsid = f' w:rsidR="00A{position:02}B{index:02}"' if self.name.startswith("word") else ""
            inner = f'<w:t xml:space="preserve">{escape(piece)}</w:t>'
            written.append(f"<w:r{rsid}><w:rPr>{props}{direction}</w:rPr>{inner}</w:r>")
        return self._joined(written, rtl=rtl)

    def _pieces(self, text: str) -> list[str]:
        if self.name == "google":
            return [text]
        if self.name == "libreoffice":
            return [one for one in re.split(r"(\d+)", text) if one]
        if self.name == "online":
            return re.findall(r"\S+\s*|\s+", text)
        middle = len(text) // 2
        return [one for one in (text[:middle], text[middle:]) if one]

    def _joined(self, runs: list[str], *, rtl: bool) -> str:
        if self.name == "online":
            wrapper = ("dir", "rtl") if rtl else ("bdo", "ltr")
            return f'<w:{wrapper[0]} w:val="{wrapper[1]}">{"".join(runs)}</w:{wrapper[0]}>'
        if self.name == "google":
            tag = '<w:sdtPr><w:tag w:val="goog_rdk_0"/></w:sdtPr>'
            return f"<w:sdt>{tag}<w:sdtContent>{''.join(runs)}</w:sdtContent></w:sdt>"
        if self.name.startswith("word"):
            mark = '<w:proofErr w:type="spellStart"/>'
            inner = mark.join(runs)
            return f'<w:smartTag w:uri="urn:x" w:element="place">{inner}</w:smartTag>' if len(runs) > 1 else inner
        return '<w:bookmarkStart w:id="7" w:name="_GoBack"/>' + "".join(runs) + '<w:bookmarkEnd w:id="7"/>'

    def styles(self, *, extra: str = "") -> str:
        """Write the styles part."""
        written = []
        for name in STYLE_NAMES:
            shown = name.capitalize() if self.name == "libreoffice" else name
            level = f'<w:outlineLvl w:val="{int(name[-1]) - 1}"/>' if name.startswith("heading") else ""
            default = ' w:default="1"' if name == "Normal" else ""
            based = "" if name == "Normal" else f'<w:basedOn w:val="{self.style_id("Normal")}"/>'
            written.append(
                f'<w:style w:type="paragraph"{default} w:styleId="{self.style_id(name)}"><w:name w:val="{shown}"/>'
                f"{based}<w:pPr>{level}</w:pPr></w:style>"
            )
        return f"<w:styles {_NAMESPACES}>{''.join(written)}{extra}</w:styles>"

    def package(self, body: str, *, parts: Mapping[str, str], styles: str = "", links: Mapping[str, str]) -> bytes:
        """Write the package: `parts` by kind of relationship ("footnotes"), `links` addresses by relationship id."""
        suffix = "2" if self.name == "online" else ""
        contents = {
            f"word/{self.main}.xml": f"<w:document {_NAMESPACES}><w:body>{body}<w:sectPr/></w:body></w:document>"
        }
        related = [("styles", f"styles{suffix}.xml"), *((kind, f"{kind}{suffix}.xml") for kind in parts)]
        contents[f"word/styles{suffix}.xml"] = self.styles(extra=styles)
        for kind, content in parts.items():
            root = {"numbering": "numbering", "header": "hdr", "footer": "ftr"}.get(kind, kind)
            contents[f"word/{kind}{suffix}.xml"] = f"<w:{root} {_NAMESPACES}>{content}</w:{root}>"
        listing = "".join(
            f'<Relationship Id="rId{index}" Type="{_OFFICE}/{kind}" Target="{"/word/" if suffix else ""}{name}"/>'
            for index, (kind, name) in enumerate(related, 1)
        ) + "".join(
            f'<Relationship Id="{id}" Type="{_OFFICE}/hyperlink" Target="{escape(target)}" TargetMode="External"/>'
            for id, target in links.items()
        )
        contents[f"word/_rels/{self.main}.xml.rels"] = _relationships(listing)
        target = f"{'/' if suffix else ''}word/{self.main}.xml"
        main = f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="{target}"/>'
        contents["_rels/.rels"] = _relationships(main)
        override = f'<Override PartName="/word/{self.main}.xml" ContentType="{_MAIN_TYPE}.document.main+xml"/>'
        contents["[Content_Types].xml"] = (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{override}</Types>'
        )
        return self._zip(contents)

    def _zip(self, contents: Mapping[str, str]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
            for name, content in contents.items():
                if self.strict:
                    content = content.replace(W, "http://purl.oclc.org/ooxml/wordprocessingml/main").replace(
                        _OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships"
                    )
                file.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{content}')
        return out.getvalue()


def _relationships(listing: str) -> str:
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{listing}</Relationships>'
    )


PROGRAMS = (
    Program("word"),
    Program("word-arabic", style_ids=_ARABIC_WORD_IDS),
    Program("libreoffice"),
    Program("google", on=' w:val="1"'),
    Program("online", main="document2", style_ids=_FRENCH_WORD_IDS),
    Program("word-strict", strict=True),
)
