"""Who hears of an outcome, and what: the seeker, that there is news; never the stage."""

from datetime import datetime

from fairapp.live.actions import OwnNews


def outcome(seeker_id: int, booking_id: int, fair_id: int, now: datetime) -> OwnNews:
    """Return the seeker's news that something was written in the ledger of a booking."""
    return OwnNews(
        account_id=seeker_id,
        kind="booking.outcome",
        at=now,
        data={"booking": str(booking_id), "fair": str(fair_id)},
        fair_id=fair_id,
    )
