"""Writes of the way to a job: a verb a function, within the caller's transaction."""

from fairapp.programmes.actions.assigning import Assigned, Desk, assign, hand_over, release, settle
from fairapp.programmes.actions.candidates import (
    MOST_ASKED,
    EnoughAsked,
    NoCandidate,
    answer_candidacy,
    ask_candidate,
    invite_candidate,
    set_wish,
)
from fairapp.programmes.actions.consents import AskAnswered, answer_ask, apply, apply_herself, ask_consent, stop
from fairapp.programmes.actions.counsellors import set_absence, set_limit
from fairapp.programmes.actions.enrolling import enrol
from fairapp.programmes.actions.erasing import erase_person
from fairapp.programmes.actions.forgetting import forget_counselling
from fairapp.programmes.actions.inviting import invite
from fairapp.programmes.actions.joined import ask_those, follow_correction, take_in
from fairapp.programmes.actions.plans import TooManyGoals, add_goal, answer_plan, end_goal, offer_plan, write_note
from fairapp.programmes.actions.pools import NotInPool, change_pool, make_pool, see_pool, set_homecoming, take
from fairapp.programmes.actions.referrals import (
    EVERY,
    answer_referral,
    answer_referral_ask,
    refer,
    remind_of_referral,
    see_referral,
    tell_result,
    withdraw_referral,
)
from fairapp.programmes.actions.returning import lead_back
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
    "EVERY",
    "MOST_ASKED",
    "AskAnswered",
    "Assigned",
    "Desk",
    "EnoughAsked",
    "NoCandidate",
    "NotInPool",
    "TakesPart",
    "TooManyGoals",
    "add_goal",
    "answer_ask",
    "answer_candidacy",
    "answer_plan",
    "answer_referral",
    "answer_referral_ask",
    "apply",
    "apply_herself",
    "ask_candidate",
    "ask_consent",
    "ask_those",
    "assign",
    "begin",
    "change_pool",
    "change_programme",
    "end",
    "end_goal",
    "enrol",
    "erase_person",
    "follow_correction",
    "forget_counselling",
    "hand_over",
    "invite",
    "invite_candidate",
    "lead_back",
    "make_pool",
    "make_programme",
    "move",
    "offer_plan",
    "pause",
    "refer",
    "release",
    "remind_of_referral",
    "resume",
    "see_pool",
    "see_referral",
    "set_absence",
    "set_homecoming",
    "set_limit",
    "set_wish",
    "settle",
    "stop",
    "take",
    "take_in",
    "tell_result",
    "withdraw_referral",
    "write_note",
]
