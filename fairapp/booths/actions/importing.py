"""Listings from a table, through the same actions that the forms use. Missing employers and booths are made on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from fairapp.appending import savepoint
from fairapp.booths import rules
from fairapp.booths.actions.booths import apply_for_booth
from fairapp.booths.actions.doubles import Doubles, known_doubles
from fairapp.booths.actions.listings import edit_listing, open_listing
from fairapp.booths.models import Booth, Listing
from fairapp.employers import queries as employer_queries
from fairapp.employers.actions import make_employer
from fairapp.employers.models import Employer
from fairapp.employers.rules import registration_number
from fairapp.errors import Invalid
from fairapp.intake import Draft, Note, Report

Row = rules.ListingRow
DOUBLE = _l("다른 출처가 알린 공고와 같아 한 번만 보여 줘요")


@dataclass(slots=True)
class _Known:
    """What of a chunk is there already; kept up to date while the chunk is written."""

    employers: dict[str, int]  # by name_key
    numbers: dict[str, int]  # employers by registration number
    booths: dict[int, int]  # by employer
    listings: dict[tuple[str, ...], Any]  # by identity
    doubles: Doubles


def import_listings(
    session: Session, drafts: Sequence[Draft[Row]], fair_id: int, by: int | None, now: datetime
) -> Report:
    """Write these rows as listings of the fair and return what became of each; FairOver or NotFound for all of them.

    A row that is there already (ListingRow.identity) is changed if it differs, else nothing is written. Nor is it where
    another source told the same opening (rules.is_double): that is shown once, and the row's note says so.
    """
    known = _known(session, drafts, fair_id, now)
    report = Report()
    for draft in drafts:
        try:
            with savepoint(session):
                done = _keep(session, known, draft.fields, fair_id, by, now)
        except Invalid as error:
            report.refuse(draft.refused(error))
        except rules.ListingClosed as error:
            report.refuse(draft.refused(Invalid.one("title", error.detail)))
        else:
            if done == "double":
                report.warnings.append(Note(draft.row, draft.names.get("title", ""), DOUBLE, draft.values))
                done = "unchanged"
            setattr(report, done, getattr(report, done) + 1)
    return report


def _keep(session: Session, known: _Known, row: Row, fair_id: int, by: int | None, now: datetime) -> str:
    """Write one row; return which of added, changed, unchanged and double it is."""
    found = known.listings.get(row.identity)
    fields = row.fields if found is None else _merged(row, found)
    if found is not None:
        if row.key != found.name_key and known.employers.get(row.key) != found.employer_id:
            raise Invalid.one("employer", _l("이미 다른 기업의 공고로 들어 있어요: %(name)s", name=found.employer_name))
        if not _differs(fields, found):
            return "unchanged"
        edit_listing(session, found.id, found.rev, fields, by, now)
        return "changed"
    employer_id = _employer(session, known, row, now)
    if employer_id not in known.booths:
        known.booths[employer_id] = apply_for_booth(session, fair_id, employer_id, now, says_hiring=False)
    booth_id = known.booths[employer_id]
    if known.doubles.find(session, booth_id, row, now) is not None:
        return "double"
    known.doubles.add(booth_id, open_listing(session, booth_id, fields, by, now), row)
    return "added"


def _employer(session: Session, known: _Known, row: Row, now: datetime) -> int:
    """Return the employer of this number or name, made if there is none, unverified."""
    number = row.employer.registration_number
    digits = registration_number(number) if number else ""
    found = known.numbers.get(digits) if digits else known.employers.get(row.key)
    if (
        found is None
        and digits
        and row.key in known.employers
        and known.employers[row.key] not in known.numbers.values()
    ):
        found = known.employers[row.key]  # the same name, entered so far without a number
    if found is None:
        found = make_employer(session, row.employer, now)
        known.employers.setdefault(row.key, found)
        if digits:
            known.numbers[digits] = found
    return found


def _merged(row: Row, found: Any) -> rules.ListingFields:
    """Return what the row says, and for what it does not say what is kept."""
    fields = row.fields
    return replace(
        fields,
        opens_at=fields.opens_at if row.opens_stated else found.opens_at,
        title_en=found.title_en,
        needs=found.needs,
        headcount=fields.headcount if row.headcount_stated else found.headcount,
        skills=fields.skills or list(found.skills),
        source=found.source if fields.source_id is None else fields.source,
        source_id=found.source_id if fields.source_id is None else fields.source_id,
    )


def _differs(fields: rules.ListingFields, found: Any) -> bool:
    def plain(value: Any) -> Any:
        return value.strip() if isinstance(value, str) else value

    return any(plain(getattr(fields, name)) != getattr(found, name) for name in rules.ListingFields.__slots__)


def _known(session: Session, drafts: Sequence[Draft[Row]], fair_id: int, now: datetime) -> _Known:
    rows = [draft.fields for draft in drafts]
    keys = {row.key for row in rows}
    numbers = {registration_number(n) for row in rows if (n := row.employer.registration_number)}
    employers = employer_queries.employers_by_key(session, keys)
    listings = _listings(session, rows, fair_id, employers)
    numbered = session.execute(
        select(Employer.registration_number, Employer.id).where(
            or_(Employer.registration_number.in_(sorted(numbers)), Employer.id.in_(sorted(employers.values())))
        )
    )
    by_number = {number: employer_id for number, employer_id in numbered if number}
    wanted = sorted({*employers.values(), *by_number.values()})
    there = Booth.fair_id == fair_id, Booth.employer_id.in_(wanted)
    found = select(Booth.employer_id, Booth.id, Employer.name_key).join(Employer, Employer.id == Booth.employer_id)
    booths = session.execute(found.where(*there)).all()
    doubles = known_doubles(session, fair_id, rows, {row.id: row.name_key for row in booths}, now)
    return _Known(employers, by_number, {row.employer_id: row.id for row in booths}, listings, doubles)


def _listings(
    session: Session, rows: Sequence[Row], fair_id: int, employers: Mapping[str, int]
) -> dict[tuple[str, ...], Any]:
    """Return those of the rows that are listings of the fair already, by identity; the oldest of equals.

    The employer of a row may have been merged into another: `employers` says by which names it is still called.
    """
    called: dict[int, list[str]] = {}
    for key, employer_id in employers.items():
        called.setdefault(employer_id, []).append(key)
    numbered = [row.identity for row in rows if row.fields.source_id]
    named = [row for row in rows if not row.fields.source_id]
    of_fair = (
        select(Listing.__table__, Booth.employer_id, Employer.name_key, Employer.name.label("employer_name"))
        .join(Booth, Booth.id == Listing.booth_id)
        .join(Employer, Employer.id == Booth.employer_id)
        .where(Listing.fair_id == fair_id)
        .order_by(Listing.id.desc())
    )
    found: dict[tuple[str, ...], Any] = {}
    if named:
        theirs = Booth.employer_id.in_(called) | Employer.name_key.in_({row.key for row in named})
        same = theirs, Listing.title.in_({row.fields.title for row in named})
        for listing in session.execute(of_fair.where(*same)):
            for key in (listing.name_key, *called.get(listing.employer_id, ())):
                found[(key, listing.title, listing.url)] = listing
    if numbered:
        same_number = tuple_(Listing.source, Listing.source_id).in_(numbered)
        for listing in session.execute(of_fair.where(same_number)):
            found[(listing.source, listing.source_id)] = listing
    return found
