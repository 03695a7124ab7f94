"""API handler of comparisons of two versions."""

from dataclasses import asdict

from service.actions import authorization
from service.actions.authorization import or_not_found
from service.actions.documents.outside_text import load_outside_of_version
from service.actions.drafts import save
from service.domain.documents.outside_text import outside_changes
from service.domain.documents.version import Version
from service.domain.text.markup.canonical import text_sha256
from service.domain.text.redline.redline import compute_redline
from service.store.documents import block_indexes as block_indexes_store
from service.store.documents import versions as versions_store
from service.web.api.schemas.documents import ComparisonResponse, OutsideChangeResponse
from service.web.forms.fields import parse_version_number
from service.web.http.api_handler import ApiCall, ApiResponse
from service.web.texts import redline_fragment


def compare(call: ApiCall[None]) -> ApiResponse:
    """Compare two versions: the redline of `?lang` from version `?old` to version `?new`."""
    found = authorization.load_document(call.tx, call.actor, "version.read", call.path["document"])
    lang = call.query.get("lang", "")
    save.get_edition(found, lang)
    old, new = (parse_version_number(call.query.get(name, "")) for name in ("old", "new"))
    sides = [or_not_found(versions_store.get_by_number(call.tx, found.id, number)) for number in (old, new)]
    texts = [_version_text(one, lang) for one in sides]
    digests = text_sha256(texts[0]), text_sha256(texts[1])
    indexes = block_indexes_store.get_pair(call.tx, *digests)
    result = compute_redline(texts[0], texts[1], indexes=indexes, digests=digests)
    html = redline_fragment.render_inline(result, texts[0], texts[1], lang=lang)
    before, after = (load_outside_of_version(call.tx, found, one) for one in sides)
    return ApiResponse(
        ComparisonResponse(
            lang=lang,
            old=old,
            new=new,
            redline=result.to_json(),
            html=html,
            outside=[OutsideChangeResponse(**asdict(one)) for one in outside_changes(before, after, lang=lang)],
            other_texts=_other_changed_texts(*sides, lang=lang),
        )
    )


def _other_changed_texts(old: Version, new: Version, *, lang: str) -> list[str]:
    """Return the languages of the other texts that differ or that only one version has."""
    languages = sorted({*old.editions, *new.editions} - {lang})
    return [code for code in languages if _text_digest(old, code) != _text_digest(new, code)]


def _text_digest(version: Version, lang: str) -> str | None:
    return version.editions[lang].text_sha256 if lang in version.editions else None


def _version_text(version: Version, lang: str) -> str:
    """Return the text of a version in `lang`; empty if the language was added later."""
    return version.editions[lang].text if lang in version.editions else ""
