"""Agencies for admins, and an agency's people for its organizers."""

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from fairapp import clock, db
from fairapp.accounts import actions as people
from fairapp.accounts import guards
from fairapp.accounts import queries as accounts
from fairapp.accounts.guards import Caller
from fairapp.accounts.rules import normal_email
from fairapp.agencies import actions, queries
from fairapp.agencies.forms import AgencyForm, MemberForm
from fairapp.agencies.pages.base import blueprint, get_agency, organized, show
from fairapp.agencies.queries import AgencyFacts
from fairapp.agencies.rules import AgencyFields
from fairapp.errors import Invalid, NotFound
from fairapp.language import in_language
from fairapp.shapes import decode_cursor, number, page_of

LIMIT, MOST_OFFERED = 50, 500


def _fields(form: AgencyForm) -> AgencyFields:
    parent = form.parent_id.data or ""
    try:
        parent_id = number(parent) if parent else None
    except NotFound as error:
        raise Invalid.one("parent_id", gettext("그런 기관이 없어요")) from error
    return AgencyFields(
        str(form.slug.data or ""),
        str(form.name.data or ""),
        str(form.name_en.data or ""),
        form.kind.data,
        parent_id,
        form.region.data or None,
        tuple(form.serves.data or ()),
    )


def _offered(form: AgencyForm, own: AgencyFacts | None = None) -> AgencyForm:
    """Let the form offer the agencies to belong to: the first MOST_OFFERED but itself, and the one it belongs to."""
    with db.read() as session:
        rows = list(queries.agencies(session, limit=MOST_OFFERED))
        if own is not None and own.parent_id is not None:
            rows += queries.agencies_of(session, {own.parent_id} - {one.id for one in rows})
    form.offer([(one.id, in_language(one.name, one.name_en)) for one in rows if own is None or one.id != own.id])
    return form


@blueprint.get("/admin/agencies")
@guards.page(guards.admin)
def listed(caller: Caller) -> Response:
    """List the agencies."""
    key = decode_cursor(request.args.get("cursor"), int)
    with db.read() as session:
        rows = queries.agencies(session, key[0] if key else None, LIMIT)
    shown, following = page_of(rows, LIMIT, lambda row: (row.id,))
    return show("list", rows=shown, next=following, continued=key is not None)


@blueprint.route("/admin/agencies/new", methods=["GET", "POST"])
@guards.page(guards.admin)
def new(caller: Caller) -> AnyResponse:
    """Make an agency."""
    form = _offered(AgencyForm())
    if form.validate_on_submit():
        try:
            made = db.write(actions.make_agency, _fields(form), clock.now())
        except Invalid as error:
            form.add_errors(error)
        else:
            flash(gettext("기관을 만들었어요. 이제 운영자와 코치를 정해 주세요"), "success")
            return redirect(url_for("agencies.members", agency=made), 303)
    return show("form", 422 if form.is_submitted() else 200, form=form, agency=None)


@blueprint.route("/admin/agencies/<agency>", methods=["GET", "POST"])
@guards.page(guards.admin)
def edit(caller: Caller, agency: str) -> AnyResponse:
    """Change an agency."""
    found = get_agency(agency)
    form = _offered(AgencyForm(obj=found), found)
    if form.validate_on_submit():
        try:
            db.write(actions.change_agency, found.id, _fields(form))
        except Invalid as error:
            form.add_errors(error)
        else:
            flash(gettext("기관을 고쳤어요"), "success")
            return redirect(url_for("agencies.listed"), 303)
    return show("form", 422 if form.is_submitted() else 200, form=form, agency=found)


@blueprint.get("/agencies")
@guards.page(guards.organizer)
def own(caller: Caller) -> Response:
    """List the agencies whose people this person looks after."""
    with db.read() as session:
        rows = queries.agencies_of(session, caller.organizes_for)
    return show("own", rows=rows)


@blueprint.route("/agencies/<agency>/members", methods=["GET", "POST"])
@guards.page(guards.organizer)
def members(caller: Caller, agency: str) -> AnyResponse:
    """Show an agency's people and give somebody a role there."""
    found = organized(caller, agency)
    form = MemberForm()
    if form.validate_on_submit():
        try:
            email = normal_email(str(form.email.data))
            db.write(people.add_membership, caller.id, email, form.role.data, clock.now(), agency_id=found.id)
        except Invalid as error:
            form.add_errors(error)
        else:
            flash(gettext("역할을 주었어요"), "success")
            return redirect(url_for("agencies.members", agency=found.id), 303)
    with db.read() as session:
        rows = accounts.members(session, agency_id=found.id)
    return show("members", 422 if form.is_submitted() else 200, form=form, agency=found, rows=rows)
