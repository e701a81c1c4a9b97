"""Back into the way after a fair, and sessions for many."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fairapp.errors import NotFound
from fairapp.live.models import Outbox
from fairapp.outcomes import actions as ledger
from fairapp.outcomes.actions import Found, mark_attendance
from fairapp.programmes import actions, jobs, queries
from fairapp.programmes.models import WayBack
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling.actions import open_slots
from fairapp.scheduling.actions.slots import Offer
from fairapp.scheduling.rules import Wish
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.outcomes.cast import BEFORE, open_listing, open_slot
from tests.programmes.cast import Cast
from tests.programmes.test_pages import words
from tests.programmes.test_pools import tell
from tests.programmes.test_referrals import Open, make_open

ON = date(2026, 11, 24)
LATER = NOW + timedelta(days=3)  # the fair has ended
MUCH_LATER = NOW + timedelta(days=10)  # and its days for results are over
FITS = {"wish_occupation": "0231", "wish_region": "27290", "education": "bachelor"}


@pytest.fixture
def at(cast_on_both: Cast) -> Open:
    """Return a fair of the agency with an open listing."""
    made: Open = cast_on_both.write(make_open, cast_on_both.agency)
    return made


@pytest.fixture
def meet(cast_on_both: Cast, at: Open) -> Callable[..., int]:
    """Return a function that books an interview for a seeker and writes what followed."""

    def do(seeker: int, *stages: str, minutes: int = 0) -> int:
        cast = cast_on_both
        host = cast.write(lambda s: factories.make_seeker(s).id)
        slot = cast.write(open_slot, at.fair, host, NOW + timedelta(minutes=minutes), booth_id=at.booth)
        booking = cast.write(scheduling.book, slot, seeker, Wish(listing_id=at.listing, consent=True), BEFORE).id
        for stage in stages:
            cast.write(ledger.append_outcome, booking, Found(stage, ON), at.recruiter, NOW + timedelta(hours=1))
        return int(booking)

    return do


def ways(cast: Cast) -> dict[int, tuple[str, dict[str, int], list[str]]]:
    """Return state, what happened and the kinds of steps, by seeker."""
    found = cast.read(lambda s: list(s.scalars(select(WayBack))))
    return {row.seeker_id: (row.state, row.happened, [one["kind"] for one in row.steps["steps"]]) for row in found}


def test_who_left_without_a_job_goes_to_a_counsellor_once(cast_on_both: Cast, at: Open, meet: Callable[..., int]):
    cast = cast_on_both
    rejected, passed, pending, undone = cast.seekers
    meet(rejected, "interviewed", "rejected")
    meet(passed, "interviewed", "passed", minutes=30)
    meet(pending, "interviewed", minutes=60)
    meet(undone, "interviewed", "passed", "rejected", minutes=90)
    meet(cast.stranger, "interviewed", "rejected", minutes=120)
    assert jobs.lead_back(NOW) == 0  # the fair goes on
    assert jobs.lead_back(LATER) == 3
    assert jobs.lead_back(LATER) == 0
    happened = {"interviews": 1, "rejected": 1, "withdrawn": 0, "missed": 0}
    steps = ["profile", "coaching", "plan"]
    assert ways(cast) == {
        rejected: ("handed", happened, steps),
        undone: ("handed", happened, steps),
        cast.stranger: ("offered", happened, steps),
    }
    assert cast.read(queries.open_assignment, cast.agency, rejected).why == "fair"
    assert cast.read(queries.open_assignment, cast.agency, cast.stranger) is None
    asks = cast.read(lambda s: s.execute(select(Outbox.account_id).where(Outbox.kind == "way.ask")).scalars().all())
    assert asks == [cast.stranger]
    assert jobs.lead_back(MUCH_LATER) == 1  # no result came
    assert ways(cast)[pending][0] == "handed"
    ask = cast.read(queries.asks_of, cast.stranger)[0].ConsentAsk
    assert ask.fair_id == at.fair
    cast.write(actions.answer_ask, ask.id, cast.stranger, True, MUCH_LATER)
    assert ways(cast)[cast.stranger][0] == "handed"
    assert cast.read(queries.breaches) == []


def test_full_counsellors_make_her_wait_and_a_no_is_kept(cast_on_both: Cast, meet: Callable[..., int]):
    cast = cast_on_both
    for who in cast.counsellors:
        cast.write(actions.set_limit, cast.agency, who, 0, cast.organizer, NOW)
    meet(cast.seekers[0], "interviewed", "rejected")
    meet(cast.stranger, "interviewed", "rejected", minutes=30)
    jobs.lead_back(LATER)
    ask = cast.read(queries.asks_of, cast.stranger)[0].ConsentAsk
    cast.write(actions.answer_ask, ask.id, cast.stranger, False, LATER)
    assert {who: told[0] for who, told in ways(cast).items()} == {cast.seekers[0]: "waiting", cast.stranger: "refused"}


def test_a_missed_interview_is_counted_as_missed(cast_on_both: Cast, at: Open, meet: Callable[..., int]):
    cast = cast_on_both
    booking = meet(cast.seekers[0])
    cast.write(mark_attendance, booking, by=at.recruiter, now=NOW + timedelta(minutes=15), seeker="absent")
    assert jobs.lead_back(LATER) == 1
    assert ways(cast)[cast.seekers[0]][1]["missed"] == 1


def test_the_next_step_is_a_listing_that_is_open_and_was_not_tried(
    cast_on_both: Cast, at: Open, meet: Callable[..., int]
):
    cast = cast_on_both
    for who in cast.seekers[:2]:
        cast.write(tell, who, **FITS)
        meet(who, "interviewed", "rejected", minutes=30 * who)
    long = {"ends_at": NOW + timedelta(days=40), "starts_at": NOW}
    coming = cast.write(lambda s: factories.make_fair(s, agency_id=cast.agency, **long).id)

    def open_there(session: Any) -> int:
        booth = factories.make_booth(session, fair_id=coming, intent_confirmed_at=LATER)
        return open_listing(session, booth.id, closes_at=NOW + timedelta(days=40))

    listing = cast.write(open_there)
    assert jobs.lead_back(LATER) == 2
    rows = cast.read(lambda s: [row.steps["steps"] for row in s.scalars(select(WayBack))])
    assert [steps[0] for steps in rows] == [{"kind": "listing", "id": listing}] * 2
    assert [steps[1] for steps in rows] == [{"kind": "coaching", "id": "interview"}] * 2
    assert [steps[2] for steps in rows] == [{"kind": "fair", "id": coming}] * 2
    page = words(cast.client(cast.seekers[0]).get("/me/plan"))
    assert f"/listings/{listing}" in page


def test_leading_back_takes_the_same_reads_for_one_and_thirty(cast_on_both: Cast, at: Open):
    cast = cast_on_both
    people = [cast.write(lambda s: factories.make_seeker(s).id) for _ in range(31)]
    reading = [people[:1], people[1:]]
    told = []
    for part in reading:
        with counted(cast.app) as count:
            cast.read(queries.what_happened, at.fair, cast.agency, part, LATER)
        told.append(int(count))
    assert told[0] == told[1]


@pytest.mark.usefixtures("at_now")
def test_people_of_a_stage_are_invited_and_attending_counts_toward_a_goal(cast_on_both: Cast, at: Open):
    cast = cast_on_both
    who, by = cast.seekers[0], cast.counsellors[0]
    cast.case()
    cast.write(actions.begin, cast.programme, who, by, NOW)
    goal = cast.write(
        actions.add_goal, cast.agency, who, "기업 탐방", date(2026, 12, 1), by, NOW - timedelta(days=1), sessions=1
    )

    def tour(session: Any) -> int:
        coach = factories.make_coach(session, at.fair, account_id=by, agency_id=cast.agency)
        place = {"coach_id": coach.id, "agency_id": cast.agency, "topic": "tour", "capacity": 10}
        start = NOW + timedelta(hours=2)
        return open_slots(
            session, Offer(at.fair, "group", by, **place), [(start, start + timedelta(hours=1))], NOW
        ).slots[0]

    slot = cast.write(tour)
    client = cast.client(by)
    assert "기업 탐방" in words(client.get("/caseload/sessions"))
    path = f"/caseload/sessions/{cast.agency}/{slot}"
    assert client.post(path, data={"who": "everybody"}).status_code == 404
    assert client.post(path, data={"who": "stage-2"}).status_code == 303
    for _ in range(2):
        client.post(path, data={"who": "stage-1"})
    kinds = cast.read(lambda s: s.scalars(select(Outbox.account_id).where(Outbox.kind == "way.invite")).all())
    assert kinds == [who]
    assert cast.client(cast.stranger).post(path, data={"who": "stage-1"}).status_code == 403
    with pytest.raises(NotFound):
        cast.write(actions.invite, 10**9, cast.agency, [who], by, NOW)
    mine = cast.client(who)
    assert f"?slot={slot}" in words(mine.get("/me/plan"))
    assert f"?slot={slot}" not in words(cast.client(cast.stranger).get("/me/plan"))
    booking = cast.write(scheduling.book, slot, who, Wish(consent=True), NOW).id
    assert f"?slot={slot}" not in words(mine.get("/me/plan"))
    after = NOW + timedelta(hours=3)
    cast.write(mark_attendance, booking, by=by, now=after, seeker="present")
    row = cast.read(queries.goals_of, cast.agency, who, after)[0]
    assert (row.id, row.state, row.attended) == (goal, "done", 1)
    assert cast.read(queries.last_contacts, cast.agency, [who], after) == {who: NOW + timedelta(hours=2)}
