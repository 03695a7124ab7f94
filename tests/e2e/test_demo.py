"""`mithaq demo`, run as a person would: checks every file it writes."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pikepdf
import pytest
from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def demo_output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("demo") / "out"
    command = [sys.executable, "-m", "service.cli.main", "demo", "--out", str(directory)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "everything held" in run.stdout
    return directory


def test_demo_writes_exactly_five_files(demo_output: Path) -> None:
    names = ["redline.html", *(f"statement.{lang}.{form}" for lang in ("ar", "en") for form in ("docx", "pdf"))]
    assert sorted(path.name for path in demo_output.iterdir()) == sorted(names)


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_pdf_is_archival_accessible_and_has_metadata(demo_output: Path, lang: str) -> None:
    with pikepdf.open(demo_output / f"statement.{lang}.pdf") as pdf:
        assert pdf.Root.Lang == lang
        assert pdf.Root.MarkInfo.Marked
        assert len(pdf.pages) >= 2
        with pdf.open_metadata() as found:
            assert (found["pdfaid:part"], found["pdfaid:conformance"]) == ("2", "A")
            assert found["pdfuaid:part"] == "1"
            assert found["dc:title"] in ("لا دستور بلا مشاركة", "No constitution without participation")
        fonts = [font for page in pdf.pages for font in page.Resources.get("/Font", {}).values()]
        assert fonts
        for font in fonts:
            (descendant,) = font.DescendantFonts
            descriptor = descendant.FontDescriptor
            assert "/FontFile3" in descriptor or "/FontFile2" in descriptor


def test_arabic_word_file_runs_right_to_left(demo_output: Path) -> None:
    with zipfile.ZipFile(demo_output / "statement.ar.docx") as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    paragraphs = [one for one in body.iter(f"{W}p") if etree.tostring(one, method="text", encoding="unicode").strip()]
    assert paragraphs
    assert all(one.find(f"{W}pPr/{W}bidi") is not None for one in paragraphs)
    assert all(one.find(f"{W}tblPr/{W}bidiVisual") is not None for one in body.iter(f"{W}tbl"))
    assert body.find(f".//{W}sectPr/{W}bidi") is not None


@pytest.mark.parametrize(
    ("lang", "words", "abstained"),
    [
        ("ar", ("مركز السنديان للدراسات الدستورية", "رابطة نساء الضفّتين"), "مرصد النزاهة الانتخابية"),
        ("en", ("Sindyan Centre", "Women of Both Banks"), "Electoral Integrity Watch"),
    ],
)
def test_word_files_name_who_endorses(demo_output: Path, lang: str, words: tuple[str, ...], abstained: str) -> None:
    with zipfile.ZipFile(demo_output / f"statement.{lang}.docx") as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    text = etree.tostring(body, method="text", encoding="unicode")
    for word in words:
        assert word in text
    assert abstained not in text


def test_redline_page_is_self_contained(demo_output: Path) -> None:
    page = (demo_output / "redline.html").read_text("utf-8")
    assert '<html lang="ar" dir="rtl"' in page
    assert "<ins" in page and "<del" in page
    assert "http://" not in page and "https://" not in page and "<script" not in page
