"""Reads of what happened: the desk, meetings, the report, exports, and what the audit asks."""

from fairapp.outcomes.queries.absences import Absence, Rule, absence_rules, absences_of, count_absences, open_appeals
from fairapp.outcomes.queries.behind import Behind, hires_behind, people_behind
from fairapp.outcomes.queries.breaches import breaches
from fairapp.outcomes.queries.breakdown import DIMENSIONS, Row, breakdown, hidden_rows
from fairapp.outcomes.queries.columns import COLUMNS, FORMATS, KINDS, Column
from fairapp.outcomes.queries.counting import FUNNEL
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
from fairapp.outcomes.queries.report import FunnelStage, Measure, Report, report, report_of
from fairapp.outcomes.queries.report_file import Figure, figures, report_csv
from fairapp.outcomes.queries.scope import Scope, agency_scope, fair_scope, with_below
from fairapp.outcomes.queries.sealing import seal_of
from fairapp.outcomes.queries.stands import Stand, booth_stand, coach_stand
from fairapp.outcomes.queries.tower import Centre, centres, seen_agencies

__all__ = [
    "COLUMNS",
    "DIMENSIONS",
    "FORMATS",
    "FUNNEL",
    "KEPT",
    "KINDS",
    "MOST_WAITED_FOR",
    "Absence",
    "Arrival",
    "Behind",
    "Centre",
    "Column",
    "Figure",
    "FunnelStage",
    "Job",
    "Line",
    "Measure",
    "Meeting",
    "Report",
    "Row",
    "Rule",
    "Scope",
    "Stand",
    "absence_rules",
    "absences_of",
    "absent_now",
    "agency_scope",
    "arrival",
    "booth_stand",
    "breaches",
    "breakdown",
    "centres",
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
    "fair_scope",
    "figures",
    "file_name",
    "hidden_rows",
    "hires_behind",
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
    "people_behind",
    "recent_arrivals",
    "report",
    "report_csv",
    "report_of",
    "save_workbook",
    "seal_of",
    "seen_agencies",
    "seen_fair",
    "standing",
    "stream_csv",
    "with_below",
    "write_file",
]
