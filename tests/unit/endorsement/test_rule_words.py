import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.endorsement.rule_words import explain_condition, explain_rule
from service.domain.endorsement.rules import (
    Consensus,
    EndorsementEvent,
    Fraction,
    Majority,
    Rule,
    Share,
    SignOn,
    evaluate,
)
from service.domain.errors import InvalidInput
from service.domain.plurals import Digits, format_count, format_list
from tests.unit.endorsement.test_rules import NOW, ROLL, histories, rules

DIGIT_CHOICES: tuple[Digits | None, ...] = ("arab", "latn", None)


@pytest.mark.parametrize(
    ("value", "arabic", "english"),
    [
        (0, "٠ تأييد", "0 endorsements"),
        (1, "تأييد واحد", "one endorsement"),
        (2, "تأييدان", "two endorsements"),
        (3, "٣ تأييدات", "3 endorsements"),
        (10, "١٠ تأييدات", "10 endorsements"),
        (11, "١١ تأييدًا", "11 endorsements"),
        (99, "٩٩ تأييدًا", "99 endorsements"),
        (100, "١٠٠ تأييد", "100 endorsements"),
        (102, "١٠٢ تأييد", "102 endorsements"),
        (103, "١٠٣ تأييدات", "103 endorsements"),
        (111, "١١١ تأييدًا", "111 endorsements"),
        (200, "٢٠٠ تأييد", "200 endorsements"),
    ],
)
def test_counted_nouns_agree_with_their_number(value: int, arabic: str, english: str) -> None:
    assert format_count(value, "endorsement", lang="ar") == arabic
    assert format_count(value, "endorsement", lang="en") == english


def test_dual_has_two_cases_and_digits_can_be_chosen() -> None:
    assert format_count(2, "organisation", lang="ar", case="object") == "منظمتين"
    assert format_count(12, "organisation", lang="ar", digits="latn") == "12 منظمة"
    assert format_count(5, "organisation", lang="en", digits="arab") == "٥ organisations"


@pytest.mark.parametrize(
    ("names", "arabic", "english"),
    [([], "", ""), (["A"], "A", "A"), (["A", "B"], "A وB", "A and B"), (["A", "B", "C"], "A وB وC", "A, B and C")],
)
def test_names_are_joined_as_in_sentences(names: list[str], arabic: str, english: str) -> None:
    assert format_list(names, lang="ar") == arabic
    assert format_list(names, lang="en") == english


@pytest.mark.parametrize(
    ("rule", "arabic", "english"),
    [
        (
            SignOn(2),
            "يُقَرّ النصّ إذا أيّدته منظمتان على الأقلّ؛ وتُدرَج أسماء الموقّعين، ولا يُعَدّ السكوت موقفًا.",
            "At least two organisations must endorse. Those who sign are listed; silence is silence.",
        ),
        (
            Fraction(Share(2, 3)),
            "يُقَرّ النصّ إذا أيّده ثلثا الأعضاء جميعًا على الأقلّ.",
            "At least two thirds of all members must endorse.",
        ),
        (
            Fraction(Share(60, 100)),
            "يُقَرّ النصّ إذا أيّده ثلاثة أخماس الأعضاء جميعًا على الأقلّ.",
            "At least three fifths of all members must endorse.",
        ),
        (
            Fraction(Share(7, 10)),
            "يُقَرّ النصّ إذا أيّده ٧ من كلّ ١٠ أعضاء على الأقلّ.",
            "At least 7 of every 10 members must endorse.",
        ),
        (
            Fraction(Share(1, 1)),
            "يُقَرّ النصّ إذا أيّده الأعضاء جميعًا.",
            "All members must endorse.",
        ),
        (
            Majority("cast", quorum=Share(1, 2), required=("org_a", "org_b")),
            (
                "يُقَرّ النصّ إذا أيّده أكثر من نصف الأعضاء الذين أعلنوا التأييد أو عدمه، ولا يُحتسَب الممتنعون. "
                "ويلزم أن يجيب نصف الأعضاء جميعًا على الأقلّ. ولا بدّ من تأييد بيتنا وorg_b."
            ),
            (
                "More than half of those who endorse or decline must endorse; abstentions are not counted. "
                "At least half of all members must have answered. The endorsement of Our Home and org_b is required."
            ),
        ),
    ],
)
def test_rules_are_stated_plainly(rule: Rule, arabic: str, english: str) -> None:
    assert explain_rule(rule, lang="ar", names={"org_a": "بيتنا"}) == arabic
    assert explain_rule(rule, lang="en", names={"org_a": "Our Home"}) == english


