"""The steps of `mithaq demo` over the public API, from mandates to published files, each with its checks."""

import hashlib
from collections.abc import Mapping
from typing import Any

from service.cli.commands.demo_run import CheckFailed, DemoRun, require, wait_for
from service.cli.common.api_client import ApiError
from service.domain.text.redline.redline import compute_redline
from service.domain.text.redline.rendering import html_document
from service.sample.document import (
    CODE_PATTERN,
    DAY,
    TWO_THIRDS,
    mandate_holders,
    people_with_role,
    read_text,
    reservation_texts,
)
from service.store.db import now_us

FILES_TIMEOUT = 120.0
"""Seconds."""


def run_steps(run: DemoRun) -> None:
    """Run all steps. Raises CheckFailed if a check fails."""
    grant_mandates(run)
    document = write_document(run)
    write_comparison(run, document)
    round_id = open_round(run, document)
    for organisation, (_, _, signatory) in zip(run.script["organisations"], mandate_holders(run.script), strict=True):
        endorse(run, round_id, organisation, signatory)
    close_round(run, document, round_id)
    files = download_files(run, document)
    publish(run, document, files)
    check_record(run)


def grant_mandates(run: DemoRun) -> None:
    """Let each focal point grant a mandate, and two members of the secretariat confirm it."""
    for organisation, focal, signatory in mandate_holders(run.script):
        body = {
            "organisation": run.members.organisations[organisation],
            "person": run.members.people[signatory].id,
        }
        id = run.api.post("/mandates", body, session=run.session(focal))["id"]
        for key in people_with_role(run.script, "secretariat"):
            last = run.api.post(f"/mandates/{id}/confirmations", session=run.session(key))
        require(last["state"] == "confirmed", "a mandate is confirmed by two persons of the secretariat")
    run.report("three organisations entrusted their signatories; the secretariat confirmed each mandate twice")


def write_document(run: DemoRun) -> str:
    """Let two drafters write two versions; return the document's id."""
    about, (one, two) = run.script["document"], run.script["document"]["versions"]
    first, second = run.session_for_role("drafter"), run.session_for_role("drafter", index=1)
    editions = {lang: {"title": title, "text": read_text(one["texts"][lang])} for lang, title in about["title"].items()}
    body = {
        "kind": about["kind"],
        "issued_by": about["issued_by"],
        "authentic": about["authentic"],
        "editions": editions,
        "front": {"place": run.script["place"], "addressees": about["addressees"]},
    }
    id = str(run.api.post("/documents", body, session=first)["id"])
    run.report(f"a drafter opened “{about['title']['en']}” in Arabic and English")
    cut_version(run, id, session=first, note=one["note"]["ar"])
    for lang in about["title"]:
        save_draft(run, id, lang, read_text(two["texts"][lang]), session=second)
    run.report("a second drafter revised both texts")
    cut_version(run, id, session=second, note=two["note"]["ar"])
    run.api.post(f"/documents/{id}/moves", {"to": "review"}, session=run.session_for_role("secretariat"))
    run.report("the secretariat sent it to review")
    return id


def cut_version(run: DemoRun, document: str, *, session: str, note: str) -> None:
    """Cut a version and compare it with its drafts."""
    version = run.api.post(f"/documents/{document}/versions", {"note": note}, session=session)
    drafts = {
        lang: run.api.get(f"/documents/{document}/editions/{lang}/draft", session=session)["text"]
        for lang in version["editions"]
    }
    same = all(version["editions"][lang]["text"] == text for lang, text in drafts.items())
    require(same, "a version equals its drafts character by character")
    run.report(f"version {version['number']} was cut: {version['version_sha256'][:16]}")


def save_draft(run: DemoRun, document: str, lang: str, text: str, *, session: str) -> None:
    """Replace the text of a draft."""
    path = f"/documents/{document}/editions/{lang}/draft"
    opened = run.api.get(path, session=session)
    body = {"text": text, "epoch": opened["epoch"], "seq": opened["seq"]}
    require(run.api.put(path, body, session=session)["seq"] == opened["seq"] + 1, "a save is one row of the journal")


def write_comparison(run: DemoRun, document: str) -> None:
    """Compare both versions and write the redline as one page."""
    reader = run.session_for_role("signatory")
    texts = []
    for number in (1, 2):
        version = run.api.get(f"/documents/{document}/versions/{number}", session=reader)
        texts.append({lang: edition["text"] for lang, edition in version["editions"].items()})
    path = f"/documents/{document}/comparison?lang=ar&old=1&new=2"
    served = run.api.get(path, session=reader)["redline"]
    local = compute_redline(texts[0]["ar"], texts[1]["ar"])
    require(served["digest"] == local.to_json()["digest"], "the same two texts give the same redline anywhere")
    title = run.script["document"]["title"]["ar"]
    page = html_document.render_page(local, texts[0]["ar"], texts[1]["ar"], lang="ar", title=title)
    (run.out / "redline.html").write_text(page, "utf-8")
    changed = sum(1 for op in served["ops"] if op[0] not in ("equal", "space"))
    run.report(f"versions 1 and 2 compared: {changed} changes, {len(served['moves'])} moved; redline.html")


