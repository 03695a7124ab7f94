"""The sample as it opens, additional sample data, and the import command."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.actions import authorization
from service.actions.comments import placement
from service.actions.publication import exports
from service.cli.commands.import_members import import_
from service.cli.commands.seed import seed
from service.config import Settings
from service.domain.membership.people import ROLES
from service.domain.text.markup.canonical import canonicalise_entry
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import Heading
from service.i18n import Translator
from service.job_dispatch import NullDispatcher
from service.sample import coalition, document
from service.store.accounts import people as people_store
from service.store.db import connect
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.store.membership import organisations as organisations_store
from service.store.migrate import migrate
from service.store.publication import exports as exports_store
from service.store.publication import publications as publications_store
from tests.support.factories import SECRET, SampleInstance, complete_proofs

TABLE = "organisation_en,name,email,roles\nYoung Voices,Sami Aziz,sami@voices.example,focal_point\n"


@pytest.fixture(scope="module")
def opened_sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, list[str]]:
    """A sample as `mithaq up --sample` opens it, and its output."""
    var = tmp_path_factory.mktemp("house")
    settings = Settings.load({}, var=var, sample=True, secret=SECRET.decode())
    migrate(settings.resolved_database_url)
    return settings, coalition.ensure_sample(settings, prove=complete_proofs)


def test_sample_has_eight_organisations_with_both_names_and_every_role(
    opened_sample: tuple[Settings, list[str]],
) -> None:
    database = connect(opened_sample[0].resolved_database_url)
    with database.read() as tx:
        members = [one for _, one in organisations_store.list_members(tx)]
        held = {grant.role for _, one in people_store.list_all(tx) for grant in people_store.list_grants(tx, one.id)}
    database.close()
    assert len(members) == 8 and all(set(one.names) == {"ar", "en"} for one in members)
    assert held == set(ROLES)


def test_each_sign_in_is_printed_once(opened_sample: tuple[Settings, list[str]]) -> None:
    settings, lines = opened_sample
    tokens = re.findall(r"mtq_\S+", "\n".join(lines))
    assert len(tokens) == len(set(tokens)) == len(coalition.load_full_script()["people"]) >= 12
    database = connect(settings.resolved_database_url)
    with database.read() as tx:
        assert all(authorization.authenticate(tx, token=one, session=None) for one in tokens)
    database.close()
    assert coalition.ensure_sample(settings, prove=complete_proofs) == []


def test_sample_draft_has_comments_for_all_and_within_one_organisation(
    opened_sample: tuple[Settings, list[str]],
) -> None:
    database = connect(opened_sample[0].resolved_database_url)
    with database.read() as tx:
        (draft,) = [
            one.id
            for _, one in documents_store.list_in_scope(tx, coalition.ALL_DOCUMENTS, limit=9)
            if one.state == "drafting"
        ]
        by_mail = {one.email: one for _, one in people_store.list_all(tx)}
        found = {
            who: [
                len(one.thread.comments)
                for lang in ("ar", "en")
                for one in placement.list_threads(
                    tx, document.load_actor(tx, by_mail[mail].id), document_id=draft, lang=lang
                ).threads
            ]
            for who, mail in (("hala", "hala@qasioun.example"), ("omar", "omar@lawyers.example"))
        }
    database.close()
    assert found == {"hala": [2, 1, 1], "omar": [2, 1]}


def test_sample_has_drafts_one_in_review_and_one_approved(
    opened_sample: tuple[Settings, list[str]],
) -> None:
    database = connect(opened_sample[0].resolved_database_url)
    with database.read() as tx:
        found = [one for _, one in documents_store.list_in_scope(tx, coalition.ALL_DOCUMENTS)]
        states = {(one.kind, one.state): one for one in found}
        drafted = states["statement", "drafting"]
        assert versions_store.get_latest(tx, drafted.id) and set(drafted.editions) == {"ar", "en"}
        authors = {
            row.actor
            for edition in drafted.editions.values()
            for row in journal_store.list_latest_updates(tx, edition.draft, epoch=1)
        }
    database.close()
    assert set(states) == {("statement", "drafting"), ("constitution", "review"), ("statement", "approved")}
    assert len(authors) >= 4


def test_statement_is_published_once_its_files_are_ready(opened_sample: tuple[Settings, list[str]]) -> None:
    settings, _ = opened_sample
    assert not coalition.publish_sample(settings)
    database = connect(settings.resolved_database_url)
    with database.write(NullDispatcher()) as tx:
        (_, first), *_ = documents_store.list_in_scope(tx, coalition.ALL_DOCUMENTS)
        for _, one in exports_store.list_by_document(tx, first.id):
            exports.finish_export(tx, one.id, key=one.id, sha256=one.id.ljust(64, "0"), size=1, format_=one.format)
    assert coalition.publish_sample(settings) and coalition.publish_sample(settings)
    with database.read() as tx:
        found = publications_store.get_by_document(tx, first.id)
        assert found and found.state == "public" and len(found.revisions) == 1
    database.close()


@pytest.mark.parametrize("name", ["homes.1", "homes.2", "local"])
def test_texts_have_the_same_provisions_in_both_languages(name: str) -> None:
    trees = [parse_markup(canonicalise_entry(document.read_text(f"{name}.{lang}.md")).text) for lang in ("ar", "en")]
    shapes = [[(one.level, one.id) for one in tree.blocks if isinstance(one, Heading)] for tree in trees]
    assert shapes[0] == shapes[1] and len(shapes[0]) > 5


# Seed


def test_only_a_sample_can_be_seeded(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path}/mithaq.db")
    answer = CliRunner().invoke(seed, ["--var", str(tmp_path)])
    assert answer.exit_code == 2 and "This is not a demo." in answer.output


def test_seed_adds_more_sample_data(opened_sample: tuple[Settings, list[str]]) -> None:
    settings, _ = opened_sample
    before = _documents(settings)
    answer = CliRunner().invoke(seed, ["--var", str(settings.var), "--documents", "3"])
    assert answer.exit_code == 0, answer.output
    assert _documents(settings) == before + 3


def _documents(settings: Settings) -> int:
    database = connect(settings.resolved_database_url)
    with database.read() as tx:
        found = len(documents_store.list_in_scope(tx, coalition.ALL_DOCUMENTS))
    database.close()
    return found


# CSV import


@pytest.fixture
def csv_table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(TABLE, "utf-8")
    return path


def _import(instance: SampleInstance, table: Path, *words: str) -> tuple[int, str]:
    answer = CliRunner().invoke(import_, [str(table), "--var", str(instance.app_state.settings.var), *words])
    return answer.exit_code, answer.output


def _count(instance: SampleInstance) -> int:
    with instance.read() as tx:
        return people_store.count(tx)


def test_command_needs_an_authorised_actor(instance: SampleInstance, csv_table: Path) -> None:
    before = _count(instance)
    assert _import(instance, csv_table, "--by", "nobody@x.example")[0] == 2
    code, said = _import(instance, csv_table, "--by", "lama@sindyan.example")
    assert (code, "Your role does not allow this." in said) == (2, True)
    assert _count(instance) == before


def test_dry_run_writes_nothing_and_the_command_then_does(instance: SampleInstance, csv_table: Path) -> None:
    before = _count(instance)
    code, said = _import(instance, csv_table, "--by", "salma@mithaq.example", "--dry-run")
    assert code == 0 and "Young Voices" in said and "sami@voices.example" in said
    assert _count(instance) == before
    assert _import(instance, csv_table, "--by", "salma@mithaq.example")[0] == 0
    assert _count(instance) == before + 1
    code, said = _import(instance, csv_table, "--by", "salma@mithaq.example")
    assert code == 2 and "Someone with this email address already exists." in said
    assert _count(instance) == before + 1


def test_command_answers_in_the_language_of_the_terminal(
    instance: SampleInstance, csv_table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ar_SY.UTF-8")
    code, said = _import(instance, csv_table, "--by", "lama@sindyan.example")
    assert (code, said) == (2, Translator("ar").t("Your role does not allow this.") + "\n")
