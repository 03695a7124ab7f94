"""Record everything public about this checkout as text files, and compare it with an earlier recording.

    python -m tests.repo.public_surface record DIR [--only SECTION]...
    python -m tests.repo.public_surface compare DIR [--only SECTION]... [--with OTHER] [--allow-sentences]

`record` writes the files of every section into DIR. `compare` records this checkout (or takes the recording OTHER)
and prints a unified diff of every file that differs from DIR; it exits with 1 if one does. Files named in SENTENCES
are reported and never fail; with --allow-sentences, neither does an OpenAPI document that differs in `summary` and
`description` alone.

Modules may move and internal names may change without a difference. Most sections read stable entry points: the
console script, the ASGI application over HTTP, the migrated SQLite schema, string literals of the source. What has to
be imported from inside is imported in one block at the top, under names of this script. Random identifiers, digests
that depend on them, and times are replaced by numbered placeholders in order of appearance; digests are computed again
here, from the documented formulas, and compared.
"""

import argparse
import ast
import difflib
import gc
import hashlib
import importlib
import inspect
import io
import json
import logging
import os
import pkgutil
import re
import shutil
import sqlite3
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import click
import lxml.html
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Match, Mount, Route, WebSocketRoute
from starlette.testclient import TestClient

from service.config import Settings
from service.domain.documents.document import Document
from service.domain.documents.version import EditionText, Version, version_sha256
from service.domain.endorsement.endorsement import Endorsement
from service.domain.endorsement.round import RollEntry, Round, roll_json, roll_sha256
from service.domain.endorsement.rules import (
    POSITIONS,
    EndorsementEvent,
    evaluate,
    rule_from_json,
    rule_sha256,
    rule_to_json,
)
from service.domain.errors import DomainError
from service.domain.membership.people import Mandate, mandate_sha256
from service.domain.policy import POLICY
from service.domain.publication.export import artefact_key
from service.domain.publication.publication import seal_content, seal_sha256
from service.domain.trust import merkle_tree
from service.domain.trust.leaf import commitment, next_leaf
from service.domain.trust.sentence import sentence
from service.domain.trust.sentence_wording2 import SignedText, sentence_wording2
from service.domain.trust.statement import (
    Statement,
    encode_statement,
    person_commitment,
    reservation_sha256,
    statement_sha256,
)
from service.jobs import QUEUES
from service.live import protocol
from service.main import app as make_app

# --- Imports from inside: adapt this block, and nothing else, after a move or a renaming. ---------------------------
from service.sample.coalition import ensure_sample as fill_sample
from service.store.tables import metadata
from service.web.http.errors import status_of
from tests.support.factories import complete_proofs
from workers.app import celery
from workers.render.content.manuscript import from_json as read_manuscript
from workers.render.formats import pipeline_key, render

ERROR_ROOTS = {"DomainError", "JobError"}
"""Names of the root classes of all errors that carry a stable code."""

ACT, ORIGIN_OF_ROW, CODE = "act", "origin", "code"
"""Keyword arguments that carry an act of the record, the origin of a row of the journal, a stable code."""

OPERATION = ("method", "path", "verb", "handler", "public")
"""Fields by which the dataclass of an API operation is known among live objects."""
# --- End of the imports from inside. ---------------------------------------------------------------------------------

RENAMED_COMPONENTS: Mapping[str, str] = {
    "Problem": "ProblemResponse",
    "Created": "CreatedResponse",
    "Me": "CurrentUserResponse",
    "Press": "PressContactRequest",
    "WordLists": "WordListsRequest",
    "CoalitionChange": "UpdateCoalitionRequest",
    "CoalitionShown": "CoalitionResponse",
    "LogoKept": "LogoResponse",
    "NewOrganisation": "OrganisationNamesRequest",
    "OrganisationShown": "OrganisationResponse",
    "NewPerson": "AddPersonRequest",
    "NewRole": "GrantRoleRequest",
    "PersonShown": "PersonResponse",
    "NewMandate": "GrantMandateRequest",
    "MandateShown": "MandateResponse",
    "NewToken": "CreateTokenRequest",
    "TokenMade": "CreatedTokenResponse",
    "TokenShown": "TokenResponse",
    "NewEdition": "EditionRequest",
    "AddedEdition": "AddEditionRequest",
    "Front": "FrontMatterRequest",
    "NewDocument": "OpenDocumentRequest",
    "FrontChange": "UpdateFrontMatterRequest",
    "NumberingChange": "SetNumberingRequest",
    "Move": "MoveDocumentRequest",
    "Title": "SetTitleRequest",
    "EditionShown": "EditionResponse",
    "DocumentShown": "DocumentResponse",
    "DraftShown": "DraftResponse",
    "Save": "SaveDraftRequest",
    "Restoration": "RestoreDraftRequest",
    "Place": "DraftPositionRequest",
    "NewSuggestion": "AddSuggestionRequest",
    "SuggestionListed": "SuggestionSummaryResponse",
    "SuggestionShown": "SuggestionResponse",
    "EntryNotice": "EntryNoticeResponse",
    "SaveDone": "SavedDraftResponse",
    "Hand": "DraftSaveResponse",
    "HandPage": "DraftSavePage",
    "Author": "DraftAuthorResponse",
    "Authors": "DraftAuthorsResponse",
    "Speaker": "CommentAuthorResponse",
    "Reader": "MentionablePersonResponse",
    "UnitShown": "TextUnitResponse",
    "MayAnswer": "ThreadPermissionsResponse",
    "MayComment": "CommentPermissionsResponse",
    "CommentShown": "CommentResponse",
    "NewComment": "AddCommentRequest",
    "Reply": "ReplyRequest",
    "Cut": "CutVersionRequest",
    "VersionEdition": "VersionEditionResponse",
    "VersionShown": "VersionResponse",
    "VersionBrief": "VersionSummaryResponse",
    "Comparison": "ComparisonResponse",
    "NewRound": "OpenRoundRequest",
    "RollEntry": "RollEntryResponse",
    "RoundShown": "RoundResponse",
    "Prepare": "PrepareEndorsementRequest",
    "Prepared": "PreparedEndorsementResponse",
    "Confirm": "ConfirmEndorsementRequest",
    "EndorsementShown": "EndorsementResponse",
    "NewTranslation": "AddTranslationRequest",
    "TranslationShown": "TranslationResponse",
    "SealShown": "SealResponse",
    "NewExport": "RequestExportRequest",
    "ExportShown": "ExportResponse",
    "RevisionShown": "PublicationRevisionResponse",
    "PublicationShown": "PublicationResponse",
    "Withdrawal": "WithdrawPublicationRequest",
    "RecordRow": "RecordRowResponse",
    "NoticeShown": "NoticeResponse",
    "MailShown": "EmailResponse",
    "MailPage": "EmailPage",
}
"""OpenAPI component names (and the titles equal to them), recorded → present. Applied to the recorded document."""

SENTENCES = {"cli_sentences.txt"}
"""Files whose differences are reported and never fail."""

ROOT = Path(__file__).parents[2]
PROGRAMS = ("service", "workers")
ORIGIN = "http://localhost:8000"
FORMATS = ("pdf", "docx")
IDENTITY = "a" * 26
SHA = [hashlib.sha256(bytes([nth])).hexdigest() for nth in range(12)]
SALT = bytes(range(32))
AT = 1_763_800_000_000_000
"""Microseconds UTC."""

