"""drafts.render of comparisons: two versions as PDF, with what was added and deleted told apart in both layouts."""

from io import BytesIO

import pikepdf
import pytest

from service.actions.documents import documents
from service.actions.publication import draft_files
from service.domain.errors import InvalidInput, NotFound
from service.domain.publication.draft_file import DraftFile
from service.jobs import RENDER_DRAFT
from service.store.publication import draft_files as draft_files_store
from tests.integration.workers.conftest import job_ids
from tests.support.factories import SampleInstance, create_document, cut_version, save_text
from workers import draft_files as rendering
from workers.render.readback.pdf_reader import read_pdf

OLD = {
    "ar": "## المادة ١: الماء {#water}\n\nنطالب بماء نظيف لكلّ حيّ من أحياء المدينة قبل عام 2031.\n\n- بند ثابت\n\n"
    "##### تفصيل {#more}\n\nانظر [](#water) في **النصّ**.\n",
    "en": "## Water {#water}\n\nClean water for every quarter by 2031.\n\n- kept\n\n"
    "##### Detail {#more}\n\nSee [](#water).\n",
}
NEW = {
    "ar": OLD["ar"].replace("نظيف", "نظيف ومجّاني").replace("2031", "2030").replace("من أحياء المدينة ", ""),
    "en": OLD["en"].replace("Clean", "Clean and free").replace("2031", "2030").replace("every quarter", "every street"),
}


def ask(
    instance: SampleInstance,
    document: str,
    lang: str,
    layout: str,
    *,
    older: int = 1,
    newer: int = 2,
    format_: str = "pdf",
) -> str:
    with instance.write() as tx:
        return draft_files.request_comparison(
            tx, instance.actor(tx, "lama"), document_id=document, lang=lang, older=older, newer=newer, layout=layout,
            format_=format_,
        )  # fmt: skip


def find(instance: SampleInstance, id: str) -> DraftFile:
    with instance.read() as tx:
        found = draft_files_store.get(tx, id)
    assert found is not None
    return found


def decorated(pdf: bytes) -> dict[str, int]:
    """Return how many elements have each line through or under their words, from the structure tree."""
    counts = {"Underline": 0, "LineThrough": 0}
    with pikepdf.open(BytesIO(pdf)) as opened:
        for each in opened.objects:
            for name in counts if isinstance(each, pikepdf.Dictionary) and "/A" in each else ():
                counts[name] += f"/{name}" in repr(each["/A"])
    return counts


@pytest.fixture
def document(worker_instance: SampleInstance) -> str:
    created = create_document(worker_instance, texts=OLD)
    cut_version(worker_instance, created)
    for lang, text in NEW.items():
        save_text(worker_instance, created, text, lang=lang)
    cut_version(worker_instance, created)
    return created


def test_comparison_prints_added_deleted_and_unchanged_words(worker_instance: SampleInstance, document: str) -> None:
    asked = {
        (lang, layout): ask(worker_instance, document, lang, layout) for lang in OLD for layout in ("inline", "side")
    }
    for job in job_ids(worker_instance, RENDER_DRAFT):
        rendering.render_draft(job)
    expected = {
        "ar": (
            "ومجّاني",
            "2031",
            "2030",
            "من أحياء المدينة",
            "بند ثابت",
            "الإصدار ١",
            "الإصدار ٢",
            "المادة ١",
            "كلمات محذوفة",
        ),
        "en": ("and free", "2031", "2030", "quarter", "street", "kept", "Version 1", "Version 2", "deleted words"),
    }
    for (lang, layout), id in asked.items():
        file = find(worker_instance, id)
        assert (file.state, file.failure) == ("ready", None), (lang, layout)
        assert file.subject.to_json()["kind"] == "comparison" and file.subject.older == 1
        pdf = worker_instance.app_state.files.get(str(file.sha256))
        words = " ".join(piece.text for piece in read_pdf(pdf, rtl=lang == "ar") if hasattr(piece, "text"))
        words = " ".join(words.split())
        assert [each for each in expected[lang] if each not in words] == [], (lang, layout, words)
        assert "{#" not in words and "20312030" not in words
        assert words.count("بند ثابت" if lang == "ar" else "kept") == (2 if layout == "side" else 1)
        with pikepdf.open(BytesIO(pdf)) as opened:
            title = str(opened.docinfo["/Title"])
            assert "غير معتمَدة" in title if lang == "ar" else title.startswith("Comparison of versions 1 and 2")
        assert min(decorated(pdf).values()) >= 3, (lang, layout, decorated(pdf))


def test_comparison_prints_what_changed_outside_the_text(worker_instance: SampleInstance, document: str) -> None:
    with worker_instance.write() as tx:
        actor = worker_instance.actor(tx, "lama")
        documents.set_title(tx, actor, document_id=document, lang="en", title="Water for all people")
    save_text(worker_instance, document, OLD["ar"], lang="ar")
    assert cut_version(worker_instance, document) == 3
    id = ask(worker_instance, document, "ar", "inline", older=2, newer=3)
    for job in job_ids(worker_instance, RENDER_DRAFT):
        rendering.render_draft(job)
    file = find(worker_instance, id)
    assert (file.state, file.failure) == ("ready", None)
    pdf = worker_instance.app_state.files.get(str(file.sha256))
    words = " ".join(piece.text for piece in read_pdf(pdf, rtl=True) if hasattr(piece, "text"))
    assert "عنوان النصّ الآخر" in words and "Water for all people" in words


def test_what_is_refused(worker_instance: SampleInstance, document: str) -> None:
    with pytest.raises(InvalidInput, match="unknown_layout"):
        ask(worker_instance, document, "ar", "diagonal")
    with pytest.raises(InvalidInput, match="unknown_format"):
        ask(worker_instance, document, "ar", "side", format_="docx")
    with pytest.raises(NotFound):
        ask(worker_instance, document, "ar", "side", older=9)
    with pytest.raises(NotFound, match="unknown_edition"):
        ask(worker_instance, document, "fr", "side")
