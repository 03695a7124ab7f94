"""Base of the pydantic models that read forms.

A field is read from the form field of its name (or alias). Fields that a page spreads over several form fields are
declared with a group:

    class PersonForm(FormModel):
        names: Annotated[dict[str, str], PerLanguage("name")] = {}  # name_ar, name_en …
        roles: Annotated[tuple[str, ...], Ticked("role", ROLES)] = ()  # role_drafter=1 …
        email: str = ""
        rev: FormInt

    person = PersonForm.parse(form)
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Protocol, Self, runtime_checkable

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from service.domain.errors import N_, InvalidInput
from service.i18n import LANGUAGES
from service.web.http.pagination import is_number


def _parse_int(value: object) -> object:
    """Allow ASCII digits only: rejects the signs, spaces, underscores and decimal points that pydantic accepts."""
    if isinstance(value, str) and not is_number(value):
        raise ValueError("not a whole number")
    return value


FormInt = Annotated[int, BeforeValidator(_parse_int)]
"""A whole number, 0 or more."""

Lang = Annotated[str, Field(max_length=16, examples=["ar", "en"])]
Id = Annotated[str, Field(max_length=64)]
ShortText = Annotated[str, Field(max_length=1000)]
NonNegativeInt = Annotated[int, Field(ge=0, lt=2**53)]
LocalizedText = dict[Lang, ShortText]
"""Types of the forms that are shared with the API."""

Checkbox = Annotated[bool, BeforeValidator(bool)]
"""A checkbox: true if the form field was sent with a value. Declare it with the default False."""


@runtime_checkable
class FieldGroup(Protocol):
    """Several form fields that are one field of the model; used as metadata of `Annotated`."""

    prefix: str

    def collect(self, form: Mapping[str, str]) -> object:
        """Return the value before validation."""
        ...


@dataclass(frozen=True, slots=True)
class PerLanguage:
    """Text by language, stripped, from `prefix_ar`, `prefix_en` ….

    Empty text is left out unless `keep_empty`, which gives every language a value.
    """

    prefix: str
    keep_empty: bool = False

    def collect(self, form: Mapping[str, str]) -> object:
        """Return the texts by language."""
        values = {lang: form.get(f"{self.prefix}_{lang}", "").strip() for lang in LANGUAGES}
        return {lang: value for lang, value in values.items() if value or self.keep_empty}


@dataclass(frozen=True, slots=True)
class Ticked:
    """The choices, in their order, whose checkbox `prefix_choice` was sent with a value."""

    prefix: str
    choices: Collection[str]

    def collect(self, form: Mapping[str, str]) -> object:
        """Return the ticked choices."""
        return tuple(choice for choice in self.choices if form.get(f"{self.prefix}_{choice}"))


@dataclass(frozen=True, slots=True)
class Prefixed:
    """The values of all form fields `prefix_…`, as sent, by the rest of their name."""

    prefix: str

    def collect(self, form: Mapping[str, str]) -> object:
        """Return the values by the rest of the field name."""
        start = f"{self.prefix}_"
        return {name.removeprefix(start): value for name, value in form.items() if name.startswith(start)}


class FormModel(BaseModel):
    """Base of the forms: unknown fields are ignored, strings are taken as sent."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def parse(cls, form: Mapping[str, str]) -> Self:
        """Validate `form`; an empty field whose default is None counts as absent.

        Raises InvalidInput `bad_form` with the name of the first invalid form field.
        """
        optional = {info.alias or name for name, info in cls.model_fields.items() if info.default is None}
        values: dict[str, object] = {name: value for name, value in form.items() if value or name not in optional}
        for name, group in cls._groups().items():
            values[name] = group.collect(form)
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            location = error.errors()[0]["loc"]
            raise InvalidInput(
                "bad_form", N_("This form could not be read."), field=cls._form_field(*map(str, location[:2]))
            ) from None

    @classmethod
    def _groups(cls) -> dict[str, FieldGroup]:
        """Return the field groups by the alias or name of their model field."""
        found = {}
        for name, info in cls.model_fields.items():
            for metadata in info.metadata:
                if isinstance(metadata, FieldGroup):
                    found[info.alias or name] = metadata
        return found

    @classmethod
    def _form_field(cls, name: str = "", part: str = "") -> str:
        group = cls._groups().get(name)
        return f"{group.prefix}_{part}" if group else name
