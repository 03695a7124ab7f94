"""`mithaq demo`: one bilingual document from draft to published files, over the public API of a service of its own."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from service.cli.common.api_client import Api
from service.cli.local import orphan_guard
from service.config import Settings
from service.domain.text.redline import html_document
from service.domain.text.redline.redline import redline
from service.sample import document as document_module
from service.sample.document import CODE, TWO_THIRDS, Cast
from service.store.db import connect, now_us
from service.store.migrate import migrate

TETHER = str(Path(orphan_guard.__file__))
READY_WITHIN = 60.0
FILES_WITHIN = 120.0


class NotHeld(click.ClickException):
    """Something the demo promises did not hold."""

    exit_code = 1


@dataclass
class Stage:
    """The play as it runs: the API, who plays, what is printed."""

    api: Api
    cast: Cast
    play: Mapping[str, Any]
    out: Path
    started: float = field(default_factory=time.monotonic)
    last: float = field(default_factory=time.monotonic)

    def token(self, key: str) -> str:
        return self.cast.people[key].token

    def one(self, role: str, *, place: int = 0) -> str:
        """The token of the first, second … person with a role."""
        return self.token(document_module.holding(self.play, role)[place])

    def say(self, what: str) -> None:
        """Print a step and how long it took since the last, in seconds."""
        now = time.monotonic()
        click.echo(f"{now - self.last:7.2f} s  {what}")
        self.last = now


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Where the files go.")
def demo(out: Path) -> None:
    """Take one document from draft to sealed files, and show each step."""
    out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mithaq-demo-") as directory:
        settings = Settings.read({}, var=Path(directory) / "var", port=free_port(), sample=True)
        cast = prepared(settings)
        with running(settings) as port:
            stage = Stage(Api(port), cast, document_module.script(), out, started=began, last=began)
            stage.say(f"a service of its own is ready at {settings.public_origin}")
            perform(stage)
    click.echo(f"{time.monotonic() - began:7.2f} s  in all; everything held. The files are in {out}/")


def prepared(settings: Settings) -> Cast:
    """A database with the coalition, its three organisations and its people."""
    settings.var.mkdir(mode=0o700, parents=True)
    os.umask(0o077)
    migrate(settings.database)
    database = connect(settings.database)
    try:
        return document_module.gather(database, origin=settings.public_origin)
    finally:
        database.close()


@contextmanager
def running(settings: Settings) -> Iterator[int]:
    """`mithaq up` on these settings, ready; its port. Stopped at the end."""
    log = settings.var / "up.log"
    command = [
        sys.executable,
        TETHER,
        "exec",
        str(os.getpid()),
        sys.executable,
        "-m",
        "service.cli.main",
        "up",
        "--sample",
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--port", str(settings.port), "--var", str(settings.var)], stdout=output, stderr=output
        )
    try:
        _await(lambda: _is_ready(settings.port, process, log), within=READY_WITHIN, what="the service to be ready")
        yield settings.port
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def perform(stage: Stage) -> None:
    """The whole play; raises NotHeld where something is not as promised."""
    grant_mandates(stage)
    document = write(stage)
    compare(stage, document)
    round_id = open_round(stage, document)
    for organisation, (_, _, signatory) in zip(
        stage.play["organisations"], document_module.mandate_holders(stage.play), strict=True
    ):
        endorse(stage, round_id, organisation, signatory)
    close(stage, document, round_id)
    files = take_files(stage, document)
    publish(stage, document, files)
    check_record(stage)


def grant_mandates(stage: Stage) -> None:
    """Each focal point grants a mandate, two persons of the secretariat confirm it."""
    for organisation, focal, signatory in document_module.mandate_holders(stage.play):
        body = {
            "organisation": stage.cast.organisations[organisation],
            "person": stage.cast.people[signatory].id,
        }
        id = stage.api.post("/mandates", body, token=stage.token(focal))["id"]
        for key in document_module.holding(stage.play, "secretariat"):
            last = stage.api.post(f"/mandates/{id}/confirmations", token=stage.token(key))
        hold(last["state"] == "confirmed", "a mandate is confirmed by two persons of the secretariat")
    stage.say("three organisations entrusted their signatories; the secretariat confirmed each mandate twice")


def write(stage: Stage) -> str:
    """Two drafters, two versions; the document's id."""
    about, (one, two) = stage.play["document"], stage.play["document"]["versions"]
    first, second = stage.one("drafter"), stage.one("drafter", place=1)
    editions = {
        lang: {"title": title, "text": document_module.text(one["texts"][lang])}
        for lang, title in about["title"].items()
    }
    body = {
        "kind": about["kind"],
        "issued_by": about["issued_by"],
        "authentic": about["authentic"],
        "editions": editions,
        "front": {"place": stage.play["place"], "addressees": about["addressees"]},
    }
    id = str(stage.api.post("/documents", body, token=first)["id"])
    stage.say(f"a drafter opened “{about['title']['en']}” in Arabic and English")
    cut(stage, id, token=first, note=one["note"]["ar"])
    for lang in about["title"]:
        save(stage, id, lang, document_module.text(two["texts"][lang]), token=second)
    stage.say("a second drafter revised both texts")
    cut(stage, id, token=second, note=two["note"]["ar"])
    stage.api.post(f"/documents/{id}/moves", {"to": "review"}, token=stage.one("secretariat"))
    stage.say("the secretariat sent it to review")
    return id


