"""Input validation of the rules and of print, before anything is stored."""

import pytest

from service.actions.documents.front_matter import validate_front_matter
from service.domain.endorsement.rule_words import explain_rule
from service.domain.endorsement.rules import Consensus
from service.domain.errors import DomainError
from service.domain.trust.sentence import sentence
from workers.render.content.print_i18n import parse_date


@pytest.mark.parametrize("date", ["2026-02-30", "22/11/2026", "tomorrow", ""])
def test_invalid_date_is_rejected(date: str) -> None:
    with pytest.raises(DomainError) as refused:
        parse_date(date)
    assert refused.value.code == "date_malformed"


@pytest.mark.parametrize(("position", "lang"), [("endorse", "xx"), ("applaud", "ar")])
def test_unknown_position_or_language_has_no_sentence(position: str, lang: str) -> None:
    with pytest.raises(DomainError) as refused:
        sentence(position, lang=lang, organisation="س", number=1, title="ع")
    assert refused.value.code == "unknown_sentence"


def test_rule_is_not_explained_in_an_unknown_language() -> None:
    with pytest.raises(DomainError) as refused:
        explain_rule(Consensus(), lang="xx")
    assert refused.value.code == "unknown_sentence"


@pytest.mark.parametrize("name", ["date", "V", "addressee"])
def test_front_matter_has_known_fields_only(name: str) -> None:
    with pytest.raises(DomainError) as refused:
        validate_front_matter({"v": 1, name: {}})
    assert (refused.value.code, refused.value.params["name"]) == ("unknown_field", name)
