"""A slot as the rules see it, which anybody may book at NOW."""

from datetime import timedelta

from fairapp.scheduling.rules import SlotFacts
from tests.factories import NOW

HOUR = timedelta(hours=1)
SLOT = SlotFacts(
    id=1,
    fair_id=1,
    kind="interview",
    booth_id=1,
    coach_id=None,
    employer_id=1,
    agency_id=None,
    hosting="one",
    host_id=1,
    host_name="김면접",
    room_id=None,
    room_name=None,
    pool_site_id=None,
    site_id=None,
    site_name=None,
    site_reach=0,
    starts_at=NOW + HOUR,
    ends_at=NOW + 2 * HOUR,
    busy_from=NOW + HOUR,
    busy_until=NOW + 2 * HOUR,
    capacity=1,
    topic="",
    opens_at=None,
    for_line=False,
    request_minutes=0,
    requests_only=False,
    closed_at=None,
    fair_bookable=True,
    fair_ends_at=NOW + 9 * HOUR,
    zone="Asia/Seoul",
    giver_open=True,
    many_interviews=False,
    cancel_minutes=60,
    change_minutes=60,
    book_minutes=0,
    ahead_days=None,
    hold_minutes=5,
    quota=None,
    quota_relaxes_minutes=0,
    in_row=None,
    per_day=None,
    per_fair=None,
    seeker_resource=1,
)
