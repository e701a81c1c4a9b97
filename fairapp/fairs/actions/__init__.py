"""Writes of fairs: making and changing one, where it takes place, who takes part, telling its phase."""

from fairapp.fairs.actions.fairs import (
    after_edit,
    bookings_outside,
    edit_fair,
    make_fair,
    tell_phase,
)
from fairapp.fairs.actions.places import (
    after_room,
    draw_floor,
    edit_site,
    line_up_rooms,
    link_site,
    make_room,
    make_rooms,
    make_site,
    place_rooms,
    put_picture,
    set_agencies,
    unlink_site,
)

__all__ = [
    "after_edit",
    "after_room",
    "bookings_outside",
    "draw_floor",
    "edit_fair",
    "edit_site",
    "line_up_rooms",
    "link_site",
    "make_fair",
    "make_room",
    "make_rooms",
    "make_site",
    "place_rooms",
    "put_picture",
    "set_agencies",
    "tell_phase",
    "unlink_site",
]
