"""Back into the way after a fair, candidates from the pools, sessions for many, erasure, export, audit."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from fairapp.accounts.actions import withdraw_consent
from fairapp.accounts.models import Consent
from fairapp.errors import Invalid, NotFound
from fairapp.live.models import Outbox
from fairapp.outcomes import actions as ledger
from fairapp.outcomes.actions import Found, mark_attendance
from fairapp.programmes import actions, jobs, queries
from fairapp.programmes.models import Participation, StageStep, WayBack
from fairapp.programmes.rules import PoolFields
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


def trainee(cast: Cast, seeker: int, **told: Any) -> int:
    """Put somebody with a profile into a pool of trainees; return the pool."""
    cast.write(tell, seeker, **FITS | told)
    days = (date(2026, 11, 1), date(2026, 11, 30))
    cast.write(actions.enrol, seeker, cast.agency, "course", "회계", *days, "active", NOW)
    return int(cast.write(actions.make_pool, cast.agency, PoolFields("trainees", "훈련생"), NOW))


@pytest.mark.usefixtures("at_now")
def test_an_employer_sees_reasons_first_and_a_name_after_her_yes(cast_on_both: Cast, at: Open):
    cast = cast_on_both
    trainee(cast, cast.seekers[0])
    trainee(cast, cast.stranger)  # she does not let the agency counsel her: no candidate
    recruiter, path = cast.client(at.recruiter), f"/stand/listings/{at.listing}/candidates"
    page = words(recruiter.get(path))
    assert page.count("data-candidate=") == 1
    for said in ("후보 1", "하고 싶은 일이에요", "원하는 곳이에요", "2026-12-01부터 일할 수 있어요"):
        assert said in page
    assert "최정한별" not in page
    assert f"candidates/{cast.seekers[0]}" not in page  # nor the id of her account
    key = page.split(f"{path}/")[1].split('"')[0]
    for bad in ("x", "1" * 24, "한글"):
        recruiter.post(f"{path}/{bad}")
    assert cast.read(queries.candidacies_of, cast.seekers[0]) == []
    recruiter.post(f"{path}/{key}")
    recruiter.post(f"{path}/{key}")
    asked = cast.read(queries.candidacies_of, cast.seekers[0])
    assert len(asked) == 1
    assert "답을 기다려요" in words(recruiter.get(path))
    mine, question = cast.client(cast.seekers[0]), f"/me/candidacies/{asked[0].Candidacy.id}"
    assert cast.client(cast.seekers[1]).get(question).status_code == 404
    assert "나를 알려도 될까요?" in words(mine.get(question))
    mine.post(question, data={"do": "agree"})
    page = words(recruiter.get(path))
    assert "최정한별" in page
    consent = cast.read(lambda s: s.scalar(select(Consent.id).where(Consent.purpose == "referral")))
    cast.write(withdraw_consent, cast.seekers[0], consent, NOW)
    assert "최정한별" not in words(recruiter.get(path))
    for stranger in (cast.seekers[1], cast.counsellors[0]):
        assert cast.client(stranger).get(path).status_code in (403, 404)
    other = cast.write(lambda s: make_open(s, cast.agency))
    assert cast.client(other.recruiter).get(path).status_code == 404


@pytest.mark.usefixtures("at_now")
def test_who_declined_is_no_candidate_any_more_and_nobody_is_asked_for_nothing(cast_on_both: Cast, at: Open):
    cast = cast_on_both
    who = cast.seekers[0]
    trainee(cast, who)
    made = cast.write(actions.ask_candidate, at.listing, who, at.recruiter, NOW)
    cast.write(actions.answer_candidacy, made, who, False, NOW)
    with pytest.raises(actions.AskAnswered):
        cast.write(actions.answer_candidacy, made, who, True, NOW)
    with pytest.raises(actions.NoCandidate):
        cast.write(actions.ask_candidate, at.listing, who, at.recruiter, NOW)
    with pytest.raises(actions.NoCandidate):
        cast.write(actions.ask_candidate, at.listing, cast.seekers[1], at.recruiter, NOW)
    with pytest.raises(NotFound):
        cast.write(actions.ask_candidate, 10**9, who, at.recruiter, NOW)
    with pytest.raises(Invalid):
        cast.write(actions.set_wish, at.listing, False, date(2026, 11, 23), at.recruiter, NOW)
    path = f"/stand/listings/{at.listing}/candidates"
    assert cast.client(at.recruiter).post(path, data={"starts_on": "2020-01-01"}).status_code == 422
    assert cast.client(at.recruiter).post(path, data={"key_people": "y", "starts_on": "2026-12-24"}).status_code == 303
    wish = cast.read(queries.listing_for_pools, at.listing).wanted
    assert (wish.key_people, wish.starts_on) == (True, date(2026, 12, 24))


def test_key_people_come_home_first(cast_on_both: Cast, at: Open):
    cast = cast_on_both
    near, home = cast.seekers[:2]
    trainee(cast, near)
    cast.write(tell, home, region="11110", wish_occupation="0231", education="bachelor", experience_years=9)
    cast.write(actions.set_homecoming, home, "27290", None, NOW)
    cast.write(actions.make_pool, cast.agency, PoolFields("returnees", "귀향"), NOW)

    def order() -> list[int]:
        found = cast.read(lambda s: queries.candidates(s, queries.listing_for_pools(s, at.listing), NOW))
        return [one.seeker_id for one in found]

    assert order() == [home, near]  # alike in points, and free at once
    cast.write(actions.set_wish, at.listing, True, None, at.recruiter, NOW)
    found = cast.read(lambda s: queries.candidates(s, queries.listing_for_pools(s, at.listing), NOW))
    assert [(one.seeker_id, "key_people" in one.fit.reasons) for one in found] == [(home, True), (near, False)]


@pytest.mark.usefixtures("at_now")
def test_candidates_take_the_same_queries_for_one_and_thirty(cast_on_both: Cast, at: Open):
    cast = cast_on_both
    trainee(cast, cast.seekers[0])
    client, path = cast.client(at.recruiter), f"/stand/listings/{at.listing}/candidates"
    client.get(path)
    with counted(cast.app) as few:
        client.get(path)

    def more(session: Any) -> None:
        for _ in range(30):
            who = factories.make_seeker(session).id
            tell(session, who, **FITS)
            days = (date(2026, 11, 1), date(2026, 11, 30))
            actions.enrol(session, who, cast.agency, "course", "회계", *days, "active", NOW)
            session.add(
                Consent(
                    seeker_id=who,
                    agency_id=cast.agency,
                    purpose="counselling",
                    scope="profile",
                    given_at=NOW,
                    until=LATER,
                )
            )

    cast.write(more)
    with counted(cast.app) as many:
        page = words(client.get(path))
    assert page.count("data-candidate=") == 30
    assert int(few) == int(many), f"{few}\n{many}"


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
    booking = cast.write(scheduling.book, slot, who, Wish(consent=True), NOW).id
    after = NOW + timedelta(hours=3)
    cast.write(mark_attendance, booking, by=by, now=after, seeker="present")
    row = cast.read(queries.goals_of, cast.agency, who, after)[0]
    assert (row.id, row.state, row.attended) == (goal, "done", 1)
    assert cast.read(queries.last_contacts, cast.agency, [who], after) == {who: NOW + timedelta(hours=2)}


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
