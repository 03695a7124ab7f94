"""docker-compose.yml as Compose reads it: merged, with its variables substituted."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

REPOSITORY_ROOT = Path(__file__).parents[2]
REQUIRED_VARIABLES = {
    "MITHAQ_SITE": "mithaq.example",
    "MITHAQ_SECRET": "s" * 40,
    "POSTGRES_PASSWORD": "p" * 40,
    "SERVICE_PASSWORD": "q" * 40,
}
"""The variables without which the file cannot be used, and a value for each."""

Service = Mapping[str, Any]

_VARIABLE = re.compile(r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<operator>:\?|:-|:\+)?")


class MissingVariable(Exception):
    """A variable without which the file cannot be used is not set."""


def interpolate(text: str, variables: Mapping[str, str]) -> str:
    """Substitute `${NAME}`, `${NAME:-default}`, `${NAME:?error}` and `${NAME:+replacement}`, which may be nested.

    Raises MissingVariable.
    """
    done = ""
    while found := _VARIABLE.search(text):
        end = _closing_brace(text, found.end())
        value, words = variables.get(found["name"], ""), text[found.end() : end]
        if found["operator"] == ":?" and not value:
            raise MissingVariable(f"{found['name']}: {words}")
        if found["operator"] == ":-":
            value = value or interpolate(words, variables)
        elif found["operator"] == ":+":
            value = interpolate(words, variables) if value else ""
        done += text[: found.start()] + value
        text = text[end + 1 :]
    assert "$" not in text, text
    return done + text


def _closing_brace(text: str, start: int) -> int:
    depth = 1
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place
    raise AssertionError(f"no closing brace: {text}")


def read_compose_file() -> str:
    """Return the text of docker-compose.yml."""
    return (REPOSITORY_ROOT / "docker-compose.yml").read_text()


def compose(**variables: str) -> Mapping[str, Any]:
    """Return docker-compose.yml with the required variables and `variables`."""

    def substitute(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: substitute(value) for key, value in node.items()}
        if isinstance(node, list):
            return [substitute(value) for value in node]
        return interpolate(node, {**REQUIRED_VARIABLES, **variables}) if isinstance(node, str) else node

    document: Mapping[str, Any] = substitute(yaml.safe_load(read_compose_file()))
    return document


def services(**variables: str) -> Mapping[str, Service]:
    """Return the services of docker-compose.yml."""
    found: Mapping[str, Service] = compose(**variables)["services"]
    return found


def own_services() -> dict[str, Service]:
    """Return the services that run the image of this project."""
    return {name: service for name, service in services().items() if service["image"].startswith("mithaq:")}
