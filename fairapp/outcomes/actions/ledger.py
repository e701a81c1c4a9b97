"""The ledger of what followed an interview: rows are added, never changed."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert
from sqlalchemy.orm import Session

from fairapp import clock, codes, trace
from fairapp.accounts.models import Profile
from fairapp.accounts.rules import age_on
from fairapp.booths import actions as booths
from fairapp.booths.models import EMPLOYMENT_TYPES
from fairapp.errors import Invalid
from fairapp.live.actions import announce
from fairapp.outcomes import pushes, queries, rules
from fairapp.outcomes.actions.papers import end_sight
from fairapp.outcomes.models import EVIDENCE, STAGES, Outcome

MOST_SALARY = 10_000_000_000  # KRW a year


@dataclass(frozen=True, slots=True)
class Found:
    """What followed, as it is told. `corrects` is the row that this one replaces: the last that stands."""

    stage: str
    on: date
    listing_id: int | None = None
    employment_type: str | None = None
    salary: int | None = None
    occupation: str | None = None
    corrects: int | None = None
    evidence: str | None = None  # what was seen that proves it; `reference` is the number of that document
    reference: str = ""
    months: int | None = None  # of retained: 1, 3 or 6


def append_outcome(session: Session, booking_id: int, found: Found, by: int, now: datetime, role: str = "") -> int:
    """Add a row to the booking's ledger and return its id; the seeker is told that there is news.

    `role` is as who it is told: recruiter, coach or organizer. The row is sealed in the trace.

    Invalid or WrongState say which rule it breaks, see rules/stages.py. A hire takes an opening of its listing (Conflict
    where none is left), and what undoes a hire gives it back.
    """
    meeting = queries.lock_meeting(session, booking_id)
    _check_values(found, meeting)
    before = queries.standing(session, booking_id)
    kept = before
    if found.corrects is not None:
        corrected = rules.check_correction(before, found.corrects)
        kept = [step for step in before if step is not corrected]
    seeker, host = queries.newest_marks(session, booking_id)
    rules.check_stage(kept, found.stage, seeker, host)
    met, today = (clock.local(moment, meeting.zone).date() for moment in (meeting.starts_at, now))
    rules.check_day(found.on, met, today, kept)
    whole = _from_listing(session, meeting, found, rules.hired_at(kept))
    whole = replace(whole, months=rules.kept_months(kept, found.stage, found.on, found.months))
    row = asdict(whole) | {"fair_id": meeting.fair_id, "booking_id": booking_id, "seeker_id": meeting.seeker_id}
    row |= {"booth_id": meeting.booth_id, "recorded_at": now, "recorded_by": by, "role": role}
    row |= _person(session, meeting.seeker_id, found)
    outcome_id = session.execute(insert(Outcome).values(row).returning(Outcome.id)).scalar_one()
    _seal(session, row | {"id": outcome_id})
    after = [*kept, rules.Step(outcome_id, found.stage, found.on, whole.listing_id, whole.months)]
    _settle_opening(session, rules.hired_at(before), rules.hired_at(after), by, now)
    if found.stage == "rejected" and meeting.employer_id is not None:
        end_sight(session, meeting.seeker_id, meeting.employer_id, clock.day_bounds(found.on, meeting.zone)[1], now)
    announce(session, [pushes.outcome(meeting.seeker_id, booking_id, meeting.fair_id, now)])
    return outcome_id


def _person(session: Session, seeker_id: int, found: Found) -> dict[str, Any]:
    """Return what of the person counts in figures of hires: age on that day, segment, where she lives."""
    if found.stage not in rules.HIRED_STAGES:
        return {"age": None, "segment": None, "region": None}
    profile = session.get(Profile, seeker_id)
    if profile is None:
        return {"age": None, "segment": None, "region": None}
    age = age_on(profile.birth_date, found.on)
    return {"age": age, "segment": profile.segment, "region": profile.region}


def _seal(session: Session, row: dict[str, Any]) -> None:
    """Put the digest of the row into the trace, in the same transaction: a change by hand is found by the audit."""
    seal = {"stage": row["stage"], "seal": queries.seal_of(row)}
    about = {"by": row["recorded_by"], "fair_id": row["fair_id"], "person_id": row["seeker_id"]}
    trace.record(session, "outcome.sealed", "outcome", row["id"], row["recorded_at"], **about, data=seal)


def _check_values(found: Found, meeting: queries.Meeting) -> None:
    if meeting.kind != "interview":
        raise rules.WrongState(_l("결과는 면접에만 적을 수 있어요"))
    if meeting.status not in rules.MARKED_STATUSES:
        raise rules.WrongState(_l("확정된 면접에만 결과를 적을 수 있어요"))
    if found.stage not in STAGES:
        raise Invalid.one("stage", _l("결과를 골라 주세요"))
    if found.employment_type is not None and found.employment_type not in EMPLOYMENT_TYPES:
        raise Invalid.one("employment_type", _l("고용형태를 골라 주세요"))
    if found.occupation is not None and found.occupation not in codes.occupations():
        raise Invalid.one("occupation", _l("직업 코드를 골라 주세요"))
    if found.evidence is not None and found.evidence not in EVIDENCE:
        raise Invalid.one("evidence", _l("확인한 자료를 골라 주세요"))
    if len(found.reference) > 60:
        raise Invalid.one("reference", _l("%(most)s자까지 쓸 수 있어요", most=60))
    if found.salary is not None and not 0 < found.salary <= MOST_SALARY:
        raise Invalid.one("salary", _l("연봉은 1원부터 100억 원까지 적을 수 있어요"))


def _from_listing(session: Session, meeting: queries.Meeting, found: Found, hired_at: int | None) -> Found:
    """Return what was told with the listing it means; a hire has employment type and occupation of it unless told."""
    listing_id = found.listing_id or hired_at or meeting.listing_id
    if hired_at is not None and listing_id != hired_at:
        raise Invalid.one("listing", _l("채용된 공고와 달라요"))
    if listing_id is None:
        if found.stage == "hired":
            raise Invalid.one("listing", _l("어느 공고에 채용됐는지 골라 주세요"))
        return found
    listing = queries.listing_facts(session, listing_id)
    if listing is None or listing.booth_id != meeting.booth_id:
        raise Invalid.one("listing", _l("이 부스의 공고가 아니에요"))
    if found.stage not in rules.HIRED_STAGES:
        return replace(found, listing_id=listing_id)
    return replace(
        found,
        listing_id=listing_id,
        employment_type=found.employment_type or listing.employment_type,
        occupation=found.occupation or listing.occupation,
    )


def _settle_opening(session: Session, before: int | None, after: int | None, by: int, now: datetime) -> None:
    """Take the opening of a new hire and give back that of one that no longer stands."""
    if before == after:
        return
    if before is not None:
        booths.unfill(session, before, by, now)
    if after is not None:
        booths.fill(session, after, by, now)
        # Read after the update, which holds the listing's row: of two last hires at once the second sees the first.
        rules.check_openings(*queries.openings(session, after))
