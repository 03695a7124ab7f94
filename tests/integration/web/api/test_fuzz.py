"""Fuzzing of the API against its own description: no server error, no undocumented answer, no time-out, for any role.

CI sends a few requests for one person; `make soak` sends many for each role, every one on an instance of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.sample.document import SampleMembers
from service.store.endorsement import rounds as rounds_store
from service.store.publication import exports as exports_store
from service.web.api.openapi import describe
from service.web.http.auth import SESSION_COOKIE
from tests.support.factories import (
    SampleInstance,
    copy_template,
    create_document,
    create_sealed_document,
    open_round_with_document,
)
from tests.support.hypothesis_profiles import is_soak
from tests.support.in_process_server import serve_in_process
from tests.support.web_client import create_publication

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
TIMEOUT = 10.0
"""Seconds an answer may take."""
EXAMPLES = 40 if is_soak() else 1
"""Requests per operation and person."""

PEOPLE = ("salma", "lama", "yusuf", "nabil", "reem") if is_soak() else ("salma",)
NEVER_FUZZED = {"DELETE /api/v1/people/{person}/roles", "POST /api/v1/people/{person}/closing"}
"""Would end the access of the person who sends the requests."""

schema = schemathesis.openapi.from_file(describe().decode())


@dataclass(frozen=True)
class Target:
    """A served instance, the session of a person, and ids that exist, by name of the path parameter."""

    base_url: str
    cookies: Mapping[str, str]
    ids: Mapping[str, list[str]]


@pytest.fixture(params=PEOPLE, scope="module")
def target(
    request: pytest.FixtureRequest,
    database_template: tuple[Path, SampleMembers],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Target]:
    instance = copy_template(*database_template, tmp_path_factory.mktemp(f"fuzz-{request.param}"))
    ids = _create_things(instance)
    with serve_in_process(instance) as (port, served):
        base_url = f"http://localhost:{port}"
        yield Target(base_url, {SESSION_COOKIE: served.session(request.param)}, ids)
    instance.database.close()


def _create_things(instance: SampleInstance) -> dict[str, list[str]]:
    published = create_sealed_document(instance)
    publication = create_publication(instance, published)
    asked, round_id = open_round_with_document(instance)
    documents = [create_document(instance), asked, create_sealed_document(instance), published]
    with instance.read() as tx:
        exports = [one.id for document in documents for _, one in exports_store.list_by_document(tx, document)]
        rounds = [one.id for document in documents for one in rounds_store.list_by_document(tx, document)]
    people = [one.id for key, one in instance.members.people.items() if key != "salma"]
    return {
        "document": documents,
        "round": [round_id, *rounds],
        "export": exports,
        "publication": [publication],
        "organisation": list(instance.members.organisations.values()),
        "person": people,
        "lang": ["ar", "en"],
    }


def _list_operations() -> list[Any]:
    results = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return [one for one in results if one.label not in NEVER_FUZZED]


OPERATIONS = _list_operations()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_answers_are_documented(target: Target, operation: Any) -> None:
    names = [name for name in target.ids if f"{{{name}}}" in operation.path]
    places = st.fixed_dictionaries({name: st.sampled_from(target.ids[name]) for name in names})

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), known=places, uses_known=st.booleans())
    def send(case: Any, known: dict[str, str], uses_known: bool) -> None:
        if uses_known or not is_soak():
            case.path_parameters.update(known)
        answer = case.call(
            base_url=target.base_url,
            headers={"origin": target.base_url},
            cookies=dict(target.cookies),
            timeout=TIMEOUT,
        )
        case.validate_response(answer, checks=CHECKS)

    send()
