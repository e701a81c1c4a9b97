"""Desks that were cut off: what three devices scanned meanwhile comes together without doubles, the first time kept."""

import hashlib
import random
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp import audit, db
from fairapp.accounts.rules import ProfileFields
from fairapp.errors import Invalid
from fairapp.outcomes import actions, queries, rules
from fairapp.outcomes.models import CheckIn
from tests import factories
from tests.factories import NOW
from tests.outcomes.cast import Cast
from tests.outcomes.test_api import call
from tests.outcomes.test_exports import csv_of, rows_of

CUT = timedelta(minutes=10)


def passes(app: Flask, cast: Cast, count: int) -> dict[str, int]:
    """Return codes of new passes with whose they are."""

    def make(session: Session) -> dict[str, int]:
        people = [factories.make_seeker(session).id for _ in range(count)]
        return {actions.ensure_pass(session, cast.fair, who, NOW - CUT): who for who in people}

    return db.of(app).write(make)


def test_three_devices_cut_off_for_ten_minutes_with_500_scans_come_together(
    app_on_both: Flask, cast_on_both: Cast
) -> None:
    app, cast, dice = app_on_both, cast_on_both, random.Random(3)
    owners = passes(app, cast, 200)
    codes = list(owners)
    scans = [(dice.choice(codes), dice.randrange(600), f"desk-{n % 3}") for n in range(500)]
    first: dict[int, int] = {}  # whose, and how many seconds before the network came back
    for code, ago, _ in scans:
        first[owners[code]] = max(first.get(owners[code], 0), ago)
    states: dict[str, int] = {}
    with time_machine.travel(NOW, tick=False):
        for device in ("desk-2", "desk-0", "desk-1"):  # the first to come back is not the first that scanned
            mine = [{"code": code, "ago": ago} for code, ago, on in scans if on == device]
            for start in range(0, len(mine), 100):
                body = {"device": device, "scans": mine[start : start + 100]}
                answer = call(app, cast.organizer, "POST", "/fairs/daegu/check-ins/batch", json=body)
                assert answer.status_code == 200
                for one in answer.json["items"]:
                    states[one["state"]] = states.get(one["state"], 0) + 1
                again = call(
                    app, cast.organizer, "POST", "/fairs/daegu/check-ins/batch", json=body
                )  # the answer was lost
                assert {one["state"] for one in again.json["items"]} == {"again"}
    assert states == {"first": len(first), "again": 500 - len(first)}
    with db.of(app).read() as session:
        assert queries.count_arrivals(session, cast.fair) == len(first)
        found = select(CheckIn.account_id, func.min(CheckIn.at)).group_by(CheckIn.account_id)
        arrived = {row[0]: row[1] for row in session.execute(found)}
        assert [one for one in audit.breaches(session) if "trace" in one or "check-in" in one] == []
    assert arrived == {who: NOW - timedelta(seconds=ago) for who, ago in first.items()}
    rows = [row for row in rows_of(csv_of(app, cast, "attendance", NOW)) if row["what"] == "fair"]
    assert len(rows) == len({row["person"] for row in rows}) == len(first)


def test_a_later_scan_of_an_earlier_time_does_not_change_a_past_report(app: Flask, cast: Cast) -> None:
    (code, who), *_ = passes(app, cast, 1).items()
    write = db.of(app).write
    write(actions.check_in, cast.fair, code, cast.organizer, NOW)
    before = csv_of(app, cast, "attendance", NOW)
    first, arrival = write(actions.check_in, cast.fair, code, cast.organizer, NOW + CUT, ago=900, device="b")
    assert (first, arrival.at) == (False, NOW - timedelta(minutes=5))
    assert csv_of(app, cast, "attendance", NOW) == before
    assert "2026-11-24T00:55:00Z" in csv_of(app, cast, "attendance", NOW + CUT).decode()
    assert who == arrival.account_id


