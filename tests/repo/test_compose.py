"""Deployment files. No image can be built where the tests run, so compose file and Dockerfile are checked here line by
line; their command lines are run in tests/integration/cli/test_processes.py."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from sqlalchemy.engine import make_url

from service.cli.main import COMMANDS, mithaq
from service.config import Settings

REPOSITORY_ROOT = Path(__file__).parents[2]
COMPOSE_ENVIRONMENT = {
    "MITHAQ_SITE": "mithaq.example",
    "MITHAQ_SECRET": "s" * 40,
    "POSTGRES_PASSWORD": "p" * 40,
    "SERVICE_PASSWORD": "q" * 40,
}

Service = Mapping[str, Any]


def interpolate(raw: str) -> str:
    """Substitute variables as compose does from an .env file that holds GIVEN; an unknown ${NAME:?…} raises."""

    def value(found: re.Match[str]) -> str:
        return (
            COMPOSE_ENVIRONMENT.get(found["name"], "") if found["how"] == ":-" else COMPOSE_ENVIRONMENT[found["name"]]
        )

    return re.sub(r"\$\{(?P<name>\w+)(?P<how>:[?-])[^}]*\}", value, raw)


def compose() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(interpolate((REPOSITORY_ROOT / "docker-compose.yml").read_text()))
    return found


def services() -> Mapping[str, Service]:
    found: Mapping[str, Service] = compose()["services"]
    return found


def own_services() -> dict[str, Service]:
    """Return the services that run the image of this project."""
    return {name: service for name, service in services().items() if service["image"].startswith("mithaq:")}


def dockerfile() -> list[str]:
    text = (REPOSITORY_ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_topology_is_that_of_the_design() -> None:
    assert set(services()) == {"proxy", "migrate", "web", "worker", "beat", "postgres", "redis"}
    replicas = {name: service.get("deploy", {}).get("replicas", 1) for name, service in own_services().items()}
    assert replicas == {"migrate": 1, "web": 2, "worker": 2, "beat": 1}


@pytest.mark.parametrize("name", own_services())
def test_commands_are_known_to_mithaq(name: str) -> None:
    command, *words = own_services()[name]["command"]
    assert command in COMMANDS
    found = mithaq.get_command(click.Context(mithaq), command)
    assert found
    found.make_context(command, list(words))  # rejects unknown options; runs nothing


@pytest.mark.parametrize("name", own_services())
def test_settings_are_known_and_valid(name: str) -> None:
    environment: dict[str, str] = own_services()[name]["environment"]
    named = {variable for variable in environment if variable.startswith("MITHAQ_")}
    assert named <= {f"MITHAQ_{field.upper()}" for field in Settings.model_fields}
    settings = Settings.load(environment)
    assert settings.public_origin == "https://mithaq.example"
    assert settings.resolved_database_url.startswith("postgresql+psycopg://")


def test_every_service_has_the_same_image_and_settings() -> None:
    shared = [
        {
            name: service["environment"][f"MITHAQ_{name}"]
            for name in ("SECRET", "DATABASE_URL", "REDIS_URL", "FILES_URL")
        }
        for name, service in own_services().items()
        if name != "migrate"
    ]
    assert all(settings == shared[0] for settings in shared)
    assert own_services()["web"]["volumes"] == own_services()["worker"]["volumes"]


@pytest.mark.parametrize("name", services())
def test_services_have_minimal_privileges(name: str) -> None:
    service = services()[name]
    assert service["user"].split(":")[0] not in {"", "0", "root"}
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


def test_only_the_proxy_is_exposed() -> None:
    assert [name for name, service in services().items() if "ports" in service] == ["proxy"]
    assert compose()["networks"]["back"]["internal"] is True
    assert services()["postgres"]["networks"] == services()["redis"]["networks"] == ["back"]


def test_only_the_migration_owns_the_tables() -> None:
    addresses = {
        name: make_url(service["environment"]["MITHAQ_DATABASE_URL"]) for name, service in own_services().items()
    }
    owner, role = addresses["migrate"], addresses["web"]
    made = services()["postgres"]["environment"]
    assert (owner.username, owner.password, owner.database) == tuple(
        made[f"POSTGRES_{name}"] for name in ("USER", "PASSWORD", "DB")
    )
    assert own_services()["migrate"]["command"] == ["migrate", "--grant-to", role.username]
    assert compose()["configs"]["roles"]["content"].strip() == (
        f"CREATE ROLE {role.username} LOGIN PASSWORD '{role.password}';"
    )
    assert role.username != owner.username
    assert (role.host, role.database) == (owner.host, owner.database)


def test_services_wait_for_the_migration() -> None:
    for name in ("web", "worker", "beat"):
        assert services()[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_names_are_declared_and_images_have_versions() -> None:
    document = compose()
    for service in document["services"].values():
        assert re.search(r":\d+(\.\d+)*(-\w+)?$", service["image"])
        assert set(service["networks"]) <= set(document["networks"])
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(document["volumes"])
        assert set(service.get("depends_on", {})) <= set(document["services"])


def test_secrets_are_required_and_have_no_default() -> None:
    raw = (REPOSITORY_ROOT / "docker-compose.yml").read_text()
    for name in COMPOSE_ENVIRONMENT:
        assert f"${{{name}:?" in raw
        assert f"${{{name}:-" not in raw


def test_image_installs_locked_packages_and_runs_unprivileged() -> None:
    lines = dockerfile()
    assert any("--require-hashes --only-binary=:all: -r requirements.lock" in line for line in lines)
    assert [line for line in lines if line.startswith("USER")][-1] == "USER 10001:10001"
    assert 'ENTRYPOINT ["mithaq"]' in lines
    assert all(re.search(r":\d", line) for line in lines if line.startswith("FROM"))


def test_copied_files_exist_and_are_in_the_build_context() -> None:
    sent = (REPOSITORY_ROOT / ".dockerignore").read_text().split()
    for line in dockerfile():
        if line.startswith("COPY") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (REPOSITORY_ROOT / source).exists(), source
                assert f"!{source}" in sent


def test_build_targets_exist() -> None:
    stages = {line.split()[-1] for line in dockerfile() if line.startswith("FROM")}
    assert {service["build"]["target"] for service in services().values() if "build" in service} <= stages
