"""Reads of what seekers tell of themselves, and the names of those who read it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Profile
from fairapp.accounts.models import Resume as ResumeRow
from fairapp.accounts.rules import ProfileFields, segments_of


class Organisation(NamedTuple):
    """An organisation's name, in Korean and, where it has one, in English."""

    name: str
    name_en: str


# Filled by later domains: names of organisations by id, under `employer` and `agency`.
organisation_names: dict[str, Callable[[Session, Collection[int]], Mapping[int, Organisation]]] = {}


@dataclass(frozen=True, slots=True)
class Resume:
    """A résumé; `content` only where it was asked for."""

    name: str
    size: int  # bytes
    uploaded_at: datetime
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class ProfileFacts:
    """A seeker's data as somebody whom she allowed may see it."""

    seeker_id: int
    name: str
    email: str | None  # with the contact
    phone: str | None  # with the contact, E.164
    birth_date: date | None  # agencies only: programmes ask for it, employers must not
    segment: str | None  # agencies only
    region: str | None
    intro: str
    experience: str
    experience_years: int
    education: str | None
    skills: tuple[str, ...]
    wish_occupation: str | None
    wish_region: str | None
    wish_employment_type: str | None
    wish_salary: int | None  # KRW a year
    resume: Resume | None


def profile_fields(session: Session, account_id: int) -> ProfileFields:
    """Return the person's own profile; an empty one where nothing was told."""
    row = session.execute(
        select(*(getattr(Profile, field.name) for field in fields(ProfileFields))).where(
            Profile.account_id == account_id
        )
    ).first()
    return ProfileFields(**{**row._mapping, "skills": tuple(row.skills)}) if row else ProfileFields()


def segments(session: Session, account_id: int, on: date) -> frozenset[str]:
    """Return the groups to which the person belongs on that day; see rules.segments_of."""
    return segments_by_id(session, [account_id], on)[account_id]


def segments_by_id(session: Session, account_ids: Collection[int], on: date) -> dict[int, frozenset[str]]:
    """Return the groups of each of these people, in one query."""
    found = select(Profile.account_id, Profile.segment, Profile.birth_date).where(Profile.account_id.in_(account_ids))
    known = {row.account_id: segments_of(row.segment, row.birth_date, on) for row in session.execute(found)}
    return {one: known.get(one, frozenset()) for one in account_ids}


def resume_facts(session: Session, account_ids: Collection[int]) -> Mapping[int, Resume]:
    """Return name, size and time of these people's résumés, without the files, in one query."""
    if not account_ids:
        return {}
    wanted = select(ResumeRow.account_id, ResumeRow.name, ResumeRow.size, ResumeRow.uploaded_at).where(
        ResumeRow.account_id.in_(set(account_ids))
    )
    return {row.account_id: Resume(row.name, row.size, row.uploaded_at) for row in session.execute(wanted)}


def resume(session: Session, account_id: int) -> Resume | None:
    """Return the person's résumé with the file. Who may have it is for the caller to know."""
    row = session.execute(
        select(ResumeRow.name, ResumeRow.size, ResumeRow.uploaded_at, ResumeRow.content).where(
            ResumeRow.account_id == account_id
        )
    ).first()
    return Resume(*row) if row else None


def names_of(session: Session, kind: str, ids: Collection[int | None]) -> Mapping[int, Organisation]:
    """Return the names of organisations of a kind (`employer`, `agency`) by id, in at most one query."""
    wanted = {one for one in ids if one}
    return organisation_names[kind](session, wanted) if wanted and kind in organisation_names else {}
