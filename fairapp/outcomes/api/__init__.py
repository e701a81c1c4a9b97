"""Calls on what happened: passes and check-ins, attendance, outcomes, the report, exports."""

from fairapp.outcomes.api import desk, exports, meetings, report

__all__ = ["desk", "exports", "meetings", "report"]
