"""The shape of what people tell about time: bookings, hours, plans, lines, limits, draws."""

from fairapp.scheduling.forms.draws import WISHES, EntryForm, OpenDrawForm
from fairapp.scheduling.forms.staff import ColleagueForm, LimitForm, SwapForm, WayForm
from fairapp.scheduling.forms.times import (
    AcceptForm,
    AnswerForm,
    BusyForm,
    CallForm,
    DeskForm,
    DrawnForm,
    HoursForm,
    JoinForm,
    MoveForm,
    OpenLineForm,
    PlanForm,
    RevForm,
    TermsForm,
)

__all__ = [
    "WISHES",
    "AcceptForm",
    "AnswerForm",
    "BusyForm",
    "CallForm",
    "ColleagueForm",
    "DeskForm",
    "DrawnForm",
    "EntryForm",
    "HoursForm",
    "JoinForm",
    "LimitForm",
    "MoveForm",
    "OpenDrawForm",
    "OpenLineForm",
    "PlanForm",
    "RevForm",
    "SwapForm",
    "TermsForm",
    "WayForm",
]