@pytest.mark.parametrize(
    "body",
    [
        {"scans": []},
        {"scans": [{"code": "A" * 300}]},
        {"scans": [{"code": "ABCDEFGHJK", "ago": -1}]},
        {"scans": [{"code": "ABCDEFGHJK", "ago": 86_401}]},
        {"scans": [{"code": "ABCDEFGHJK"}] * 201},
        {"scans": "ABCDEFGHJK"},
        {"device": "x" * 41, "scans": [{"code": "ABCDEFGHJK"}]},
        {},
    ],
)
def test_a_batch_that_cannot_be_is_refused(app: Flask, cast: Cast, body: dict[str, Any]) -> None:
    with time_machine.travel(NOW, tick=False):
        assert call(app, cast.organizer, "POST", "/fairs/daegu/check-ins/batch", json=body).status_code == 422


def test_unknown_passes_and_those_of_other_fairs_are_refused_one_by_one(app: Flask, cast: Cast) -> None:
    (code, _), *_ = passes(app, cast, 1).items()
    other = db.of(app).write(actions.ensure_pass, cast.other_fair, cast.seeker, NOW)
    body = {"device": "a", "scans": [{"code": "AAAAAAAAAA"}, {"code": other}, {"code": code}]}
    with time_machine.travel(NOW, tick=False):
        items = call(app, cast.organizer, "POST", "/fairs/daegu/check-ins/batch", json=body).json["items"]
    assert [one["state"] for one in items] == ["refused", "refused", "first"]
    assert items[1]["detail"] == "다른 박람회의 입장권이에요"


def test_a_desk_learns_which_codes_are_good_and_no_code_itself(app: Flask, cast: Cast) -> None:
    codes = list(passes(app, cast, 3))
    with time_machine.travel(NOW, tick=False):
        told = call(app, cast.organizer, "GET", "/fairs/daegu/check-ins/codes")
        assert told.json["items"] == [hashlib.sha256(code.encode()).hexdigest()[:16] for code in codes]
        assert call(app, cast.stranger, "GET", "/fairs/daegu/check-ins/codes").status_code == 403


def test_somebody_who_walks_in_is_registered_once(app_on_both: Flask, cast_on_both: Cast) -> None:
    app, cast = app_on_both, cast_on_both
    fields = ProfileFields(phone="010-1234-5678", birth_date=NOW.date().replace(year=1999))
    who = (cast.fair, "정한별", "ko", fields, cast.organizer, NOW)
    account_id, code = db.of(app).write(actions.walk_in, *who)
    with db.of(app).read() as session:
        arrival = queries.arrival(session, cast.fair, account_id)
        assert arrival is not None
        assert (arrival.name, arrival.at) == ("정한별", NOW)
        assert queries.pass_code(session, cast.fair, account_id) == code
    with pytest.raises(Invalid):
        db.of(app).write(actions.walk_in, *who)
    later = (*who[:-1], NOW + timedelta(days=30))
    with pytest.raises(rules.WrongState):
        db.of(app).write(actions.walk_in, *later)
    with db.of(app).read() as session:
        assert queries.count_arrivals(session, cast.fair) == 1


def test_a_kiosk_finds_one_person_by_name_and_proof(app_on_both: Flask, cast_on_both: Cast) -> None:
    app, cast = app_on_both, cast_on_both
    write = db.of(app).write
    fields = ProfileFields(phone="010-1234-5678", birth_date=NOW.date().replace(year=1999, month=5, day=5))

    def prepare(session: Session) -> None:
        for name in ("정 한별", "김하나"):
            person = factories.make_seeker(session, name=name).id
            actions.walking_in.save_profile(session, person, fields, NOW)
            actions.ensure_pass(session, cast.fair, person, NOW)

    write(prepare)
    first, arrival = write(actions.arrive_by_name, cast.fair, "정한별", "5678", None, NOW)
    assert (first, arrival.name) == (True, "정 한별")
    first, _ = write(actions.arrive_by_name, cast.fair, "정한별 ", "0505", None, NOW + CUT)
    assert first is False
    for name, proof in (("정한별", "0000"), ("정한별", ""), ("없는이", "5678"), ("한별", "5678")):
        with pytest.raises(rules.NoSuchPerson):
            write(actions.arrive_by_name, cast.fair, name, proof, None, NOW)
    write(prepare)  # a second person of the same name and telephone: the kiosk cannot tell
    with pytest.raises(rules.NoSuchPerson):
        write(actions.arrive_by_name, cast.fair, "김하나", "5678", None, NOW)
