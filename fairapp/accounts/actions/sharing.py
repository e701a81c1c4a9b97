"""Consent, and showing a seeker's data to those she allowed. Each showing is written down, and she can read it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Insert, Select, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from fairapp.accounts import queries
from fairapp.accounts.models import Account, Consent, ConsentBar, Disclosure, Profile
from fairapp.accounts.queries import Given, ProfileFacts
from fairapp.accounts.rules import WORDING
from fairapp.errors import NotFound
from fairapp.prepared import insert_into, prepared

SCOPE = "profile,resume,contact"
SAME_LOOK = timedelta(hours=1)  # a screen that is open is one look, however often it redraws


@dataclass(frozen=True, slots=True)
class Grant:
    """A seeker's consent that one employer or one agency sees her data for a purpose until then."""

    seeker_id: int
    employer_id: int | None
    agency_id: int | None
    purpose: str
    until: datetime
    way: str = "page"  # how it was given: page, desk, partner
    stated_on: date | None = None  # the day on which it was given, as a partner states it


def give_consent(
    session: Session,
    seeker_id: int,
    employer_id: int | None,
    agency_id: int | None,
    purpose: str,
    until: datetime,
    now: datetime,
    *,
    way: str = "page",
    stated_on: date | None = None,
) -> int:
    """Write the receipt by which one employer or agency may see the seeker's data until then, and return its id.

    `way` says how it was given, `stated_on` when, as a partner states it. A receipt for the same receiver and purpose that
    still holds is kept, and lasts longer if need be.
    """
    receiver = {"employer": employer_id, "agency": agency_id}
    values: dict[str, Any] = {
        "seeker": seeker_id,
        **receiver,
        "purpose": purpose,
        "scope": SCOPE,
        "now": now,
        "until": until,
    }
    values |= {"way": way, "stated": stated_on, "wording": WORDING}
    made = _give.scalar(session, values)
    if made is not None:
        return int(made)
    return _prolong(session, seeker_id, employer_id, agency_id, purpose, until, now)


def give_consents(session: Session, grants: Sequence[Grant], now: datetime) -> None:
    """Write the receipts of many consents at once; see give_consent."""
    wanted: dict[tuple[int, int | None, int | None, str], datetime] = {}
    how: dict[tuple[int, int | None, int | None, str], Grant] = {}
    for grant in grants:
        key = (grant.seeker_id, grant.employer_id, grant.agency_id, grant.purpose)
        wanted[key] = max(grant.until, wanted.get(key, grant.until))
        how[key] = grant
    if len(wanted) > 1:
        seekers = _C.seeker_id.in_(sorted({key[0] for key in wanted}))
        held = select(_C.seeker_id, _C.employer_id, _C.agency_id, _C.purpose)
        known = {tuple(row) for row in session.execute(held.where(seekers, _C.withdrawn_at.is_(None), _C.until > now))}
        names = ("seeker_id", "employer_id", "agency_id", "purpose")
        rows = [
            {
                **dict(zip(names, key, strict=True)),
                **{"scope": SCOPE, "given_at": now, "until": wanted.pop(key)},
                **{"way": how[key].way, "stated_on": how[key].stated_on, "wording": WORDING},
            }
            for key in list(wanted)
            if key not in known
        ]
        if rows:  # at once, not at the end of the transaction: who is booked after this must find them
            insert_into(Consent, tuple(rows[0])).many(session, rows)
    for key, until in wanted.items():
        give_consent(session, *key, until, now, way=how[key].way, stated_on=how[key].stated_on)


def _holding(seeker: Any, employer: Any, agency: Any, purpose: Any, now: Any) -> Select[tuple[int, datetime]]:
    """Select the receipts of this seeker for this receiver and purpose that hold."""
    table = Consent.__table__
    return select(table.c.id, table.c.until).where(
        table.c.seeker_id == seeker,
        table.c.employer_id.is_not_distinct_from(employer),
        table.c.agency_id.is_not_distinct_from(agency),
        table.c.purpose == purpose,
        table.c.withdrawn_at.is_(None),
        table.c.until > now,
    )


def _given(name: str, column: Any) -> BindParameter[Any]:
    return bindparam(name, type_=column.type)


_C = Consent.__table__.c
_NAMES = {"seeker": _C.seeker_id, "employer": _C.employer_id, "agency": _C.agency_id, "purpose": _C.purpose}
_BINDS = {name: _given(name, column) for name, column in _NAMES.items()}
_NOW = _given("now", _C.given_at)
_HOLDING = _holding(_BINDS["seeker"], _BINDS["employer"], _BINDS["agency"], _BINDS["purpose"], _NOW)


_HOW = ("way", "stated_on", "wording")


@prepared
def _give(dialect: str) -> Insert:
    """Write a receipt where none holds, the usual case, in one statement: booking a slot passes here."""
    return (
        insert(Consent)
        .from_select(
            [*("seeker_id", "employer_id", "agency_id", "purpose", "scope", "given_at", "until"), *_HOW],
            select(
                *(*_BINDS.values(), _given("scope", _C.scope), _NOW, _given("until", _C.until)),
                *(_given("way", _C.way), _given("stated", _C.stated_on), _given("wording", _C.wording)),
            ).where(~exists(_HOLDING.with_only_columns(_C.id))),
        )
        .returning(_C.id)
    )