Files = dict[str, str]


# --- Source text ------------------------------------------------------------------------------------------------------


@cache
def sources() -> tuple[tuple[Path, ast.Module], ...]:
    """Return every Python module of the product, parsed."""
    paths = [path for program in PROGRAMS for path in sorted((ROOT / program).rglob("*.py"))]
    return tuple((path, ast.parse(path.read_text("utf-8"))) for path in paths)


@cache
def nodes() -> tuple[ast.AST, ...]:
    """Return every node of every module except migrations."""
    return tuple(node for path, tree in sources() if "migrations" not in path.parts for node in ast.walk(tree))


@cache
def texts_of_literals() -> tuple[str, ...]:
    """Return string and bytes literals that are neither docstrings nor the prefix of a temporary name."""
    ignored = {id(node.value) for node in nodes() if isinstance(node, ast.Expr)}
    ignored |= {id(node.value) for node in nodes() if isinstance(node, ast.keyword) and node.arg == "prefix"}
    found = [node.value for node in nodes() if isinstance(node, ast.Constant) and id(node) not in ignored]
    return tuple(
        one if isinstance(one, str) else one.decode("latin-1") for one in found if isinstance(one, str | bytes)
    )


def literals(pattern: str) -> list[str]:
    """Return the matches of `pattern` in the literals, sorted."""
    return sorted({match.group() for text in texts_of_literals() for match in re.finditer(pattern, text)})


def scripts(pattern: str) -> list[str]:
    """Return the first groups of `pattern` in the TypeScript and JavaScript sources, sorted."""
    paths = [*(ROOT / "service").rglob("*.ts"), *(ROOT / "service").rglob("*.js")]
    paths = [path for path in paths if not {"node_modules", "built"} & set(path.parts) and ".test." not in path.name]
    return sorted({match.group(1) for path in paths for match in re.finditer(pattern, path.read_text("utf-8"))})


def browser_databases() -> Iterator[str]:
    """Return the calls that open a browser database or create its stores and indexes, with the constants of the file
    substituted."""
    for path in sorted((ROOT / "service").rglob("*.ts")):
        text = path.read_text("utf-8") if "node_modules" not in path.parts else ""
        values: dict[str, str] = dict(re.findall(r"const (\w+)\s*=\s*(\"[^\"]*\"|\d+);", text))
        for call in re.findall(r"\b(?:indexedDB\.open|createObjectStore|createIndex)\([^)]*\)", text):
            yield " ".join(values.get(str(part), str(part)) for part in re.split(r"\b", call) if part and part.strip())


