"""Writes of employers: entering, changing, verifying, and who recruits for them."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.accounts import actions as people
from fairapp.accounts import queries as accounts
from fairapp.employers import queries, rules
from fairapp.employers.models import Employer
from fairapp.errors import Invalid, Stale
from fairapp.intake import Draft, Report

# Told which employers were verified or are so no more: their booths may appear or disappear.
after_verify: list[Callable[[Session, Sequence[int], datetime], None]] = []
after_edit: list[Callable[[Session, int, datetime], None]] = []  # told the id of each changed employer


def make_employer(session: Session, fields: rules.EmployerFields, now: datetime) -> int:
    """Enter an employer, unverified, and return its id; Invalid or NumberTaken."""
    rules.check_employer(fields)
    made = insert(Employer).values(**_columns(fields), created_at=now, rev=1)
    employer_id = _write(session, made.returning(Employer.id))
    trace.record(session, "employer.made", "employer", employer_id, now)
    return employer_id


def edit_employer(session: Session, employer_id: int, rev: int, fields: rules.EmployerFields, now: datetime) -> None:
    """Change an employer that is still at `rev`; Stale otherwise. Another name or number has to be verified again."""
    rules.check_employer(fields)
    before = queries.get_employer(session, employer_id)
    values = _columns(fields)
    was_verified = before.verified_at is not None
    another = any(values[name] != getattr(before, name) for name in ("name_key", "registration_number"))
    if another:
        values |= {"verified_at": None, "verified_by": None}
    wanted = update(Employer).where(Employer.id == employer_id, Employer.rev == rev)
    if not _write(session, wanted.values(**values, rev=rev + 1)):
        raise Stale
    session.expire_all()
    trace.record(session, "employer.changed", "employer", employer_id, now)
    for told in after_edit:
        told(session, employer_id, now)
    if was_verified and another:
        _tell(session, [employer_id], now)


def verify_employers(session: Session, employer_ids: Sequence[int], by: int | None, now: datetime) -> int:
    """Verify those that are not yet, in bulk, and return how many."""
    waiting = Employer.id.in_(sorted(set(employer_ids))), Employer.verified_at.is_(None)
    values = {"verified_at": now, "verified_by": by}
    return _mark(session, select(Employer.id).where(*waiting), values, now, "employer.verified", by)


def unverify_employers(session: Session, employer_ids: Sequence[int], now: datetime) -> int:
    """Take the verification back, in bulk, and return how many had it."""
    verified = Employer.id.in_(sorted(set(employer_ids))), Employer.verified_at.is_not(None)
    values = {"verified_at": None, "verified_by": None}
    return _mark(session, select(Employer.id).where(*verified), values, now, "employer.unverified")


def add_recruiter(session: Session, actor_id: int, employer_id: int, email: str, now: datetime) -> int:
    """Make the account with this normalised address a recruiter and return the membership's id.

    Organizers and admins may, and whoever recruits for the employer already; Forbidden for others, Invalid where nobody
    finished registering with the address.
    """
    if not queries.recruits(session, actor_id, employer_id):
        return people.add_membership(session, actor_id, email, "recruiter", now, employer_id=employer_id)
    found = accounts.credentials(session, email)
    if found is None or found.confirmed_at is None or found.disabled_at is not None:
        raise Invalid.one("email", _l("이 주소로 가입을 마친 사람이 없어요. 먼저 가입을 부탁해 주세요"))
    return people.place_member(session, found.id, "recruiter", now, employer_id=employer_id)


Told = dict[int, dict[str, Any]]  # by employer: what rows of a table tell of it


def import_employers(
    session: Session, drafts: Sequence[Draft[rules.EmployerFields]], now: datetime, told: Told | None = None
) -> Report:
    """Enter the employers of a table, unverified, or change those that are there; return what became of each row.

    `told` takes what each row tells of which employer, its number as digits.
    """
    report = Report()
    for draft in drafts:
        try:
            done, employer_id = _bring_in(session, draft.fields, now)
        except Invalid as error:
            report.refuse(draft.refused(error))
        else:
            setattr(report, done, getattr(report, done) + 1)
            if told is not None:
                told.setdefault(employer_id, {}).update(_told(draft.fields))
    return report


def _told(fields: rules.EmployerFields) -> dict[str, Any]:
    return {name: value for name, value in _columns(fields).items() if value not in {"", None} and name != "name_key"}


def _bring_in(session: Session, fields: rules.EmployerFields, now: datetime) -> tuple[str, int]:
    """Write one row; return which of added, changed and unchanged it is, and the employer's id.

    What a row does not tell stays as it is.
    """
    digits = rules.registration_number(fields.registration_number) if fields.registration_number else None
    found = queries.employer_by_number(session, digits) if digits else None
    if found is None:
        found = queries.employers_by_key(session, [rules.name_key(fields.name)]).get(rules.name_key(fields.name))
    kept = queries.get_employer(session, found) if found else None
    if kept is None or (digits and kept.registration_number not in {digits, None}):
        return "added", make_employer(session, fields, now)
    told = _told(fields)
    key = rules.name_key(fields.name)
    if key == kept.name_key or queries.employers_by_key(session, [key]).get(key) == kept.id:
        del told["name"]  # (주)한빛 and 한빛 ㈜ are one name, and so is that of one that was merged into it
    if all(getattr(kept, name) == value for name, value in told.items()):
        return "unchanged", kept.id
    before = rules.EmployerFields(**{name: getattr(kept, name) for name in rules.EmployerFields.__slots__})
    edit_employer(session, kept.id, kept.rev, replace(before, **told), now)
    return "changed", kept.id


def _mark(session: Session, which: Any, values: dict[str, Any], now: datetime, what: str, by: int | None = None) -> int:
    ids = list(session.scalars(which.order_by(Employer.id)))
    if ids:
        marked = update(Employer).where(Employer.id.in_(ids)).values(**values, rev=Employer.rev + 1)
        session.execute(marked, execution_options={"synchronize_session": "fetch"})
        _tell(session, ids, now)
    for employer_id in ids:
        trace.record(session, what, "employer", employer_id, now, by=by)
    return len(ids)


def _columns(fields: rules.EmployerFields) -> dict[str, Any]:
    values = {name: value.strip() if isinstance(value, str) else value for name, value in asdict(fields).items()}
    number = values["registration_number"]
    values["registration_number"] = rules.registration_number(number) if number else None
    return values | {"name_key": rules.name_key(values["name"])}


def _write(session: Session, statement: Any) -> int:
    """Run the statement and return the new id or how many rows changed; NumberTaken where another employer has the number.

    The unique index is the judge.
    """
    try:
        with session.begin_nested():
            done: Any = session.execute(statement, execution_options={"synchronize_session": False})
            # Read within the savepoint: SQLite does not release one while a RETURNING is being read.
            return done.scalar_one() if statement.is_insert else done.rowcount
    except IntegrityError as error:
        if "registration_number" not in str(error.orig):
            raise
        raise rules.NumberTaken.one("registration_number", rules.NumberTaken.title) from error


def _tell(session: Session, ids: Sequence[int], now: datetime) -> None:
    session.expire_all()
    for told in after_verify:
        told(session, ids, now)
