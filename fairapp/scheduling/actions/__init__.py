"""Writes of time: each a verb, each within the caller's transaction."""

from fairapp.scheduling.actions.booking import book, confirm
from fairapp.scheduling.actions.changes import cancel, expire, reschedule
from fairapp.scheduling.actions.closing import free_rest
from fairapp.scheduling.actions.draws import draw_next, enter_draw, leave_draw, open_draw
from fairapp.scheduling.actions.feeds import import_busy, renew_feed
from fairapp.scheduling.actions.leaving import erase_person, forget_words, leave_all
from fairapp.scheduling.actions.limits import set_host_limit, set_reach, set_way
from fairapp.scheduling.actions.line_closing import close_line
from fairapp.scheduling.actions.lines import (
    call,
    finish_meeting,
    join_at_desk,
    join_line,
    leave_line,
    open_line,
    return_to_place,
    skip,
    start_meeting,
)
from fairapp.scheduling.actions.rearranging import check_times, rearrange
from fairapp.scheduling.actions.reminders import give_back, remind, say_coming
from fairapp.scheduling.actions.requests import answer_request
from fairapp.scheduling.actions.resources import (
    add_block,
    block_own_time,
    free_own_time,
    make_person,
    make_room,
    remove_block,
)
from fairapp.scheduling.actions.slots import Offer, Opened, close_slot, open_slots, place_rules
from fairapp.scheduling.actions.staffing import colleagues_take, cut_day, reassign, replace_host, shift, shifted, swap
from fairapp.scheduling.actions.trying import WouldBook, try_booking
from fairapp.scheduling.actions.waitlist import Wanted, accept_offer, join_waitlist, leave_waitlist

__all__ = [
    "Offer",
    "Opened",
    "Wanted",
    "WouldBook",
    "accept_offer",
    "add_block",
    "answer_request",
    "block_own_time",
    "book",
    "call",
    "cancel",
    "check_times",
    "close_line",
    "close_slot",
    "colleagues_take",
    "confirm",
    "cut_day",
    "draw_next",
    "enter_draw",
    "erase_person",
    "expire",
    "finish_meeting",
    "forget_words",
    "free_own_time",
    "free_rest",
    "give_back",
    "import_busy",
    "join_at_desk",
    "join_line",
    "join_waitlist",
    "leave_all",
    "leave_draw",
    "leave_line",
    "leave_waitlist",
    "make_person",
    "make_room",
    "open_draw",
    "open_line",
    "open_slots",
    "place_rules",
    "rearrange",
    "reassign",
    "remind",
    "remove_block",
    "renew_feed",
    "replace_host",
    "reschedule",
    "return_to_place",
    "say_coming",
    "set_host_limit",
    "set_reach",
    "set_way",
    "shift",
    "shifted",
    "skip",
    "start_meeting",
    "swap",
    "try_booking",
]