def named(node: ast.expr) -> str:
    """Return the last name of an expression; empty where it has none."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


@cache
def constants() -> Mapping[str, frozenset[str]]:
    """Return the names that are assigned string literals anywhere, with those strings."""
    found: dict[str, set[str]] = {}

    def pair(target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, other in zip(target.elts, value.elts, strict=False):
                pair(one, other)
        elif isinstance(value, ast.Constant) and isinstance(value.value, str) and named(target).isupper():
            found.setdefault(named(target), set()).add(value.value)

    for node in nodes():
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pair(target, node.value)
    return {name: frozenset(values) for name, values in found.items()}


def strings(node: ast.expr) -> Iterator[str]:
    """Yield the strings an expression can be: literals, constants by name, both branches, f-strings with {} for
    values."""
    match node:
        case ast.Constant(value=str(value)):
            yield value
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*strings(body), *strings(orelse))
        case ast.JoinedStr(values=values):
            yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in values)  # type: ignore[misc]
        case ast.Name() | ast.Attribute() if named(node).isupper():
            yield from constants().get(named(node), ())


def keyword_strings(name: str) -> list[str]:
    """Return the strings passed as the keyword argument `name`, sorted."""
    calls = [node for node in nodes() if isinstance(node, ast.Call)]
    given = [one.value for call in calls for one in call.keywords if one.arg == name]
    return sorted({text for value in given for text in strings(value)})


# --- A running instance -----------------------------------------------------------------------------------------------


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Return the process environment with these MITHAQ_* variables and no others."""
    before = dict(os.environ)
    for name in [one for one in os.environ if one.startswith("MITHAQ_")]:
        del os.environ[name]
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class Instance:
    """A sample instance in a directory of its own: `app` over HTTP, the SQLite file, and `tokens`, an API token of one
    person for every combination of roles."""

    def __init__(self, directory: Path) -> None:
        self.var = directory / "var"
        self.var.mkdir(mode=0o700)
        values = {"VAR": str(self.var), "SAMPLE": "1", "REDIS_URL": "redis://127.0.0.1:1/0", "ORIGIN": ORIGIN}
        with environment(**{f"MITHAQ_{name}": value for name, value in values.items()}):
            run("migrate", "--var", str(self.var))
            lines = fill_sample(Settings.load(), prove=complete_proofs)
            found = [match for line in lines if (match := re.search(r"(mtq_[\w-]{20,}) +([^:]*)", line))]
            self.tokens = list({match.group(2): match.group(1) for match in reversed(found)}.values())
            self.app = make_app()
        with closing(sqlite3.connect(self.var / "mithaq.db")) as filled, closing(self._snapshot()) as copy:
            filled.backup(copy)
        gc.unfreeze()
        logging.disable(logging.ERROR)

    @cached_property
    def routes(self) -> list[BaseRoute]:
        """Return the routes of the Starlette application wrapped by the middleware."""
        return next(one for one in gc.get_objects() if isinstance(one, Starlette)).routes

    def client(self, *, origin: str = ORIGIN) -> TestClient:
        """Return a client that sends forms from pages of this instance and follows no redirect."""
        headers = {"sec-fetch-site": "same-origin", "accept-language": "en"}
        return TestClient(self.app, base_url=origin, headers=headers, follow_redirects=False)

    def _snapshot(self) -> sqlite3.Connection:
        return sqlite3.connect(self.var.parent / "filled.db")

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Return the rows of the database as initially filled: requests of one section are not visible in another."""
        with closing(self._snapshot()) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query)]


@cache
def instance() -> Instance:
    """Return the instance of this process; its directory is removed by `main`."""
    return Instance(Path(tempfile.mkdtemp(prefix="mithaq-surface-")))


def command() -> click.Group:
    """Return the click group behind the console script."""
    place = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]["mithaq"]
    module = importlib.import_module(place.partition(":")[0])
    groups = [one for one in vars(module).values() if isinstance(one, click.Group)]
    return max(groups, key=lambda group: len(group.list_commands(click.Context(group))))


def run(*arguments: str) -> str:
    """Return the standard output of `mithaq …`, then its standard error and exit code where they are not empty."""
    result = CliRunner().invoke(command(), list(arguments), prog_name="mithaq")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout + (f"[stderr] {result.stderr}" if result.stderr else "") + f"[exit {result.exit_code}]\n"


class Placeholders:
    """Replaces identifiers, digests that depend on them, nonces and times by placeholders in order of appearance."""

    PATTERN = re.compile(
        r"(?P<id>(?<![a-z2-7])[a-z]{2,5}_[a-z2-7]{26}\b)|(?P<sha>\b[0-9a-f]{64}\b)|(?P<time>\b1[78]\d{14}\b)"
        r"|(?P<moment>\b20\d\d-\d\d-\d\dT[\d:.]+Z)|(?P<nonce>(?<=\"nonce\":\")[\w-]{22}(?=\"))"
    )

    def __init__(self, keep: Iterable[str] = ()) -> None:
        self._keep = set(keep)
        self._seen: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        return self.PATTERN.sub(self._named, text)

    def _named(self, match: re.Match[str]) -> str:
        kind, found = str(match.lastgroup), match.group()
        if found in self._keep:
            return found
        if kind in ("time", "moment", "nonce"):
            return f"<{kind}>"
        kind = found.partition("_")[0] if kind == "id" else kind
        count = sum(one.startswith(f"<{kind} ") for one in self._seen.values())
        return self._seen.setdefault(found, f"<{kind} {count + 1}>")


# --- Sections ---------------------------------------------------------------------------------------------------------


def openapi() -> Files:
    """Return the OpenAPI document as it is served."""
    response = instance().client().get("/api/v1/openapi.json")
    return {"openapi.json": f"{response.text}\n", "openapi_media_type.txt": f"{response.headers['content-type']}\n"}


def operations() -> Mapping[tuple[str, str], str]:
    """Return the policy verbs of the API by (method, path): found among live objects, since their class may move."""
    found = {}
    for one in gc.get_objects():
        if set(OPERATION) <= set(getattr(type(one), "__dataclass_fields__", ())):
            found[(one.method, one.path)] = f"{one.verb}{' public' if one.public else ''}"
    assert found, "no API operation is alive"
    return found


def routes() -> Files:
    """Return every route with its methods, and the policy verb of each API operation; then forms and cookies."""
    here, verbs, lines = instance(), operations(), []
    for one in here.routes:
        if isinstance(one, Route):
            lines += [
                f"{method:7} {one.path}  {verbs.get((method, one.path), '')}".rstrip() for method in one.methods or ()
            ]
        elif isinstance(one, WebSocketRoute):
            lines.append(f"WS      {one.path}")
        elif isinstance(one, Mount):
            lines.append(f"MOUNT   {one.path}")
    static = here.client().get("/static/built/none.js").status_code, here.client().get("/no/such/page").status_code
    lines.append(f"# missing static file, missing page: {static}")
    return {
        "routes.txt": "\n".join(sorted(lines)) + "\n",
        "forms.txt": forms(here),
        "cookies.txt": cookies(here),
        "headers.txt": headers(here),
    }


def pattern_of(here: Instance, method: str, path: str) -> str:
    """Return the path pattern of the route that matches."""
    scope = {"type": "http", "method": method, "path": path, "headers": [], "root_path": ""}
    for one in here.routes:
        if one.matches(scope)[0] is Match.FULL:
            return str(getattr(one, "path", path))
    return path


def forms(here: Instance) -> str:
    """Return the fields of every form on the pages reached by a crawl as every person of the sample."""
    found: dict[str, set[str]] = {}
    for client in [here.client(), *(signed_in(here, token) for token in here.tokens)]:
        for page in crawl(here, client):
            for form in page.iter("form"):
                collect(here, form, found)
    return "".join(
        f"{form}\n{''.join(f'  {field}{chr(10)}' for field in sorted(found[form]))}" for form in sorted(found)
    )


UNNUMBERED = re.compile(r"[a-z]{2,5}_[a-z2-7]{26}\b")
"""Identifiers within the names of fields."""


def collect(here: Instance, form: Any, found: dict[str, set[str]]) -> None:
    """Add the fields of `form` to those of its action; a button with an action of its own counts as a form."""
    method = (form.get("method") or "get").upper()
    fields = [one for one in form.iter("input", "select", "textarea", "button") if one.get("name")]
    shown = {
        f"{UNNUMBERED.sub('<id>', one.get('name'))}  {one.tag}{':' + one.get('type') if one.get('type') else ''}"
        for one in fields
    }
    for action in [form.get("action"), *(one.get("formaction") for one in form.iter("button"))]:
        if action is not None:
            name = f"{method} {pattern_of(here, method, urlsplit(action).path)} {form.get('enctype') or ''}".rstrip()
            found.setdefault(name, set()).update(shown)


def signed_in(here: Instance, token: str) -> TestClient:
    """Return a browser signed in as the holder of an API token, as a person."""
    client = here.client()
    person = client.get("/api/v1/me", headers={"authorization": f"Bearer {token}"}).json()["id"]
    assert client.post("/sign-in/sample", data={"person": person, "next": "/"}).status_code == 303
    return client


def crawl(here: Instance, client: TestClient) -> Iterator[Any]:
    """Yield the pages reached by links from the start, three for each route pattern and set of query names, parsed."""
    waiting, counts, seen = ["/", "/sign-in", "/forgotten", "/documents/new", "/account", "/confirm"], {}, set()  # type: ignore[var-annotated]
    while waiting:
        address = waiting.pop(0)
        parts = urlsplit(address)
        kind = pattern_of(here, "GET", parts.path), *sorted(parse_qs(parts.query))
        if address in seen or counts.get(kind, 0) >= 3 or parts.path.startswith(("/static", "/api")):
            continue
        seen.add(address)
        counts[kind] = counts.get(kind, 0) + 1
        response = client.get(address)
        if response.is_redirect:
            waiting.append(local(urljoin(address, response.headers["location"])))
        if not response.headers.get("content-type", "").startswith("text/html"):
            continue
        page = lxml.html.fromstring(response.text)
        yield page
        links = [urljoin(address, one.get("href")) for one in page.iter("a") if one.get("href")]
        waiting += [local(link) for link in links if not urlsplit(link).scheme or link.startswith(ORIGIN)]


def local(link: str) -> str:
    """Return path and query of a link."""
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def headers(here: Instance) -> str:
    """Return the headers of a page, of an API response and of a static file, without lengths, dates and validators."""
    lines = []
    for path in ("/sign-in", "/api/v1/me", "/static/none.css"):
        for name, value in sorted(here.client().get(path).headers.items()):
            if name not in ("content-length", "date", "etag", "last-modified"):
                lines.append(f"{path} {name}: {value}")
    return "\n".join(lines) + "\n"


def cookies(here: Instance) -> str:
    """Return names and attributes of the cookies that choosing a language and signing in set, without and with TLS."""
    lines = []
    for scheme in ("http", "https"):
        client = here.client(origin=f"{scheme}://localhost:8000")
        choice = {"lang": "en", "zone": "Asia/Damascus", "next": "/"}
        answers = [
            ("/language", client.post("/language", data=choice)),
            ("/sign-in", client.post("/sign-in", data={"key": here.tokens[0], "own": "on"})),
            ("/sign-out", client.post("/sign-out", data={})),
        ]
        for path, answer in answers:
            for given in answer.headers.get_list("set-cookie"):
                name, _, rest = given.partition("=")
                attributes = [one for one in rest.split("; ")[1:] if not one.lower().startswith("expires")]
                lines.append(f"{scheme} {path}: {name}; {'; '.join(attributes)}")
    lines += [f"constant {name} = {sorted(values)}" for name, values in sorted(cookie_constants().items())]
    return "\n".join(lines) + "\n"


def cookie_constants() -> Mapping[str, list[str]]:
    """Return the short lower-case strings by which a request's cookies are read; names of constants are not
    recorded."""
    read: set[str] = set()
    for node in nodes():
        match node:
            case ast.Call(func=ast.Attribute(value=its, attr="get"), args=[name, *_]) if named(its) == "cookies":
                read.update(strings(name))
    return {"cookies read": sorted(read)}


def cli_help() -> Files:
    """Return commands, options, arguments, types and defaults; the sentences in a separate file."""
    structure: list[str] = []
    sentences: list[str] = []

    def walk(one: click.Command, name: str, above: click.Context | None = None) -> None:
        context = click.Context(one, info_name=name, parent=above, **one.context_settings)
        path = context.command_path
        sentences.append(one.get_help(context))
        structure.append(path)
        for parameter in one.get_params(context):
            structure.append(f"  {described(parameter, context)}")
        if isinstance(one, click.Group):
            for name in one.list_commands(context):
                under = one.get_command(context, name)
                assert under is not None
                walk(under, name, context)

    with environment():
        walk(command(), "mithaq")
    return {"cli_help.txt": "\n".join(structure) + "\n", "cli_sentences.txt": "\n\n".join(sentences) + "\n"}


def described(parameter: click.Parameter, context: click.Context) -> str:
    """Return a parameter as one line of JSON, without its help sentence and the name of its Python variable."""
    plain = parameter.to_info_dict()
    for name in ("help", "name", "param_type_name"):
        plain.pop(name, None)
    plain["type"] = {name: value for name, value in plain["type"].items() if name != "param_type"}
    plain["kind"] = parameter.param_type_name
    plain["metavar"] = parameter.make_metavar(context)
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, default=_plainly)


def _plainly(value: object) -> str:
    return f"<{getattr(value, '__name__', None) or value}>".split(" at 0x")[0]


def error_codes() -> Files:
    """Return every stable error code with the HTTP status of each class it is raised with, and codes passed by
    keyword."""
    for program in PROGRAMS:
        package = importlib.import_module(program)
        for module in pkgutil.walk_packages(package.__path__, f"{program}."):
            if not re.search(r"migrations|tether|typst_child|__main__", module.name):
                importlib.import_module(module.name)
    classes = error_classes()
    found: set[tuple[str, str]] = set()
    for node in nodes():
        if isinstance(node, ast.Call) and node.args:
            for kind in classes.keys() & set(called(node.func)):
                found |= {(code, classes[kind]) for code in strings(node.args[0])}
        if isinstance(node, ast.ClassDef) and node.name in classes:
            for line in node.body:
                target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
                if target is not None and named(target) == "code" and isinstance(line, ast.Assign | ast.AnnAssign):
                    found |= {(code, classes[node.name]) for code in strings(line.value or target)}
    exceptions = [f"# Other status: {code} {status_of(_error(DomainError, code))}" for code in special_statuses(found)]
    lines = sorted({f"{code}  {family}" for code, family in found if re.fullmatch(r"[a-z_]+", code)})
    more = [f"code={code}" for code in keyword_strings(CODE) if re.fullmatch(r"[a-z_]+", code)]
    return {"error_codes.txt": "\n".join([*lines, *exceptions, "# Passed by keyword", *more, *problems()]) + "\n"}


def problems() -> Iterator[str]:
    """Return some API errors as served, without their sentences."""
    client, token = instance().client(), {"authorization": f"Bearer {instance().tokens[0]}"}
    yield "# Answers of the API"
    requests: tuple[tuple[str, str, Mapping[str, str], object], ...] = (
        ("GET", "/api/v1/me", {}, None),
        ("GET", "/api/v1/me", {"authorization": "Bearer mtq_wrong"}, None),
        ("GET", "/api/v1/none", token, None),
        ("DELETE", "/api/v1/me", token, None),
        ("GET", "/api/v1/documents/doc_none", token, None),
        ("POST", "/api/v1/documents", token, {"kind": 1}),
        ("GET", "/api/v1/people?limit=x", token, None),
    )
    for method, path, headers, body in requests:
        response = client.request(method, path, headers=dict(headers), json=body)
        said = {key: one for key, one in response.json().items() if key not in ("detail", "title", "extra")}
        kept = [name for name in ("content-type", "www-authenticate", "allow") if name in response.headers]
        given = {name: ", ".join(sorted(response.headers[name].split(", "))) for name in kept}
        yield f"{method} {path}: {response.status_code} {canonical(said).decode()} {canonical(given).decode()}"


def special_statuses(found: set[tuple[str, str]]) -> list[str]:
    """Return the codes whose HTTP status differs from that of their class."""
    plain = status_of(_error(DomainError, "any"))
    return sorted({code for code, _ in found if status_of(_error(DomainError, code)) != plain})


def _error(kind: type[DomainError], code: str) -> DomainError:
    made = kind.__new__(kind)
    made.code = code
    return made


def called(function: ast.expr) -> Iterator[str]:
    """Return the names of the possible targets of a call."""
    if isinstance(function, ast.IfExp):
        yield from (*called(function.body), *called(function.orelse))
    yield named(function)


def error_classes() -> Mapping[str, str]:
    """Return the classes below ERROR_ROOTS, each with `HTTP` and its status, or `job` for failures of jobs."""
    alive: dict[str, type] = {}
    waiting: list[type] = [DomainError]
    while waiting:
        one = waiting.pop()
        alive[one.__name__] = one
        waiting += one.__subclasses__()
    written = [node for node in nodes() if isinstance(node, ast.ClassDef)]
    names = set(ERROR_ROOTS)
    while more := {one.name for one in written if names & {named(base) for base in one.bases}} - names:
        names |= more
    return {name: f"HTTP {status_of(_error(alive[name], 'any'))}" if name in alive else "job" for name in sorted(names)}


def names() -> Files:
    """Return acts, policy, jobs, channels, journal origins, digest domains, messages of the WebSocket, browser
    storage."""
    calls = [node for node in nodes() if isinstance(node, ast.Call)]
    kinds = [one.args[0] for one in calls if named(one.func) == protocol.control.__name__ and one.args]
    spoken = sorted({text for one in kinds for text in strings(one)})
    timetable = {name: {**entry, "schedule": "…"} for name, entry in celery.conf.beat_schedule.items()}
    celery.loader.import_default_modules()
    parts: Mapping[str, Iterable[object]] = {
        "Acts of the record": keyword_strings(ACT),
        "Policy: verb, scope, roles": [policy_line(verb) for verb in POLICY],
        "Jobs and queues": [f"{name} → {queue}" for name, queue in sorted(QUEUES.items())],
        "Celery tasks": sorted(name for name in celery.tasks if not name.startswith("celery.")),
        "Celery routes": [json.dumps(celery.conf.task_routes, sort_keys=True), celery.conf.task_default_queue],
        "Timetable": [json.dumps(timetable, sort_keys=True, default=str)],
        "Redis names": literals(r"(?<![:\w])mithaq:[a-z:_-]+"),
        "Journal origins": [one for one in keyword_strings(ORIGIN_OF_ROW) if one],
        "Journal origins stored by the sample": [
            row["origin"] for row in instance().rows("SELECT DISTINCT origin FROM draft_update ORDER BY origin")
        ],
        "Digest domain lines": literals(r"\bmithaq(?:\.[a-z]+)+\.v\d+"),
        "Other names with a prefix": literals(r"\bmithaq-[a-z][\w-]*|\burn:mithaq:[a-z]+"),
        "WebSocket kinds of control messages": spoken,
        "WebSocket bytes": websocket_bytes(),
        "WebSocket hello": [hello()],
        "Browser: keys of local and session storage": scripts(r"""(?:[gs]etItem|removeItem)\(\s*["'`]([^"'`]+)"""),
        "Browser: databases, their versions and stores": [
            *browser_databases(),
            *scripts(r"""["'`](mithaq-[\w-]+)["'`]"""),
        ],
        "Browser: kinds of control messages it knows": [
            one for one in spoken if scripts(rf"""["'`]({re.escape(one)})["'`]""")
        ],
        "Words stored by the sample": stored_words(),
        "Keys of the JSON stored by the sample": stored_keys(),
    }
    shown = [f"# {title}\n" + "".join(f"{one}\n" for one in lines) for title, lines in parts.items()]
    return {"names.txt": "\n".join(shown), "settings.txt": settings(), "schema.txt": schema()}


WORD = re.compile(r"(?![a-z]+_[a-z]{26}$)[a-z_]+(\.[a-z_]+)*")
"""Matches a state, a kind or an act; no identifier."""


def stored_columns() -> Iterator[tuple[str, list[Any]]]:
    """Return `table.column` and the distinct values of every column of the sample."""
    here = instance()
    for table in here.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"):
        for column in here.rows(f"SELECT name FROM pragma_table_info('{table['name']}') ORDER BY name"):
            name = column["name"]
            found = here.rows(f'SELECT DISTINCT "{name}" AS it FROM "{table["name"]}"')
            yield f"{table['name']}.{name}", [row["it"] for row in found]


def stored_words() -> Iterator[str]:
    """Return the values that look like states, kinds and acts, by column; names and addresses of people do not."""
    for place, values in stored_columns():
        words = sorted(one for one in values if isinstance(one, str) and WORD.fullmatch(one))
        if words:
            yield f"{place}: {' '.join(words)}"


def stored_keys() -> Iterator[str]:
    """Return the paths of keys in JSON columns, list positions as []; identifiers that serve as keys are replaced."""
    for place, values in stored_columns():
        paths: set[str] = set()
        for one in values:
            with suppress(ValueError, TypeError):
                paths |= set(key_paths(json.loads(one)))
        if shown := sorted(path for path in paths if path):
            yield f"{place}: {' '.join(shown)}"


def key_paths(value: Any, above: str = "") -> Iterator[str]:
    """Yield every path from the root of a JSON value to a leaf."""
    if isinstance(value, dict) and value:
        for key, one in value.items():
            yield from key_paths(one, f"{above}.{Placeholders()(key)}")
    elif isinstance(value, list) and value:
        for one in value:
            yield from key_paths(one, f"{above}[]")
    else:
        yield above


def policy_line(verb: str) -> str:
    """Return a line of the policy table by its fields, in their order of declaration."""
    line = POLICY[verb]
    values = [getattr(line, name) for name in type(line).__dataclass_fields__]
    return f"{verb}: {[sorted(value) if isinstance(value, frozenset) else value for value in values]}"


def websocket_bytes() -> list[str]:
    """Return messages of the live protocol for fixed inputs, in hexadecimal."""
    made = {
        "step_1": protocol.step_1(b"\x01\x02"),
        "step_2": protocol.step_2(b"abc", seq=300),
        "update": protocol.update(b"abc", seq=7),
        "ack": protocol.ack(2, 300),
        "control": protocol.control("reset", code="x", words="نصّ"),
        "awareness": protocol.awareness([protocol.AwarenessEntry(5, 6, b"{}")]),
        "numbers": bytes((protocol.SYNC, protocol.AWARENESS, protocol.ACK, protocol.CONTROL, protocol.HASH)),
    }
    return [f"{name} {data.hex()}" for name, data in made.items()]


def hello() -> str:
    """Return the names of the fields in the first message of a live editing session."""
    here = instance()
    document = here.rows("SELECT document FROM edition JOIN document ON id = document WHERE state = 'drafting'")
    path = f"/api/v1/documents/{document[0]['document']}/editions/ar/live"
    with here.client() as client:
        for token in here.tokens:
            with (
                suppress(Exception),
                client.websocket_connect(path, headers={"authorization": f"Bearer {token}"}) as it,
            ):
                found = re.search(rb"\{.*\}", it.receive_bytes(), re.S)
                message = json.loads(found.group()) if found else {}
                if message.get("kind") == "hello" and message.get("mode") == "write":
                    return json.dumps(
                        {**{key: type(one).__name__ for key, one in message.items()}, "mode": message["mode"]}
                    )
    return "none"


def settings() -> str:
    """Return environment names, types and defaults of the settings."""
    lines = []
    for name, one in Settings.model_fields.items():
        kind = str(getattr(one.annotation, "__name__", one.annotation)).replace("SecretStr", "str")
        default = one.default.get_secret_value() if isinstance(one.default, SecretStr) else one.default
        lines.append(f"MITHAQ_{name.upper()}: {kind} = {str(default)!r}")
    return "\n".join(lines) + "\n"


def schema() -> str:
    """Return the schema `mithaq migrate` creates in an empty SQLite file, then the tables as PostgreSQL would create
    them."""
    found = instance().rows("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name")
    made: list[str] = []
    dialect = PGDialect()  # type: ignore[no-untyped-call]
    for table in sorted(metadata.tables.values(), key=lambda one: one.name):
        indexes = sorted(table.indexes, key=lambda one: str(one.name))
        elements: list[DDLElement] = [CreateTable(table), *map(CreateIndex, indexes)]
        for element in elements:
            made.append(str(element.compile(dialect=dialect)).strip())
    stored = sorted({match for row in found for match in re.findall(r"CHECK \((\w+ IN \(.*?\))\)", row["sql"])})
    version = instance().rows("SELECT version_num FROM alembic_version")
    head = ["# Schema version", str(version), "# Stored states", *stored, "# SQLite"]
    return "\n".join([*head, *(in_order(row["sql"]) for row in found), "# PostgreSQL", *map(in_order, made)]) + "\n"


def in_order(sql: str) -> str:
    """Return a CREATE statement with its constraints sorted: the library writes them in the order of a set."""
    lines = [line.rstrip().rstrip(",") for line in sql.splitlines() if line.strip()]
    places = [nth for nth, line in enumerate(lines) if line.startswith("\tCONSTRAINT")]
    for nth, line in zip(places, sorted(lines[nth] for nth in places), strict=True):
        lines[nth] = line
    return "\n".join(lines)


def canonical(value: object) -> bytes:
    """Serialise as canonical JSON (RFC 8785, restricted), independently of the product."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(domain: str, data: bytes) -> str:
    """Return the SHA-256 of a domain line and bytes."""
    return hashlib.sha256(f"{domain}\n".encode() + data).hexdigest()


def record_and_statement() -> Files:
    """Return the bytes of what is signed and recorded: for fixed inputs, and as the acts of the sample wrote them."""
    return {"record_and_statement.txt": fixed_bytes(), "record_of_the_sample.txt": sample_bytes()}


PLAIN = {
    "type": "endorsement.cast",
    "instance": "localhost:8000",
    "log": "localhost:8000/log1",
    "round_id": f"rnd_{IDENTITY}",
    "rule_sha256": SHA[0],
    "roll_sha256": SHA[1],
    "opens_seq": 412,
    "document_id": f"doc_{IDENTITY}",
    "version": 3,
    "version_sha256": SHA[2],
    "lang": "ar",
    "text_sha256": SHA[3],
    "choice": "endorse",
    "reservation_sha256": None,
    "signatory_commitment": SHA[4],
    "mandate_sha256": SHA[5],
    "shown_sha256": SHA[6],
    "ui_lang": "ar",
    "assurance": "C",
    "nonce": "AAECAwQFBgcICQoLDA0ODw",
    "issued_at": AT,
    "expires_at": AT + 600_000_000,
    "organisation_id": f"org_{IDENTITY}",
    "organisation_name": "شبكة «بيتنا» للتنمية",
}
OTHER_STATEMENTS: tuple[Mapping[str, Any], ...] = (
    {},
    {"choice": "endorse_with_reservation", "reservation_sha256": SHA[7], "reservation_public": True, "lang": "en"},
    {"choice": "abstain", "replaces": SHA[8], "capacity": "proxy", "delegation_sha256": SHA[9]},
    {"type": "endorsement.withdraw", "choice": None, "replaces": SHA[8]},
    {
        "choice": "decline",
        "visibility": "withheld",
        "organisation_id": None,
        "organisation_name": None,
        "organisation_commitment": SHA[10],
    },
    {"round_sha256": SHA[11]},
)
RULES: tuple[Mapping[str, Any], ...] = (
    {"v": 1, "kind": "sign_on", "at_least": 2},
    {"v": 1, "kind": "consensus", "quorum": {"num": 1, "den": 2}},
    {"v": 1, "kind": "majority", "of": "cast", "required": [f"org_{IDENTITY}"]},
    {"v": 1, "kind": "fraction", "num": 2, "den": 3, "of": "all"},
)
EDITIONS = {"ar": ("ميثاق", "نصّ أوّل.\n"), "en": ("Covenant", "A first text.\n")}


def fixed_bytes() -> str:
    """Return statements, leaves, digests, seals, rules and Merkle trees for the inputs above."""
    lines = [*statement_lines(), *record_lines(), *rule_lines(), *seal_lines()]
    lines += [f"pipeline {canonical(pipeline_key('pdf')).decode()}"]
    key = artefact_key(format_="pdf", manuscript={"title": "ميثاق"}, pipeline={"pipeline": 1})
    lines += [f"artefact key {key}"]
    return "\n".join(lines) + "\n"


def statement_lines() -> Iterator[str]:
    for changes in OTHER_STATEMENTS:
        data = encode_statement(Statement(**{**PLAIN, **changes}))
        yield f"statement {data.hex()}"
        yield f"  {data.decode()}"
        domain = f"mithaq.endorsement.v{json.loads(data)['v']}"
        yield f"  sha256 {statement_sha256(data)} {verdict(statement_sha256(data), domain, data)}"
    yield f"person {person_commitment(f'per_{IDENTITY}', salt=SALT)}"
    yield f"reservation {reservation_sha256('تحفّظ')}"
    for lang in ("ar", "en"):
        text = SignedText(lang=lang, number=12, title="Covenant «ميثاق»", official=("ar", "en"), signed=True)
        for position in POSITIONS:
            words = sentence_wording2(position, text, organisation="بيتنا", named_in_public=False)
            yield f"sentence 2 {lang} {position}: {words!r}"
        for position in (*POSITIONS, "withdraw"):
            words = sentence(position, lang=lang, organisation="بيتنا", number=12, title="Covenant «ميثاق»")
            yield f"sentence {lang} {position}: {words}"
    mandate = Mandate(
        f"man_{IDENTITY}", f"org_{IDENTITY}", "per_b", "per_c", AT, AT + 1, "confirmed", ("per_d", "per_e")
    )
    yield f"mandate {mandate_sha256(mandate)}"


def verdict(digest: str, domain: str, data: bytes) -> str:
    """Return whether a digest is that of the documented formula."""
    return "as documented" if digest == sha256(domain, data) else "WRONG"


def record_lines() -> Iterator[str]:
    leaf, leaves = None, []
    for nth in range(7):
        content = canonical({"v": 1, "seq": nth + 1, "act": "document.open", "facts": {"text": f"نصّ {nth}"}})
        leaf = next_leaf(content, salt=SALT, previous=leaf)
        leaves.append(merkle_tree.leaf_hash(bytes.fromhex(leaf.commitment)))
        yield f"leaf {leaf.seq} {leaf.prev} {content.decode()} {leaf.commitment} {merkle_tree.root_hash(leaves).hex()}"
    yield f"commitment {verdict(commitment(SALT, b'{}'), 'mithaq.leaf.v1', SALT + b'{}')}"
    yield f"inclusion {[one.hex() for one in merkle_tree.inclusion_proof(4, leaves)]}"
    yield f"consistency {[one.hex() for one in merkle_tree.consistency_proof(3, leaves)]}"


def rule_lines() -> Iterator[str]:
    roll = [f"org_{letter * 26}" for letter in "abc"]
    acts = [
        EndorsementEvent(one, position, AT + nth, nth)
        for nth, (one, position) in enumerate(zip(roll, POSITIONS, strict=False))
    ]
    for plain in RULES:
        rule = rule_from_json(plain)
        yield f"rule {canonical(rule_to_json(rule)).decode()} {rule_sha256(rule)}"
        yield f"  {verdict(rule_sha256(rule), 'mithaq.rule.v1', canonical(plain))}"
        yield f"  outcome {canonical(evaluate(rule, roll, acts, at=AT + 10).to_json()).decode()}"


def a_version(numbering: str) -> Version:
    editions = {
        lang: EditionText(title, text, hashlib.sha256(text.encode()).hexdigest(), 1, 2)
        for lang, (title, text) in EDITIONS.items()
    }
    digest = version_sha256(
        document=f"doc_{IDENTITY}",
        number=3,
        parent=SHA[0],
        kind="constitution",
        issued_by="coalition",
        authentic=("en", "ar"),
        editions=editions,
        numbering=numbering,
    )
    given: dict[str, Any] = {"id": f"ver_{IDENTITY}", "document": f"doc_{IDENTITY}", "number": 3}
    given |= {"parent_sha256": SHA[0], "version_sha256": digest, "kind": "constitution", "issued_by": "coalition"}
    given |= {"authentic": ("ar", "en"), "cut_by": "per_a", "cut_at": AT, "note": "", "editions": editions}
    return Version(**given, numbering=numbering)


def seal_lines() -> Iterator[str]:
    roll = (RollEntry(f"org_{IDENTITY}", {"ar": "بيتنا", "en": "Our Home"}), RollEntry("org_b", {"en": "B"}))
    yield f"roll {canonical(roll_json(roll)).decode()} {roll_sha256(roll)}"
    yield f"  {verdict(roll_sha256(roll), 'mithaq.roll.v1', canonical(roll_json(roll)))}"
    for numbering in ("typed", "automatic"):
        version = a_version(numbering)
        yield f"version {numbering} {version.version_sha256}"
        content = seal_content(**seal_parts(version, roll), letterhead={"names": {"ar": "ائتلاف"}}, sealed_at=AT + 9)
        yield f"seal {canonical(content).decode()} {seal_sha256(content)}"
        yield f"  {verdict(seal_sha256(content), 'mithaq.seal.v1', canonical(content))}"


def seal_parts(version: Version, roll: tuple[RollEntry, ...]) -> dict[str, Any]:
    """Return a document, a round and an endorsement around a version; fields that no seal shows are filled with
    None."""
    document = filled(
        Document,
        id=version.document,
        kind=version.kind,
        issued_by=version.issued_by,
        authentic=("en", "ar"),
        front={"place": {"ar": "حلب"}},
    )
    rule = dict(RULES[0])
    round_ = filled(
        Round,
        id=f"rnd_{IDENTITY}",
        rule=rule,
        rule_sha256=SHA[1],
        roll=roll,
        roll_sha256=roll_sha256(roll),
        opened_at=AT,
        closes_at=AT + 5,
    )
    endorsement = filled(
        Endorsement,
        organisation=f"org_{IDENTITY}",
        position="endorse_with_reservation",
        reservation={"ar": "تحفّظ"},
        statement_sha256=SHA[2],
        assurance="C",
        cast_at=AT + 2,
    )
    outcome = {"passes": True, "v": 1}
    return {
        "document": document,
        "version": version,
        "round_": round_,
        "outcome": outcome,
        "endorsements": [endorsement],
    }


def filled(make: Callable[..., Any], /, **given: Any) -> Any:
    """Call `make`; parameters that have no default and are not given become None."""
    missing = {
        name: None
        for name, one in inspect.signature(make).parameters.items()
        if one.default is one.empty and name not in given
    }
    return make(**missing, **given)


def sample_bytes() -> str:
    """Return record, statements, versions, rounds, seals and publications of the sample, digests checked, ids
    replaced."""
    here = instance()
    texts = {row["text_sha256"] for row in here.rows("SELECT text_sha256 FROM version_edition")}
    rules = {row["rule_sha256"] for row in here.rows("SELECT rule_sha256 FROM round")}
    hide = Placeholders(texts | rules)
    lines, prev = [], "0" * 64
    for row in here.rows("SELECT * FROM record ORDER BY seq"):
        good = row["prev"] == prev and verdict(row["commitment"], "mithaq.leaf.v1", row["salt"] + row["content"])
        prev = row["commitment"]
        lines.append(f"record {good}: {hide(row['content'].decode())}")
    for row in here.rows("SELECT * FROM endorsement ORDER BY seq"):
        good = verdict(row["statement_sha256"], "mithaq.endorsement.v1", row["statement"])
        lines.append(f"statement {good}: {hide(row['statement'].decode())}")
        lines.append(f"  sentence {row['sentence']}")
    for row in here.rows("SELECT * FROM round ORDER BY seq"):
        rule, roll = json.loads(row["rule"]), json.loads(row["roll"])["entries"]
        lines.append(f"rule {verdict(row['rule_sha256'], 'mithaq.rule.v1', canonical(rule))}: {hide(str(rule))}")
        lines.append(f"roll {verdict(row['roll_sha256'], 'mithaq.roll.v1', canonical(roll))}: {hide(str(roll))}")
    for row in here.rows("SELECT * FROM version ORDER BY seq"):
        lines.append(f"version {version_verdict(here, row)}: {row['number']} {row['kind']} {row['numbering']}")
    for row in here.rows("SELECT * FROM seal ORDER BY seq"):
        good = verdict(row["seal_sha256"], "mithaq.seal.v1", row["content"])
        lines.append(f"seal {good}: {hide(row['content'].decode())}")
    for row in here.rows("SELECT content FROM publication_revision ORDER BY published_at, number"):
        lines.append(f"revision {hide(row['content'].decode())}")
    lines.append(f"settings {hide(str(here.rows('SELECT settings FROM coalition')))}")
    return "\n".join(lines) + "\n"


def version_verdict(here: Instance, row: Mapping[str, Any]) -> str:
    """Return whether the digest of a stored version is the documented one."""
    found = here.rows(f"SELECT lang, title, text_sha256 FROM version_edition WHERE version = '{row['id']}'")
    plain = {
        "document": row["document"],
        "number": row["number"],
        "parent": row["parent_sha256"],
        "kind": row["kind"],
        "issued_by": row["issued_by"],
        "authentic": sorted(json.loads(row["authentic"])),
        "editions": {one["lang"]: {"title": one["title"], "text_sha256": one["text_sha256"]} for one in found},
    }
    return verdict(row["version_sha256"], "mithaq.version.v1", canonical(plain))


TEXTS: Mapping[str, tuple[str, ...]] = {
    "en": (
        (
            "# Charter\n\n## Article 1 {#homes}\n\nEvery person has a right to a home. No one is removed by force.\n\n"
            "## Article 2\n\nThe state keeps a register of homes, as [](#homes) says.\n\n1. free\n2. open to all\n\n"
            "## Article 3\n\nCourts decide within ninety days.\n"
        ),
        (
            "# Charter\n\n## Article 1 {#homes}\n\nEvery person has the right to a safe home. "
            "No one is removed by force.\n\n"
            "## Article 3\n\nCourts decide within ninety days.\n\n"
            "## Article 2\n\nThe state keeps a public register of homes, as [](#homes) says.\n\n"
            "1. free\n2. **open** to all\n"
        ),
        (
            "# Charter\n\n## Article 1 {#homes}\n\n"
            "Every person has a right to a home. No one is ever removed by force.\n\n"
            "## Article 2\n\nThe state keeps a digital register of homes, as [](#home) says.\n\n"
            "1. free\n2. open to all\n\n"
            "## Article 3\n\nCourts decide within sixty days.\n"
        ),
    ),
    "ar": (
        (
            "# ميثاق\n\n## المادة ١ {#homes}\n\nلكلّ إنسان حقّ في السكن. لا يُخرَج أحد من بيته بالقوّة.\n\n"
            "## المادة ٢\n\nتمسك الدولة سجلّاً للبيوت كما في [](#homes).\n\n"
            "## المادة ٣\n\nتفصل المحاكم خلال تسعين يوماً.\n"
        ),
        (
            "# ميثاق\n\n## المادة ١ {#homes}\n\nلكلّ إنسان الحقّ في سكن لائق. لا يُخرَج أحد من بيته بالقوّة.\n\n"
            "## المادة ٣\n\nتفصل المحاكم خلال تسعين يوماً.\n\n"
            "## المادة ٢\n\nتمسك الدولة سجلّاً علنيّاً للبيوت كما في [](#homes).\n"
        ),
        (
            "# ميثاق\n\n## المادة ١ {#homes}\n\nلكلّ إنسان حقّ في السكن. لا يُخرَج أحد قطّ من بيته بالقوّة.\n\n"
            "## المادة ٢\n\nتمسك الدولة سجلّاً رقميّاً للبيوت كما في [](#home).\n\n"
            "## المادة ٤\n\nتفصل المحاكم خلال ستّين يوماً.\n"
        ),
    ),
}


def redline() -> Files:
    """Return comparison, merge, blame and outline of the texts above, by the command line."""
    lines = []
    with tempfile.TemporaryDirectory() as directory:
        for lang, texts in TEXTS.items():
            paths = [Path(directory) / f"{lang}{nth}.md" for nth in range(len(texts))]
            for path, text in zip(paths, texts, strict=True):
                path.write_text(text, "utf-8")
            base, ours, theirs = map(str, paths)
            for arguments in (
                ("redline", base, ours),
                ("redline", ours, theirs),
                ("redline", base, ours, "--to", "delta"),
                ("redline", base, ours, "--to", "text"),
                ("merge", base, ours, theirs),
                ("merge", base, ours, theirs, "--markers"),
                ("merge", base, ours, base),
                ("blame", base, ours, theirs, "--to", "json"),
                ("blame", base, theirs),
                ("outline", base, "--to", "json"),
                ("outline", base, "--to", "json", "--numbering", "automatic"),
                ("outline", theirs, "--to", "json", "--check"),
                ("outline", theirs, "--to", "json", "--check", "--twin", base),
            ):
                shown = [Path(one).name if one in (base, ours, theirs) else one for one in arguments]
                lines.append(f"$ mithaq {' '.join(shown)}\n{run(*arguments)}".replace(f"{directory}/", ""))
    return {"redline.json": "\n".join(lines)}


def printed() -> Files:
    """Return the digests of the example manuscripts in every format, with the parts of each DOCX, and of a bare
    text."""
    lines: list[str] = []
    for path in sorted((ROOT / "templates").glob("manuscript.example*.json")):
        manuscript = read_manuscript(json.loads(path.read_text("utf-8")))
        for format_ in FORMATS:
            lines += digests(f"{path.name} {format_}", render(manuscript, format_))
    with tempfile.TemporaryDirectory() as directory:
        for lang, texts in TEXTS.items():
            source = Path(directory) / f"{lang}.md"
            source.write_text(texts[0], "utf-8")
            for format_ in FORMATS:
                target = source.with_suffix(f".{format_}")
                run("export", str(source), "--to", format_, "--kind", "constitution", "-o", str(target))
                lines += digests(f"mithaq export {lang} {format_}", target.read_bytes())
    return {"printed.txt": "\n".join(lines) + "\n"}


def digests(name: str, data: bytes) -> Iterator[str]:
    """Return the digest of a file and, of a DOCX, of each of its parts."""
    yield f"{hashlib.sha256(data).hexdigest()}  {name}"
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            for part in parts.namelist():
                yield f"{hashlib.sha256(parts.read(part)).hexdigest()}    {name}: {part}"


SECTIONS: Mapping[str, Callable[[], Files]] = {
    "openapi": openapi,
    "routes": routes,
    "cli_help": cli_help,
    "error_codes": error_codes,
    "names": names,
    "record": record_and_statement,
    "redline": redline,
    "printed": printed,
}


# --- Record and compare -----------------------------------------------------------------------------------------------


def recorded(only: Iterable[str]) -> Files:
    """Return the files of the sections, all by default."""
    found: Files = {}
    for name in only or SECTIONS:
        found |= SECTIONS[name]()
    return found


def renamed(text: str) -> str:
    """Return a recorded OpenAPI document under the present names of its components."""
    document = json.loads(text)
    prefix = "#/components/schemas/"

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walk(one) for key, one in value.items()}
        if isinstance(value, list):
            return [walk(one) for one in value]
        if isinstance(value, str) and value.startswith(prefix):
            return prefix + RENAMED_COMPONENTS.get(value.removeprefix(prefix), value.removeprefix(prefix))
        return value

    document = walk(document)
    schemas = document["components"]["schemas"]
    for name, one in schemas.items():
        if one.get("title") == name:
            one["title"] = RENAMED_COMPONENTS.get(name, name)
    moved = {RENAMED_COMPONENTS.get(name, name): one for name, one in schemas.items()}
    assert len(moved) == len(schemas), "two components have one name"
    document["components"]["schemas"] = dict(sorted(moved.items()))
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def without_sentences(text: str) -> Any:
    """Return an OpenAPI document without summaries and descriptions that are strings."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            left = {key: one for key, one in value.items() if key not in ("summary", "description")}
            kept = {key: one for key, one in value.items() if key not in left and not isinstance(one, str)}
            return {key: walk(one) for key, one in (left | kept).items()}
        return [walk(one) for one in value] if isinstance(value, list) else value

    return walk(json.loads(text))


def compared(before: Files, after: Files, *, allow_sentences: bool) -> bool:
    """Print the differences; return whether anything that must not differ does."""
    failed = False
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, ""), after.get(name, "")
        if name == "openapi.json" and old and RENAMED_COMPONENTS:
            old = renamed(old)
        if old == new:
            continue
        only_words = name == "openapi.json" and old and new and without_sentences(old) == without_sentences(new)
        harmless = name in SENTENCES or bool(only_words and allow_sentences)
        failed |= not harmless
        click.echo(f"{'reported only' if harmless else 'DIFFERENT'}: {name}")
        lines = difflib.unified_diff(
            old.splitlines(), new.splitlines(), f"recorded/{name}", f"now/{name}", "", "", 1, ""
        )
        click.echo("".join(f"  {clipped(line)}\n" for line in lines), nl=False)
    return failed


