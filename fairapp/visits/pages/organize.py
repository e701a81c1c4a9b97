"""The organizer's list of a fair's visits, month by month, and making them."""

from datetime import date, timedelta
from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import ngettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Invalid
from fairapp.fairs import queries as fairs
from fairapp.fairs.models import Fair
from fairapp.language import in_language
from fairapp.visits import actions, forms, queries, rules
from fairapp.visits.actions import Plan
from fairapp.visits.pages.base import blueprint, go, organized, this_day
from fairapp.visits.queries import Asked

MOST_OF_MONTH = 1000


@blueprint.route("/organize/<slug>/visits", methods=["GET", "POST"])
@guards.page(guards.organizer)
def organize(caller: Caller, slug: str) -> Any:
    """Show the fair's visits of a month; make one, or those of a weekly rule."""
    now = clock.now()
    with db.read() as session:
        fair = organized(session, caller, slug, now)
        sites = [one.site for one in fairs.sites_of(session, fair.id) if one.site.kind != "online"]
    month = _month(fair)
    if request.method == "GET":
        form = forms.VisitForm(formdata=None, day=max(this_day(fair.zone), month))
        return _show(fair, sites, form, month)
    form = forms.VisitForm()
    form.offer((site.id, in_language(site.name, site.name_en)) for site in sites)
    try:
        if not form.validate():
            raise Invalid
        days, rule = form.days()
        plan = Plan(days, form.hours(), form.rooms.data, rule)
        made = db.write(actions.make_visits, fair.id, int(form.site.data), plan, caller.id, now)
    except Invalid as error:
        if error.errors:
            form.add_errors(error)
        return _show(fair, sites, form, month, 422)
    flash(ngettext("방문 %(num)s일을 만들었어요.", "방문 %(num)s일을 만들었어요.", len(made)), "success")
    return go(url_for("visits.organize", slug=fair.slug, month=f"{days[0].day:%Y-%m}"))


def _month(fair: Fair) -> date:
    """Return the month that the address names, otherwise this one, or the fair's first."""
    asked = request.args.get("month", "")[:7]
    opens = clock.local(fair.booking_opens_at, fair.zone).date()
    usual = max(this_day(fair.zone), opens)
    return (rules.range_of(asked, usual)[0] if asked else usual).replace(day=1)


def _show(fair: Fair, sites: Any, form: forms.VisitForm, month: date, status: int = 200) -> Any:
    form.offer((site.id, in_language(site.name, site.name_en)) for site in sites)
    now = clock.now()
    start = clock.day_bounds(month, fair.zone)[0]
    end = clock.day_bounds((month + timedelta(days=31)).replace(day=1), fair.zone)[0]
    with db.read() as session:
        rows = queries.visits(
            session, Asked(fair.id, since=start, until=end), now, everybody=False, with_off=True, limit=MOST_OF_MONTH
        )
    page = render_template(
        "visits/organize.html",
        fair=fair,
        sites=sites,
        form=form,
        rows=rows,
        month=month,
        before=(month - timedelta(days=1)).strftime("%Y-%m"),
        after=(month + timedelta(days=31)).strftime("%Y-%m"),
        place="visits",
    )
    return page, status
