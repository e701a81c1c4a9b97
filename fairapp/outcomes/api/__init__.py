"""Calls on what happened: passes and check-ins, attendance, outcomes, the report, exports."""

from fairapp.outcomes.api import exports, meetings, report

__all__ = ["exports", "meetings", "report"]
