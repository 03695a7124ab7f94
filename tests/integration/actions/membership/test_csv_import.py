"""CSV import is validated line by line: each error has a code, and valid lines beside it are still reported."""

import pytest

from service.actions.membership import csv_import
from service.domain.errors import DomainError, Forbidden
from service.store.accounts import people as people_store
from tests.support.factories import SampleInstance

HEADING = "organisation_ar,organisation_en,name,email,lang,roles\n,,أوّل,first@x.example,ar,\n"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (",,هالة,not an address,ar,", "bad_email"),
        (",,هالة,lama@sindyan.example,ar,", "email_taken"),
        (",,هالة,first@x.example,ar,", "email_twice"),
        (",,هالة,hala@x.example,ar,signatory", "role_needs_organisation"),
        (",,هالة,hala@x.example,ar,king", "unknown_role"),
        (",,هالة,hala@x.example,xx,", "unknown_language"),
        (",Electoral Integrity Watch,,,,", "organisation_known"),
        ("مرصد النزاهة الانتخابية,Women of Both Banks Association,هالة,hala@x.example,,", "organisation_unclear"),
    ],
)
def test_invalid_line_has_number_and_code(instance: SampleInstance, line: str, code: str) -> None:
    with instance.read() as tx:
        found = csv_import.plan_import(tx, instance.actor(tx, "salma"), text=HEADING + line + "\n")
    assert [(one.line, one.error.code) for one in found.errors] == [(3, code)]
    assert [one.email for one in found.people] == ["first@x.example"]


@pytest.mark.parametrize(("data", "code"), [(b"\xff\xff", "csv_unreadable"), (b"x" * 600_000, "csv_too_large")])
def test_bytes_that_are_no_table_are_rejected(data: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        csv_import.decode(data)
    assert refused.value.code == code


@pytest.mark.parametrize("who", ["lama", "yusuf", "reem"])
def test_only_secretariat_can_import(instance: SampleInstance, who: str) -> None:
    with instance.write() as tx, pytest.raises(Forbidden):
        csv_import.apply_import(tx, instance.actor(tx, who), text=HEADING)


def test_imported_person_may_have_a_name_in_each_language(instance: SampleInstance) -> None:
    table = "name,name_ar,name_en,email,lang\n,رنا,Rana,rana@x.example,en\nHala,هالة,,hala@x.example,en\n"
    with instance.write() as tx:
        csv_import.apply_import(tx, instance.actor(tx, "salma"), text=table)
        rana, hala = (people_store.get_by_email(tx, f"{name}@x.example") for name in ("rana", "hala"))
    assert rana and (rana.name, dict(rana.names)) == ("Rana", {"ar": "رنا", "en": "Rana"})
    assert hala and (hala.name, dict(hala.names)) == ("Hala", {"ar": "هالة", "en": "Hala"})