def cut(stage: Stage, document: str, *, token: str, note: str) -> None:
    version = stage.api.post(f"/documents/{document}/versions", {"note": note}, token=token)
    shown = {
        lang: stage.api.get(f"/documents/{document}/editions/{lang}/draft", token=token)["text"]
        for lang in version["editions"]
    }
    same = all(version["editions"][lang]["text"] == text for lang, text in shown.items())
    hold(same, "a version equals its drafts character by character")
    stage.say(f"version {version['number']} was cut: {version['version_sha256'][:16]}")


def save(stage: Stage, document: str, lang: str, text: str, *, token: str) -> None:
    path = f"/documents/{document}/editions/{lang}/draft"
    opened = stage.api.get(path, token=token)
    body = {"text": text, "epoch": opened["epoch"], "seq": opened["seq"]}
    hold(stage.api.put(path, body, token=token)["seq"] == opened["seq"] + 1, "a save is one row of the journal")


def compare(stage: Stage, document: str) -> None:
    """The redline of both texts, written as one page."""
    reader = stage.one("signatory")
    texts = []
    for number in (1, 2):
        version = stage.api.get(f"/documents/{document}/versions/{number}", token=reader)
        texts.append({lang: edition["text"] for lang, edition in version["editions"].items()})
    path = f"/documents/{document}/comparison?lang=ar&old=1&new=2"
    served = stage.api.get(path, token=reader)["redline"]
    local = redline(texts[0]["ar"], texts[1]["ar"])
    hold(served["digest"] == local.to_json()["digest"], "the same two texts give the same redline anywhere")
    title = stage.play["document"]["title"]["ar"]
    page = html_document.page(local, texts[0]["ar"], texts[1]["ar"], lang="ar", title=title)
    (stage.out / "redline.html").write_text(page, "utf-8")
    changed = sum(1 for op in served["ops"] if op[0] not in ("equal", "space"))
    stage.say(f"versions 1 and 2 compared: {changed} changes, {len(served['moves'])} moved; redline.html")


def open_round(stage: Stage, document: str) -> str:
    body = {"version": 2, "closes_at": now_us() + document_module.DAY, "rule": dict(TWO_THIRDS)}
    opened = stage.api.post(f"/documents/{document}/rounds", body, token=stage.one("secretariat"))
    hold(len(opened["roll"]) == 3 and opened["accepts"], "the round is open to the three organisations")
    stage.say(f"a round was opened. {opened['rule_in_words']['en']}")
    return str(opened["id"])


def endorse(stage: Stage, round_id: str, organisation: Mapping[str, Any], signatory: str) -> None:
    """Prepare the statement, read the mailed code, cast."""
    token = stage.token(signatory)
    body = {
        "position": organisation["position"],
        "reservation": document_module.reservation(organisation),
        "lang": "ar",
    }
    prepared = stage.api.post(f"/rounds/{round_id}/challenges", body, token=token)
    mails = stage.api.get("/mails?limit=200", token=token)["items"]
    code = CODE.search(mails[-1]["body"])
    hold(code is not None, "the code came by mail")
    body = {"challenge": prepared["challenge"], "code": code.group() if code else ""}
    cast = stage.api.post(f"/rounds/{round_id}/endorsements", body, token=token)
    hold(cast["statement"] == prepared["statement"], "what was cast is what was shown, byte for byte")
    stage.say(f"{organisation['name']['en']}: {organisation['position'].replace('_', ' ')}")


