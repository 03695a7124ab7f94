"""OpenAPI 3.1 document of the API, generated from its operations and models."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from openapi_pydantic import OpenAPI
from openapi_pydantic.util import PydanticSchema, construct_open_api_with_schema_class
from pydantic import BaseModel

from service.web.api.operations import OPERATIONS
from service.web.api.schemas.base import ProblemResponse
from service.web.http.api_handler import Operation

API_VERSION = "0.1.0"

PAGING_PARAMS = ("cursor", "limit")
"""Query parameters of every response with `next`."""


@cache
def describe() -> bytes:
    """Return the OpenAPI document as JSON."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _describe_operation(operation)
    draft = OpenAPI.model_validate(
        {
            "openapi": "3.1.1",
            "info": {"title": "Mithaq", "version": API_VERSION, "license": {"name": "Apache-2.0"}},
            "paths": paths,
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
            "security": [{"token": []}],
        }
    )
    described = construct_open_api_with_schema_class(draft)
    return described.model_dump_json(by_alias=True, exclude_none=True, exclude_unset=True, indent=1).encode()


def _describe_operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": list(_parameters(operation)),
        "responses": {
            str(operation.status): _describe_response(operation.response, "Success"),
            **({"202": {"description": "It waits for a second person: see GET /approvals"}} if operation.waits else {}),
            "default": _describe_response(ProblemResponse, "Error", media="application/problem+json"),
        },
    }
    if operation.public:
        described["security"] = []
    if operation.body is bytes:
        described["requestBody"] = {"content": {"application/octet-stream": {}}, "required": True}
    elif operation.body is not None and issubclass(operation.body, BaseModel):
        schema = _schema_reference(operation.body)
        described["requestBody"] = {"content": {"application/json": {"schema": schema}}, "required": True}
    return described


def _parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    """Yield the parameters of path, query and headers."""
    for part in operation.path.split("/"):
        if part.startswith("{"):
            yield {"name": part[1:-1], "in": "path", "required": True, "schema": {"type": "string"}}
    paged = operation.response is not None and "next" in operation.response.model_fields
    for name in (*operation.query, *(PAGING_PARAMS if paged else ())):
        yield {"name": name, "in": "query", "schema": {"type": "string"}}
    if operation.rev:
        yield {"name": "If-Match", "in": "header", "schema": {"type": "string"}}
    if operation.method not in ("GET", "DELETE"):
        yield {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 200}}


def _describe_response(
    model: type[BaseModel] | None, description: str, *, media: str = "application/json"
) -> dict[str, Any]:
    content = {media: {"schema": _schema_reference(model)}} if model else None
    return {"description": description, **({"content": content} if content else {})}


def _schema_reference(model: type[BaseModel]) -> PydanticSchema[BaseModel]:
    """Return a placeholder that `construct_open_api_with_schema_class` replaces by the model's JSON schema."""
    return PydanticSchema.model_validate({"schema_class": model})
