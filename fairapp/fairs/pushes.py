"""Who hears of a change of a fair."""

from datetime import datetime

from fairapp.live.actions import FairNews


def phase_changed(fair_id: int, phase: str, at: datetime) -> FairNews:
    """Return the news that a fair has entered a phase."""
    return FairNews(fair_id, "fair.phase", at, {"fair": str(fair_id), "phase": phase})