@pytest.mark.parametrize(
    ("rule", "arabic", "english"),
    [
        (
            SignOn(2),
            ("يُعتمَد النصّ إذا أيّدته منظمتان على الأقل. وتُدرَج أسماء المنظمات المؤيّدة، ولا يُعدّ السكوت تأييدًا ولا رفضًا."),
            (
                "At least two organisations must endorse. Organisations that endorse are listed. "
                "Organisations that do not answer are not counted for or against."
            ),
        ),
        (
            Fraction(Share(2, 3)),
            "يُعتمَد النصّ إذا أيّده ثلثا مجموع المنظمات الأعضاء على الأقل.",
            "At least two thirds of all member organisations must endorse.",
        ),
        (
            Fraction(Share(7, 10), of="cast"),
            (
                "يُعتمَد النصّ إذا أيّدته على الأقل ٧ من كلّ ١٠ منظمات أعضاء أعلنت التأييد أو عدمه، "
                "ولا تُحتسب المنظمات الممتنعة."
            ),
            (
                "At least 7 of every 10 member organisations that endorse or decline must endorse; "
                "abstentions are not counted."
            ),
        ),
        (
            Fraction(Share(1, 1), of="cast"),
            "يُعتمَد النصّ إذا لم تعلن أيّ منظمة عدم التأييد، وأيّدته منظمة واحدة على الأقل.",
            "No organisation may decline, and at least one must endorse.",
        ),
        (
            Majority("all", quorum=Share(1, 2), required=("org_a", "org_b")),
            (
                "يُعتمَد النصّ إذا أيّده أكثر من نصف مجموع المنظمات الأعضاء. "
                "ويشترط أن يعلن موقفَه نصف مجموع المنظمات الأعضاء على الأقل. ويشترط تأييد بيتنا وorg_b."
            ),
            (
                "More than half of all member organisations must endorse. At least half of all member organisations "
                "must have answered. The endorsement of Our Home and org_b is required."
            ),
        ),
    ],
)
def test_rules_in_wording_2_never_change(rule: Rule, arabic: str, english: str) -> None:
    assert explain_rule(rule, lang="ar", names={"org_a": "بيتنا"}, wording=2) == arabic
    assert explain_rule(rule, lang="en", names={"org_a": "Our Home"}, wording=2) == english


def test_missing_conditions_are_stated() -> None:
    rule = Fraction(Share(2, 3), quorum=Share(1, 2), required=("org_b",))
    reasons = evaluate(
        rule, ROLL, [EndorsementEvent("org_a", "endorse", 1, 1), EndorsementEvent("org_c", "endorse", 1, 2)], at=NOW
    ).reasons
    assert [explain_condition(reason, lang="ar", names={"org_b": "بيتنا"}) for reason in reasons] == [
        "التأييدات: ٢، واللازم: ٤؛ بقي تأييدان.",
        "الأجوبة: ٢، والنصاب: ٣.",
        "بقي تأييد لازم: بيتنا.",
    ]
    assert explain_condition(reasons[0], lang="en") == "Endorsements: 2; needed: 4. Missing: two endorsements."


@given(rules, histories(), st.sampled_from(["ar", "en"]), st.sampled_from(DIGIT_CHOICES), st.sampled_from([1, 2]))
def test_every_rule_and_reason_has_a_sentence(
    rule: Rule, acts: list[EndorsementEvent], lang: str, digits: Digits | None, wording: int
) -> None:
    sentences = [explain_rule(rule, lang=lang, digits=digits, wording=wording)]
    reasons = evaluate(rule, ROLL, acts, at=NOW).reasons
    sentences += [explain_condition(reason, lang=lang, wording=wording) for reason in reasons]
    for sentence in sentences:
        assert sentence.endswith(".")
        assert "{" not in sentence


def test_other_languages_have_no_sentence_yet() -> None:
    with pytest.raises(InvalidInput):
        explain_rule(Consensus(), lang="xx")
