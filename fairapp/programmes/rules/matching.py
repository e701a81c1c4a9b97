"""Who of a pool fits a listing, and why, in reasons that people can read; and the next steps after a fair."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from fairapp.booths.models import EDUCATIONS

SOON = timedelta(days=30)  # a listing that names no day wants somebody within so many days
WEEKS_A_YEAR = 52
POINTS = {
    "occupation": 6,
    "occupation_near": 3,
    "region": 4,
    "region_near": 2,
    "in_time": 3,
    "experience": 2,
    "salary": 2,
    "education": 1,
    "key_people": 4,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a listing looks for. Money is KRW a salary_period."""

    occupation: str | None = None
    region: str | None = None
    experience: str = "any"
    experience_years: int = 0
    education: str = "any"
    salary_max: int | None = None
    salary_period: str | None = None
    hours_per_week: int = 40
    key_people: bool = False
    starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What of somebody's profile and pool counts for a listing. wish_salary is KRW a year."""

    seeker_id: int
    available_from: date
    occupation: str | None = None
    region: str | None = None
    experience_years: int = 0
    education: str | None = None
    wish_salary: int | None = None
    wants_home: str | None = None  # the region somebody wants to come back to


@dataclass(frozen=True, slots=True)
class Fit:
    """How well somebody fits: the points of her reasons, the best reasons first."""

    person: Person
    score: int
    reasons: tuple[str, ...] = field(default_factory=tuple)


def yearly(amount: int, period: str | None, hours_per_week: int) -> int:
    """Return KRW a year of an amount for the period; an hour counts fifty-two weeks of the listing's hours."""
    if period == "month":
        return 12 * amount
    return amount * hours_per_week * WEEKS_A_YEAR if period == "hour" else amount


def fit(wanted: Wanted, person: Person, today: date) -> Fit | None:
    """Return how the person fits, or None where she cannot: too late, too little experience or education, or nothing in common.

    She must want the same work or nearly, be free when the work begins, and have what the listing asks for.
    """
    begins = wanted.starts_on or today + SOON
    if person.available_from > begins:
        return None
    if wanted.experience == "experienced" and person.experience_years < max(1, wanted.experience_years):
        return None
    asked = EDUCATIONS.index(wanted.education)
    has = EDUCATIONS.index(person.education) if person.education in EDUCATIONS else 0
    if asked and has < asked:
        return None
    reasons = [*_work(wanted, person), *_place(wanted, person)]
    if not reasons:
        return None
    reasons.append("in_time")
    if wanted.experience == "experienced" or (wanted.experience == "entry" and person.experience_years == 0):
        reasons.append("experience")
    if _pays(wanted, person):
        reasons.append("salary")
    if asked:
        reasons.append("education")
    order = tuple(sorted(reasons, key=lambda reason: (-POINTS[reason], reason)))
    return Fit(person, sum(POINTS[reason] for reason in reasons), order)


def _work(wanted: Wanted, person: Person) -> list[str]:
    comes_home = wanted.key_people and person.wants_home and _same_area(person.wants_home, wanted.region)
    home = ["key_people"] if comes_home else []
    if wanted.occupation and wanted.occupation == person.occupation:
        return [*home, "occupation"]
    if wanted.occupation and person.occupation and wanted.occupation[:2] == person.occupation[:2]:
        return [*home, "occupation_near"]
    return home


def _place(wanted: Wanted, person: Person) -> list[str]:
    place = person.wants_home or person.region
    if wanted.region is None or place is None:
        return []
    if place == wanted.region:
        return ["region"]
    return ["region_near"] if _same_area(place, wanted.region) else []


def _same_area(one: str, other: str | None) -> bool:
    """Whether two regions lie in the same 시도: their codes begin alike."""
    return other is not None and one[:2] == other[:2]


def _pays(wanted: Wanted, person: Person) -> bool:
    if wanted.salary_max is None or person.wish_salary is None:
        return False
    return person.wish_salary <= yearly(wanted.salary_max, wanted.salary_period, wanted.hours_per_week)


def ranked(wanted: Wanted, people: Sequence[Person], today: date) -> list[Fit]:
    """Return those who fit, the best first; alike, who is free earlier, then the lower id. Each person once."""
    best: dict[int, Fit] = {}
    for person in people:
        found = fit(wanted, person, today)
        if found is not None and (person.seeker_id not in best or found.score > best[person.seeker_id].score):
            best[person.seeker_id] = found
    return sorted(best.values(), key=lambda one: (-one.score, one.person.available_from, one.person.seeker_id))


@dataclass(frozen=True, slots=True)
class AtFair:
    """What happened to a seeker at a fair, in numbers, and what there is for her now (ids, None where there is nothing)."""

    interviews: int = 0
    rejected: int = 0
    withdrawn: int = 0
    missed: int = 0
    listing: int | None = None  # open, and she fits
    session: int | None = None  # for many, at her agency
    fair: int | None = None  # the next one of the agency
    whole_profile: bool = False
    has_plan: bool = False


NextStep = tuple[str, int | str | None]


def next_steps(facts: AtFair) -> list[NextStep]:
    """Return three next steps, each once, the nearest to a job first: (kind, what it points to)."""
    topic = "interview" if facts.rejected else "resume" if not facts.interviews else "career"
    steps: list[NextStep] = []
    if facts.listing is not None:
        steps.append(("listing", facts.listing))
    if not facts.whole_profile:
        steps.append(("profile", None))
    steps.append(("coaching", topic))
    if facts.session is not None:
        steps.append(("group", facts.session))
    if facts.fair is not None:
        steps.append(("fair", facts.fair))
    if not facts.has_plan:
        steps.append(("plan", None))
    steps += [one for one in (("plan", None), ("profile", None)) if one not in steps]
    return steps[:3]
