"""Writes of what partners send."""

from fairapp.partners.actions.erasing import erase_person
from fairapp.partners.actions.joining import after_join, join, values_of, without_consent
from fairapp.partners.actions.merging import Claimed, Engaged, decide_pair, merge, merge_sure, movers, undo_merge
from fairapp.partners.actions.reading import bring_in
from fairapp.partners.actions.records import import_people, mark_gone
from fairapp.partners.actions.runs import (
    carry_out,
    claim,
    drop,
    fail,
    fair_of,
    finish,
    forget_files,
    look_at,
    make_ready,
    order,
    read_file,
    receive,
    rows_of,
)
from fairapp.partners.actions.sources import (
    change_source,
    check_agreed,
    day_of,
    end_source,
    make_source,
    remember_mapping,
)

__all__ = [
    "Claimed",
    "Engaged",
    "after_join",
    "bring_in",
    "carry_out",
    "change_source",
    "check_agreed",
    "claim",
    "day_of",
    "decide_pair",
    "drop",
    "end_source",
    "erase_person",
    "fail",
    "fair_of",
    "finish",
    "forget_files",
    "import_people",
    "join",
    "look_at",
    "make_ready",
    "make_source",
    "mark_gone",
    "merge",
    "merge_sure",
    "movers",
    "order",
    "read_file",
    "receive",
    "remember_mapping",
    "rows_of",
    "undo_merge",
    "values_of",
    "without_consent",
]
