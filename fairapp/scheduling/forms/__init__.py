"""The shape of what people tell about time: bookings, hours, plans, lines, limits, draws."""

from fairapp.scheduling.forms.draws import WISHES, EntryForm, OpenDrawForm
from fairapp.scheduling.forms.hours import PROGRAMS, DrawnForm, HoursForm, TermsForm
from fairapp.scheduling.forms.staff import ColleagueForm, LimitForm, StaffBookForm, SwapForm, WayForm
from fairapp.scheduling.forms.times import (
    AcceptForm,
    AnswerForm,
    BlockForm,
    BusyForm,
    CallForm,
    CutForm,
    DeskForm,
    JoinForm,
    MoveForm,
    OpenLineForm,
    PlanForm,
    RevForm,
)

__all__ = [
    "PROGRAMS",
    "WISHES",
    "AcceptForm",
    "AnswerForm",
    "BlockForm",
    "BusyForm",
    "CallForm",
    "ColleagueForm",
    "CutForm",
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
    "StaffBookForm",
    "SwapForm",
    "TermsForm",
    "WayForm",
]
