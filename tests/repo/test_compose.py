"""docker-compose.yml: each rule of Compose that can be stated.

No container is run where the tests run; the command lines of the services are, in
tests/integration/cli/test_processes.py and tests/e2e/test_compose_topology.py.
"""

import json
import re
from importlib.resources import files
from pathlib import Path

import click
import pytest
import yaml
from jsonschema import Draft202012Validator
from sqlalchemy.engine import make_url

from service.cli.main import COMMANDS, mithaq
from service.config import Settings
from tests.support.compose_file import (
    REPOSITORY_ROOT,
    REQUIRED_VARIABLES,
    MissingVariable,
    Service,
    compose,
    interpolate,
    own_services,
    read_compose_file,
    services,
)

pytestmark = pytest.mark.repo


def default_services() -> dict[str, Service]:
    """Return the services that `docker compose up` starts."""
    return {name: service for name, service in services().items() if not service.get("profiles")}


def test_file_is_valid_by_the_schema_of_compose() -> None:
    schema = json.loads((files("check_jsonschema") / "builtin_schemas/vendor/compose-spec.json").read_text())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for document in (yaml.safe_load(read_compose_file()), compose()):
        assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)] == []
    wrong = {"services": {"web": {"image": "x:1", "read_onyl": True}}}
    assert list(validator.iter_errors(wrong))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${A}${B:-b}", "ab"),
        ("${B:-https://${A:?missing}}", "https://a"),
        ("${A:+${A}:}80 ${B:+${A}:}81", "a:80 81"),
        ("plain", "plain"),
    ],
)
def test_variables_are_substituted_as_compose_does(text: str, value: str) -> None:
    assert interpolate(text, {"A": "a"}) == value


def test_topology_is_that_of_the_design() -> None:
    assert set(default_services()) == {"proxy", "migrate", "web", "worker", "beat", "postgres", "valkey"}
    assert set(services()) - set(default_services()) == {"admin"}
    replicas = {name: service.get("deploy", {}).get("replicas", 1) for name, service in default_services().items()}
    assert {name: count for name, count in replicas.items() if count != 1} == {"web": 2, "worker": 2}


@pytest.mark.parametrize("name", own_services())
def test_commands_are_known_to_mithaq(name: str) -> None:
    command, *words = own_services()[name]["command"]
    if command == "--help":
        return
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
        if name not in {"migrate", "admin"}
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


@pytest.mark.parametrize("kind", ["configs", "secrets"])
def test_read_only_services_mount_files_only(kind: str) -> None:
    """Compose refuses inline text in a service with a read-only file system: `file` is the sole supported option."""
    for name, definition in compose().get(kind, {}).items():
        assert set(definition) == {"file"}, name
        path = REPOSITORY_ROOT / definition["file"]
        assert path.is_file()
        assert path.stat().st_mode & 0o444 == 0o444, f"the user of a container cannot read {path}"
    used = {one["source"] for service in services().values() for one in service.get(kind, [])}
    assert used == set(compose().get(kind, {}))
    for service in services().values():
        for one in service.get(kind, []):
            assert set(one) == {"source", "target"}  # owner and mode are those of the file


def test_read_only_services_write_to_volumes_and_tmpfs_only() -> None:
    for service in services().values():
        for volume in service.get("volumes", []):
            source, target = volume.split(":")
            assert not source.startswith(("/", ".")), "a directory of the host belongs to another user"
            assert target.startswith("/")
    for name in own_services():
        assert any(mount.startswith("/tmp:") for mount in services()[name]["tmpfs"])


def test_only_the_proxy_is_exposed() -> None:
    assert [name for name, service in services().items() if "ports" in service] == ["proxy"]
    assert compose()["networks"]["back"]["internal"] is True
    assert services()["postgres"]["networks"] == services()["valkey"]["networks"] == ["back"]


def test_ports_and_address_are_variables() -> None:
    assert services()["proxy"]["ports"] == ["80:8080", "443:8443"]
    changed = services(MITHAQ_BIND="127.0.0.1", MITHAQ_HTTP_PORT="8000", MITHAQ_HTTPS_PORT="8443")
    assert changed["proxy"]["ports"] == ["127.0.0.1:8000:8080", "127.0.0.1:8443:8443"]


def test_containers_listen_above_1024() -> None:
    """No service has the capability to bind a lower port."""
    caddyfile = (REPOSITORY_ROOT / "deploy" / "Caddyfile").read_text()
    listening = {port.rpartition(":")[2] for port in services()["proxy"]["ports"]}
    assert set(re.findall(r"https?_port (\d+)", caddyfile)) == listening
    assert all(int(port) > 1024 for port in listening)
    assert f"dynamic a web {services()['web']['environment']['MITHAQ_PORT']}\n" in caddyfile


def test_proxy_may_be_behind_another_one() -> None:
    def environment(**variables: str) -> dict[str, str]:
        found: dict[str, str] = services(**variables)["proxy"]["environment"]
        return found

    assert environment() == {"MITHAQ_PROXY_ADDRESS": "mithaq.example", "MITHAQ_OUTER_PROXIES": "127.0.0.1/32"}
    behind = environment(MITHAQ_PROXY_ADDRESS="http://mithaq.example", MITHAQ_OUTER_PROXIES="172.16.0.0/12")
    assert behind["MITHAQ_PROXY_ADDRESS"].startswith("http://")
    caddyfile = (REPOSITORY_ROOT / "deploy" / "Caddyfile").read_text()
    assert set(re.findall(r"\{\$(\w+)\}", caddyfile)) == set(environment())


