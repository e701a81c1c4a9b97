"""Timed calls of partners."""

from fairapp.partners.jobs.changes import compare, compare_fair, forget_changes, publish
from fairapp.partners.jobs.sending import deliver, forget_deliveries

__all__ = ["compare", "compare_fair", "deliver", "forget_changes", "forget_deliveries", "publish"]
