"""What an agency sets for its counsellors: how many people each may have, and when one is away."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.errors import NotFound
from fairapp.programmes import queries, rules
from fairapp.programmes.actions.assigning import Desk, settle
from fairapp.programmes.models import Counsellor


def set_limit(session: Session, agency_id: int, counsellor_id: int, limit: int, by: int, now: datetime) -> int:
    """Set how many people a counsellor may have, and give her room to those who wait; return how many they are.

    A limit below what she has takes nobody from her: she gets nobody new. Invalid for a limit that is none.
    """
    rules.check_limit(limit)
    _set(session, agency_id, counsellor_id, load_limit=limit)
    about: dict[str, Any] = {"by": by, "person_id": counsellor_id, "data": {"agency": agency_id, "limit": limit}}
    trace.record(session, "counsellor.limit", "account", counsellor_id, now, **about)
    return Desk(session, agency_id, now).serve()


def set_absence(
    session: Session,
    agency_id: int,
    counsellor_id: int,
    away_from: date | None,
    away_until: date | None,
    by: int,
    now: datetime,
) -> int:
    """Say when a counsellor is away (both days included; None: she is there), and hand over what is due.

    Return how many got another counsellor. An absence to come is carried out by the job `counsellors` on its first day.
    """
    if away_from is not None:
        rules.check_absence(away_from, away_until)
    _set(session, agency_id, counsellor_id, away_from=away_from, away_until=away_until if away_from else None)
    about: dict[str, Any] = {
        "by": by,
        "person_id": counsellor_id,
        "data": {"agency": agency_id, "away": away_from is not None},
    }
    trace.record(session, "counsellor.away", "account", counsellor_id, now, **about)
    return settle(session, agency_id, now)


def _set(session: Session, agency_id: int, counsellor_id: int, **values: Any) -> None:
    """Keep values of one of the agency's counsellors; NotFound for anybody else."""
    known = {row.account_id for row in queries.counsellors(session, agency_id, date.min)}
    if counsellor_id not in known:
        raise NotFound
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    whole = {"agency_id": agency_id, "account_id": counsellor_id, "load_limit": rules.USUAL_LIMIT} | values
    row = dialect.insert(Counsellor).values(whole)
    session.execute(row.on_conflict_do_update(index_elements=["agency_id", "account_id"], set_=values))
