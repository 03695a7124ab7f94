"""imports.word: a Word file someone brought in becomes a text to be looked over. The file goes once it was read."""

from service.actions.documents import word_import
from service.domain.documents.word_import import FAILURES
from service.jobs import READ_WORD
from workers.app import celery
from workers.intake.docx_reader import read_word
from workers.render.errors import RenderFailed
from workers.task import GiveUp, Tools, TryAgain, work


@celery.task(name=READ_WORD)  # type: ignore[untyped-decorator]
def read(job_id: str) -> None:
    """Read one file."""
    work(job_id, _read, given_up=_given_up)


def _read(own: Tools, intake_id: str) -> None:
    with own.database.read() as tx:
        material = word_import.material(tx, intake_id)
    if material is None:
        return
    lang, data = material
    try:
        taken = read_word(data, lang=lang)
    except RenderFailed as error:
        if error.retry:
            raise TryAgain(error.code, error.message) from error
        raise GiveUp("word_file_unreadable", FAILURES["word_file_unreadable"]) from error
    if not taken.text:
        raise GiveUp("word_file_empty", FAILURES["word_file_empty"])
    with own.database.write(own.bell) as tx:
        word_import.finish(tx, intake_id, text=taken.text, found=taken.found)


def _given_up(own: Tools, intake_id: str, code: str, message: str) -> None:
    with own.database.write(own.bell) as tx:
        word_import.fail(tx, intake_id, code=code, message=message)
