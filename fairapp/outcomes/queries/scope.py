"""What a report is about: which fairs, which days, and, where somebody looks closer, which booth, occupation or district."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from fairapp import clock
from fairapp.agencies.models import Agency
from fairapp.fairs.models import Fair
from fairapp.outcomes.models import Outcome
from fairapp.scheduling.models import Slot

MOST_FAIRS = 1000


@dataclass(frozen=True, slots=True)
class Scope:
    """The fairs and, if given, the days (both included, in `zone`): of a meeting when it began, of a result its day."""

    fairs: tuple[int, ...]
    since: date | None = None
    until: date | None = None
    zone: str = "Asia/Seoul"
    narrowed: dict[str, str] = field(default_factory=dict)  # a dimension's name to the one value looked at

    def met(self) -> list[ColumnElement[bool]]:
        """Return the conditions on the time of a meeting, for a statement that joins Slot."""
        return self.between(Slot.starts_at)

    def between(self, moment: Any) -> list[ColumnElement[bool]]:
        """Return the conditions that put a moment within the days."""
        conditions = []
        if self.since is not None:
            conditions.append(moment >= self._start(self.since))
        if self.until is not None:
            conditions.append(moment < clock.day_bounds(self.until, self.zone)[1])
        return conditions

    def happened(self, row: Any = Outcome) -> list[ColumnElement[bool]]:
        """Return the conditions on the day of a row of the ledger."""
        conditions: list[ColumnElement[bool]] = [row.fair_id.in_(self.fairs)]
        if self.since is not None:
            conditions.append(row.on >= self.since)
        if self.until is not None:
            conditions.append(row.on <= self.until)
        return conditions

    def _start(self, day: date) -> datetime:
        return clock.day_bounds(day, self.zone)[0]


def fair_scope(fair_id: int) -> Scope:
    """Return the scope of one fair, from its first day to its last follow-up."""
    return Scope((fair_id,))


def agency_scope(
    session: Session, agency_ids: Sequence[int], since: date | None = None, until: date | None = None
) -> Scope:
    """Return the scope of all fairs of these agencies, and of those below them, over the days given."""
    ids = with_below(session, agency_ids)
    fairs = select(Fair.id).where(Fair.agency_id.in_(ids)).order_by(Fair.id).limit(MOST_FAIRS)
    return Scope(tuple(session.scalars(fairs)), since, until)


def with_below(session: Session, agency_ids: Sequence[int]) -> list[int]:
    """Return these agencies and all that belong to them; one statement."""
    tree = select(Agency.id).where(Agency.id.in_(sorted(set(agency_ids)))).cte("tree", recursive=True)
    tree = tree.union(select(Agency.id).join(tree, Agency.parent_id == tree.c.id))
    return sorted(session.scalars(select(tree.c.id)))
