"""What hosts and places allow: how many meetings somebody takes at a fair, how long one is on the way."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp.errors import Invalid, NotFound
from fairapp.fairs.models import Site
from fairapp.scheduling.models import HostLimit, SiteDistance
from fairapp.scheduling.rules.policy import LONGEST_WAY

MOST_MEETINGS = 1000


def set_host_limit(
    session: Session,
    fair_id: int,
    account_id: int,
    *,
    in_row: int | None = None,
    per_day: int | None = None,
    per_fair: int | None = None,
) -> None:
    """Set how many meetings the host takes at the fair: in a row, a day, at all; None: as many as there are times.

    Meetings that are booked stay. The caller admitted who may say so. Raises Invalid for a number below 1.
    """
    told = {"in_row": in_row, "per_day": per_day, "per_fair": per_fair}
    for name, number in told.items():
        if number is not None and not 1 <= number <= MOST_MEETINGS:
            raise Invalid.one(name, _l("%(low)s부터 %(high)s까지 쓸 수 있어요", low=1, high=MOST_MEETINGS))
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    kept = dialect.insert(HostLimit).values(fair_id=fair_id, account_id=account_id, **told)
    session.execute(kept.on_conflict_do_update(index_elements=["fair_id", "account_id"], set_=told))


def set_reach(session: Session, site_id: int, minutes: int) -> None:
    """Set how many minutes it takes from anywhere else, or from a screen, to the site; NotFound, Invalid."""
    _check_minutes(minutes)
    changed = session.execute(update(Site).where(Site.id == site_id).values(reach_minutes=minutes))
    if not changed.rowcount:  # type: ignore[attr-defined]  # an UPDATE has a row count
        raise NotFound


def set_way(session: Session, one: int, other: int, minutes: int | None) -> None:
    """Set how many minutes it takes between two sites; None: as far as they lie apart, as if nothing were told."""
    if one == other:
        raise Invalid.one("other", _l("서로 다른 두 장소를 골라 주세요"))
    pair = {"site_a": min(one, other), "site_b": max(one, other)}
    if minutes is None:
        session.execute(delete(SiteDistance).filter_by(**pair))
        return
    _check_minutes(minutes)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    told = dialect.insert(SiteDistance).values(**pair, minutes=minutes)
    session.execute(told.on_conflict_do_update(index_elements=["site_a", "site_b"], set_={"minutes": minutes}))


def _check_minutes(minutes: int) -> None:
    if not 0 <= minutes <= LONGEST_WAY:
        raise Invalid.one("minutes", _l("%(low)s부터 %(high)s까지 쓸 수 있어요", low=0, high=LONGEST_WAY))
