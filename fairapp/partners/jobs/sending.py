"""Timed: changes become deliveries, and deliveries go out, at least once, in order for each webhook."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import structlog
from flask import Flask, current_app
from prometheus_client import Counter

from fairapp import clock, db
from fairapp.partners import actions, queries, rules
from fairapp.partners.jobs.posting import CannotDeliver, post
from fairapp.shapes import encode_cursor

log = structlog.get_logger()
DELIVERIES = Counter("fairapp_deliveries_total", "Messages to webhooks by what became of them", ["result"])
AT_A_TIME = 16  # so that one that is slow keeps few others waiting
ROUNDS = 10  # of one run: the next sees what has become due meanwhile


def deliver(now: datetime) -> int:
    """Make the messages that are to be made, send those that are due, and return how many were taken on.

    A row is claimed, sent outside of any transaction, and then recorded: killed in between, the message goes out again with
    the same id.
    """
    taken = 0
    for _ in range(ROUNDS):
        with db.read() as session:
            behind, due = bool(queries.hooks_behind(session)), queries.is_delivery_due(session, now)
        if behind:
            db.write(actions.queue_deliveries, now)
        parcels = db.write(actions.claim_deliveries, now) if behind or due else []
        if not parcels:
            break
        taken += len(parcels)
        _send_all(parcels, now)
    return taken


def _send_all(parcels: list[queries.Parcel], now: datetime) -> None:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # threads need the app itself
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for done in [pool.submit(_send, app, parcel, now) for parcel in parcels]:
            done.result()


def _send(app: Flask, parcel: queries.Parcel, now: datetime) -> None:
    with app.app_context():
        status, error = None, None
        try:
            status = _post(parcel, now)
            error = None if 200 <= status < 300 else f"HTTP {status}"
        except CannotDeliver as refused:
            error = str(refused)
        except Exception as fault:  # of ours: after it is repaired the message still goes out
            log.exception("delivery_failed", delivery=parcel.id)
            error = f"{type(fault).__name__}: {fault}"[:300]
        # By chance, so that those who failed together do not come back together.
        chance = random.random()  # noqa: S311
        became = db.write(actions.record_delivery, parcel, now, status, error, chance)
        DELIVERIES.labels(became).inc()
        if error:
            log.warning("delivery_not_taken", delivery=parcel.id, webhook=parcel.webhook_id, reason=error, now=became)


def _post(parcel: queries.Parcel, now: datetime) -> int:
    settings = current_app.config["SETTINGS"]
    body = json.dumps(_message(parcel, settings.base_url), ensure_ascii=False, separators=(",", ":")).encode()
    timestamp = int(now.timestamp())
    secrets = queries.secrets_of(settings.secret_key, parcel, now)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "fairapp-webhooks/1",
        "webhook-id": parcel.message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": rules.signature(secrets, parcel.message_id, timestamp, body),
    }
    return post(parcel.url, headers, body, anywhere=settings.webhooks_anywhere)


def _message(parcel: queries.Parcel, base_url: str) -> dict[str, Any]:
    """Return what the delivery says; the same however often it is sent, as long as its changes are kept."""
    at = str(clock.rfc3339(parcel.created_at))
    if parcel.kind == "test":
        return rules.message("ping", at, {})
    with db.read() as session:
        after, cursor, rows, reset = queries.content_of(session, parcel)
    data = {"after": encode_cursor(*after), "cursor": encode_cursor(*cursor), "reset": reset}
    return rules.message("changes", at, data | {"items": [rules.change_out(row, base_url) for row in rows]})


def forget_deliveries(now: datetime) -> int:
    """Delete old deliveries that need no more attention; return how many."""
    forgotten = 0
    while done := db.write(actions.forget_deliveries, now - rules.KEPT):
        forgotten += done
    return forgotten
