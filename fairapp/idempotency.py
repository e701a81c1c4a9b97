"""Idempotency-Key: a repeated POST gets the first answer, for 24 hours.

A row is leased while the call runs; who comes meanwhile gets 409. Errors that may pass (409, 412, 428, 429, 5xx) are
forgotten, so that trying again is worth it; other refusals are answers like any other. Keys count per caller; calls without
a caller (tokens, sign-in) are excluded.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from flask import Response, g, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, LargeBinary, String, UniqueConstraint, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from fairapp import clock, db
from fairapp.db import Base
from fairapp.errors import AppError, Conflict, Invalid, answer

KEPT = timedelta(hours=24)
LEASE = timedelta(seconds=60)
MOST_FORGOTTEN = 500  # answers at once
PASSING = {409, 412, 428, 429}
KEPT_HEADERS = ("ETag", "Location", "Content-Type")


class RememberedAnswer(Base):
    """The answer to one key of one caller; without a status it is still being made."""

    __tablename__ = "remembered_answer"
    __table_args__ = (UniqueConstraint("account_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    key: Mapped[str] = mapped_column(String(200))
    request_hash: Mapped[str] = mapped_column(String(64))
    leased_until: Mapped[datetime]
    status: Mapped[int | None]
    headers: Mapped[list[str]] = mapped_column(default=list)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(index=True)


class InFlight(Conflict):
    """The same key is being answered at this moment."""

    slug = "in-flight"
    title = _l("같은 요청을 처리하고 있어요")


def remembered(view: Callable[[], Response]) -> Response:
    """Answer from memory if the request's key is known, otherwise run the view and remember its answer."""
    key = request.headers.get("Idempotency-Key")
    account_id, partner = g.get("caller_id"), g.get("partner")
    if partner is not None:
        account_id = -partner.key_id  # below zero, where no account is
    if not key or account_id is None:
        return view()
    if len(key) > 200 or not key.isprintable():
        raise Invalid.one("Idempotency-Key", _l("200자 이하의 보이는 글자여야 해요"))
    request_hash = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.get_data()).hexdigest()
    known = db.write(_lease, account_id, key, request_hash, clock.now())
    if known is not None:
        return known
    try:
        response = _answered(view)
    except Exception:
        db.write(_forget, account_id, key)
        raise
    if response.status_code in PASSING or response.status_code >= 500:
        db.write(_forget, account_id, key)
    else:
        headers = [f"{n}: {response.headers[n]}" for n in KEPT_HEADERS if n in response.headers]
        db.write(_remember, account_id, key, response.status_code, headers, response.get_data())
    return response


def _answered(view: Callable[[], Response]) -> Response:
    try:
        return view()
    except AppError as error:
        return answer(error)


def _lease(session: Session, account_id: int, key: str, request_hash: str, now: datetime) -> Response | None:
    """Take the key, or return the answer kept under it; InFlight or Invalid if it is taken or was another request's."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    mine = dialect.insert(RememberedAnswer).values(
        account_id=account_id,
        key=key,
        request_hash=request_hash,
        leased_until=now + LEASE,
        headers=[],
        created_at=now,
    )
    if session.execute(mine.on_conflict_do_nothing().returning(RememberedAnswer.id)).first():
        return None
    theirs = RememberedAnswer.account_id == account_id, RememberedAnswer.key == key
    row = session.execute(select(RememberedAnswer).where(*theirs).with_for_update()).scalar_one()
    outdated = row.created_at < now - KEPT or (row.status is None and row.leased_until < now)
    if outdated:
        renewed = {"request_hash": request_hash, "leased_until": now + LEASE, "status": None, "created_at": now}
        session.execute(update(RememberedAnswer).where(*theirs).values(renewed))
        return None
    if row.request_hash != request_hash:
        raise Invalid.one("Idempotency-Key", _l("이 키는 다른 요청에 이미 쓰였어요"))
    if row.status is None:
        raise InFlight
    response = Response(row.body or b"", int(row.status))
    for line in row.headers:
        name, _, value = line.partition(": ")
        response.headers[name] = value
    return response


def _remember(session: Session, account_id: int, key: str, status: int, headers: list[str], body: bytes) -> None:
    theirs = RememberedAnswer.account_id == account_id, RememberedAnswer.key == key
    session.execute(update(RememberedAnswer).where(*theirs).values(status=status, headers=headers, body=body))


def _forget(session: Session, account_id: int, key: str) -> None:
    theirs = RememberedAnswer.account_id == account_id, RememberedAnswer.key == key
    session.execute(delete(RememberedAnswer).where(*theirs))


def forget_old(session: Session, before: datetime) -> int:
    """Delete some answers made before then; return how many, 0 at the end."""
    old = select(RememberedAnswer.id).where(RememberedAnswer.created_at < before).limit(MOST_FORGOTTEN)
    ids = session.scalars(old).all()
    session.execute(delete(RememberedAnswer).where(RememberedAnswer.id.in_(ids)))
    return len(ids)


def forget_person(session: Session, account_id: int, known_by: Sequence[str]) -> None:
    """Delete the answers to this account, and those to others in which one of these texts stands, such as its name."""
    spelled = {form.encode() for text in known_by for form in (text, json.dumps(text)[1:-1])}
    dialect = session.get_bind().dialect.name
    named = [_place_of(part, dialect) > 0 for part in sorted(spelled)]
    session.execute(delete(RememberedAnswer).where(or_(RememberedAnswer.account_id == account_id, *named)))


def _place_of(part: bytes, dialect: str) -> ColumnElement[int]:
    """Return where in the body of an answer these bytes stand, 0 if nowhere."""
    body = RememberedAnswer.body
    if dialect == "postgresql":
        return func.strpos(func.encode(body, "hex"), part.hex())
    return func.instr(body, part)
