"""Employers that are likely one: found by the job in steps, shown side by side, decided once."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bench import firms as bench
from fairapp import db
from fairapp.accounts.models import Account
from fairapp.employers import actions as employers
from fairapp.employers.models import Employer
from fairapp.employers.rules import EmployerFields
from fairapp.partners import actions, jobs, queries
from fairapp.partners.actions import firm_pairs
from fairapp.partners.models import FirmMerge, FirmPair
from fairapp.partners.rules import LinkageStopped
from tests import factories
from tests.booths.test_importing import ROW, bring, counts
from tests.casting import Cast, by, make_cast, page_of
from tests.counting import counted
from tests.factories import NOW
from tests.signing_in import browser_of

# Each look starts the program: 3 s on an idle machine, a minute on a very busy one.
pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("at_now")]

ONE = EmployerFields("(주)한빛정밀", phone="053-123-4567", region="27290", address="대구 달서구 성서공단로 123")
SAME = EmployerFields("Hanbit Precision Co., Ltd.", phone="+82 53 123 4567", region="27290")
BRANCH = EmployerFields("한빛정밀 구미공장", phone="053-123-4567", region="27290", address="성서공단로 123")
NUMBERED = EmployerFields("한빛정밀", "220-81-62517", phone="053-123-4567", region="27290")
OTHER = EmployerFields("가온푸드", phone="053-765-4321", region="27110")


def enter(app: Flask, *rows: EmployerFields) -> list[int]:
    """Enter these employers."""
    return [db.of(app).write(employers.make_employer, row, NOW) for row in rows]


def pairs(app: Flask) -> list[tuple[int, int, str | None]]:
    """Return all pairs with what was decided."""
    with db.of(app).read() as session:
        found = select(FirmPair.low_id, FirmPair.high_id, FirmPair.decision).order_by(FirmPair.id)
        return [tuple(row) for row in session.execute(found)]


def test_new_and_changed_employers_are_compared_once(app_on_both: Flask) -> None:
    one, same, branch, other = enter(app_on_both, ONE, SAME, BRANCH, OTHER)
    assert jobs.find_firm_pairs(NOW) == 4
    assert pairs(app_on_both) == [(one, same, None)]
    assert jobs.find_firm_pairs(NOW) == 0
    db.of(app_on_both).write(employers.edit_employer, other, 1, ONE, NOW)
    assert jobs.find_firm_pairs(NOW) == 1
    assert {row[:2] for row in pairs(app_on_both)} == {(one, same), (one, other), (same, other)}
    assert branch not in {number for row in pairs(app_on_both) for number in row[:2]}


def test_what_was_found_different_is_never_asked_again(app_on_both: Flask) -> None:
    one, same = enter(app_on_both, ONE, SAME)
    jobs.find_firm_pairs(NOW)
    organizer = db.of(app_on_both).write(_organizer)
    with db.of(app_on_both).read() as session:
        pair = queries.open_firm_pairs(session)[0]
    db.of(app_on_both).write(actions.keep_firms_apart, pair.id, organizer, NOW)
    db.of(app_on_both).write(employers.edit_employer, same, 1, ONE, NOW)
    assert jobs.find_firm_pairs(NOW) == 1
    assert pairs(app_on_both) == [(one, same, "different")]


def _organizer(session: Session) -> int:
    agency = factories.make_agency(session).id
    return int(factories.make_membership(session, role="organizer", agency_id=agency).account_id)


def test_who_was_like_one_that_rests_is_asked_about_the_one_that_stays(app_on_both: Flask) -> None:
    write = db.of(app_on_both).write
    one, same, third = enter(app_on_both, OTHER, ONE, SAME)
    jobs.find_firm_pairs(NOW)
    assert pairs(app_on_both) == [(same, third, None)]
    organizer = write(_organizer)
    merge = write(actions.merge_firms, one, same, organizer, NOW)
    assert jobs.find_firm_pairs(NOW) == 3
    assert pairs(app_on_both) == [(same, third, "gone"), (one, same, "same"), (one, third, None)]
    write(actions.undo_firm_merge, merge, organizer, NOW)
    assert pairs(app_on_both) == [(same, third, None), (one, same, "different"), (one, third, None)]


def test_two_numbers_are_two_employers(app_on_both: Flask) -> None:
    numbered = EmployerFields(**{**_fields(NUMBERED), "registration_number": "123-45-67891"})
    one, other, none = enter(app_on_both, NUMBERED, numbered, ONE)
    jobs.find_firm_pairs(NOW)
    assert {row[:2] for row in pairs(app_on_both)} == {(one, none), (other, none)}


def _fields(fields: EmployerFields) -> dict[str, Any]:
    return {name: getattr(fields, name) for name in EmployerFields.__slots__}


def test_it_goes_in_steps_and_a_stopped_look_is_done_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firm_pairs, "STEP", 2)
    one, _, same, _ = enter(app, ONE, OTHER, SAME, BRANCH)
    with monkeypatch.context() as broken, pytest.raises(LinkageStopped):
        broken.setattr("fairapp.partners.rules.asking.FIRMS", ("false",))
        jobs.find_firm_pairs(NOW)
    assert pairs(app) == []
    assert [jobs.find_firm_pairs(NOW) for _ in range(3)] == [2, 2, 0]
    assert pairs(app) == [(one, same, None)]


def test_an_organizer_sees_why_and_decides(app: Flask, client: FlaskClient, cast: Cast) -> None:
    one, same = enter(app, ONE, SAME)
    jobs.find_firm_pairs(NOW)
    page = page_of(client, "/organize/employers/pairs", "organizer")
    assert all(said in page for said in ("(주)한빛정밀", "Hanbit Precision", "로마자로 같음", "+82 53 123 4567"))
    page_of(client, "/organize/employers/pairs", "recruiter", 403)
    page_of(client, "/organize/employers/pairs", "seeker", 403)
    path = "/organize/employers/pairs/1"
    assert client.post(path, data={"decision": "same"}, **by("recruiter")).status_code == 403
    for data in ({}, {"decision": "perhaps"}, {"decision": "\x00"}):
        assert client.post(path, data=data, **by("organizer")).status_code == 404
    assert client.post("/organize/employers/pairs/99x", data={"decision": "same"}, **by("organizer")).status_code == 404
    assert pairs(app) == [(one, same, None)]
    assert client.post(path, data={"decision": "same"}, **by("organizer")).status_code == 303
    assert client.post(path, data={"decision": "same"}, **by("organizer")).status_code == 404
    assert pairs(app) == [(one, same, "same")]
    page = page_of(client, "/organize/employers/pairs", "organizer")
    assert "/organize/employers/merges/1/undo" in page
    assert f'value="{same}"' not in page_of(client, "/organize/employers?state=all", "organizer")
    moved = client.get(f"/employers/{same}/edit", **by("organizer"))
    assert (moved.status_code, moved.location) == (303, f"/employers/{one}/edit")
    assert client.post(f"/employers/{same}/members", data={"email": "x@x.kr"}, **by("organizer")).status_code == 303
    page_of(client, f"/employers/{same}/edit", "recruiter", 404)
    assert client.post("/organize/employers/merges/1/undo", **by("recruiter")).status_code == 403
    assert client.post("/organize/employers/merges/1/undo", **by("organizer")).status_code == 303
    assert client.post("/organize/employers/merges/1/undo", **by("organizer")).status_code == 404
    assert pairs(app) == [(one, same, "different")]
    page_of(client, f"/employers/{same}/edit", "organizer")


def test_a_refusal_says_why_and_changes_nothing(app: Flask, cast: Cast) -> None:
    enter(app, ONE, SAME)
    jobs.find_firm_pairs(NOW)

    def number(session: Session) -> None:
        for digits, one in (("1234567891", "(주)한빛정밀"), ("2208162517", "Hanbit Precision Co., Ltd.")):
            session.execute(update(Employer).where(Employer.name == one).values(registration_number=digits))

    db.of(app).write(number)
    with db.of(app).read() as session:
        organizer = session.scalars(select(Account.id).where(Account.name == "organizer")).one()
    path = "/organize/employers/pairs/1"
    answer = browser_of(app, organizer).post(path, data={"decision": "same"}, follow_redirects=True)
    assert "사업자등록번호가 서로 달라서" in answer.text
    with db.of(app).read() as session:
        assert session.scalars(select(FirmMerge)).all() == []


@pytest.mark.parametrize("query", ["cursor=xx", "cursor=%00", "cursor=" + "9" * 40])
def test_a_strange_question_is_no_failure(client: FlaskClient, cast: Cast, query: str) -> None:
    assert client.get(f"/organize/employers/pairs?{query}", **by("organizer")).status_code in {200, 400, 422}


def test_one_pair_costs_as_many_questions_as_thirty(app: Flask, client: FlaskClient, cast: Cast) -> None:
    costs = []
    for some in (1, 18):
        made = enter(app, *(EmployerFields(f"짝 {some} {n}") for n in range(2 * some)))
        rows = [
            {"low_id": low, "high_id": high, "permille": 500, "evidence": {"name": "same"}, "found_at": NOW}
            for low, high in zip(made[::2], made[1::2], strict=True)
        ]
        db.of(app).write(lambda session, rows=rows: session.add_all([FirmPair(**row) for row in rows]))
        with counted(app) as count:
            page_of(client, "/organize/employers/pairs", "organizer")
        costs.append(int(count))
    assert costs[0] == costs[1]


def test_a_made_up_town_is_found_precisely() -> None:
    """A small town; docs/linkage.md has the figures of larger ones."""
    found = bench.measured(800, 7)
    assert found["likely"]["precision"] >= 0.9
    assert found["likely"]["recall"] >= 0.7
    assert found["from 0.9 on"]["precision"] >= 0.95
    assert found["by name"]["precision"] < found["likely"]["precision"]


def test_a_list_of_openings_finds_them_again_under_the_employer_that_stays(app_on_both: Flask) -> None:
    write = db.of(app_on_both).write
    made = write(make_cast)
    rows = [{**ROW, "employer": "한빛정밀"}, {**ROW, "employer": "한빛정밀", "title": "조립", "source_id": None}]
    bring(app_on_both, made.fair, *rows)
    with db.of(app_on_both).read() as session:
        other = session.scalars(select(Employer.id).where(Employer.name_key == "한빛정밀")).one()
        kept = session.scalars(select(Employer.id).where(Employer.id != made.employer, Employer.id != other)).first()
    assert kept is not None
    write(actions.merge_firms, kept, other, write(_organizer), NOW)
    assert counts(bring(app_on_both, made.fair, *rows)) == (0, 0, 2, 0)
    report = bring(app_on_both, made.fair, {**ROW, "employer": "다른 기업"})
    assert counts(report) == (0, 0, 0, 1)
    assert str(report.rejected[0].reason).startswith("이미 다른 기업의 공고로 들어 있어요")


def test_an_organizer_puts_two_side_by_side_that_nothing_found(app: Flask, client: FlaskClient, cast: Cast) -> None:
    one, other, rests = enter(app, ONE, OTHER, SAME)
    jobs.find_firm_pairs(NOW)
    assert client.post("/organize/employers/pairs/1", data={"decision": "same"}, **by("organizer")).status_code == 303
    path = f"/organize/employers/{one}/pair"
    page = page_of(client, f"{path}?q=가온", "organizer")
    assert (f'value="{other}"' in page, "가온푸드" in page) == (True, True)
    assert f'value="{one}"' not in page_of(client, f"{path}?q=한빛", "organizer")
    assert "여기에 해당하는 기업이 없어요" in page_of(client, f"{path}?q=없는\x00", "organizer")
    assert client.get(f"/organize/employers/{rests}/pair", **by("organizer")).location == path
    page_of(client, path, "recruiter", 403)
    assert client.post(path, data={"other": other}, **by("recruiter")).status_code == 403
    for bad in ({}, {"other": one}, {"other": rests}, {"other": "9" * 30}, {"other": "\x00"}):
        assert client.post(path, data=bad, **by("organizer")).status_code == 404
    assert client.post(f"/organize/employers/{rests}/pair", data={"other": other}, **by("organizer")).status_code == 404
    assert len(pairs(app)) == 1
    answer = client.post(path, data={"other": other}, **by("organizer"))
    page = page_of(client, answer.location, "organizer")
    assert ("운영자가 고른 짝" in page, "같은 기업일 가능성" in page) == (True, False)
    assert (
        client.post("/organize/employers/pairs/2", data={"decision": "different"}, **by("organizer")).status_code == 303
    )
    assert client.post(path, data={"other": other}, **by("organizer")).location == answer.location  # asked once more
    assert pairs(app)[1:] == [(one, other, None)]
    assert client.post("/organize/employers/pairs/2", data={"decision": "same"}, **by("organizer")).status_code == 303
    assert pairs(app)[1:] == [(one, other, "same")]
