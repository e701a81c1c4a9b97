"""Writes of what partners send."""

from fairapp.partners.actions.deliveries import (
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
from fairapp.partners.actions.joining import after_join, join, without_consent
from fairapp.partners.actions.reading import bring_in
from fairapp.partners.actions.records import import_people, mark_gone
from fairapp.partners.actions.sources import (
    change_source,
    check_agreed,
    day_of,
    end_source,
    make_source,
    remember_mapping,
)

__all__ = [
    "after_join",
    "bring_in",
    "carry_out",
    "change_source",
    "check_agreed",
    "claim",
    "day_of",
    "drop",
    "end_source",
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
    "order",
    "read_file",
    "receive",
    "remember_mapping",
    "rows_of",
    "without_consent",
]
