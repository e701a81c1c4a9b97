"""Counsellors: one at a time, never over a limit, fair, in order of waiting; hand-over, absence, leaving."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from fairapp.accounts.models import Membership
from fairapp.errors import AppError, Invalid, NotFound
from fairapp.live.models import Outbox
from fairapp.programmes import actions, jobs, queries, rules
from fairapp.programmes.models import Assignment, Counsellor, CounsellorWait
from tests import factories
from tests.factories import NOW
from tests.programmes.cast import Cast, allow, counsel

TODAY = date(2026, 11, 24)


def more_seekers(cast: Cast, count: int) -> list[int]:
    """Make further seekers who allow the agency to counsel them."""

    def make(session: Any) -> list[int]:
        made = [factories.make_seeker(session).id for _ in range(count)]
        for seeker in made:
            allow(session, seeker, cast.agency)
        return made

    return list(cast.write(make))


def loads(cast: Cast) -> list[int]:
    """Return how many people each counsellor of the cast has."""
    found = {row.account_id: row.people for row in cast.read(queries.counsellors, cast.agency, TODAY)}
    return [found[one] for one in cast.counsellors]


def limits(cast: Cast, *each: int) -> None:
    """Set the limit of each counsellor."""
    for who, limit in zip(cast.counsellors, each, strict=True):
        cast.write(actions.set_limit, cast.agency, who, limit, cast.organizer, NOW)


def who_has(cast: Cast, seeker: int) -> int | None:
    """Return who counsels the seeker now."""
    row = cast.read(queries.open_assignment, cast.agency, seeker)
    return None if row is None else row.counsellor_id


def waits(cast: Cast) -> Sequence[int]:
    """Return who waits, first come first."""
    return [row.seeker_id for row in cast.read(queries.waiting, cast.agency)]


def test_people_are_spread_relative_to_limits_and_keep_whom_they_have(cast_on_both: Cast):
    cast = cast_on_both
    limits(cast, 2, 4, 6)
    people = more_seekers(cast, 6)
    for seeker in people:
        cast.write(actions.assign, cast.agency, seeker, NOW)
    assert loads(cast) == [1, 2, 3]
    again = cast.write(actions.assign, cast.agency, people[0], NOW)
    assert again.counsellor_id == who_has(cast, people[0])
    assert loads(cast) == [1, 2, 3]


def test_full_counsellors_make_a_waiting_list_that_is_served_in_order(cast_on_both: Cast):
    cast = cast_on_both
    limits(cast, 1, 0, 0)
    people = more_seekers(cast, 4)
    given = [cast.write(actions.assign, cast.agency, seeker, NOW) for seeker in people]
    assert [one.waits for one in given] == [False, True, True, True]
    cast.write(actions.assign, cast.agency, people[3], NOW)  # asking again moves nobody
    assert waits(cast) == people[1:]
    cast.write(actions.release, cast.agency, people[0], "over", NOW)
    assert who_has(cast, people[1]) == cast.counsellors[0]
    assert waits(cast) == people[2:]
    cast.write(actions.release, cast.agency, people[2], "over", NOW)  # who waits may stop waiting
    assert waits(cast) == people[3:]
    assert cast.write(actions.set_limit, cast.agency, cast.counsellors[2], 1, cast.organizer, NOW) == 1
    assert waits(cast) == []
    assert who_has(cast, people[3]) == cast.counsellors[2]


def test_nobody_passes_those_who_wait(cast: Cast):
    limits(cast, 0, 0, 0)
    first, second = more_seekers(cast, 2)
    cast.write(actions.assign, cast.agency, first, NOW)
    # Past the action, which would serve at once.
    room = update(Counsellor).where(Counsellor.account_id == cast.counsellors[0]).values(load_limit=1)
    cast.write(lambda session: session.execute(room))
    assert cast.write(actions.assign, cast.agency, second, NOW).waits
    assert who_has(cast, first) == cast.counsellors[0]
    assert waits(cast) == [second]


def test_who_comes_back_gets_her_counsellor_again(cast: Cast):
    seeker = cast.seekers[0]
    first = cast.write(actions.assign, cast.agency, seeker, NOW).counsellor_id
    cast.write(actions.release, cast.agency, seeker, "over", NOW)
    for one in more_seekers(cast, 5):
        cast.write(actions.assign, cast.agency, one, NOW)
    given = cast.write(actions.assign, cast.agency, seeker, NOW)
    assert given.counsellor_id == first
    assert cast.read(queries.open_assignment, cast.agency, seeker).why == "again"


def test_a_hand_over_ends_access_at_once_and_keeps_the_history(cast_on_both: Cast):
    cast = cast_on_both
    seeker, case = cast.seekers[0], cast.case()
    old, new = cast.counsellors[0], cast.counsellors[2]
    cast.write(actions.write_note, cast.agency, seeker, old, "함께 보는 말", NOW, private=False, contact="call")
    cast.write(actions.write_note, cast.agency, seeker, old, "혼자 보는 말", NOW, private=True)
    assert cast.read(queries.case_of, case, old, [cast.agency]).seeker_id == seeker
    given = cast.write(actions.hand_over, case, " 이사 ", cast.organizer, NOW, to=new)
    for who in (old, new):
        with pytest.raises(NotFound):
            cast.read(queries.case_of, case, who, [cast.agency])
    with pytest.raises(NotFound):
        cast.read(queries.case_of, given.assignment_id, old, [cast.agency])
    assert cast.read(queries.case_of, given.assignment_id, new, [cast.agency]).seeker_id == seeker
    with pytest.raises(NotFound):  # once she is no coach of the agency any more
        cast.read(queries.case_of, given.assignment_id, new, [])
    seen = [row.text for row in cast.read(queries.notes_of, cast.agency, seeker, new)]
    assert seen == ["함께 보는 말"]
    own = [row.text for row in cast.read(queries.notes_of, cast.agency, seeker, old)]
    assert own == ["혼자 보는 말", "함께 보는 말"]
    told = [(row.counsellor_id, row.why, row.reason) for row in cast.read(queries.history, cast.agency, seeker)]
    assert told == [(new, "handed", ""), (old, "first", "이사")]


def test_a_hand_over_is_refused_without_a_reason_or_a_receiver(cast: Cast):
    limits(cast, 5, 0, 5)
    case = cast.case()
    has = cast.counsellors[0]
    for reason, to, error in (
        (" ", cast.counsellors[2], Invalid),
        ("x" * 501, cast.counsellors[2], Invalid),
        ("이사", has, Invalid),
        ("이사", cast.counsellors[1], rules.CounsellorFull),
        ("이사", cast.organizer, rules.CounsellorAway),
        ("이사", cast.stranger, rules.CounsellorAway),
    ):
        with pytest.raises(error):
            cast.write(actions.hand_over, case, reason, cast.organizer, NOW, to=to)
    assert who_has(cast, cast.seekers[0]) == has
    given = cast.write(actions.hand_over, case, "이사", cast.organizer, NOW)  # chosen fairly
    assert given.counsellor_id == cast.counsellors[2]
    for gone in (case, 10**9):
        with pytest.raises(rules.NotCounselled):
            cast.write(actions.hand_over, gone, "이사", cast.organizer, NOW)


def test_an_absence_hands_everybody_over_fairly_and_who_finds_nobody_waits(cast_on_both: Cast):
    cast = cast_on_both
    limits(cast, 9, 0, 0)
    people = more_seekers(cast, 5)
    for n, seeker in enumerate(people):
        cast.write(actions.assign, cast.agency, seeker, NOW + timedelta(minutes=n))
    limits(cast, 9, 2, 1)
    moved = cast.write(actions.set_absence, cast.agency, cast.counsellors[0], TODAY, None, cast.organizer, NOW)
    assert moved == 3
    assert loads(cast) == [0, 2, 1]
    assert waits(cast) == people[3:]
    later = cast.write(actions.set_absence, cast.agency, cast.counsellors[0], None, None, cast.organizer, NOW)
    assert later == 2
    assert loads(cast) == [2, 2, 1]
    for bad in (date(2026, 11, 23), date(2020, 1, 1)):
        with pytest.raises(Invalid):
            cast.write(actions.set_absence, cast.agency, cast.counsellors[0], TODAY, bad, cast.organizer, NOW)
    with pytest.raises(NotFound):
        cast.write(actions.set_absence, cast.agency, cast.stranger, TODAY, None, cast.organizer, NOW)


def test_the_job_hands_over_on_the_first_day_away_and_after_a_role_has_ended(cast: Cast):
    people = more_seekers(cast, 3)
    for seeker in people:
        cast.write(actions.assign, cast.agency, seeker, NOW)
    assert loads(cast) == [1, 1, 1]
    tomorrow = TODAY + timedelta(days=1)
    cast.write(actions.set_absence, cast.agency, cast.counsellors[0], tomorrow, tomorrow, cast.organizer, NOW)
    assert loads(cast) == [1, 1, 1]
    assert jobs.settle_counsellors(NOW) == 0
    assert jobs.settle_counsellors(NOW + timedelta(days=1)) == 1
    assert loads(cast) == [0, 2, 1]
    gone = update(Membership).where(Membership.account_id == cast.counsellors[1]).values(ended_at=NOW)
    cast.write(lambda session: session.execute(gone))
    assert jobs.settle_counsellors(NOW + timedelta(days=2)) == 2
    assert Counter(who_has(cast, one) for one in people) == {cast.counsellors[0]: 2, cast.counsellors[2]: 1}
    assert jobs.settle_counsellors(NOW + timedelta(days=2)) == 0


def test_the_database_refuses_a_second_counsellor(cast_on_both: Cast):
    cast = cast_on_both
    cast.case()
    row = {"agency_id": cast.agency, "seeker_id": cast.seekers[0], "began_at": NOW, "why": "first", "reason": ""}
    with pytest.raises(IntegrityError):
        cast.write(lambda s: s.execute(insert(Assignment).values(**row, counsellor_id=cast.counsellors[1])))
    other = row | {"agency_id": cast.other_agency}  # another agency may have one of its own
    cast.write(lambda s: s.execute(insert(Assignment).values(**other, counsellor_id=cast.counsellors[1])))


@pytest.mark.parametrize("people", [6])
def test_many_at_once_get_one_counsellor_each_within_the_limits(cast_on_both: Cast, people: int):
    cast = cast_on_both
    limits(cast, 1, 1, 2)
    seekers = more_seekers(cast, people)
    wanted = [seeker for seeker in seekers for _ in range(3)]

    def take(seeker: int) -> None:
        with cast.app.app_context():
            try:
                cast.write(actions.assign, cast.agency, seeker, NOW)
            except AppError as refused:  # Busy may come, and is answered by trying again
                assert refused.slug == "busy"  # noqa: PT017
                cast.write(actions.assign, cast.agency, seeker, NOW)

    with ThreadPoolExecutor(6) as crowd:
        list(crowd.map(take, wanted))
    assert loads(cast) == [1, 1, 2]
    assert len(waits(cast)) == people - 4
    served = {seeker for seeker in seekers if who_has(cast, seeker)}
    assert served.isdisjoint(waits(cast))
    assert served | set(waits(cast)) == set(seekers)


def test_letters_go_to_both_and_name_nobody_else(cast: Cast):
    case = cast.case()
    found = cast.read(lambda s: s.execute(select(Outbox.kind, Outbox.account_id).order_by(Outbox.id)).all())
    assert [tuple(row) for row in found] == [
        ("way.case", cast.counsellors[0]),
        ("way.counsellor", cast.seekers[0]),
    ]
    assert case


def test_a_stopped_wait_is_kept(cast: Cast):
    limits(cast, 0, 0, 0)
    cast.write(actions.assign, cast.agency, cast.seekers[0], NOW)
    cast.write(actions.release, cast.agency, cast.seekers[0], "over", NOW)
    rows = cast.read(lambda s: [(row.served, row.ended_at) for row in s.scalars(select(CounsellorWait))])
    assert rows == [(False, NOW)]
    assert cast.write(counsel, cast.agency)
