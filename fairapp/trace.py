"""The trace: an append-only log of who did what, when, from where and to what, which proves itself unchanged.

Each row carries the hash of the row before it in its chain (one a fair, and 0 for what belongs to none), so that whoever
changes, drops or slips in a row by hand breaks the chain from there on; `audit` walks it. Rows carry ids and codes, never
names. The address is kept beside a salt and only the digest of both is hashed, so that it can be forgotten later without
breaking the chain. A row of the outcome ledger is sealed by a row here that holds its digest.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Index, String, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from fairapp.db import Base, Origin
from fairapp.prepared import insert_into

NO_FAIR = 0  # the chain of what belongs to no fair
START = "0" * 64  # what stands before the first row of a chain
AT_ONCE = 1000  # rows fetched together


class TraceHead(Base):
    """The last row of a chain. Updated beside the news counters at the end of a transaction: chains have no gaps."""

    __tablename__ = "trace_head"

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class Trace(Base):
    """One deed. Nothing here is ever changed but `address` and `salt`, which may be forgotten."""

    __tablename__ = "trace"
    __table_args__ = (
        Index("ix_trace_actor", "actor_id", "at"),
        Index("ix_trace_about", "kind", "about_id"),
        Index("ix_trace_chain_at", "chain", "at"),
    )

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]  # an account; null: a command or a timed job
    origin: Mapped[str] = mapped_column(String(8))  # page, api, program
    address: Mapped[str | None] = mapped_column(String(45))
    salt: Mapped[str | None] = mapped_column(String(32))
    address_digest: Mapped[str] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(16))  # of the thing it was done to
    about_id: Mapped[int]
    person_id: Mapped[int | None]  # whom it concerns, where that is somebody else
    data: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True)
class Deed:
    """A row of the trace before it has its number and its hash."""

    chain: int
    at: datetime
    origin: Origin
    what: str
    kind: str
    about_id: int
    person_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


def record(
    session: Session,
    what: str,
    kind: str,
    about_id: int,
    now: datetime,
    *,
    by: int | None = None,
    fair_id: int | None = None,
    person_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Put a deed at the end of the transaction: `what` was done to the thing of this kind and id, in a fair or in none.

    `by` is who did it, otherwise whoever the request came from. `data` holds ids, codes and numbers; never names or text
    that people wrote.
    """
    origin: Origin = session.info.get("origin") or Origin()
    if by is not None and by != origin.actor_id:
        origin = Origin(by, origin.way, origin.address)
    chain = NO_FAIR if fair_id is None else fair_id
    session.info["pending"].append(Deed(chain, now, origin, what, kind, about_id, person_id, dict(data or {})))


def forget_addresses(session: Session, account_id: int) -> None:
    """Forget from where the account did what it did; the chains stay whole."""
    theirs = update(Trace).where(Trace.actor_id == account_id, Trace.address.is_not(None))
    session.execute(theirs.values(address=None, salt=None))


def forget_old_addresses(session: Session, before: datetime) -> int:
    """Forget the addresses of some deeds from before then; return how many, 0 at the end."""
    old = select(Trace.chain, Trace.seq).where(Trace.at < before, Trace.address.is_not(None)).limit(AT_ONCE)
    keys = [tuple(row) for row in session.execute(old)]
    if keys:
        theirs = update(Trace).where(tuple_(Trace.chain, Trace.seq).in_(keys))
        session.execute(theirs.values(address=None, salt=None))
    return len(keys)


