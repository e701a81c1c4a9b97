"""Writes of webhooks and their deliveries. Nothing is sent here: jobs/sending.py sends outside of any transaction."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.live.actions import post
from fairapp.partners import pushes, queries, rules
from fairapp.partners.models import ChangeCounter, Delivery, Webhook

MOST_SENT = 16  # claimed at once: few enough to be sent before the claim ends


def make_hook(
    session: Session, agency_id: int, fields: rules.HookFields, by: int, now: datetime, *, plain: bool, anywhere: bool
) -> int:
    """Register an address that is told of changes from now on, and return its id; Invalid or TooManyHooks."""
    rules.check_hook(fields, plain=plain, anywhere=anywhere)
    if queries.count_hooks(session, agency_id) >= rules.MOST_HOOKS:
        raise rules.TooManyHooks
    values = {
        "agency_id": agency_id,
        "url": fields.url,
        "topics": sorted(set(fields.topics)),
        "version": 1,
        "position": session.scalar(select(ChangeCounter.seq)) or 0,
        "state": "active",
        "created_at": now,
        "created_by": by,
    }
    made = int(session.execute(insert(Webhook).values(**values).returning(Webhook.id)).scalar_one())
    data = {"agency": agency_id, "topics": values["topics"]}
    trace.record(session, "webhook.made", "webhook", made, now, by=by, data=data)
    return made


def renew_secret(session: Session, agency_id: int, webhook_id: int, by: int, now: datetime) -> int:
    """Give the webhook a new secret; for a day the former signs too. Return the new version; NotFound."""
    queries.get_hook(session, agency_id, webhook_id)
    values = {"version": Webhook.version + 1, "former_until": now + rules.BOTH_SIGN}
    version = session.execute(
        update(Webhook).where(Webhook.id == webhook_id).values(values).returning(Webhook.version),
        execution_options={"synchronize_session": False},
    ).scalar_one()
    trace.record(session, "webhook.renewed", "webhook", webhook_id, now, by=by, data={"version": version})
    return int(version)


def remove_hook(session: Session, agency_id: int, webhook_id: int, by: int, now: datetime) -> None:
    """Send nothing more to this address; NotFound."""
    queries.get_hook(session, agency_id, webhook_id)
    session.execute(update(Webhook).where(Webhook.id == webhook_id).values(state="removed"))
    trace.record(session, "webhook.removed", "webhook", webhook_id, now, by=by, data={"agency": agency_id})


def send_test(session: Session, agency_id: int, webhook_id: int, now: datetime) -> int:
    """Put a message without changes on its way, which is tried once; return the delivery's id. NotFound."""
    hook = queries.get_hook(session, agency_id, webhook_id)
    return _deliver(session, hook.id, "test", _message_id(), hook.position, hook.position, now)


def send_again(session: Session, agency_id: int, webhook_id: int, delivery_id: int, by: int, now: datetime) -> None:
    """Send a message once more, under its own id; what a dead webhook was waiting for starts it again.

    One that waits for its next try is tried now: its receiver may be up again long before. AlreadyWaiting for one that is on
    its way, or NotFound.
    """
    hook = queries.get_hook(session, agency_id, webhook_id)
    one = queries.get_delivery(session, hook.id, delivery_id)
    if one.state == "sending" or (one.state == "due" and one.due_at <= now):
        raise rules.AlreadyWaiting
    if one.state == "due":
        session.execute(update(Delivery).where(Delivery.id == one.id, Delivery.state == "due").values(due_at=now))
        return
    if one.kind == "changes" and one.state == "failed":
        session.execute(
            update(Delivery).where(Delivery.id == one.id).values(state="due", tries=0, due_at=now, error=None)
        )
        session.execute(update(Webhook).where(Webhook.id == hook.id).values(state="active"))
        trace.record(session, "webhook.revived", "webhook", hook.id, now, by=by)
    else:
        kind = "test" if one.kind == "test" else "again"
        _deliver(session, hook.id, kind, one.message_id, one.after, one.up_to, now)


def queue_deliveries(session: Session, now: datetime) -> int:
    """Make the next message of each webhook that has something to be told and nothing under way; return how many.

    Comparing the position in the update lets only one of two processes make it.
    """
    made = 0
    for hook in queries.hooks_behind(session):
        up_to, is_any = queries.next_part(session, hook.topics, hook.position)
        mine = (Webhook.id == hook.id, Webhook.position == hook.position, Webhook.state == "active")
        moved = _run(session, update(Webhook).where(*mine).values(position=up_to))
        if moved and is_any:
            _deliver(session, hook.id, "changes", _message_id(), hook.position, up_to, now)
            made += 1
    return made


