"""Erasure, export, audit and figures of the way to a job."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from fairapp.programmes import actions, queries
from fairapp.programmes.models import Participation, StageStep
from tests.factories import NOW
from tests.outcomes.cast import BEFORE
from tests.programmes.cast import Cast
from tests.programmes.test_referrals import make_open
from tests.programmes.test_returning import LATER, ON, at, meet

__all__ = ["at", "meet"]


def test_erasing_leaves_no_words_of_her_and_frees_her_place(cast_on_both: Cast):
    cast = cast_on_both
    who, other, by = cast.seekers[0], cast.seekers[1], cast.counsellors[0]
    for counsellor, limit in zip(cast.counsellors, (1, 0, 0), strict=True):
        cast.write(actions.set_limit, cast.agency, counsellor, limit, cast.organizer, NOW)
    cast.case()
    cast.write(actions.assign, cast.agency, other, NOW)
    way = cast.write(actions.begin, cast.programme, who, by, NOW)
    cast.write(actions.pause, way, by, NOW, why="비밀낱말 때문에")
    for private in (True, False):
        cast.write(actions.write_note, cast.agency, who, by, "비밀낱말", NOW, private=private)
    cast.write(actions.add_goal, cast.agency, who, "비밀낱말", ON, by, NOW)
    plan = cast.write(actions.offer_plan, cast.agency, who, "비밀낱말", by, NOW)
    cast.write(actions.answer_plan, plan, who, False, "비밀낱말", NOW)
    cast.write(actions.enrol, who, cast.agency, "course", "비밀낱말", ON, None, "active", NOW)
    cast.write(actions.set_homecoming, who, "27290", None, NOW)
    listing = cast.write(make_open, cast.agency).listing
    cast.write(actions.refer, cast.agency, who, by, "비밀낱말", NOW, listing_id=listing)
    told = cast.read(queries.told_of, who)
    assert json.dumps(told, ensure_ascii=False).count("비밀낱말") == 8  # all but the counsellor's private note
    assert {section for section, rows in told.items() if rows} == {
        "enrolments", "homecoming", "counsellors", "courses", "goals", "plans", "referrals", "notes", "steps",
    }  # fmt: skip
    cast.write(actions.erase_person, who, NOW)
    cast.write(actions.erase_person, who, NOW)  # again changes nothing
    assert "비밀낱말" not in json.dumps(cast.read(queries.told_of, who), ensure_ascii=False)
    assert cast.read(queries.open_assignment, cast.agency, other).counsellor_id == by
    assert cast.read(queries.breaches) == []


def test_what_nobody_told_is_empty(cast: Cast):
    assert set(map(len, cast.read(queries.told_of, cast.stranger).values())) == {0}


@pytest.mark.parametrize(
    ("by_hand", "said"),
    [
        (lambda way: update(Participation).values(stage=3), "stage or pause is not what its last step says"),
        (lambda way: update(Participation).values(paused_at=NOW), "stage or pause is not what its last step says"),
        (lambda way: update(StageStep).values(no=7), "its steps have a gap"),
        (
            lambda way: text(
                "INSERT INTO assignment (agency_id, seeker_id, counsellor_id, began_at, ended_at, why, reason)"
                " SELECT agency_id, seeker_id, counsellor_id, began_at, began_at, why, reason FROM assignment"
            ),
            "has not ended when",
        ),
        (
            lambda way: text(
                "INSERT INTO counsellor_wait (agency_id, seeker_id, why, since, served)"
                " SELECT agency_id, seeker_id, why, began_at, false FROM assignment"
            ),
            "she has a counsellor",
        ),
    ],
)
def test_the_audit_finds_what_was_changed_by_hand(cast_on_both: Cast, by_hand: Callable[[int], Any], said: str):
    cast = cast_on_both
    cast.case()
    way = cast.write(actions.begin, cast.programme, cast.seekers[0], cast.counsellors[0], NOW)
    assert cast.read(queries.breaches) == []
    cast.write(lambda session: session.execute(by_hand(way)))
    assert [sentence for sentence in cast.read(queries.breaches) if said in sentence]


def test_placed_within_a_year_counts_people_once_and_rounds_halves_up(cast: Cast):
    by = cast.counsellors[0]
    long_ago = NOW - timedelta(days=400)
    for n, seeker in enumerate(cast.seekers):
        way = cast.write(actions.begin, cast.programme, seeker, by, NOW)
        began = update(Participation).where(Participation.id == way).values(began_at=long_ago)
        cast.write(lambda session, began=began: session.execute(began))
        if n < 2:
            ended = long_ago + timedelta(days=364 + n)  # the second is a day late
            cast.write(actions.end, way, "job", by, ended)
    shown = cast.read(queries.overview, cast.agency, NOW)
    assert (shown.whole.began, shown.whole.placed, shown.whole.share) == (4, 1, 25.0)
    assert (shown.running.began, shown.running.placed, shown.running.share) == (0, 0, None)
    assert queries.Placed(16, 1).share == 6.3


def test_a_hire_at_a_fair_counts_as_placed(cast_on_both: Cast, meet: Callable[..., int]):
    cast = cast_on_both
    who = cast.seekers[0]
    cast.write(actions.begin, cast.programme, who, cast.counsellors[0], BEFORE)
    meet(who, "interviewed", "passed", "offered", "hired")
    assert cast.read(queries.overview, cast.agency, LATER).running == queries.Placed(1, 1)