def test_only_migration_and_administration_own_the_tables() -> None:
    addresses = {
        name: make_url(service["environment"]["MITHAQ_DATABASE_URL"]) for name, service in own_services().items()
    }
    owner, role = addresses["migrate"], addresses["web"]
    assert [name for name, address in addresses.items() if address == owner] == ["migrate", "admin"]
    assert own_services()["migrate"]["command"] == ["migrate", "--grant-to", role.username]
    database = services()["postgres"]["environment"]
    assert (owner.password, role.password) == (database["POSTGRES_PASSWORD"], database["SERVICE_PASSWORD"])
    assert (owner.database, role.database) == (database["POSTGRES_DB"], database["POSTGRES_DB"])
    assert owner.username not in {role.username, database["POSTGRES_USER"]}
    assert owner.host == role.host == "postgres"


def test_administration_reaches_files_and_backups() -> None:
    """`restore` needs the owner of the tables and the files; a backup must outlive the container."""
    admin = services()["admin"]
    assert set(own_services()["web"]["volumes"]) < set(admin["volumes"])
    assert "backups:/var/lib/mithaq/backups" in admin["volumes"]


def test_services_wait_for_the_migration() -> None:
    for name in ("web", "worker", "beat"):
        assert services()[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_nothing_waits_for_what_never_comes() -> None:
    for name, service in services().items():
        for other, how in service.get("depends_on", {}).items():
            dependency = services()[other]
            if how["condition"] == "service_healthy":
                assert "healthcheck" in dependency, f"{name} waits for {other}, which has no health check"
            if how["condition"] == "service_completed_successfully":
                assert dependency["restart"] == "no", f"{name} waits for {other}, which never ends"
            if not service.get("profiles"):
                assert not dependency.get("profiles"), f"{name} waits for {other}, which is not started with it"


def test_every_lasting_service_but_the_proxy_has_a_health_check() -> None:
    lasting = {name for name, service in default_services().items() if service["restart"] != "no"}
    assert {name for name in lasting if "healthcheck" in services()[name]} == lasting - {"proxy"}
    for name in ("web", "worker", "beat"):
        program, *words = services()[name]["healthcheck"]["test"][1:]
        assert (program, *words) == ("mithaq", "health", services()[name]["command"][0].replace("serve", "web"))


def test_names_are_declared_and_images_have_exact_versions() -> None:
    document = compose()
    used: set[str] = set()
    for service in document["services"].values():
        assert re.search(r":\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?(@sha256:[0-9a-f]{64})?$", service["image"]), service["image"]
        assert set(service["networks"]) <= set(document["networks"])
        used |= {volume.split(":")[0] for volume in service.get("volumes", [])}
        assert set(service.get("depends_on", {})) <= set(document["services"])
    assert used == set(document["volumes"])


def test_secrets_are_required_and_have_no_default() -> None:
    raw = read_compose_file()
    for name in REQUIRED_VARIABLES:
        assert f"${{{name}:-" not in raw
        with pytest.raises(MissingVariable, match=name):
            compose(**{name: ""})


def test_no_secret_reaches_a_container_that_does_not_need_it() -> None:
    for name, service in services().items():
        environment = service.get("environment", {})
        texts = " ".join([*environment.values(), *service.get("command", [])])
        assert (REQUIRED_VARIABLES["POSTGRES_PASSWORD"] in texts) == (name in {"migrate", "admin", "postgres"}), name
        assert (REQUIRED_VARIABLES["MITHAQ_SECRET"] in texts) == (name in own_services()), name
        assert [one["path"] for one in service.get("env_file", [])] in ([], ["mithaq.env"])  # never .env: all secrets


def test_example_of_the_variables_is_complete_and_works() -> None:
    lines = (REPOSITORY_ROOT / ".env.example").read_text().splitlines()
    named = [line.lstrip("#").partition("=")[0] for line in lines if re.match(r"#?[A-Z_]+=", line)]
    assert sorted(named) == sorted(set(re.findall(r"\$\{([A-Z_]+)", read_compose_file())))
    given = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    assert set(given) == set(REQUIRED_VARIABLES)
    assert {name for name, value in given.items() if value} == {"MITHAQ_SITE"}


def test_secrets_of_an_operator_are_not_committed_or_sent_to_a_build() -> None:
    ignored = (REPOSITORY_ROOT / ".gitignore").read_text().split()
    assert {".env", "mithaq.env"} <= set(ignored)
    assert (REPOSITORY_ROOT / ".dockerignore").read_text().startswith("*\n")


def test_build_targets_exist() -> None:
    dockerfile = Path(REPOSITORY_ROOT / "Dockerfile").read_text()
    stages = set(re.findall(r"^FROM \S+ AS (\w+)$", dockerfile, re.MULTILINE))
    assert {service["build"]["target"] for service in services().values() if "build" in service} <= stages