def clipped(line: str, *, most: int = 2000) -> str:
    """Return a line of a diff, truncated to `most` code points."""
    return line if len(line) <= most else f"{line[:most]}… ({len(line)} code points)"


def files_in(directory: Path, wanted: Iterable[str] = ()) -> Files:
    """Return the recorded files by name; of `wanted` names only, if any are given."""
    if not directory.is_dir():
        raise SystemExit(f"{directory} is no directory")
    return {path.name: path.read_bytes().decode() for path in directory.iterdir() if not wanted or path.name in wanted}


def main() -> int:
    """Parse the arguments, then record or compare; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.repo.public_surface")
    parser.add_argument("act", choices=["record", "compare"])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--only", action="append", choices=list(SECTIONS), default=[], help="section; may be repeated")
    parser.add_argument("--with", dest="other", type=Path, help="compare with this recording, not with the checkout")
    parser.add_argument(
        "--allow-sentences", action="store_true", help="summaries and descriptions of OpenAPI may differ"
    )
    given = parser.parse_args()
    if not Path(inspect.getfile(fill_sample)).is_relative_to(ROOT):
        parser.error(f"the package `service` is not that of {ROOT}; start this there, with python -m")
    try:
        found = files_in(given.other) if given.other else recorded(given.only)
    finally:
        if instance.cache_info().currsize:
            shutil.rmtree(instance().var.parent, ignore_errors=True)
    if given.act == "record":
        given.directory.mkdir(parents=True, exist_ok=True)
        for name, text in found.items():
            (given.directory / name).write_bytes(text.encode())
        return 0
    before = files_in(given.directory, found if given.only else ())
    failed = compared(before, found, allow_sentences=given.allow_sentences)
    click.echo("The public surface differs." if failed else "The public surface is the same.")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
