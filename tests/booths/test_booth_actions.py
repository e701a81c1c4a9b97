"""Booths: applying, deciding, and the gate's flips as they are told."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.booths import actions, jobs, queries, rules
from fairapp.booths.models import Booth, Listing
from fairapp.employers import actions as employer_actions
from fairapp.employers.rules import EmployerFields
from fairapp.errors import Invalid
from fairapp.fairs import actions as fair_actions
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.models import Fair
from tests.booths.told import kinds
from tests.factories import NOW, make_booth, make_employer, make_fair, make_listing

LATER = NOW + timedelta(hours=1)


def applied(session: Session) -> tuple[int, int]:
    """Make a fair and an employer, without a booth."""
    return make_fair(session).id, make_employer(session).id


def test_a_booth_is_applied_for_once_and_again_after_a_refusal(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    fair_id, employer_id = database.write(applied)
    booth_id = database.write(actions.apply_for_booth, fair_id, employer_id, NOW)
    with pytest.raises(rules.AlreadyApplied):
        database.write(actions.apply_for_booth, fair_id, employer_id, NOW)
    assert database.write(actions.reject_booths, fair_id, [booth_id], "자리가 없어요", None, NOW) == 1
    assert database.write(actions.apply_for_booth, fair_id, employer_id, LATER) == booth_id
    with database.read() as session:
        booth = session.get_one(Booth, booth_id)
    assert (booth.status, booth.reason, booth.intent_confirmed_at) == ("applied", "", LATER)


def test_deciding_in_bulk_touches_only_this_fairs_booths(app: Flask) -> None:
    database = db.of(app)

    def two_fairs(session: Session) -> tuple[int, int, int]:
        mine, other = make_booth(session, status="applied"), make_booth(session, status="applied")
        return mine.fair_id, mine.id, other.id

    fair_id, mine, other = database.write(two_fairs)
    assert database.write(actions.approve_booths, fair_id, [mine, other, 999], None, NOW) == 1
    assert database.write(actions.approve_booths, fair_id, [mine], None, NOW) == 0
    assert database.write(actions.confirm_intent, [mine, other], NOW, fair_id=fair_id) == 1
    with database.read() as session:
        assert [session.get_one(Booth, one).status for one in (mine, other)] == ["approved", "applied"]


def test_a_refusal_needs_a_reason(app: Flask) -> None:
    with pytest.raises(Invalid):
        db.of(app).write(actions.reject_booths, 1, [1], " ", None, NOW)


def unready(session: Session) -> tuple[int, int, int]:
    """Make a booth that lacks approval, verification and intent, with an open listing."""
    employer = make_employer(session, verified_at=None)
    booth = make_booth(session, employer_id=employer.id, status="applied", intent_confirmed_at=None)
    make_listing(session, booth_id=booth.id)
    return booth.fair_id, booth.id, employer.id


def test_the_last_missing_thing_opens_the_booth_whichever_it_is(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    fair_id, booth_id, employer_id = database.write(unready)
    database.write(actions.approve_booths, fair_id, [booth_id], None, NOW)
    database.write(actions.confirm_intent, [booth_id], NOW)
    assert kinds(database, fair_id) == []
    assert database.write(employer_actions.verify_employers, [employer_id, employer_id], None, NOW) == 1
    assert kinds(database, fair_id) == ["booth.opened"]
    assert database.write(employer_actions.unverify_employers, [employer_id], NOW) == 1
    assert kinds(database, fair_id) == ["booth.opened", "booth.closed"]


def test_renaming_a_verified_employer_closes_its_booths_until_it_is_verified_again(app: Flask) -> None:
    database = db.of(app)

    def one(session: Session) -> tuple[int, int]:
        listing = make_listing(session)
        return listing.fair_id, session.get_one(Booth, listing.booth_id).employer_id

    fair_id, employer_id = database.write(one)
    assert jobs.tell_lapsed(NOW) == 1
    database.write(employer_actions.edit_employer, employer_id, 1, EmployerFields(name="삼성전자"), NOW)
    assert kinds(database, fair_id) == ["booth.opened", "booth.closed"]
    with database.read() as session:
        assert [row.employer_name for row in queries.visible_listings(session, fair_id, NOW)] == []


def test_a_lapse_is_told_once_by_the_tick_and_to_those_with_bookings(
    app_on_both: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = db.of(app_on_both)
    told: list[list[int]] = []
    monkeypatch.setattr(actions, "after_lapse", actions.after_lapse)
    actions.after_lapse.append(lambda _session, ids, _now: told.append(list(ids)))
    try:
        listing = database.write(lambda session: _ids(make_listing(session)))
        assert (jobs.tell_lapsed(NOW), jobs.tell_lapsed(NOW)) == (1, 0)
        over = NOW + timedelta(days=2)
        assert (jobs.tell_lapsed(over), jobs.tell_lapsed(over)) == (1, 0)
        assert kinds(database, listing[1]) == ["booth.opened", "booth.closed"]
        assert told == [[listing[2]]]
    finally:
        actions.after_lapse.pop()


def _ids(listing: Listing) -> tuple[int, int, int]:
    return listing.id, listing.fair_id, listing.booth_id


def test_a_shorter_interval_of_intent_closes_booths_at_once(app: Flask) -> None:
    database = db.of(app)

    def one(session: Session) -> tuple[int, int]:
        booth = make_booth(session, intent_confirmed_at=NOW - timedelta(days=3))
        make_listing(session, booth_id=booth.id)
        return booth.fair_id, booth.id

    fair_id, _ = database.write(one)
    assert jobs.tell_lapsed(NOW) == 1
    with database.read() as session:
        fair = session.get_one(Fair, fair_id)
    names = fair_rules.FairFields.__slots__
    changed = {name: getattr(fair, name) for name in names} | {"intent_days": 2}
    database.write(fair_actions.edit_fair, fair_id, 1, fair_rules.FairFields(**changed), NOW)
    assert [kind for kind in kinds(database, fair_id) if kind.startswith("booth")] == ["booth.opened", "booth.closed"]
