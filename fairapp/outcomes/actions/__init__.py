"""Writes of what happened, and of the files made of it."""

from fairapp.outcomes.actions.absences import answer_appeal, appeal, set_absence_rule
from fairapp.outcomes.actions.attending import check_in, ensure_pass, mark_attendance, report_host
from fairapp.outcomes.actions.erasing import erase_person, forget_disputes, forget_paper_duties
from fairapp.outcomes.actions.exporting import (
    claim_export,
    fail_export,
    finish_export,
    forget_exports,
    log_export,
    log_rows,
    log_tower_file,
    order_export,
    tell_progress,
)
from fairapp.outcomes.actions.ledger import Found, append_outcome
from fairapp.outcomes.actions.mailing import end_mailing, mail_report, order_mailing
from fairapp.outcomes.actions.noticing import tell
from fairapp.outcomes.actions.papers import ask_papers, confirm_papers_gone, open_paper_duties
from fairapp.outcomes.actions.replies import Replied, answer_dispute, reply
from fairapp.outcomes.actions.walking_in import arrive_by_name, walk_in

__all__ = [
    "Found",
    "Replied",
    "answer_appeal",
    "answer_dispute",
    "appeal",
    "append_outcome",
    "arrive_by_name",
    "ask_papers",
    "check_in",
    "claim_export",
    "confirm_papers_gone",
    "end_mailing",
    "ensure_pass",
    "erase_person",
    "fail_export",
    "finish_export",
    "forget_disputes",
    "forget_exports",
    "forget_paper_duties",
    "log_export",
    "log_rows",
    "log_tower_file",
    "mail_report",
    "mark_attendance",
    "open_paper_duties",
    "order_export",
    "order_mailing",
    "reply",
    "report_host",
    "set_absence_rule",
    "tell",
    "tell_progress",
    "walk_in",
]
