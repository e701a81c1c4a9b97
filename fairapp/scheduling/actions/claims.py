"""The claims: the only writer of time_claim, and so the only place where a double booking could be made.

Claims of an owner are inserted in one sorted multi-row statement. The primary key (resource, grain) is the lock: the insert
names no conflict target, skips what is taken, and returning fewer rows than wanted means that someone was faster.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp.prepared import Prepared, in_parts
from fairapp.scheduling.models import TimeClaim

OwnerColumn = Literal["booking_id", "slot_id", "block_id"]


@dataclass(frozen=True, slots=True)
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
        names = {"resource_id": "r", "grain": "g", "booking_id": "b"}
        values: list[dict[str, Any]] = [
            {column: bindparam(f"{name}{n}") for column, name in names.items()} for n in range(rows)
        ]
        return kind.insert(TimeClaim).values(values).on_conflict_do_nothing().returning(TimeClaim.booking_id)

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


def take(session: Session, owner: Owner, resources: Iterable[int], wanted: Sequence[int]) -> bool:
    """Claim the grains of every resource for the owner; False if any was taken.

    On False some of the claims may have been made: the caller raises, and its savepoint undoes them.
    """
    # Sorted, so that two writers meet their common grains in the same order and cannot wait for each other in a circle.
    pairs = sorted({(resource, grain) for resource in resources for grain in wanted})
    if not pairs:
        return True
    values: dict[str, int] = {"owner": owner.id}
    for n, (resource, grain) in enumerate(pairs):
        values[f"r{n}"], values[f"g{n}"] = resource, grain
    made = _insert(owner.column, len(pairs)).all(session, values)
    return len(made) == len(pairs)


def take_many(session: Session, wanted: Sequence[tuple[Owner, int, range]]) -> set[int]:
    """Claim each booking's grains of a resource; return the ids of the bookings that got all of theirs.

    The others may have got some: the caller releases them.
    """
    rows = sorted((resource, grain, owner.id) for owner, resource, grains in wanted for grain in grains)
    made: Counter[int] = Counter()
    for part in in_parts(rows):
        values: dict[str, int] = {}
        for n, (resource, grain, booking_id) in enumerate(part):
            values[f"r{n}"], values[f"g{n}"], values[f"b{n}"] = resource, grain, booking_id
        made.update(found.booking_id for found in _insert_many(len(part)).all(session, values))
    return {owner.id for owner, _, grains in wanted if made[owner.id] == len(grains)}


def release(session: Session, owner: Owner, resources: Iterable[int], held: range) -> None:
    """Give back the owner's claims on the resources within the range of grains."""
    for resource in sorted(set(resources)):
        values = {"resource": resource, "first": held.start, "end": held.stop, "owner": owner.id}
        _delete(owner.column).all(session, values)


def move(session: Session, owner: Owner, resource: int, old: range, new: range) -> bool:
    """Move the owner's claims on one resource: only the difference is inserted, then the surplus deleted.

    False if a new grain was taken; the caller raises and the old time stays untouched.
    """
    if not take(session, owner, [resource], [grain for grain in new if grain not in old]):
        return False
    if new.start < old.stop and old.start < new.stop:
        release(session, owner, [resource], range(old.start, min(max(new.start, old.start), old.stop)))
        release(session, owner, [resource], range(max(min(new.stop, old.stop), old.start), old.stop))
    else:
        release(session, owner, [resource], old)
    return True
