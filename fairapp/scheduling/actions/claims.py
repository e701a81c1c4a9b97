"""The claims: the only writer of time_claim, and so the only place where a double booking could be made.

Claims of an owner are inserted in one sorted multi-row statement. The primary key (resource, grain) is the lock: the insert
names no conflict target, skips what is taken, and returning fewer rows than wanted means that someone was faster.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

OwnerColumn = Literal["booking_id", "slot_id", "block_id"]


@dataclass(frozen=True, slots=True)
class Owner:
    """What holds a claim: a booking, a slot or a block."""

    column: OwnerColumn
    id: int


@cache
def _insert(column: OwnerColumn, rows: int) -> TextClause:
    values = ", ".join(f"(:r{n}, :g{n}, :owner)" for n in range(rows))
    return text(
        f"INSERT INTO time_claim (resource_id, grain, {column}) VALUES {values}"  # noqa: S608 - fixed names only
        " ON CONFLICT DO NOTHING RETURNING grain"
    )


@cache
def _delete(column: OwnerColumn) -> TextClause:
    return text(
        "DELETE FROM time_claim WHERE resource_id = :resource"  # noqa: S608 - fixed names only
        " AND grain >= :first AND grain < :end"
        f" AND {column} = :owner"
    )


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
    made = session.connection().execute(_insert(owner.column, len(pairs)), values).all()
    return len(made) == len(pairs)


def release(session: Session, owner: Owner, resources: Iterable[int], held: range) -> None:
    """Give back the owner's claims on the resources within the range of grains."""
    for resource in sorted(set(resources)):
        session.connection().execute(
            _delete(owner.column),
            {"resource": resource, "first": held.start, "end": held.stop, "owner": owner.id},
        )


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
