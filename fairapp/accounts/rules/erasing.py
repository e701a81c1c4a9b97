"""Decisions on erasing a person: how long it can be taken back, what has to be handed over before, what stays."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp.errors import Conflict

GRACE = timedelta(days=7)  # in which an erasure that was asked for can be taken back
NAMELESS = "—"  # stands where a name was, in every language
BLANK: tuple[Any, ...] = (None, "", NAMELESS, b"")

# Columns of rows about a person that stay after the erasure, each with the reason. `audit` wants every other text, date, file
# and JSON column of such rows to be empty, so that a column that somebody adds must be erased or be named here.
KEPT: dict[str, str] = {
    "account.language": "a setting of the empty shell",
    "assignment.why": "a code",
    "assignment.why_ended": "a code",
    "attendance.side": "a code",
    "attendance.state": "a code",
    "booking.status": "a code; figures count it",
    "booking.ics_uid": "a random identity of the calendar event",
    "booking.exclusive_key": "made of ids; empty once the booking has ended",
    "booking_history.status": "a code; history carries ids and codes",
    "check_in.device": "the name that a desk's device gave itself",
    "coach.topics": "codes",
    "consent.purpose": "a code; the receipt proves why data was shown",
    "consent.scope": "codes",
    "consent.stated_on": "the day that a partner stated; part of the proof",
    "consent.way": "a code",
    "consent.wording": "the version of the text that was shown",
    "counsellor.away_from": "a day on which staff were away",
    "counsellor.away_until": "likewise",
    "counsellor_wait.why": "a code",
    "destruction.rule": "a code",
    "disclosure.what": "a code; the log of access",
    "draw_entry.code": "a random name, published so that the draw can be redone",
    "draw_entry.wishes": "ids of slots, published likewise",
    "draw_entry.excluded": "ids of slots, published likewise",
    "fair_pass.code": "not the one on her pass any more: made of the row's id",
    "line_entry.status": "a code",
    "mail_order.every": "a code",
    "membership.role": "a code: which role an id in the trace had",
    "offer.status": "a code",
    "outbox.key": "made of ids or random; `audit` counts letters by it",
    "outbox.kind": "a code",
    "outbox.message_id": "random",
    "outbox.state": "a code",
    "booth_report.reason": "a code; what an organizer decided rests on it",
    "booth_report.result": "a code",
    "outcome.stage": "a code of the ledger",
    "outcome.on": "the day of the ledger, of which reports are made",
    "outcome.employment_type": "a code; shares of hires",
    "outcome.occupation": "a code; shares of hires",
    "outcome.role": "a code: as who it was written",
    "outcome.evidence": "a code",
    "outcome.segment": "a code as known then: past reports stay equal; rows do not show it any more",
    "outcome.region": "likewise",
    "person_file.state": "a code",
    "personal_news.kind": "a code",
    "personal_news.data": "ids; what happens after the erasure, deleted after 30 days",
    "participation.end_reason": "a code; shares of who found a job count it",
    "referral.due_on": "a deadline of an agency",
    "referral.state": "a code",
    "reminder.kind": "a code",
    "way_back.happened": "counts",
    "way_back.state": "a code",
    "way_back.steps": "codes and ids",
    "waitlist_entry.status": "a code",
    "waitlist_entry.wait_key": "made of ids; empty once the wait has ended",
}


class HandOver(Conflict):
    """The person still has duties towards others, which somebody must take over before."""

    slug = "hand-over"
    title = _l("먼저 맡은 일을 넘겨 주세요")

    def __init__(self, duties: Sequence[str | LazyString]) -> None:
        super().__init__()
        self.duties = tuple(duties)


def erase_at(now: datetime, at_once: bool) -> datetime:
    """Return when an erasure that is asked for now is carried out."""
    return now if at_once else now + GRACE


def is_blank(value: Any) -> bool:
    """Whether nothing is said by the value of a column."""
    return value in BLANK or value in ([], {})
