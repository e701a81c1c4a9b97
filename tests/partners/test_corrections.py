"""Contested values in the database: who is told, what an answer does, what later lists bring, and what is kept how long."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from fairapp import clock
from fairapp.accounts import actions as accounts
from fairapp.errors import AppError, Invalid, NotFound
from fairapp.live.models import Outbox
from fairapp.partners import actions, jobs, queries, rules
from fairapp.partners.models import Correction, Merge, Record, RecordVersion
from fairapp.programmes.models import Enrolment, Homecoming
from fairapp.trace import Trace
from tests.factories import NOW, make_account
from tests.partners.contesting import OTHER, RIGHT, WRONG, Scene

DAY = timedelta(days=1)


@pytest.fixture
def scene(scene_on_both: Scene) -> Scene:
    """Return the scene on both databases."""
    return scene_on_both


def test_who_gave_and_who_received_is_told_and_it_is_due_in_ten_days(scene: Scene) -> None:
    one = scene.contest()
    assert scene.letters("correction.asked") == sorted(scene.network["ids"][:2])
    row = scene.read(lambda s: s.get_one(Correction, one))
    assert (row.state, row.field, row.contested, row.wished) == ("open", "birth_date", WRONG, RIGHT)
    assert row.due_on == (NOW + timedelta(hours=9)).date() + 10 * DAY
    deed = scene.read(lambda s: s.scalars(select(Trace).where(Trace.what == "correction.asked")).one())
    assert (deed.about_id, deed.person_id, deed.data) == (one, scene.person, {})
    assert scene.told()["birth_date"] == WRONG  # until it is answered


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"field": "own_id"}, NotFound),
        ({"field": "region"}, NotFound),  # which the record does not tell
        ({"seen": "0" * 64}, rules.Moved),
        ({"wished": "", "why": ""}, Invalid),
        ({"record": 999}, NotFound),
        ({"person": 1}, NotFound),
    ],
)
def test_what_is_not_hers_to_contest_is_refused_and_changes_nothing(
    scene: Scene, change: dict[str, Any], error: type[AppError]
) -> None:
    seen = rules.fingerprint(scene.record, "birth_date", WRONG)
    said = {"field": "birth_date", "wished": RIGHT, "why": "", "seen": seen}
    said |= {name: value for name, value in change.items() if name in said}
    who, record = change.get("person", scene.person), change.get("record", scene.record)
    with pytest.raises(error):
        scene.write(actions.contest, who, record, rules.Contest(**said), NOW)
    assert scene.read(lambda s: s.scalar(select(func.count()).select_from(Correction))) == 0
    assert scene.letters("correction.asked") == []


def test_a_value_is_contested_once_at_a_time_and_can_be_taken_back(scene: Scene) -> None:
    one = scene.contest()
    with pytest.raises(rules.Contested):
        scene.contest()
    with pytest.raises(NotFound):
        scene.write(actions.take_back, scene.network["ids"][2], one, NOW)
    scene.write(actions.take_back, scene.person, one, NOW)
    with pytest.raises(rules.Answered):
        scene.write(actions.take_back, scene.person, one, NOW)
    with pytest.raises(rules.Answered):
        scene.answer(one)
    assert (scene.state(one), scene.told()["birth_date"]) == ("dropped", WRONG)
    assert scene.contest() != one


def test_nobody_can_leave_more_open_than_can_be_answered(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_OPEN", 2)
    first = scene.contest()
    scene.contest("education", "대졸")
    with pytest.raises(rules.TooManyContested):
        scene.contest("course", "배관")
    scene.answer(first)
    scene.contest("course", "배관")


def test_a_corrected_value_stays_whatever_wrong_list_comes_and_another_value_counts(scene: Scene) -> None:
    one = scene.contest()
    scene.answer(one)
    assert scene.told()["birth_date"] == RIGHT
    assert scene.letters("correction.answered") == [scene.person]
    scene.deliver()
    assert scene.told()["birth_date"] == RIGHT
    scene.deliver(education="대졸")  # the row has changed, the wrong value is in it still
    assert (scene.told()["birth_date"], scene.told()["education"]) == (RIGHT, "bachelor")
    scene.deliver(born=OTHER)
    assert scene.told()["birth_date"] == OTHER
    scene.deliver(born=WRONG)
    assert scene.told()["birth_date"] == RIGHT
    old = scene.read(lambda s: [one.values["birth_date"] for one in s.scalars(select(RecordVersion))])
    assert WRONG not in old


def test_without_what_was_settled_the_next_list_would_bring_the_wrong_value_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.answer(scene.contest())
    with monkeypatch.context() as patched:
        patched.setattr(queries, "settled_of", lambda *_: {})
        scene.deliver()
    assert scene.told()["birth_date"] == WRONG
    said = scene.read(lambda session: list(queries.breaches(session)))
    assert said == [f"record {scene.record}: tells again what its person had put right"]
    scene.deliver()
    assert scene.told()["birth_date"] == RIGHT


def test_a_deleted_value_is_nowhere_and_does_not_come_back(scene: Scene) -> None:
    scene.deliver(education="대졸")
    one = scene.contest(wished="", why="알려 줄 필요가 없어요")
    scene.answer(one, "deleted")
    assert "birth_date" not in scene.told()
    scene.deliver()
    assert "birth_date" not in scene.told()
    assert scene.read(lambda s: [row.values.get("birth_date") for row in s.scalars(select(RecordVersion))]) == [
        None,
        None,
    ]
    scene.deliver(born=OTHER)
    assert scene.told()["birth_date"] == OTHER


def test_a_refusal_changes_nothing_and_says_why_and_where_to_complain(scene: Scene) -> None:
    one = scene.contest()
    with pytest.raises(Invalid):
        scene.answer(one, "refused")
    scene.answer(one, "refused", words="주민등록등본을 확인했어요")
    assert (scene.state(one), scene.told()["birth_date"]) == ("refused", WRONG)
    with pytest.raises(rules.Answered):
        scene.answer(one)
    assert scene.contest() != one  # she may say it again


def test_an_answer_that_cannot_be_read_or_is_the_wrong_value_again_changes_nothing(scene: Scene) -> None:
    one = scene.contest()
    for value in ("봄", WRONG, "3026-01-01"):
        with pytest.raises(Invalid):
            scene.answer(one, value=value)
    said = rules.Answer("deleted")
    with pytest.raises(NotFound):
        scene.write(actions.answer, one, 999, said, scene.network["ids"][2], NOW)
    assert (scene.state(one), scene.told()["birth_date"]) == ("open", WRONG)
    city, official = scene.network["city"], scene.network["ids"][1]
    scene.write(actions.answer, one, city, said, official, NOW)  # who received it may answer as well
    assert scene.state(one) == "deleted"


def test_a_name_put_right_is_found_by_and_a_course_put_right_is_the_enrolment(scene: Scene) -> None:
    def courses(session: Any) -> list[Any]:
        return [
            tuple(row) for row in session.execute(select(Enrolment.title, Enrolment.ends_on.cast(Enrolment.title.type)))
        ]

    scene.answer(scene.contest("name", "김하람"), value="김하람")
    row = scene.read(lambda s: s.get_one(Record, scene.record))
    assert (row.name, row.name_key) == ("김하람", "김하람")
    scene.deliver(education="대졸")  # which tells her course, too
    assert scene.read(courses) == [("용접", "2027-01-31")]
    scene.answer(scene.contest("course", "배관"), value="배관")
    assert scene.read(courses) == [("배관", "2027-01-31")]
    scene.answer(scene.contest("ended", "2026-12-31"), value="2026-12-31")
    assert scene.read(courses) == [("배관", "2026-12-31")]
    scene.answer(scene.contest("course", ""), "deleted")
    assert scene.read(courses) == []
    scene.deliver(education="고졸")
    assert (scene.read(courses), scene.told().get("course")) == ([], None)


def test_a_wish_to_come_home_that_was_wrong_goes_and_her_own_words_stay(scene: Scene) -> None:
    told = {"home_region": "27260", "returning": True}
    scene.write(lambda s: s.execute(update(Record).values(values=told)) and None)
    wish = {"account_id": scene.person, "home_region": "27260", "told_at": NOW}
    scene.write(lambda s: s.add(Homecoming(**wish)))
    scene.answer(scene.contest("home_region", ""), "deleted")
    assert scene.read(lambda s: s.scalars(select(Homecoming.home_region)).all()) == []
    scene.write(lambda s: s.execute(update(Record).values(values=told)) and None)
    scene.write(lambda s: s.execute(delete(Correction)) and None)
    scene.write(lambda s: s.add(Homecoming(**{**wish, "home_region": "27290"})))
    scene.answer(scene.contest("returning", ""), "deleted")
    assert scene.read(lambda s: s.scalars(select(Homecoming.home_region)).all()) == ["27290"]


def test_who_must_answer_is_told_three_days_before_once(scene: Scene) -> None:
    one = scene.contest()
    assert jobs.warn_of_corrections(NOW + 6 * DAY) == 0
    assert jobs.warn_of_corrections(NOW + 7 * DAY) == 2
    assert jobs.warn_of_corrections(NOW + 8 * DAY) == 0
    assert scene.letters("correction.due") == sorted(scene.network["ids"][:2])
    scene.write(actions.take_back, scene.person, one, NOW)
    scene.answer(scene.contest())
    assert jobs.warn_of_corrections(NOW + 20 * DAY) == 0  # neither waits


def test_what_was_said_is_forgotten_a_year_later_and_the_answer_holds(scene: Scene) -> None:
    one, waiting = scene.contest(), scene.contest("education", "대졸")
    scene.answer(one, words="고쳤어요")
    year = timedelta(days=365)
    assert scene.write(actions.forget_corrections, NOW) == 0
    assert scene.write(accounts.destroy, "corrections", NOW + year + DAY) == 1
    assert scene.write(actions.forget_corrections, NOW + DAY) == 0
    row = scene.read(lambda s: s.get_one(Correction, one))
    assert (row.wished, row.why, row.answer, row.contested, row.value) == ("", "", "", None, RIGHT)
    assert scene.read(lambda s: s.get_one(Correction, waiting).wished) == "대졸"
    scene.deliver()
    assert scene.told()["birth_date"] == RIGHT


def test_her_file_tells_all_of_it_and_her_erasure_takes_it(scene: Scene) -> None:
    one = scene.contest()
    scene.answer(one, words="고쳤어요")
    [told] = scene.read(queries.told_of, scene.person)["corrections"]
    assert (told["field"], told["contested"], told["wished"], told["state"], told["value"], told["answer"]) == (
        "birth_date", WRONG, RIGHT, "corrected", RIGHT, "고쳤어요",
    )  # fmt: skip
    scene.write(accounts.erase, scene.person, "asked", NOW)
    assert scene.read(lambda s: s.scalars(select(Correction)).all()) == []


def test_a_record_that_was_forgotten_takes_what_was_contested_of_it_along(scene: Scene) -> None:
    scene.contest()
    scene.write(lambda s: s.execute(update(Record).values(gone_at=NOW - DAY)) and None)
    assert scene.write(actions.forget_records, NOW) == 1
    assert scene.read(lambda s: s.scalars(select(Correction)).all()) == []


def test_two_accounts_made_two_again_leave_nothing_waiting_about_the_other(scene: Scene) -> None:
    other = scene.write(lambda s: make_account(s, name="김하늘", confirmed_at=None).id)
    scene.write(lambda s: s.execute(update(Record).values(account_id=other)) and None)
    merge = scene.write(actions.merge, scene.person, other, None, NOW)
    assert scene.read(lambda s: s.get_one(Merge, merge).kept_id) == scene.person
    one = scene.contest()
    scene.write(actions.undo_merge, merge, None, NOW)
    assert scene.state(one) == "dropped"


def test_letters_are_counted_in_the_outbox_by_their_keys(scene: Scene) -> None:
    one = scene.contest()
    scene.answer(one)
    keys = scene.read(lambda s: set(s.scalars(select(Outbox.key).where(Outbox.kind.startswith("correction")))))
    teacher, official = scene.network["ids"][:2]
    assert keys == {f"correction:{one}:{teacher}", f"correction:{one}:{official}", f"correction-answered:{one}"}
    assert clock.now() == NOW
