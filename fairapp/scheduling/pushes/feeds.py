"""One person's meetings as a calendar that her programs read again and again, and the secret in its address."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flask import current_app
from flask_babel import force_locale, gettext

from fairapp.ical import feed
from fairapp.language import meeting_name
from fairapp.scheduling.pushes.letters import meeting_of, slot_of
from fairapp.scheduling.queries import BookingFacts


def feed_secret(account_id: int, version: int) -> str:
    """Return the secret of the person's feed; it is made from SECRET_KEY and stands in no table."""
    key = current_app.config["SECRET_KEY"].encode()
    said = hmac.new(key, f"fairapp.scheduling.feed:{account_id}:{version}".encode(), hashlib.sha256).hexdigest()
    return f"{account_id}-{said[:40]}"


def feed_account(secret: str) -> int | None:
    """Return whose feed the secret would open, if it is hers; None for what is none. It is still to be compared."""
    account, _, _ = secret.partition("-")
    return int(account) if account.isascii() and account.isdigit() and len(account) < 19 else None


def feed_calendar(
    meetings: Sequence[BookingFacts], account_id: int, name: str, email: str, language: str, now: datetime
) -> bytes:
    """Return the meetings as the person's calendar, in her language.

    To her who hosts, a meeting is with somebody whose name stays behind the sign-in: the feed's address may be known to a
    calendar service.
    """
    with force_locale(language):
        events = []
        for facts in meetings:
            event = meeting_of(facts, slot_of(facts), facts.time_rev, name, email)
            if facts.seeker_id != account_id:
                kind = meeting_name(facts.kind, facts.topic)
                summary = gettext("%(kind)s: %(who)s", kind=kind, who=facts.listing_title or facts.fair_name)
                event = replace(event, uid=f"host-{facts.ics_uid}", summary=summary)
            events.append(event)
        return feed(events, gettext("박람회 일정"), now)
