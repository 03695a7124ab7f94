"""The smallest request body that a model of the API accepts, for tests that are about something else."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

STRINGS = ("ar", "x", "2099-01-01T00:00:00Z", "0" * 64, f"doc_{'a' * 26}")
"""Candidates for a string: the first that matches the pattern is taken."""


def minimal_body(model: type[BaseModel]) -> Any:
    """Return the required fields of a model with the simplest values."""
    schema = model.model_json_schema()
    return _value(schema, schema.get("$defs", {}))


def _value(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Any:
    if "$ref" in schema:
        return _value(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    for combined in ("allOf", "anyOf", "oneOf"):
        if combined in schema:
            return _value(schema[combined][0], definitions)
    match schema.get("type"):
        case "object":
            required = schema.get("required", [])
            return {name: _value(schema["properties"][name], definitions) for name in required}
        case "array":
            return [_value(schema["items"], definitions)] * schema.get("minItems", 0)
        case "integer":
            return max(1, schema.get("minimum", 1))
        case "boolean":
            return False
        case "string":
            pattern = schema.get("pattern", "")
            return next(one for one in STRINGS if re.search(pattern, one) and _is_time(schema, one))
        case other:
            raise AssertionError(f"no minimal value for {other}")


def _is_time(schema: Mapping[str, Any], value: str) -> bool:
    return schema.get("format") != "date-time" or value.endswith("Z")
