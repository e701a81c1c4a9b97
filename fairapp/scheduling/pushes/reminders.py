"""Letters that remind of a meeting and ask whether the seeker comes; the secret in their link."""

import hashlib
from datetime import datetime
from typing import Any

from flask import current_app, render_template
from flask_babel import LazyString, force_locale, gettext
from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.config import Settings
from fairapp.language import meeting_name, say_when
from fairapp.live.actions import Letter
from fairapp.mail import OutboxRow, Rendered, Renderer
from fairapp.scheduling import queries, rules
from fairapp.scheduling.pushes.letters import place_of_slot, with_whom


def reminder_letter(due: Any, now: datetime) -> Letter:
    """Write to the seeker that a meeting is near; one per booking, time, kind and person."""
    key = f"reminder:{due.booking_id}:{due.time_rev}:{due.kind}:{due.account_id}"
    data = {"booking": due.booking_id, "slot": due.slot_id, "time_rev": due.time_rev}
    return Letter(key, f"reminder.{due.kind}", due.account_id, now, data)


def _signer() -> URLSafeSerializer:
    options = {"digest_method": hashlib.sha256}
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="fairapp.scheduling.coming", signer_kwargs=options)


def coming_secret(booking_id: int, seeker_id: int, time_rev: int) -> str:
    """Return what opens the question whether the seeker comes; it names the time at which it was asked."""
    return str(_signer().dumps([booking_id, seeker_id, time_rev]))


def coming_booking(secret: str) -> tuple[int, int, int] | None:
    """Return booking, seeker and time revision of such a secret, or None if it is not one of ours."""
    try:
        booking_id, seeker_id, time_rev = _signer().loads(secret)
    except (BadSignature, ValueError, TypeError):
        return None
    return int(booking_id), int(seeker_id), int(time_rev)


def _renderer(subject: LazyString) -> Renderer:
    def render(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
        """Render the reminder, unless the meeting was moved, ended or has begun meanwhile."""
        facts = queries.booking_facts(session, int(row.data["booking"]))
        account = session.get(Account, row.account_id)
        if facts is None or account is None or rules.state_of(facts, now) != "confirmed":
            return None
        slot = queries.slots_by_id(session, [facts.slot_id])[facts.slot_id]
        if facts.time_rev != row.data["time_rev"] or slot.starts_at <= now:
            return None
        settings: Settings = current_app.config["SETTINGS"]
        with force_locale(language):
            words = {
                "name": account.name,
                "kind": meeting_name(facts.kind, facts.topic),
                "who": with_whom(facts),
                "when": say_when(facts.starts_at, facts.zone),
                "place": place_of_slot(slot),
                "host": facts.host_name,
                "listing": facts.listing_title,
                "coming": facts.coming_at is not None,
                "url": f"{settings.base_url}/coming/{coming_secret(facts.id, facts.seeker_id, facts.time_rev)}",
            }
            text = render_template("letters/reminder.txt", **words)
            line = gettext("%(subject)s: %(who)s %(when)s", subject=str(subject), who=words["who"], when=words["when"])
        return Rendered(line, text.strip() + "\n")

    return render


REMINDERS: dict[str, Renderer] = {
    "reminder.day": _renderer(_l("내일 만나요")),
    "reminder.hours": _renderer(_l("곧 만나요")),
}
