"""A coach's own posts and joining a fair; an organizer adding a coach."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.agencies import queries as agencies
from fairapp.coaching import actions, queries
from fairapp.coaching.forms import AddForm, JoinForm
from fairapp.coaching.pages.base import blueprint
from fairapp.errors import Invalid
from fairapp.fairs import queries as fairs
from fairapp.fairs import rules as fair_rules
from fairapp.shapes import number


@blueprint.route("/coach", methods=["GET", "POST"])
@guards.page(guards.coach)
def posts(caller: Caller) -> Any:
    """Show where one coaches, and join a further fair."""
    now = clock.now()
    with db.read() as session:
        found = queries.posts_of(session, caller.id)
        joinable = queries.fairs_to_join(session, caller.id, now)
        names = agencies.agency_names(session, caller.coaches_for)
    form = JoinForm() if request.method == "POST" else JoinForm(formdata=None)
    form.offer(joinable, [(one, names[one].name) for one in sorted(caller.coaches_for) if one in names])
    if request.method == "POST" and form.validate():
        try:
            coach_id = db.write(
                actions.make_coach,
                number(form.fair.data),
                caller.id,
                number(form.agency.data),
                form.topics.data,
                now,
                about=form.about.data or "",
                place=form.place.data or "",
            )
        except Invalid as error:
            form.add_errors(error)
        else:
            flash(gettext("코치로 등록했어요. 이제 시간을 열어 주세요"), "success")
            return redirect(url_for("scheduling.coach_hours", coach=coach_id), 303)
    page = render_template("coaching/posts.html", posts=found, form=form, joinable=joinable, moment=now)
    return page, 422 if form.errors else 200


@blueprint.route("/fairs/<slug>/coaches/new", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def add(caller: Caller, slug: str) -> Any:
    """Add a coach of any agency to the fair; for who runs it."""
    now = clock.now()
    with db.read() as session:
        found = fairs.get_fair(session, slug)
        fair_rules.check_organizes(caller, found, found.agency_id, now)
        candidates = queries.candidates(session, found.id)
    form = AddForm() if request.method == "POST" else AddForm(formdata=None)
    form.offer(candidates)
    if request.method == "POST" and form.validate():
        account, _, agency = form.coach.data.partition(":")
        given = {"about": form.about.data or "", "place": form.place.data or ""}
        try:
            db.write(actions.make_coach, found.id, int(account), int(agency), form.topics.data, now, **given)
        except Invalid as error:
            form.add_errors(error)
        else:
            flash(gettext("코치를 더했어요"), "success")
            return redirect(url_for("coaching.coaches", slug=found.slug), 303)
    return render_template("coaching/add.html", fair=found, form=form), 422 if form.errors else 200
