"""Pools for organizers and for the counsellors in charge: who is in one now, taking somebody on, asking for consent."""

from datetime import datetime
from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.programmes import actions, queries, rules
from fairapp.programmes.forms import PoolForm
from fairapp.programmes.models import Pool
from fairapp.programmes.pages.base import back, blueprint, names_for, organized_agency, refused
from fairapp.shapes import decode_cursor, number, page_of

SHOWN = 30


@blueprint.route("/agencies/<agency>/pools", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def pools(caller: Caller, agency: str) -> Any:
    """List the agency's pools, for its counsellors and organizers; organizers make a new one."""
    agency_id, now = number(agency), clock.now()
    organizes = caller.may_organize(agency_id)
    if not organizes and agency_id not in caller.coaches_for:
        raise NotFound
    form = PoolForm() if request.method == "POST" and organizes else PoolForm(formdata=None)
    with db.read() as session:
        found = queries.found_agency(session, agency_id)
        staff = queries.counsellors(session, agency_id, rules.day_of(now))
        form.counsellors.choices = [(str(one.account_id), one.name) for one in staff]
        rows = queries.pools_of(session, [agency_id], rules.day_of(now))
        named = queries.pool_counsellors(session, [row.id for row in rows])
    if request.method == "POST":
        organized_agency(caller, agency)
        if form.validate():
            try:
                made = db.write(actions.make_pool, agency_id, form.fields(), now)
            except Invalid as error:
                form.add_errors(error)
            else:
                flash(gettext("인재풀을 만들었어요"), "success")
                return back("pool", pool=made)
    page = render_template(
        "programmes/pools.html", agency=found, rows=rows, named=named, form=form, organizes=organizes
    )
    return page, 422 if form.errors else 200


def _seen_pool(caller: Caller, pool: str) -> Pool:
    """Return the pool if the caller counsels or organizes at its agency."""
    with db.read() as session:
        found = queries.get_pool(session, number(pool))
    if found.agency_id not in caller.coaches_for and not caller.may_organize(found.agency_id):
        raise NotFound
    return found


@blueprint.get("/pools/<pool>")
@guards.page(guards.signed_in)
def pool(caller: Caller, pool: str) -> Any:
    """Show who is in a pool now; those who do not allow it without a name."""
    found, now = _seen_pool(caller, pool), clock.now()
    after = decode_cursor(request.args.get("cursor"), int)
    with db.read() as session:
        members = queries.members(session, found, now, after=after[0] if after else 0, limit=SHOWN + 1)
        shown, following = page_of(members, SHOWN, lambda one: (one.seeker_id,))
        who = [one.seeker_id for one in shown]
        asked = queries.open_asks(session, found.agency_id, who)
        has = queries.counsellors_of(session, found.agency_id, who)
        named = queries.pool_counsellors(session, [found.id]).get(found.id, [])
    page = render_template(
        "programmes/pool.html",
        pool=found,
        members=shown,
        people=names_for(caller, who, found.agency_id, now),
        asked=asked,
        has=has,
        named=named,
        counsels=found.agency_id in caller.coaches_for,
        next=following,
        continued=after is not None,
    )
    return page, 200, {"Cache-Control": "no-store"}


@blueprint.post("/pools/<pool>/people/<seeker>")
@guards.page(guards.coach)
def take(caller: Caller, pool: str, seeker: str) -> Any:
    """Take somebody on (`do` is `take`), or ask her for consent (`do` is `ask`)."""
    found, who, now = _seen_pool(caller, pool), number(seeker), clock.now()
    if found.agency_id not in caller.coaches_for:
        raise NotFound
    try:
        flash(_taken(found, who, caller.id, now), "success")
    except Conflict as error:
        refused(error)
    return back("pool", pool=found.id)


def _taken(pool: Pool, who: int, by: int, now: datetime) -> str:
    with db.read() as session:
        if not queries.members(session, pool, now, only=who):
            raise actions.NotInPool
        allowed = queries.allowed(session, [who], pool.agency_id, now)
    if request.form.get("do") == "ask" or not allowed:
        db.write(actions.ask_consent, pool.agency_id, who, by, now)
        return gettext("동의를 묻는 메일을 보냈어요")
    db.write(actions.take, pool.id, who, by, now)
    return gettext("이제 내가 맡아요")


@blueprint.route("/pools/<pool>/edit", methods=["GET", "POST"])
@guards.page(guards.organizer)
def edit_pool(caller: Caller, pool: str) -> Any:
    """Change a pool."""
    found, now = _seen_pool(caller, pool), clock.now()
    organized_agency(caller, str(found.agency_id))
    with db.read() as session:
        staff = queries.counsellors(session, found.agency_id, rules.day_of(now))
        named = [str(one) for one, _ in queries.pool_counsellors(session, [found.id]).get(found.id, [])]
    form = PoolForm() if request.method == "POST" else PoolForm(formdata=None, obj=found, counsellors=named)
    form.counsellors.choices = [(str(one.account_id), one.name) for one in staff]
    form.kind.data = found.kind
    if request.method == "POST" and form.validate():
        try:
            db.write(actions.change_pool, found.id, form.fields(), now)
        except Invalid as error:
            form.add_errors(error)
        else:
            flash(gettext("인재풀을 고쳤어요"), "success")
            return back("pool", pool=found.id)
    there = url_for("programmes.edit_pool", pool=found.id)
    page = render_template("programmes/pool_form.html", pool=found, form=form, url=there)
    return page, 422 if form.errors else 200
