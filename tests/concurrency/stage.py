"""The stage of the histories: a booth with its line, a coach, two halls, and who meets whom there."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from fairapp.scheduling import actions
from fairapp.scheduling.actions.slots import Offer
from tests import factories
from tests.factories import NOW

STEP = timedelta(minutes=5)


@dataclass(frozen=True)
class Stage:
    """What the writers need to know, as plain data."""

    fair: int
    booth: int
    coach: int
    agency: int
    rooms: list[int]
    hosts: list[int]  # three recruiters and the coach
    people: list[int]  # seekers; the first recruiter is one of them


def build_stage(session: Session) -> Stage:
    """Make a booth with three recruiters, a coach, two halls, twelve people, an open line and some slots."""
    booth = factories.make_hiring_booth(session)
    sites = [factories.make_site(session, reach_minutes=10).id for _ in range(2)]
    rooms = [factories.make_room(session, site_id=site).id for site in sites]
    for room in rooms:
        actions.make_room(session, room)
    hosts = [factories.make_seeker(session).id for _ in range(3)]
    for host in hosts:
        factories.make_membership(session, account_id=host, role="recruiter", employer_id=booth.employer_id)
    coach = factories.make_coach(session, booth.fair_id)
    people = [hosts[0], *(factories.make_seeker(session).id for _ in range(11))]
    given = (booth.fair_id, booth.id, coach.id, coach.agency_id, rooms, [*hosts, coach.account_id], people)
    stage = Stage(*given)
    actions.open_line(session, stage.booth, 10, NOW)
    for offer in offers(stage):
        times = [(NOW + n * STEP, NOW + (n + 4) * STEP) for n in range(30, 54, 4)]
        actions.open_slots(session, offer, times, NOW)
    return stage


def offers(stage: Stage) -> list[Offer]:
    """Return the ways in which time is offered there."""
    here = {"booth_id": stage.booth}
    return [
        Offer(stage.fair, "interview", stage.hosts[0], **here),
        Offer(stage.fair, "interview", stage.hosts[1], **here, room_id=stage.rooms[0], request_minutes=20),
        Offer(stage.fair, "interview", None, **here, team=tuple(stage.hosts[:3]), capacity=2, request_minutes=20),
        Offer(stage.fair, "interview", stage.hosts[2], **here, team=(stage.hosts[1],), room_id=stage.rooms[1]),
        Offer(stage.fair, "coaching", stage.hosts[3], coach_id=stage.coach, agency_id=stage.agency, topic="career"),
    ]
