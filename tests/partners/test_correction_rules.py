"""Contested values, without a database: when an answer is due, how a value is known again, what a later list may bring."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairapp.errors import Invalid
from fairapp.partners import rules
from fairapp.partners.rules import Settled, fields_of, fingerprint, settled_told, with_field

TODAY = date(2026, 11, 30)
TOLD: dict[str, Any] = {
    "name": "김하늘",
    "email": None,
    "phone": "+821012345678",
    "birth_date": date(1998, 3, 2),
    "region": "27260",
    "skills": ["용접", "CAD"],
    "returning": False,
    "consent_dated": True,
    "course": {"title": "용접", "institute": "직업전문학교", "starts_on": "2026-09-01", "ends_on": "2027-01-31"},
}


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (date(2026, 11, 30), date(2026, 12, 10)),
        (date(2026, 12, 25), date(2027, 1, 4)),  # over a holiday and the end of the year: they count
        (date(2027, 1, 28), date(2027, 2, 7)),  # a Sunday and the new year by the moon: it is not put off
        (date(2028, 2, 20), date(2028, 3, 1)),  # a leap year
    ],
)
def test_an_answer_is_due_on_the_tenth_day_after_asking(asked: date, due: date) -> None:
    assert rules.due_on(asked) == due


def test_every_value_is_a_field_and_what_is_no_fact_about_her_is_none() -> None:
    assert fields_of(TOLD) == {
        "name": "김하늘",
        "phone": "+821012345678",
        "birth_date": "1998-03-02",
        "region": "27260",
        "skills": ["용접", "CAD"],
        "returning": False,
        "course": "용접",
        "institute": "직업전문학교",
        "began": "2026-09-01",
        "ended": "2027-01-31",
    }
    assert {"own_id", "consented", "consented_on", "said_on"} & set(rules.CONTESTED) == set()


@pytest.mark.parametrize("name", sorted(fields_of(TOLD)))
def test_a_field_taken_out_is_not_told_and_put_back_all_is_as_before(name: str) -> None:
    without = with_field(TOLD, name, None)
    assert name not in fields_of(without)
    if name != "course":  # with its title the whole course goes
        assert set(fields_of(without)) == set(fields_of(TOLD)) - {name}
        assert fields_of(with_field(without, name, fields_of(TOLD)[name])) == fields_of(TOLD)
    else:
        assert set(fields_of(TOLD)) - set(fields_of(without)) == {"course", "institute", "began", "ended"}


def test_a_value_is_known_again_however_it_is_spaced_and_another_is_not() -> None:
    assert fingerprint(1, "name", "김하늘") == fingerprint(1, "name", " 김 하늘 ")
    assert fingerprint(1, "skills", ["CAD", "용접"]) == fingerprint(1, "skills", ["용접", "cad"])
    known = {fingerprint(*one) for one in ((1, "name", "김하늘"), (2, "name", "김하늘"), (1, "course", "김하늘"))}
    assert len(known) == 3
    assert fingerprint(1, "name", "김하늘") != fingerprint(1, "name", "김하눌")


def settled(*pairs: tuple[str, str | None], name: str = "region") -> list[Settled]:
    return [Settled(name, fingerprint(1, name, wrong), right) for wrong, right in pairs]


@pytest.mark.parametrize(
    ("answers", "sent", "kept"),
    [
        ([], "A", "A"),
        ([("A", "B")], "A", "B"),
        ([("A", "B")], "B", "B"),
        ([("A", "B")], "C", "C"),  # another value of the partner's counts
        ([("A", None)], "A", None),
        ([("A", None)], "C", "C"),
        ([("A", "B"), ("B", "C")], "A", "C"),  # put right twice
        ([("A", "B"), ("B", "A")], "A", "A"),  # what was later found right is not wrong
        ([("A", "B"), ("B", "A")], "B", "A"),
        ([("A", None), ("C", "A")], "A", "A"),
        ([("A", "B"), ("C", "A")], "A", "A"),
    ],
)
def test_what_a_list_brings_after_answers(answers: list[tuple[str, str | None]], sent: str, kept: str | None) -> None:
    assert settled_told(1, {"region": sent}, settled(*answers)).get("region") == kept


@given(st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from(["A", "B", "C", "D", None])), max_size=6))
def test_the_last_answer_holds_and_bringing_it_in_again_changes_nothing(pairs: list[tuple[str, str | None]]) -> None:
    answers = settled(*[(wrong, right) for wrong, right in pairs if wrong != right])
    for sent in "ABCD":
        once = settled_told(1, {"region": sent}, answers)
        assert settled_told(1, once, answers) == once
    if answers and answers[-1].value is not None:
        assert settled_told(1, {"region": answers[-1].value}, answers) == {"region": answers[-1].value}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("name", "김 하늘", "김 하늘"),
        ("birth_date", "1998.3.20", "1998-03-20"),
        ("phone", "010-9999-8888", "+821099998888"),
        ("email", "New@Example.kr", "new@example.kr"),
        ("region", "대구 수성구", "27260"),
        ("education", "고졸", "high_school"),
        ("skills", "용접, CAD", ["용접", "CAD"]),
        ("ended", "2026-12-31", "2026-12-31"),
        ("completed", "아니오", False),
        ("course_kind", "시험 준비", "exam"),
        ("intro", "성실해요", "성실해요"),
    ],
)
def test_a_right_value_is_read_like_one_of_a_list(name: str, text: str, value: Any) -> None:
    assert rules.read_value(name, text, TOLD, TODAY) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("birth_date", "봄"),
        ("birth_date", "3026-01-01"),
        ("phone", "12"),
        ("email", "nobody"),
        ("name", "x" * 500),
        ("region", "달나라"),
        ("ended", "2026-08-01"),  # before the course began
        ("began", "x"),
        ("education", "?"),
        ("experience_years", "많이"),
        ("intro", " "),
    ],
)
def test_what_cannot_be_read_is_refused_beside_its_field(name: str, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.read_value(name, text, TOLD, TODAY)
    assert {error.field for error in refused.value.errors} == {"value"}


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (rules.Contest("name", "", " ", ""), "why"),
        (rules.Contest("name", "x" * 501, "", ""), "wished"),
        (rules.Contest("name", "x", "x" * 1001, ""), "why"),
        (rules.Answer("gone"), "state"),
        (rules.Answer("refused", words=" "), "words"),
        (rules.Answer("refused", words="x" * 1001), "words"),
        (rules.Answer("corrected", value=" "), "value"),
    ],
)
def test_words_that_say_nothing_or_too_much_are_refused(said: Any, wrong: str) -> None:
    check = rules.check_contest if isinstance(said, rules.Contest) else rules.check_answer
    with pytest.raises(Invalid) as refused:
        check(said)
    assert [error.field for error in refused.value.errors] == [wrong]


def test_enough_words_are_taken() -> None:
    rules.check_contest(rules.Contest("name", "김하람", "", ""))
    rules.check_contest(rules.Contest("name", "", "지워 주세요", ""))
    rules.check_answer(rules.Answer("deleted"))
    rules.check_answer(rules.Answer("refused", words="신분증을 확인했어요"))
