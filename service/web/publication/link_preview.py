"""What other sites and apps show of the link to a public page, and how readers pass it on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from service.actions.authorization import or_not_found
from service.actions.publication.publications import DESCRIPTIONS
from service.domain.errors import N_
from service.domain.publication.description import describe_text
from service.domain.publication.publication import Publication
from service.web.http.context import RequestContext
from service.web.rendering.qr_code import draw_qr_code
from service.web.rendering.share_links import ShareLinks, share_links

PUBLIC = "public"


@dataclass(frozen=True)
class SharedLink:
    """The address of a public page, to pass on as a message and as a QR code."""

    links: ShareLinks
    qr_code: Markup


@dataclass(frozen=True)
class LinkPreview:
    """The preview of a public page in one language.

    `addresses` are the absolute URLs of the page by language, `address` that of this one; `site` is the coalition.
    """

    title: str
    description: str
    site: str
    address: str
    addresses: Mapping[str, str]
    shared: SharedLink


def preview_link(
    context: RequestContext,
    publication: Publication,
    *,
    names: Mapping[str, str],
    title: str,
    text: str,
    lang: str,
    langs: Sequence[str],
) -> LinkPreview:
    """Return the preview of `publication` in `lang`; after a withdrawal it holds nothing of the title and the text.

    `names` are those of the coalition, `text` is the published markup.
    """
    addresses = {code: public_address(context, publication, code) for code in langs}
    description = publication.revisions[-1].content.get(DESCRIPTIONS, {}).get(lang) or describe_text(text)
    if publication.state != PUBLIC:
        title = context.formatter.translator.t(N_("Withdrawn document"))
        description = context.formatter.translator.t(N_("This document was withdrawn by those who published it."))
    return LinkPreview(
        title=title,
        description=description,
        site=context.formatter.plain_name(names),
        address=addresses[lang],
        addresses=addresses,
        shared=SharedLink(share_links(title, addresses[lang]), _draw(addresses[lang])),
    )


def public_address(context: RequestContext, publication: Publication, lang: str) -> str:
    """Return the absolute URL of the public page in `lang`, under the public URL of the instance."""
    origin = or_not_found(context.coalition).origin.rstrip("/")
    return f"{origin}/p/{publication.id}?lang={lang}"


def share_publication(context: RequestContext, publication: Publication, titles: Mapping[str, str]) -> SharedLink:
    """Return the public link in the page's language, else in the first of `titles`."""
    lang = context.formatter.lang if context.formatter.lang in titles else next(iter(titles))
    address = public_address(context, publication, lang)
    return SharedLink(share_links(titles[lang], address), _draw(address))


@lru_cache(maxsize=256)
def _draw(address: str) -> Markup:
    return draw_qr_code(address)