def digest(values: Mapping[str, Any]) -> str:
    """Return the SHA-256 of values in a form that does not depend on their order; moments are UTC to the microsecond."""
    text = json.dumps({name: _plain(value) for name, value in values.items()}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


HASHED = (
    "chain",
    "seq",
    "at",
    "actor_id",
    "origin",
    "address_digest",
    "what",
    "kind",
    "about_id",
    "person_id",
    "data",
)


def row_hash(before: str, row: Mapping[str, Any]) -> str:
    """Return the hash of a row that follows one with the hash `before`."""
    return digest({name: row[name] for name in HASHED} | {"before": before})


def address_digest(salt: str, address: str) -> str:
    """Return what is hashed of an address."""
    return hashlib.sha256(f"{salt}|{address}".encode()).hexdigest()


def write_traces(connection: Connection, pending: list[Any]) -> None:
    """Number, chain and write the deeds of a transaction, chains in order of id; run before the news is numbered."""
    by_chain: dict[int, list[Deed]] = {}
    for item in pending:
        if isinstance(item, Deed):
            by_chain.setdefault(item.chain, []).append(item)
    for chain in sorted(by_chain):
        deeds = by_chain[chain]
        last, before = _take(connection, chain, len(deeds))
        rows = []
        for seq, deed in enumerate(deeds, last - len(deeds) + 1):
            row = _row(deed, seq)
            row["hash"] = before = row_hash(before, row)
            rows.append(row)
        insert_into(Trace, tuple(rows[0])).many(connection, rows)
        connection.execute(update(TraceHead).where(TraceHead.chain == chain).values(hash=before))


def _take(connection: Connection, chain: int, count: int) -> tuple[int, str]:
    """Raise the head of a chain, which locks it until the commit; return where it stands and the last hash."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    new = dialect.insert(TraceHead).values(chain=chain, seq=count, hash=START)
    raised = new.on_conflict_do_update(
        index_elements=[TraceHead.chain], set_={"seq": TraceHead.seq + new.excluded.seq}
    ).returning(TraceHead.seq, TraceHead.hash)
    row = connection.execute(raised).one()
    return row.seq, row.hash


def _row(deed: Deed, seq: int) -> dict[str, Any]:
    salt, address = secrets.token_hex(16), deed.origin.address or ""
    return {
        "chain": deed.chain,
        "seq": seq,
        "at": deed.at,
        "actor_id": deed.origin.actor_id,
        "origin": deed.origin.way,
        "address": address or None,
        "salt": salt if address else None,
        "address_digest": address_digest(salt, address) if address else "",
        "what": deed.what,
        "kind": deed.kind,
        "about_id": deed.about_id,
        "person_id": deed.person_id,
        "data": deed.data,
    }


def broken(session: Session) -> Iterator[str]:
    """Give a sentence for each chain that does not hold: a row changed, dropped, or slipped in; its address exchanged."""
    heads = {row.chain: row for row in session.execute(select(TraceHead.chain, TraceHead.seq, TraceHead.hash))}
    for chain in sorted(heads.keys() | set(session.scalars(select(Trace.chain).distinct()))):
        head = heads.get(chain)
        yield from _walk(session, chain, head.seq if head else 0, head.hash if head else START)


def _walk(session: Session, chain: int, last: int, last_hash: str) -> Iterator[str]:
    """Walk one chain and tell where it first breaks."""
    before, seq = START, 0
    for row in _rows(session, chain):
        seq += 1
        if row["seq"] != seq:
            yield f"trace {chain}: row {seq} is missing"
            return
        if row["hash"] != row_hash(before, row):
            yield f"trace {chain}: row {seq} is not what was written"
            return
        if row["salt"] is not None and row["address_digest"] != address_digest(row["salt"], row["address"] or ""):
            yield f"trace {chain}: row {seq} has another address than was written"
        before = row["hash"]
    if (seq, before) != (last, last_hash):
        yield f"trace {chain}: it ends at row {seq}, its head says {last}"


def _rows(session: Session, chain: int) -> Iterator[Mapping[str, Any]]:
    """Give the rows of a chain in order, some at a time: it may be long."""
    after = 0
    while True:
        found = select(*Trace.__table__.c).where(Trace.chain == chain, Trace.seq > after).order_by(Trace.seq)
        rows = [dict(row) for row in session.execute(found.limit(AT_ONCE)).mappings()]
        yield from rows
        if len(rows) < AT_ONCE:
            return
        after = rows[-1]["seq"]


def seal(session: Session, chain: int) -> str:
    """Return where a chain stands, `7:3f2c…`, to be printed and kept elsewhere: who has it can tell a chain written anew."""
    row = session.execute(select(TraceHead.seq, TraceHead.hash).where(TraceHead.chain == chain)).one_or_none()
    return "" if row is None else f"{row.seq}:{row.hash}"
