"""Writes of employers: entering, changing, verifying."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fairapp.employers import queries, rules
from fairapp.employers.models import Employer
from fairapp.errors import Stale

# Told which employers were verified or are so no more: their booths may appear or disappear.
after_verify: list[Callable[[Session, Sequence[int], datetime], None]] = []
after_edit: list[Callable[[Session, int, datetime], None]] = []  # told the id of each changed employer


def make_employer(session: Session, fields: rules.EmployerFields, now: datetime) -> int:
    """Enter an employer, unverified, and return its id; Invalid or NumberTaken."""
    rules.check_employer(fields)
    made = insert(Employer).values(**_columns(fields), created_at=now, rev=1)
    return int(_write(session, made.returning(Employer.id)))


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
    for told in after_edit:
        told(session, employer_id, now)
    if was_verified and another:
        _tell(session, [employer_id], now)


def verify_employers(session: Session, employer_ids: Sequence[int], by: int | None, now: datetime) -> int:
    """Verify those that are not yet, in bulk, and return how many."""
    waiting = Employer.id.in_(sorted(set(employer_ids))), Employer.verified_at.is_(None)
    return _mark(session, select(Employer.id).where(*waiting), {"verified_at": now, "verified_by": by}, now)


def unverify_employers(session: Session, employer_ids: Sequence[int], now: datetime) -> int:
    """Take the verification back, in bulk, and return how many had it."""
    verified = Employer.id.in_(sorted(set(employer_ids))), Employer.verified_at.is_not(None)
    return _mark(session, select(Employer.id).where(*verified), {"verified_at": None, "verified_by": None}, now)


def _mark(session: Session, which: Any, values: dict[str, Any], now: datetime) -> int:
    ids = list(session.scalars(which.order_by(Employer.id)))
    if ids:
        marked = update(Employer).where(Employer.id.in_(ids)).values(**values, rev=Employer.rev + 1)
        session.execute(marked, execution_options={"synchronize_session": "fetch"})
        _tell(session, ids, now)
    return len(ids)


def _columns(fields: rules.EmployerFields) -> dict[str, Any]:
    values = {name: value.strip() if isinstance(value, str) else value for name, value in asdict(fields).items()}
    number = values["registration_number"]
    values["registration_number"] = rules.registration_number(number) if number else None
    return values | {"name_key": rules.name_key(values["name"])}


def _write(session: Session, statement: Any) -> Any:
    """Run the statement; NumberTaken if another employer has the registration number. The unique index is the judge."""
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
