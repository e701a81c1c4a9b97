"""Reads of what happened: the desk, meetings, the report, exports, and what the audit asks."""

from fairapp.outcomes.queries.absences import Absence, Rule, absence_rules, absences_of, count_absences, open_appeals
from fairapp.outcomes.queries.breaches import breaches
from fairapp.outcomes.queries.columns import COLUMNS, FORMATS, KINDS, Column
from fairapp.outcomes.queries.desk import (
    Arrival,
    arrival,
    count_arrivals,
    organized_fair,
    pass_code,
    pass_owner,
    recent_arrivals,
    seen_fair,
)
from fairapp.outcomes.queries.exporting import count_rows, export_rows
from fairapp.outcomes.queries.files import exports_folder, file_name, save_workbook, stream_csv, write_file
from fairapp.outcomes.queries.meetings import (
    Line,
    Meeting,
    absent_now,
    day_of,
    ledger,
    listing_facts,
    listings_of_booth,
    lock_meeting,
    meeting,
    newest_marks,
    openings,
    standing,
)
from fairapp.outcomes.queries.ordered import KEPT, MOST_WAITED_FOR, Job, export_job, export_jobs, exports_due
from fairapp.outcomes.queries.report import FunnelStage, Indicator, Report, report
from fairapp.outcomes.queries.sealing import seal_of
from fairapp.outcomes.queries.stands import Stand, booth_stand, coach_stand

__all__ = [
    "COLUMNS",
    "FORMATS",
    "KEPT",
    "KINDS",
    "MOST_WAITED_FOR",
    "Absence",
    "Arrival",
    "Column",
    "FunnelStage",
    "Indicator",
    "Job",
    "Line",
    "Meeting",
    "Report",
    "Rule",
    "Stand",
    "absence_rules",
    "absences_of",
    "absent_now",
    "arrival",
    "booth_stand",
    "breaches",
    "coach_stand",
    "count_absences",
    "count_arrivals",
    "count_rows",
    "day_of",
    "export_job",
    "export_jobs",
    "export_rows",
    "exports_due",
    "exports_folder",
    "file_name",
    "ledger",
    "listing_facts",
    "listings_of_booth",
    "lock_meeting",
    "meeting",
    "newest_marks",
    "open_appeals",
    "openings",
    "organized_fair",
    "pass_code",
    "pass_owner",
    "recent_arrivals",
    "report",
    "save_workbook",
    "seal_of",
    "seen_fair",
    "standing",
    "stream_csv",
    "write_file",
]
