"""Writes of reports that go out by mail."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.errors import Invalid, NotFound
from fairapp.fairs.models import Fair
from fairapp.live.actions import post
from fairapp.outcomes import pushes, queries, rules
from fairapp.outcomes.actions.exporting import log_export
from fairapp.outcomes.models import MailOrder

LASTS = timedelta(days=400)  # after a fair: the last follow-up is asked for after six months


def order_mailing(session: Session, fair_id: int, account_id: int, every: str, by: int, now: datetime) -> int:
    """Let somebody have the fair's report every day, week or month; return the order's id. A second order changes the first.

    Invalid for another rhythm, or for who does not organize the fair's agency.
    """
    fair = session.get(Fair, fair_id)
    if fair is None:
        raise NotFound
    if every not in rules.EVERY:
        raise Invalid.one("every", _l("얼마나 자주인지 골라 주세요"))
    if account_id not in queries.may_have_reports(session, fair.agency_id):
        raise Invalid.one("account", _l("운영 담당자 가운데 골라 주세요"))
    same = MailOrder.fair_id == fair_id, MailOrder.account_id == account_id, MailOrder.ended_at.is_(None)
    session.execute(select(Fair.id).where(Fair.id == fair_id).with_for_update())  # two at once are one order
    row = session.scalars(select(MailOrder).where(*same)).first()
    row = row or MailOrder(fair_id=fair_id, account_id=account_id, made_at=now)
    row.every, row.next_at = every, rules.next_mail(every, fair.zone, now)
    session.add(row)
    session.flush()
    about = {"by": by, "fair_id": fair_id, "person_id": account_id}
    trace.record(session, "report.ordered", "mail", row.id, now, **about, data={"every": every})
    return row.id


def end_mailing(session: Session, order_id: int, fair_id: int, by: int, now: datetime) -> None:
    """End an order; again changes nothing. NotFound for another fair's."""
    row = session.scalar(select(MailOrder).where(MailOrder.id == order_id, MailOrder.fair_id == fair_id))
    if row is None:
        raise NotFound
    if row.ended_at is None:
        row.ended_at = now
        trace.record(session, "report.ended", "mail", row.id, now, by=by, fair_id=fair_id, person_id=row.account_id)


def mail_report(session: Session, order_id: int, now: datetime) -> bool:
    """Post the letter of an order that is due and log the file that goes with it; return whether it goes out.

    An order ends by itself where its reader organizes no more, and 400 days after the fair.
    """
    due = select(MailOrder).where(MailOrder.id == order_id, MailOrder.ended_at.is_(None), MailOrder.next_at <= now)
    row = session.scalar(due.with_for_update())
    if row is None:
        return False
    fair = session.get_one(Fair, row.fair_id)
    if fair.ends_at + LASTS < now or row.account_id not in queries.may_have_reports(session, fair.agency_id):
        row.ended_at = now
        return False
    post(session, [pushes.report_letter(row.id, row.account_id, row.next_at, now)])
    log_export(session, fair.id, "report", "pdf", now, row.account_id, now)
    row.next_at = rules.next_mail(row.every, fair.zone, now)
    return True
