"""Writes of visits and tours."""

from fairapp.visits.actions.tours import Stop, plan_stop, plan_tour, take_back_stop
from fairapp.visits.actions.visits import Plan, Target, change_visits, make_visits, put_back
from fairapp.visits.actions.walking_in import seat_who_came
from fairapp.visits.actions.ways import check_place, set_ways

__all__ = [
    "Plan",
    "Stop",
    "Target",
    "change_visits",
    "check_place",
    "make_visits",
    "plan_stop",
    "plan_tour",
    "put_back",
    "seat_who_came",
    "set_ways",
    "take_back_stop",
]