def claim_deliveries(session: Session, now: datetime) -> list[queries.Parcel]:
    """Take on deliveries that are due, so that nobody else sends them."""
    sendable = select(Webhook.id).where(Webhook.state == "active")
    known = select(Webhook.id).where(Webhook.state != "removed")
    may = or_(Delivery.webhook_id.in_(sendable), (Delivery.kind != "changes") & Delivery.webhook_id.in_(known))
    due = select(Delivery.id).where(queries.due_deliveries(now), may).order_by(Delivery.due_at).limit(MOST_SENT)
    taken = (
        update(Delivery)
        .where(Delivery.id.in_(due.with_for_update(skip_locked=True)))
        .values(state="sending", claimed_at=now, tries=Delivery.tries + 1)
        .returning(Delivery.id)
    )
    ids = session.scalars(taken, execution_options={"synchronize_session": False}).all()
    own = ("id", "webhook_id", "kind", "message_id", "after", "up_to", "created_at", "tries")
    of_hook = ("url", "topics", "version", "former_until")
    found = select(
        *(Delivery.__table__.c[name] for name in own), *(Webhook.__table__.c[name] for name in of_hook)
    ).join(Webhook, Webhook.id == Delivery.webhook_id)
    rows = session.execute(found.where(Delivery.id.in_(ids)).order_by(Delivery.id))
    return [queries.Parcel(**row._mapping) for row in rows]


def record_delivery(
    session: Session, parcel: queries.Parcel, now: datetime, status: int | None, error: str | None, chance: float
) -> str:
    """Keep what became of a delivery and return its state: sent, due again, or failed for good, which ends its webhook.

    Who was slower than the claim lasts, so that somebody else took it on, changes nothing.
    """
    values: dict[str, Any] = {"status": status, "error": error, "sent_at": now if error is None else None}
    again = None if status == rules.GONE or parcel.kind != "changes" else rules.retry_at(parcel.tries, now, chance)
    if error is None:
        values["state"] = "sent"
    else:
        values |= {"state": "failed"} if again is None else {"state": "due", "due_at": again}
    mine = (Delivery.id == parcel.id, Delivery.state == "sending", Delivery.tries == parcel.tries)
    kept = _run(session, update(Delivery).where(*mine).values(values))
    if kept and values["state"] == "failed" and parcel.kind == "changes":
        ended = update(Webhook).where(Webhook.id == parcel.webhook_id, Webhook.state == "active")
        _run(session, ended.values(state="dead"))
        trace.record(session, "webhook.died", "webhook", parcel.webhook_id, now, data={"delivery": parcel.id})
        _tell_died(session, parcel, now)
    return str(values["state"])


def _tell_died(session: Session, parcel: queries.Parcel, now: datetime) -> None:
    """Tell the agency's organizers by letter: what waits is brought once they have looked at the address."""
    agency_id = session.scalars(select(Webhook.agency_id).where(Webhook.id == parcel.webhook_id)).one()
    staff = queries.who_answers(session, agency_id, agency_id)
    post(session, [pushes.died_letter(parcel.id, parcel.webhook_id, one, now) for one in staff])


def _deliver(
    session: Session, webhook_id: int, kind: str, message_id: str, after: int, up_to: int, now: datetime
) -> int:
    values = {"webhook_id": webhook_id, "kind": kind, "message_id": message_id, "after": after, "up_to": up_to}
    values |= {"created_at": now, "state": "due", "due_at": now, "tries": 0}
    return int(session.execute(insert(Delivery).values(**values).returning(Delivery.id)).scalar_one())


def _message_id() -> str:
    return f"msg_{secrets.token_hex(16)}"


def _run(session: Session, statement: Any) -> int:
    done = session.execute(statement, execution_options={"synchronize_session": False})
    return int(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE has a row count


def forget_deliveries(session: Session, before: datetime) -> int:
    """Delete some deliveries that were sent or have failed before that moment, never one that waits; return how many."""
    settled = or_(Delivery.state == "sent", (Delivery.state == "failed") & (Delivery.kind != "changes"))
    old = select(Delivery.id).where(settled, Delivery.created_at < before).limit(rules.AT_ONCE)
    ids = session.scalars(old).all()
    session.execute(Delivery.__table__.delete().where(Delivery.id.in_(ids)))  # type: ignore[attr-defined]
    return len(ids)