def close(stage: Stage, document: str, round_id: str) -> None:
    """Two persons of the secretariat close the round; it passes and seals."""
    for place in (0, 1):
        closed = stage.api.post(f"/rounds/{round_id}/closing", token=stage.one("secretariat", place=place))
    hold(closed["state"] == "passed", "two of three endorse: the round passes")
    seal = stage.api.get(f"/documents/{document}/seal", token=stage.one("communications"))
    hold(len(seal["content"]["endorsements"]) == 3, "the seal holds all three answers")
    stage.say(f"two persons of the secretariat closed the round: passed, sealed {seal['seal_sha256'][:16]}")


def take_files(stage: Stage, document: str) -> dict[str, bytes]:
    """Wait for the worker; the standard files by `lang.format`, written to the directory."""
    token = stage.one("communications")

    def ready() -> list[dict[str, Any]] | None:
        made = stage.api.get(f"/documents/{document}/exports", token=token)["items"]
        failed = [one for one in made if one["state"] == "failed"]
        if failed:
            raise NotHeld(f"a file could not be made: {failed[0]['failure']}")
        return made if len(made) == 4 and all(one["state"] == "ready" for one in made) else None

    made = _await(ready, within=FILES_WITHIN, what="the files")
    files = {}
    for one in made:
        data = stage.api.fetch(f"/exports/{one['id']}/file", token=token)
        hold(hashlib.sha256(data).hexdigest() == one["sha256"], "a file is the one that was promised")
        name = f"statement.{one['lang']}.{one['format']}"
        (stage.out / name).write_bytes(data)
        files[name] = data
    stage.say(f"the worker made {', '.join(sorted(files))}")
    return files


def publish(stage: Stage, document: str, files: Mapping[str, bytes]) -> None:
    """Communications publishes; a stranger finds the files by their digests."""
    made = stage.api.post(f"/documents/{document}/publication", token=stage.one("communications"))
    named = {file["sha256"] for file in made["revisions"][0]["content"]["files"]}
    hold(named == {hashlib.sha256(data).hexdigest() for data in files.values()}, "the publication names these files")
    for sha256 in sorted(named):
        data = stage.api.fetch(f"/publications/{made['id']}/files/{sha256}", token="")
        hold(hashlib.sha256(data).hexdigest() == sha256, "strangers get the same bytes")
    stage.say("communications published it; the public files are the sealed ones")


def check_record(stage: Stage) -> None:
    """The record hangs together from its first row."""
    rows = stage.api.get("/record?limit=200", token=stage.one("secretariat"))["items"]
    prev = "0" * 64
    for row in rows:
        leaf = b"mithaq.leaf.v1\n" + bytes.fromhex(row["salt"]) + row["content"].encode()
        good = row["prev"] == prev and hashlib.sha256(leaf).hexdigest() == row["commitment"]
        hold(good, f"row {row['seq']} of the record commits to its content and to the row before")
        prev = row["commitment"]
    stage.say(f"the record holds {len(rows)} acts, chained without a gap")


def hold(true: bool, what: str) -> None:
    """Raises NotHeld unless `true`."""
    if not true:
        raise NotHeld(f"did not hold: {what}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_ready(port: int, process: "subprocess.Popen[bytes]", log: Path) -> bool:
    if process.poll() is not None:
        raise NotHeld(f"the service stopped by itself:\n{log.read_text('utf-8', 'replace')}")
    return "Mithaq is ready" in log.read_text("utf-8", "replace")


def _await(found: "Callable[[], Any]", *, within: float, what: str) -> Any:
    """What `found` returns once it is true. Raises NotHeld after `within` seconds."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        got = found()
        if got:
            return got
        time.sleep(0.05)
    raise NotHeld(f"waited {within:.0f} s in vain for {what}")
