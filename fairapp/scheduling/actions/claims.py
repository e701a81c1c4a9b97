"""The claims: the only writer of time_claim, and so the only place where a double booking could be made.

Claims of an owner are inserted in one sorted multi-row statement. The primary key (resource, grain) is the lock: the insert
names no conflict target, skips what is taken, and returning fewer rows than wanted means that someone was faster.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp.prepared import Prepared, in_parts
from fairapp.scheduling.models import TimeClaim

Claim = tuple[int, int]  # resource, grain
OwnerColumn = Literal["booking_id", "slot_id", "block_id"]


@dataclass(frozen=True, slots=True, order=True)
class Owner:
    """What holds a claim: a booking, a slot or a block."""

    column: OwnerColumn
    id: int


@cache
def _insert(column: OwnerColumn, rows: int) -> Prepared:
    def make(dialect: str) -> Any:
        kind = postgresql if dialect == "postgresql" else sqlite
        values: list[dict[str, Any]] = [
            {"resource_id": bindparam(f"r{n}"), "grain": bindparam(f"g{n}"), column: bindparam("owner")}
            for n in range(rows)
        ]
        return kind.insert(TimeClaim).values(values).on_conflict_do_nothing().returning(TimeClaim.grain)

    return Prepared(make)


@cache
def _insert_many(rows: int) -> Prepared:
    def make(dialect: str) -> Any:
        kind = postgresql if dialect == "postgresql" else sqlite
        names = {"resource_id": "r", "grain": "g", "booking_id": "b", "slot_id": "s"}
        values: list[dict[str, Any]] = [
            {column: bindparam(f"{name}{n}") for column, name in names.items()} for n in range(rows)
        ]
        made = kind.insert(TimeClaim).values(values).on_conflict_do_nothing()
        return made.returning(TimeClaim.resource_id, TimeClaim.grain, TimeClaim.booking_id, TimeClaim.slot_id)

    return Prepared(make)


@cache
def _delete(column: OwnerColumn) -> Prepared:
    def make(dialect: str) -> Any:
        return delete(TimeClaim).where(
            TimeClaim.resource_id == bindparam("resource"),
            TimeClaim.grain >= bindparam("first"),
            TimeClaim.grain < bindparam("end"),
            getattr(TimeClaim, column) == bindparam("owner"),
        )

    return Prepared(make)


def take(session: Session, owner: Owner, pairs: Collection[Claim]) -> bool:
    """Claim each (resource, grain) for the owner; False if any was taken.

    On False some of the claims may have been made: the caller raises, and its savepoint undoes them.
    """
    # Sorted, so that two writers meet their common grains in the same order and cannot wait for each other in a circle.
    wanted = sorted(set(pairs))
    if not wanted:
        return True
    values: dict[str, int] = {"owner": owner.id}
    for n, (resource, grain) in enumerate(wanted):
        values[f"r{n}"], values[f"g{n}"] = resource, grain
    made = _insert(owner.column, len(wanted)).all(session, values)
    return len(made) == len(wanted)


def take_many(session: Session, wanted: Mapping[Owner, Collection[Claim]]) -> set[tuple[Owner, Claim]]:
    """Claim what each booking or slot wants, and return what was taken already, or given to another of them.

    The others have theirs: the caller undoes all of it, or releases what those had that did not get everything.
    """
    rows = sorted((claim, owner) for owner, claims in wanted.items() for claim in set(claims))
    missing = {(owner, claim) for claim, owner in rows}
    for part in in_parts(rows):
        values: dict[str, int | None] = {}
        for n, ((resource, grain), owner) in enumerate(part):
            values[f"r{n}"], values[f"g{n}"] = resource, grain
            values[f"b{n}"] = owner.id if owner.column == "booking_id" else None
            values[f"s{n}"] = owner.id if owner.column == "slot_id" else None
        for made in _insert_many(len(part)).all(session, values):
            got = Owner("slot_id", made.slot_id) if made.booking_id is None else Owner("booking_id", made.booking_id)
            missing.discard((got, (made.resource_id, made.grain)))
    return missing


def take_whole(session: Session, wanted: Mapping[Owner, Collection[Claim]]) -> set[int]:
    """Claim what each booking wants; return the ids of those that got all of it. The others may have got some."""
    short = {owner for owner, _ in take_many(session, wanted)}
    return {owner.id for owner in wanted if owner not in short}


def release(session: Session, owner: Owner, pairs: Collection[Claim]) -> None:
    """Give back these claims of the owner."""
    for resource, run in _runs(pairs):
        values = {"resource": resource, "first": run.start, "end": run.stop, "owner": owner.id}
        _delete(owner.column).all(session, values)


def _runs(pairs: Collection[Claim]) -> Iterator[tuple[int, range]]:
    """Return the claims as runs of grains that follow each other, in order."""
    wanted = sorted(set(pairs))
    first = 0
    for n, (resource, grain) in enumerate(wanted, 1):
        if n == len(wanted) or wanted[n] != (resource, grain + 1):
            yield resource, range(wanted[first][1], grain + 1)
            first = n


def exchange(session: Session, owner: Owner, old: Collection[Claim], new: Collection[Claim]) -> bool:
    """Give the owner new claims for old: only the difference is inserted, then the surplus deleted.

    False if a new one was taken; the caller raises and the old time stays untouched.
    """
    if not take(session, owner, set(new) - set(old)):
        return False
    release(session, owner, set(old) - set(new))
    return True
