"""Writes of time: each a verb, each within the caller's transaction."""

from fairapp.scheduling.actions.booking import book, confirm
from fairapp.scheduling.actions.changes import cancel, expire, reschedule
from fairapp.scheduling.actions.rearranging import rearrange
from fairapp.scheduling.actions.requests import answer_request
from fairapp.scheduling.actions.resources import add_block, make_person, make_room, remove_block
from fairapp.scheduling.actions.slots import close_slot, open_slots
from fairapp.scheduling.actions.staffing import cut_day, reassign, replace_host, shift, swap
from fairapp.scheduling.actions.waitlist import accept_offer, join_waitlist, leave_waitlist

__all__ = [
    "accept_offer",
    "add_block",
    "answer_request",
    "book",
    "cancel",
    "close_slot",
    "confirm",
    "cut_day",
    "expire",
    "join_waitlist",
    "leave_waitlist",
    "make_person",
    "make_room",
    "open_slots",
    "rearrange",
    "reassign",
    "remove_block",
    "replace_host",
    "reschedule",
    "shift",
    "swap",
]
