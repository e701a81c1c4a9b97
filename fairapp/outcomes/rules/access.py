"""Decisions on who may do what with a meeting."""

from collections.abc import Collection
from typing import Protocol

from flask_babel import lazy_gettext as _l

from fairapp.errors import Forbidden, NotFound


class Person(Protocol):
    """Somebody signed in, as guards.Caller."""

    @property
    def id(self) -> int:
        """The account."""

    @property
    def coaches_for(self) -> Collection[int]:
        """The agencies whose coach the person is now."""

    def may_organize(self, agency_id: int) -> bool:
        """Whether this person runs the fairs of the agency."""

    def may_recruit(self, employer_id: int) -> bool:
        """Whether this person keeps the booths of the employer."""


class Given(Protocol):
    """A meeting or a stand: which fair's agency, and who gives it."""

    @property
    def fair_agency_id(self) -> int:
        """The agency that runs the fair."""

    @property
    def employer_id(self) -> int | None:
        """The employer of the booth, of an interview."""

    @property
    def coach_agency_id(self) -> int | None:
        """The agency for which the coach coaches."""


def hosts(person: Person, given: Given, coach_account_id: int | None) -> bool:
    """Whether the person meets the seekers: a recruiter of the booth's employer, or the coach while one of her agency."""
    recruits = given.employer_id is not None and person.may_recruit(given.employer_id)
    return recruits or (person.id == coach_account_id and given.coach_agency_id in person.coaches_for)


def gives(person: Person, given: Given, coach_account_id: int | None) -> bool:
    """Whether the person is on the giving side: a host, or the organizer."""
    return hosts(person, given, coach_account_id) or person.may_organize(given.fair_agency_id)


def role_of(person: Person, given: Given, coach_account_id: int | None) -> str:
    """Return as who the person writes into the ledger: recruiter, coach or organizer."""
    if given.employer_id is not None and person.may_recruit(given.employer_id):
        return "recruiter"
    if person.may_organize(given.fair_agency_id):
        return "organizer"
    return "coach"


def check_gives(person: Person, given: Given, coach_account_id: int | None, seeker_id: int | None = None) -> None:
    """Raise NotFound unless the person is on the giving side; Forbidden to the seeker, who knows of the meeting."""
    if gives(person, given, coach_account_id):
        return
    if seeker_id is not None and person.id == seeker_id:
        raise Forbidden(_l("면접관이나 운영자만 적을 수 있어요"))
    raise NotFound
