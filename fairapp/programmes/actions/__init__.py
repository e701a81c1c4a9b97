"""Writes of the way to a job: a verb a function, within the caller's transaction."""

from fairapp.programmes.actions.assigning import Assigned, Desk, assign, hand_over, release, settle
from fairapp.programmes.actions.consents import LASTS, AskAnswered, answer_ask, apply, ask_consent
from fairapp.programmes.actions.counsellors import set_absence, set_limit
from fairapp.programmes.actions.enrolling import enrol
from fairapp.programmes.actions.plans import TooManyGoals, add_goal, answer_plan, end_goal, offer_plan, write_note
from fairapp.programmes.actions.stages import (
    TakesPart,
    begin,
    change_programme,
    end,
    make_programme,
    move,
    pause,
    resume,
)

__all__ = [
    "LASTS",
    "AskAnswered",
    "Assigned",
    "Desk",
    "TakesPart",
    "TooManyGoals",
    "add_goal",
    "answer_ask",
    "answer_plan",
    "apply",
    "ask_consent",
    "assign",
    "begin",
    "change_programme",
    "end",
    "end_goal",
    "enrol",
    "hand_over",
    "make_programme",
    "move",
    "offer_plan",
    "pause",
    "release",
    "resume",
    "set_absence",
    "set_limit",
    "settle",
    "write_note",
]