def open_round(run: DemoRun, document: str) -> str:
    """Wait until the proofs are whole and open a round for a day; return its id."""
    wait_for(lambda: proofs_are_whole(run, document), timeout=FILES_TIMEOUT, what="the proofs")
    run.report("the worker made the proofs: what is signed can be printed")
    body = {"version": 2, "closes_at": now_us() + DAY, "rule": dict(TWO_THIRDS)}
    opened = run.api.post(f"/documents/{document}/rounds", body, session=run.session_for_role("secretariat"))
    require(len(opened["roll"]) == 3 and opened["accepts"], "the round is open to the three organisations")
    run.report(f"a round was opened. {opened['rule_in_words']['en']}")
    return str(opened["id"])


def proofs_are_whole(run: DemoRun, document: str) -> bool | None:
    """Return whether a round can open on the proofs of the document. Raises CheckFailed if one failed."""
    found = run.api.get(f"/documents/{document}/proofs", session=run.session_for_role("secretariat"))
    failed = [one["failure"] for one in found["items"] if one["state"] == "failed"]
    if failed:
        raise CheckFailed(f"a proof could not be made: {failed[0]}")
    return True if found["whole"] else None


def endorse(run: DemoRun, round_id: str, organisation: Mapping[str, Any], signatory: str) -> None:
    """Prepare the statement, read the mailed code, and cast the endorsement."""
    session = run.session(signatory)
    body = {
        "position": organisation["position"],
        "reservation": reservation_texts(organisation),
        "lang": "ar",
    }
    prepared = wait_for(
        lambda: _prepare_statement(run, round_id, body, session=session), timeout=FILES_TIMEOUT, what="the reservation"
    )
    mails = run.api.get("/mails?limit=200", session=session)["items"]
    code = CODE_PATTERN.search(mails[-1]["body"])
    require(code is not None, "the code came by mail")
    confirmed = {"challenge": prepared["challenge"], "code": code.group() if code else ""}
    cast = run.api.post(f"/rounds/{round_id}/endorsements", confirmed, session=session)
    require(cast["statement"] == prepared["statement"], "what was cast is what was shown, byte for byte")
    run.report(f"{organisation['name']['en']}: {organisation['position'].replace('_', ' ')}")


def _prepare_statement(run: DemoRun, round_id: str, body: object, *, session: str) -> dict[str, Any] | None:
    """Prepare a statement; None while the worker finds out whether its reservation can be printed."""
    try:
        return dict(run.api.post(f"/rounds/{round_id}/challenges", body, session=session))
    except ApiError as error:
        if error.code != "reservation_being_proved":
            raise
        return None


def close_round(run: DemoRun, document: str, round_id: str) -> None:
    """Let two members of the secretariat close the round, which passes and seals the text."""
    for index in (0, 1):
        closed = run.api.post(f"/rounds/{round_id}/closing", session=run.session_for_role("secretariat", index=index))
    require(closed["state"] == "passed", "two of three endorse: the round passes")
    seal = run.api.get(f"/documents/{document}/seal", session=run.session_for_role("communications"))
    outcome = seal["content"]["outcome"]
    counted = outcome["endorsed"] + outcome["reserved"] + outcome["abstained"]
    require(counted == 3, "the seal counts all three answers")
    require(len(seal["content"]["endorsements"]) == 2, "the seal names the two that endorse")
    run.report(f"two persons of the secretariat closed the round: passed, sealed {seal['seal_sha256'][:16]}")


def download_files(run: DemoRun, document: str) -> dict[str, bytes]:
    """Wait for the worker and write the standard files to the directory; return them by file name."""
    session = run.session_for_role("communications")

    def finished_exports() -> list[dict[str, Any]] | None:
        made = run.api.get(f"/documents/{document}/exports", session=session)["items"]
        failed = [one for one in made if one["state"] == "failed"]
        if failed:
            raise CheckFailed(f"a file could not be made: {failed[0]['failure']}")
        return made if len(made) == 4 and all(one["state"] == "ready" for one in made) else None

    exports = wait_for(finished_exports, timeout=FILES_TIMEOUT, what="the files")
    files = {}
    for export in exports:
        data = run.api.download(f"/exports/{export['id']}/file", session=session)
        require(hashlib.sha256(data).hexdigest() == export["sha256"], "a file is the one that was promised")
        name = f"statement.{export['lang']}.{export['format']}"
        (run.out / name).write_bytes(data)
        files[name] = data
    run.report(f"the worker made {', '.join(sorted(files))}")
    return files


def publish(run: DemoRun, document: str, files: Mapping[str, bytes]) -> None:
    """Publish as communications, and download the files by digest without signing in."""
    publication = run.api.post(f"/documents/{document}/publication", session=run.session_for_role("communications"))
    published = {file["sha256"] for file in publication["revisions"][0]["content"]["files"]}
    require(
        published == {hashlib.sha256(data).hexdigest() for data in files.values()}, "the publication names these files"
    )
    for sha256 in sorted(published):
        data = run.api.download(f"/publications/{publication['id']}/files/{sha256}")
        require(hashlib.sha256(data).hexdigest() == sha256, "everyone gets the same bytes")
    run.report("communications published it; the public files are the sealed ones")


def check_record(run: DemoRun) -> None:
    """Check the hash chain of the record from its first row."""
    rows = run.api.get("/record?limit=200", session=run.session_for_role("secretariat"))["items"]
    prev = "0" * 64
    for row in rows:
        leaf = b"mithaq.leaf.v1\n" + bytes.fromhex(row["salt"]) + row["content"].encode()
        good = row["prev"] == prev and hashlib.sha256(leaf).hexdigest() == row["commitment"]
        require(good, f"row {row['seq']} of the record commits to its content and to the row before")
        prev = row["commitment"]
    run.report(f"the record holds {len(rows)} acts, chained without a gap")
