"""What the rules and the press refuse before anything is stored."""

import pytest

from service.actions.documents.documents import checked_front
from service.domain.endorsement.rule_words import explain
from service.domain.endorsement.rules import Consensus
from service.domain.errors import DomainError
from service.domain.trust.sentence import sentence
from workers.render.content.print_i18n import day_of


@pytest.mark.parametrize("date", ["2026-02-30", "22/11/2026", "tomorrow", ""])
def test_what_is_no_date_is_refused(date: str) -> None:
    with pytest.raises(DomainError) as refused:
        day_of(date)
    assert refused.value.code == "date_malformed"


@pytest.mark.parametrize(("position", "lang"), [("endorse", "xx"), ("applaud", "ar")])
def test_what_has_no_sentence_is_not_said(position: str, lang: str) -> None:
    with pytest.raises(DomainError) as refused:
        sentence(position, lang=lang, organisation="س", number=1, title="ع")
    assert refused.value.code == "unknown_sentence"


def test_a_rule_is_explained_in_languages_that_have_its_words() -> None:
    with pytest.raises(DomainError) as refused:
        explain(Consensus(), lang="xx")
    assert refused.value.code == "unknown_sentence"


@pytest.mark.parametrize("name", ["date", "V", "addressee"])
def test_a_front_has_the_fields_it_has(name: str) -> None:
    with pytest.raises(DomainError) as refused:
        checked_front({"v": 1, name: {}})
    assert (refused.value.code, refused.value.params["name"]) == ("unknown_field", name)
