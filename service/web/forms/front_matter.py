"""The form fields of a document's front matter."""

from service.i18n import LANGUAGES
from service.web.http.context import Form


def front_matter_from_form(form: Form) -> dict[str, object]:
    """The front matter a form names: `place_ar`, and `addressees_ar` with one a line."""
    return {
        "place": {lang: form[f"place_{lang}"].strip() for lang in LANGUAGES if f"place_{lang}" in form},
        "addressees": {
            lang: [line.strip() for line in form[f"addressees_{lang}"].splitlines() if line.strip()]
            for lang in LANGUAGES
            if f"addressees_{lang}" in form
        },
    }