def _prolong(
    session: Session,
    seeker_id: int,
    employer_id: int | None,
    agency_id: int | None,
    purpose: str,
    until: datetime,
    now: datetime,
) -> int:
    """Return the receipt that holds, lasting until then at least. Given anew, it is good for all of the receiver's people."""
    found = _holding(seeker_id, employer_id, agency_id, purpose, now).order_by(_C.id.desc()).limit(1)
    held = session.execute(found).one()
    if employer_id is not None:
        session.execute(delete(ConsentBar).where(ConsentBar.consent_id == held.id))
    if held.until < until:
        session.execute(update(Consent).where(Consent.id == held.id).values(until=until))
    return held.id


def withdraw_consent(session: Session, seeker_id: int, consent_id: int, now: datetime) -> None:
    """Take a consent back: from now on nothing is shown by it. NotFound for anybody else's; repeating changes nothing."""
    mine = Consent.id == consent_id, Consent.seeker_id == seeker_id
    if session.scalar(select(Consent.id).where(*mine)) is None:
        raise NotFound
    session.execute(update(Consent).where(*mine, Consent.withdrawn_at.is_(None)).values(withdrawn_at=now))


def withdraw_stated(session: Session, seeker_ids: Collection[int], agency_id: int, purpose: str, now: datetime) -> None:
    """Take back what partners said that these seekers agreed to, for they say so no more; what she gave herself stays."""
    stated = Consent.way == "partner", Consent.agency_id == agency_id, Consent.purpose == purpose
    held = update(Consent).where(Consent.seeker_id.in_(set(seeker_ids)), *stated, Consent.withdrawn_at.is_(None))
    session.execute(held.values(withdrawn_at=now))


def shorten_consents(
    session: Session, seeker_id: int, employer_id: int, purpose: str, latest: datetime, now: datetime
) -> None:
    """Let the receipts of this employer and purpose that hold end at `latest` at the latest."""
    theirs = Consent.seeker_id == seeker_id, Consent.employer_id == employer_id, Consent.purpose == purpose
    longer = update(Consent).where(*theirs, Consent.withdrawn_at.is_(None), Consent.until > latest)
    session.execute(longer.values(until=latest))


def disclose(
    session: Session,
    seeker_id: int,
    viewer_id: int,
    employer_ids: Collection[int],
    agency_ids: Collection[int],
    what: str,
    now: datetime,
) -> ProfileFacts:
    """Return the seeker's data to somebody of these employers or agencies and write that down; see disclose_many.

    NotFound without a consent that holds: not even that there is such a person is told.
    """
    shown = disclose_many(session, [seeker_id], viewer_id, employer_ids, agency_ids, what, now)
    if seeker_id not in shown:
        raise NotFound
    return shown[seeker_id]


def disclose_many(
    session: Session,
    seeker_ids: Collection[int],
    viewer_id: int,
    employer_ids: Collection[int],
    agency_ids: Collection[int],
    what: str,
    now: datetime,
) -> dict[int, ProfileFacts]:
    """Return the data of those seekers who allow it, by their id, and write down that it was seen.

    `what` is `profile`, `resume` or `contact`, and must be in the consent's scope. The ids say for whom the viewer looks.
    The same number of queries for one seeker as for many.
    """
    allowed = queries.seekers_who_allow(session, seeker_ids, employer_ids, agency_ids, what, now, viewer_id)
    if not allowed:
        return {}
    _write_down(session, allowed, viewer_id, what, now)
    resumes = queries.resume_facts(session, [s for s, given in allowed.items() if "resume" in given.scope])
    rows = session.execute(
        select(Account.id, Account.name, func.coalesce(Account.email, "").label("email"), Profile)
        .outerjoin(Profile, Profile.account_id == Account.id)
        .where(Account.id.in_(allowed))
    )
    return {
        row.id: _facts(row.id, row.name, row.email, row.Profile, allowed[row.id], resumes.get(row.id)) for row in rows
    }


def _write_down(session: Session, allowed: dict[int, Given], viewer_id: int, what: str, now: datetime) -> None:
    wanted = {given.id: seeker for seeker, given in allowed.items()}
    recent = select(Disclosure.consent_id).where(
        Disclosure.consent_id.in_(wanted),
        Disclosure.seeker_id.in_(allowed),
        Disclosure.viewer_id == viewer_id,
        Disclosure.what == what,
        Disclosure.at > now - SAME_LOOK,
    )
    written = set(session.scalars(recent))
    rows = [
        {"seeker_id": seeker, "viewer_id": viewer_id, "consent_id": consent, "what": what, "at": now}
        for consent, seeker in wanted.items()
        if consent not in written
    ]
    if rows:
        session.execute(insert(Disclosure), rows)


def _facts(
    seeker_id: int, name: str, email: str, profile: Profile | None, given: Given, resume: queries.Resume | None
) -> ProfileFacts:
    told = profile or Profile(intro="", experience="", experience_years=0, skills=[])
    contact, agency = "contact" in given.scope, given.agency_id is not None
    return ProfileFacts(
        seeker_id=seeker_id,
        name=name,
        email=email if contact else None,
        phone=told.phone if contact else None,
        # An employer must not weigh age or a programme's target group; agencies need both for their programmes.
        birth_date=told.birth_date if agency else None,
        segment=told.segment if agency else None,
        region=told.region,
        intro=told.intro,
        experience=told.experience,
        experience_years=told.experience_years,
        education=told.education,
        skills=tuple(told.skills),
        wish_occupation=told.wish_occupation,
        wish_region=told.wish_region,
        wish_employment_type=told.wish_employment_type,
        wish_salary=told.wish_salary,
        resume=resume,
    )
