"""An agency's counselling for its organizers: loads, stages, what is overdue, who was placed; limits, absences, courses."""

from datetime import datetime
from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.agencies import queries as agencies
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.language import label, say_figure
from fairapp.outcomes.queries import with_below
from fairapp.programmes import actions, queries, rules
from fairapp.programmes.forms import AbsenceForm, LimitForm, ProgrammeForm
from fairapp.programmes.models import Programme
from fairapp.programmes.pages.base import back, blueprint, organized_agency, refused
from fairapp.shapes import number


@blueprint.get("/agencies/<agency>/counselling")
@guards.page(guards.organizer)
def overview(caller: Caller, agency: str) -> Any:
    """Show an agency's counselling; to organizers of an agency above it as numbers alone, without those of 1 to 4 people."""
    return _show(caller, agency)


def _show(caller: Caller, agency: str, bad: tuple[int, Any] | None = None) -> Any:
    now = clock.now()
    with db.read() as session:
        found = queries.found_agency(session, number(agency))
        own = caller.may_organize(found.id)
        if not own and found.id not in with_below(session, sorted(caller.organizes_for)):
            raise NotFound
        shown = queries.overview(session, found.id, now)
        programmes = queries.programmes_of(session, found.id)
        left = queries.way_back_counts(session, found.id, now - queries.YEAR)
    page = render_template(
        "programmes/overview.html",
        agency=found,
        own=own,
        shown=shown,
        programmes=programmes,
        left=left,
        bad=bad,
        count=(lambda n: say_figure(n, "people")) if own else _veiled,
        late_rows=[(label("late", name), shown.late.get(name, 0)) for name in ("limit", "goal", "stage", "contact")],
    )
    return page, 422 if bad else 200


def _veiled(count: int) -> str:
    shown = queries.veiled(count)
    return gettext("5명 미만") if shown is None else say_figure(shown, "people")


@blueprint.post("/agencies/<agency>/counsellors/<account>")
@guards.page(guards.organizer)
def set_counsellor(caller: Caller, agency: str, account: str) -> Any:
    """Set a counsellor's limit (`do` is `limit`) or when she is away (`do` is `away`)."""
    found, who, now = organized_agency(caller, agency), number(account), clock.now()
    form = LimitForm() if request.form.get("do") == "limit" else AbsenceForm()
    try:
        if not form.validate():
            return _show(caller, agency, (who, form))
        _set(found.id, who, form, caller.id, now)
    except Invalid as error:
        form.add_errors(error)
        return _show(caller, agency, (who, form))
    except Conflict as error:
        refused(error)
    return back("overview", agency=found.id)


def _set(agency_id: int, who: int, form: Any, by: int, now: datetime) -> None:
    if isinstance(form, LimitForm):
        db.write(actions.set_limit, agency_id, who, form.load_limit.data, by, now)
        flash(gettext("정원을 정했어요"), "success")
        return
    moved = db.write(actions.set_absence, agency_id, who, form.away_from.data, form.away_until.data, by, now)
    flash(gettext("적어 두었어요. 다른 상담사에게 이어진 사람: %(n)s명", n=moved), "success")


@blueprint.route("/agencies/<agency>/programmes/new", methods=["GET", "POST"])
@guards.page(guards.organizer)
def new_programme(caller: Caller, agency: str) -> Any:
    """Make a course of four stages."""
    found = organized_agency(caller, agency)
    form = ProgrammeForm() if request.method == "POST" else ProgrammeForm(formdata=None, **_usual())

    def save(now: datetime) -> None:
        told = {"name_en": form.name_en.data or "", "days": form.days.data, "quiet_days": form.quiet_days.data}
        db.write(actions.make_programme, found.id, form.name.data, now, **told, stages=form.stages())

    return _edit(found, form, save, None)


@blueprint.route("/programmes/<programme>", methods=["GET", "POST"])
@guards.page(guards.organizer)
def edit_programme(caller: Caller, programme: str) -> Any:
    """Change a course."""
    with db.read() as session:
        kept = session.get(Programme, number(programme))
        if kept is None or not caller.may_organize(kept.agency_id):
            raise NotFound
        found = agencies.get_agency(session, kept.agency_id)
        stages = queries.stages_of(session, kept.id)
    told = {"name": kept.name, "name_en": kept.name_en, "days": kept.days, "quiet_days": kept.quiet_days}
    form = ProgrammeForm() if request.method == "POST" else ProgrammeForm(formdata=None, **told, **_typed(stages))

    def save(now: datetime) -> None:
        more = {"name_en": form.name_en.data or "", "days": form.days.data, "quiet_days": form.quiet_days.data}
        db.write(actions.change_programme, kept.id, form.name.data, now, **more, stages=form.stages())

    return _edit(found, form, save, kept)


def _typed(stages: dict[int, rules.StageFields]) -> dict[str, Any]:
    """Return the stages as the form's fields."""
    found: dict[str, Any] = {}
    for no, stage in stages.items():
        found |= {f"name{no}": stage.name, f"english{no}": stage.name_en, f"days{no}": stage.usual_days}
        found |= {f"entry{no}": list(stage.entry), f"leave{no}": list(stage.leave)}
    return found


def _usual() -> dict[str, Any]:
    return {"days": 365, "quiet_days": 30} | _typed({stage.no: stage for stage in rules.USUAL})


def _edit(agency: Any, form: ProgrammeForm, save: Any, kept: Programme | None) -> Any:
    if form.is_submitted() and form.validate():
        try:
            save(clock.now())
        except Invalid as error:
            form.add_errors(error)
        else:
            flash(gettext("과정을 저장했어요"), "success")
            return back("overview", agency=agency.id)
    page = render_template("programmes/programme.html", agency=agency, form=form, kept=kept)
    return page, 422 if form.errors else 200
