"""Reads of webhooks: an agency's own, those with something to be told, and what a delivery says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from fairapp.errors import NotFound
from fairapp.partners.models import Change, ChangeCounter, Delivery, Webhook
from fairapp.partners.queries.changes import START, Cursor
from fairapp.partners.rules import BATCH, BOTH_SIGN, CLAIMED_FOR, is_for, mark_of, secret_of

MOST_SHOWN = 30  # deliveries on a webhook's page
MOST_QUEUED = 100  # webhooks looked at in one transaction


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery that was taken on, with all that sending it needs but its body."""

    id: int
    webhook_id: int
    kind: str
    message_id: str
    after: int
    up_to: int
    created_at: datetime
    tries: int
    url: str
    topics: list[str]
    version: int
    former_until: datetime | None


def hooks_of(session: Session, agency_id: int) -> Sequence[Webhook]:
    """Return the agency's webhooks that were not removed, the newest first."""
    found = select(Webhook).where(Webhook.agency_id == agency_id, Webhook.state != "removed")
    return session.scalars(found.order_by(Webhook.id.desc()).limit(MOST_SHOWN)).all()


def get_hook(session: Session, agency_id: int, webhook_id: int) -> Webhook:
    """Return a webhook of the agency; NotFound where it has none of that id, or has removed it."""
    hook = session.get(Webhook, webhook_id)
    if hook is None or hook.agency_id != agency_id or hook.state == "removed":
        raise NotFound
    return hook


def count_hooks(session: Session, agency_id: int) -> int:
    """Return how many webhooks the agency has."""
    own = (Webhook.agency_id == agency_id, Webhook.state != "removed")
    return session.scalar(select(func.count()).select_from(Webhook).where(*own)) or 0


def deliveries_of(session: Session, webhook_id: int) -> Sequence[Delivery]:
    """Return the last deliveries of a webhook, the newest first."""
    found = select(Delivery).where(Delivery.webhook_id == webhook_id).order_by(Delivery.id.desc())
    return session.scalars(found.limit(MOST_SHOWN)).all()


def get_delivery(session: Session, webhook_id: int, delivery_id: int) -> Delivery:
    """Return a delivery of the webhook; NotFound where it has none of that id."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None or delivery.webhook_id != webhook_id:
        raise NotFound
    return delivery


def last_results(session: Session, webhook_ids: Sequence[int]) -> dict[int, Delivery]:
    """Return the last delivery of each of the webhooks that was tried."""
    last = (
        select(func.max(Delivery.id))
        .where(Delivery.webhook_id.in_(webhook_ids), Delivery.tries > 0)
        .group_by(Delivery.webhook_id)
    )
    return {one.webhook_id: one for one in session.scalars(select(Delivery).where(Delivery.id.in_(last)))}


def hooks_behind(session: Session) -> Sequence[Any]:
    """Return webhooks that have not been told of all changes and have nothing under way."""
    waiting = exists().where(Delivery.webhook_id == Webhook.id, Delivery.kind == "changes", Delivery.state != "sent")
    head = select(ChangeCounter.seq).scalar_subquery()
    found = select(Webhook.id, Webhook.topics, Webhook.position)
    return session.execute(
        found.where(Webhook.state == "active", Webhook.position < head, ~waiting)
        .order_by(Webhook.id)
        .limit(MOST_QUEUED)
    ).all()


def next_part(session: Session, topics: Sequence[str], position: int) -> tuple[int, bool]:
    """Return up to which number the next message goes, and whether there is anything in it for these topics."""
    kinds = or_(*(Change.kind.startswith(f"{topic}.") for topic in topics))
    wanted = select(Change.seq).where(Change.seq > position, kinds).order_by(Change.seq).limit(BATCH)
    found = session.scalars(wanted).all()
    if len(found) == BATCH:
        return found[-1], True
    return session.scalar(select(ChangeCounter.seq)) or 0, bool(found)


def due_deliveries(now: datetime) -> ColumnElement[bool]:
    """Return the condition of a delivery that is to be sent at `now`, or was claimed by somebody who never came back."""
    due = and_(Delivery.state == "due", Delivery.due_at <= now)
    return or_(due, and_(Delivery.state == "sending", Delivery.claimed_at < now - CLAIMED_FOR))


def is_delivery_due(session: Session, now: datetime) -> bool:
    """Whether anything is to be sent at `now`."""
    return session.scalar(select(Delivery.id).where(due_deliveries(now)).limit(1)) is not None


def content_of(session: Session, parcel: Parcel) -> tuple[Cursor, Cursor, Sequence[Row[Any]], bool]:
    """Return the cursors before and after the parcel's changes, those for its topics, and whether some are gone by now."""
    found = select(Change.__table__).where(Change.seq >= parcel.after, Change.seq <= parcel.up_to)
    rows = session.execute(found.order_by(Change.seq)).all()
    marks = {row.seq: mark_of(row.at) for row in rows}
    after = (parcel.after, marks.get(parcel.after, 0)) if parcel.after else START
    cursor = (parcel.up_to, marks.get(parcel.up_to, 0)) if parcel.up_to else START
    if parcel.up_to > parcel.after and parcel.after + 1 not in marks:
        return after, cursor, [], True
    return after, cursor, [row for row in rows if row.seq > parcel.after and is_for(parcel.topics, row.kind)], False


def secrets_of(server_key: str, parcel: Any, now: datetime) -> list[bytes]:
    """Return the secrets that sign at `now`: the present one, and for a day after its renewal the former; see BOTH_SIGN."""
    versions = [parcel.version]
    if parcel.former_until is not None and now < parcel.former_until <= now + BOTH_SIGN:
        versions.append(parcel.version - 1)
    webhook_id = getattr(parcel, "webhook_id", None) or parcel.id
    return [secret_of(server_key, webhook_id, version) for version in versions]
