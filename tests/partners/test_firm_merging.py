"""Two employers that become one and two again: what moves, what goes back, who sees what, and what is refused."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.accounts import actions as accounts
from fairapp.accounts.models import Consent, ConsentBar, Membership
from fairapp.booths import actions as booths
from fairapp.booths.models import Booth
from fairapp.employers import actions as employers
from fairapp.employers import queries as employer_queries
from fairapp.employers.models import Employer
from fairapp.employers.rules import EmployerFields
from fairapp.errors import Conflict, NotFound
from fairapp.fairs.models import Fair
from fairapp.partners import actions, queries
from fairapp.partners.models import FirmMerge, FirmPair
from fairapp.partners.rules import AtOneFair, NumbersDiffer, RestsItself
from tests import factories
from tests.factories import NOW
from tests.partners.town import FIRMS, LATER, PEOPLE, Town

Act = Callable[..., Any]


@pytest.fixture
def act(app_on_both: Flask) -> Act:
    """Return a function that writes."""
    return db.of(app_on_both).write


def read(app: Flask, do: Callable[[Session], Any]) -> Any:
    """Return what a read gives."""
    with db.of(app).read() as session:
        return do(session)


ROLES = {0: {0, 1}, 1: {1, 2}, 2: {3}, 3: {0, 4}}


def test_all_comes_to_the_one_that_stays_and_goes_back(app_on_both: Flask, act: Act) -> None:
    town = act(Town, ROLES)
    merge = act(actions.merge_firms, town.firms[1], town.firms[0], town.by, NOW)
    assert read(app_on_both, town.owners) == town.expected({1: 0})
    assert read(app_on_both, lambda s: list(queries.breaches(s))) == []
    act(actions.undo_firm_merge, merge, town.by, NOW)
    assert read(app_on_both, town.owners) == town.expected({})
    with pytest.raises(NotFound):
        act(actions.undo_firm_merge, merge, town.by, NOW)
    pair = read(app_on_both, lambda s: s.scalars(select(FirmPair)).one())
    assert (pair.decision, pair.low_id, pair.high_id) == ("different", town.firms[0], town.firms[1])


def test_nobody_sees_more_than_before_and_nobody_less(app_on_both: Flask, act: Act) -> None:
    town = act(Town, ROLES)
    before = {(one, firm) for firm, people in ROLES.items() for one in people}
    assert read(app_on_both, town.sight) == before
    act(actions.merge_firms, town.firms[0], town.firms[1], town.by, NOW)
    assert read(app_on_both, town.sight) == before
    # The guard is what does it: without the bars all see all.
    act(lambda session: session.execute(text("DELETE FROM consent_bar")) and None)
    assert read(app_on_both, town.sight) == before | {(0, 1), (2, 0)}


def test_a_yes_after_the_merge_is_one_to_all_of_them(app_on_both: Flask, act: Act) -> None:
    town = act(Town, ROLES)
    act(actions.merge_firms, town.firms[0], town.firms[1], town.by, NOW)
    act(accounts.give_consent, town.seekers[1], town.firms[0], None, "interview", LATER, NOW)
    assert {one for one, firm in read(app_on_both, town.sight) if firm == 1} == {0, 1, 2}
    assert {one for one, firm in read(app_on_both, town.sight) if firm == 0} == {0, 1}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    roles=st.lists(st.sets(st.integers(0, PEOPLE - 1), max_size=3), min_size=FIRMS, max_size=FIRMS),
    steps=st.lists(st.tuples(st.booleans(), st.integers(0, FIRMS - 1), st.integers(0, FIRMS - 1)), max_size=9),
)
def test_any_sequence_leaves_every_row_where_it_belongs(
    app_on_both: Flask, roles: list[set[int]], steps: list[tuple[bool, int, int]]
) -> None:
    act = db.of(app_on_both).write
    town = act(Town, dict(enumerate(roles)))
    before = read(app_on_both, town.sight)
    merged: dict[int, int] = {}
    merges: dict[int, int] = {}
    for is_undo, one, other in steps:
        if is_undo:
            _undo(act, town, merged, merges, one)
        elif one == other or one in merged or other in merged:
            with pytest.raises(NotFound):
                act(actions.merge_firms, town.firms[one], town.firms[other], town.by, NOW)
        else:
            made = act(actions.merge_firms, town.firms[one], town.firms[other], town.by, NOW)
            merged[max(one, other)] = min(one, other)  # all are verified without a number: the older stays
            merges[max(one, other)] = made
        assert read(app_on_both, town.owners) == town.expected(merged)
        assert read(app_on_both, town.sight) == before
        assert read(app_on_both, lambda s: list(queries.breaches(s))) == []
    while merges:
        _undo(act, town, merged, merges, min(merges))
    assert read(app_on_both, town.owners) == town.expected({})
    assert read(app_on_both, lambda s: s.scalar(select(ConsentBar.merge_id).limit(1))) is None


def _undo(act: Act, town: Town, merged: dict[int, int], merges: dict[int, int], one: int) -> None:
    """Undo the merge by which the employer rests, if there is one; refused while the one that stayed rests itself."""
    if one not in merges:
        return
    if merged[one] in merged:
        with pytest.raises(RestsItself):
            act(actions.undo_firm_merge, merges[one], town.by, NOW)
        return
    act(actions.undo_firm_merge, merges.pop(one), town.by, NOW)
    del merged[one]


def test_two_booths_at_one_fair_are_refused_with_the_fair(app_on_both: Flask, act: Act) -> None:
    town = act(Town, ROLES)

    def second(session: Session) -> tuple[int, str]:
        fair = session.get_one(Booth, town.booths[0]).fair_id
        made = factories.make_booth(session, employer_id=town.firms[1], fair_id=fair)
        return made.id, session.get_one(Fair, fair).name

    booth, name = act(second)
    before = read(app_on_both, town.owners)
    with pytest.raises(AtOneFair) as refused:
        act(actions.merge_firms, town.firms[0], town.firms[1], town.by, NOW)
    assert str(refused.value.detail).endswith(f": {name}")
    assert read(app_on_both, town.owners) == before
    assert read(app_on_both, lambda s: s.scalars(select(FirmMerge)).all()) == []
    act(booths.withdraw_booth, booth, NOW)  # at which nothing happens any more: it stays behind
    act(actions.merge_firms, town.firms[0], town.firms[1], town.by, NOW)
    assert read(app_on_both, town.owners) == town.expected({1: 0})
    assert read(app_on_both, lambda s: s.get_one(Booth, booth).employer_id) == town.firms[1]
    assert read(app_on_both, lambda s: list(queries.breaches(s))) == []


def test_the_other_stays_where_its_booth_alone_is_in_the_way(app_on_both: Flask, act: Act) -> None:
    town = act(Town, ROLES)

    def withdrawn(session: Session) -> None:
        fair = session.get_one(Booth, town.booths[1]).fair_id
        factories.make_booth(session, employer_id=town.firms[0], fair_id=fair, status="withdrawn")

    act(withdrawn)
    act(actions.merge_firms, town.firms[0], town.firms[1], town.by, NOW)
    assert read(app_on_both, town.owners)["rests"] == [town.firms[1], None, None, None]


def test_numbers_decide(app_on_both: Flask, act: Act) -> None:
    town = act(Town, ROLES)

    def number(session: Session, firm: int, digits: str | None) -> None:
        session.get_one(Employer, town.firms[firm]).registration_number = digits

    act(number, 0, "1234567891")
    act(number, 1, "2208162517")
    with pytest.raises(NumbersDiffer):
        act(actions.merge_firms, town.firms[0], town.firms[1], town.by, NOW)
    act(number, 0, None)
    act(
        lambda s: s.execute(text("UPDATE employer SET verified_at = NULL WHERE id = :f"), {"f": town.firms[1]}) and None
    )
    merge = act(
        actions.merge_firms, town.firms[0], town.firms[1], town.by, NOW
    )  # the verified one stays, with the number
    numbers = select(Employer.registration_number).where(Employer.id.in_(town.firms[:2])).order_by(Employer.id)
    assert read(app_on_both, lambda s: s.scalars(numbers).all()) == ["2208162517", None]
    assert read(app_on_both, lambda s: employer_queries.employer_by_number(s, "2208162517")) == town.firms[0]
    act(actions.undo_firm_merge, merge, town.by, NOW)
    assert read(app_on_both, lambda s: s.scalars(numbers).all()) == [None, "2208162517"]


def test_one_that_rests_is_not_listed_invited_nor_given_a_booth(app_on_both: Flask, act: Act) -> None:
    town = act(Town, ROLES)
    fair = act(lambda session: factories.make_fair(session).id)
    act(actions.merge_firms, town.firms[0], town.firms[1], town.by, NOW)
    assert town.firms[1] not in {one.id for one in read(app_on_both, employer_queries.employers)}
    assert act(booths.invite, fair, [town.firms[1]], town.by, NOW) == 0
    with pytest.raises(NotFound):
        act(booths.apply_for_booth, fair, town.firms[1], NOW)
    key = read(app_on_both, lambda s: s.get_one(Employer, town.firms[1]).name_key)
    assert read(app_on_both, lambda s: employer_queries.employers_by_key(s, [key])) == {key: town.firms[0]}


def test_a_list_that_names_the_one_that_rests_changes_the_one_that_stays(app_on_both: Flask, act: Act) -> None:
    town = act(Town, ROLES)
    name = read(app_on_both, lambda s: s.get_one(Employer, town.firms[0]).name)
    other = read(app_on_both, lambda s: s.get_one(Employer, town.firms[1]).name)
    act(actions.merge_firms, town.firms[0], town.firms[1], town.by, NOW)
    assert act(employers._bring_in, EmployerFields(other, phone="053-1"), NOW) == ("changed", town.firms[0])
    kept = read(app_on_both, lambda s: s.get_one(Employer, town.firms[0]))
    assert (kept.name, kept.phone, kept.verified_at) == (name, "053-1", NOW)


def test_what_was_being_written_meanwhile_follows(app_on_both: Flask, act: Act) -> None:
    town = act(Town, ROLES)
    act(actions.merge_firms, town.firms[0], town.firms[1], town.by, NOW)
    late = act(accounts.give_consent, town.seekers[2], town.firms[1], None, "interview", LATER, NOW)
    said = [f"employer {town.firms[1]}: rests and has a receipt"]
    assert read(app_on_both, lambda s: list(queries.breaches(s))) == said
    assert act(actions.settle_firms, NOW) == 1
    assert read(app_on_both, lambda s: s.get_one(Consent, late).employer_id) == town.firms[0]
    barred = select(ConsentBar.account_id).where(ConsentBar.consent_id == late)
    assert read(app_on_both, lambda s: set(s.scalars(barred))) == {town.people[0]}
    assert act(actions.settle_firms, NOW) == 0


def test_who_was_taken_off_the_list_does_not_come_back(app_on_both: Flask, act: Act) -> None:
    town = act(Town, ROLES)  # person 1 recruits for both
    merge = act(actions.merge_firms, town.firms[0], town.firms[1], town.by, NOW)
    his = Membership.account_id == town.people[1], Membership.ended_at.is_(None)
    role = read(app_on_both, lambda s: s.scalars(select(Membership.id).where(*his)).one())
    act(accounts.end_membership, town.by, role, NOW)
    act(actions.undo_firm_merge, merge, town.by, NOW)
    assert read(app_on_both, lambda s: s.scalars(select(Membership.id).where(*his)).all()) == []


SABOTAGE = {
    "a role given by hand": (
        "INSERT INTO membership (account_id, role, employer_id, created_at)"
        " SELECT max(id), 'recruiter', {rests}, created_at FROM account GROUP BY created_at",
        "rests and has a role that lasts",
    ),
    "a booth taken back by hand": (
        "UPDATE booth SET employer_id = {rests} WHERE id = {booth}",
        "rests and has a booth",
    ),
    "a receipt taken back by hand": ("UPDATE consent SET employer_id = {rests}", "rests and has a receipt"),
    "awake by hand": ("UPDATE employer SET merged_into_id = NULL", "is not what its merges say"),
    "asleep by hand": (
        "UPDATE employer SET merged_into_id = {rests} WHERE id = {third}",
        "rests in one that rests itself",
    ),
}


@pytest.mark.parametrize("case", SABOTAGE)
def test_a_breach_made_by_hand_is_found(app_on_both: Flask, act: Act, case: str) -> None:
    town = act(Town, ROLES)
    act(actions.merge_firms, town.firms[0], town.firms[1], town.by, NOW)
    statement, said = SABOTAGE[case]
    sql = statement.format(rests=town.firms[1], booth=town.booths[1], third=town.firms[2])
    act(lambda session: session.execute(text(sql)) and None)
    assert any(said in sentence for sentence in read(app_on_both, lambda s: list(queries.breaches(s))))


def test_of_many_who_merge_and_part_at_once_one_does_each(app_on_both: Flask, act: Act) -> None:
    """Three employers, each pair merged by two people at once, then each merge undone by two at once."""
    town = act(Town, ROLES)
    both = [(0, 1), (1, 0), (1, 2), (2, 1), (0, 2), (2, 0)]
    calls = [(actions.merge_firms, town.firms[a], town.firms[b]) for a, b in both]
    assert _at_once(app_on_both, town, calls).count("done") == 2
    assert read(app_on_both, lambda s: list(queries.breaches(s))) == []
    while holding := read(app_on_both, lambda s: [one.id for one in queries.firm_merges(s) if one.can_be_undone]):
        done = _at_once(app_on_both, town, [(actions.undo_firm_merge, one) for one in holding * 2])
        assert done.count("done") == len(holding)
    assert read(app_on_both, town.owners) == town.expected({})


def _at_once(app: Flask, town: Town, calls: list[tuple[Any, ...]]) -> list[str]:
    """Make the calls in threads, each in a transaction of its own; return how each ended."""
    database = db.of(app)
    start = threading.Barrier(len(calls))

    def one(call: tuple[Any, ...]) -> str:
        start.wait(30)
        try:
            database.write(*call, town.by, NOW)
        except (NotFound, Conflict) as refused:
            return refused.slug
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))
