"""What rows that are put in by the hundred lack beside those of actions: resources of people, claimed time, seals."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.accounts.models import Account
from fairapp.outcomes.models import Outcome
from fairapp.outcomes.queries import seal_of
from fairapp.scheduling.actions import make_person
from fairapp.scheduling.actions.claims import Owner, take_many
from fairapp.scheduling.models import Booking, Resource, Slot, TimeClaim
from fairapp.scheduling.rules import grains
from fairapp.trace import Trace
from tests import factories


def settle(session: Session) -> None:
    """Give the rows of `tests.outcomes.year` all that the audit asks of a booking and of a ledger."""
    nobody = select(Account.id).outerjoin(Resource, Resource.account_id == Account.id).where(Resource.id.is_(None))
    for account in session.scalars(nobody).all():
        make_person(session, account, factories.NOW)
    _claim(session)
    _seal(session)


def _claim(session: Session) -> None:
    whose = {row.account_id: row.id for row in session.execute(select(Resource.account_id, Resource.id))}
    claimed = select(TimeClaim.booking_id).where(TimeClaim.booking_id.is_not(None))
    met = select(Booking.id, Booking.seeker_id, Booking.host_id, Slot.starts_at, Slot.ends_at)
    met = met.join(Slot, Slot.id == Booking.slot_id).where(Booking.status == "completed", Booking.id.not_in(claimed))
    wanted = {
        Owner("booking_id", row.id): {
            (whose[one], grain) for one in (row.seeker_id, row.host_id) for grain in grains(row.starts_at, row.ends_at)
        }
        for row in session.execute(met)
    }
    assert take_many(session, wanted) == set()


def _seal(session: Session) -> None:
    sealed = select(Trace.about_id).where(Trace.kind == "outcome", Trace.what == "outcome.sealed")
    rows = select(Outcome.__table__).where(Outcome.id.not_in(sealed)).order_by(Outcome.id)
    for row in session.execute(rows).mappings().all():
        seal = {"stage": row["stage"], "seal": seal_of(row)}
        about = {"by": row["recorded_by"], "fair_id": row["fair_id"], "person_id": row["seeker_id"]}
        trace.record(session, "outcome.sealed", "outcome", row["id"], row["recorded_at"], **about, data=seal)
