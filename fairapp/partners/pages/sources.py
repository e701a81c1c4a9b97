"""An agency's sources: what it sends and receives; a new one, its files, its end."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext

from fairapp import clock, db, language
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.agencies import queries as agencies
from fairapp.agencies.queries import AgencyFacts
from fairapp.agencies.rules import SHARED_NAMES
from fairapp.errors import AppError, Invalid, NotFound
from fairapp.fairs import queries as fairs
from fairapp.partners import actions, queries
from fairapp.partners.forms import FileForm, SourceForm
from fairapp.partners.pages.base import blueprint, own_source, show_private
from fairapp.partners.queries import SourceFacts
from fairapp.partners.rules import SourceFields
from fairapp.shapes import decode_cursor, number, page_of

LIMIT, MOST_AGENCIES, MOST_FAIRS = 50, 500, 100


def _agency(caller: Caller, agency: str) -> AgencyFacts:
    with db.read() as session:
        found = agencies.get_agency(session, number(agency))
    if found is None or not caller.may_organize(found.id):
        raise NotFound
    return found


def insecure() -> bool:
    """Whether addresses may be plain http: on one's own machine."""
    return bool(current_app.config["SETTINGS"].development)


@blueprint.get("/agencies/<agency>/sources")
@guards.page(guards.organizer)
def sources(caller: Caller, agency: str) -> Any:
    """List what the agency sends and receives."""
    found, key = _agency(caller, agency), decode_cursor(request.args.get("cursor"), int)
    with db.read() as session:
        rows = queries.sources_of(session, found.id, key[0] if key else None, LIMIT)
        shown, following = page_of(rows, LIMIT, lambda row: (row.id,))
        last = queries.last_runs(session, [row.id for row in shown])
        names = agencies.agency_names(session, {one for row in shown for one in (row.giver_id, row.receiver_id)})
    facts: dict[str, Any] = {"agency": found, "rows": shown, "last": last, "names": names, "kinds": SHARED_NAMES}
    return show_private("sources", **facts, next=following, continued=key is not None)


@blueprint.route("/agencies/<agency>/sources/new", methods=["GET", "POST"])
@guards.page(guards.organizer)
def new_source(caller: Caller, agency: str) -> Any:
    """Make a source."""
    found = _agency(caller, agency)
    form = SourceForm() if request.method == "POST" else SourceForm(formdata=None)
    _offer(form, found.id)
    if request.method == "POST" and form.validate():
        try:
            fields = _fields(form, found.id)
            made = db.write(actions.make_source, fields, caller.id, clock.now(), insecure=insecure())
        except AppError as error:
            form.add_errors(error if isinstance(error, Invalid) else Invalid(error.detail))
        else:
            flash(gettext("만들었어요. 이제 첫 파일을 올려 주세요"), "success")
            return redirect(url_for("partners.source", source=made), 303)
    return show_private("source_form", 422 if form.is_submitted() else 200, form=form, agency=found, source=None)


def _offer(form: SourceForm, own: int) -> None:
    with db.read() as session:
        others = agencies.agencies(session, limit=MOST_AGENCIES)
        running = fairs.fairs_of_agency(session, own, clock.now(), MOST_FAIRS)
    own_first: Sequence[AgencyFacts] = sorted(others, key=lambda one: one.id != own)
    form.offer(
        [(one.id, language.in_language(one.name, one.name_en)) for one in own_first],
        [(one.id, language.in_language(one.name, one.name_en)) for one in running],
    )


def _fields(form: SourceForm, own: int, before: SourceFacts | None = None) -> SourceFields:
    said = form.data
    if before is not None:
        giver, receiver, kind, fair = before.giver_id, before.receiver_id, before.kind, before.fair_id
    else:
        other, kind = number(said["other"]), said["kind"]
        giver, receiver = (own, other) if said["direction"] == "give" else (other, own)
        fair = number(said["fair"]) if said["fair"] else None
    return SourceFields(
        name=said["name"],
        kind=kind,
        giver_id=giver,
        receiver_id=receiver,
        fair_id=fair,
        consent=said["consent"],
        consented_on=said["consented_on"],
        whole=said["whole"],
        address=said["address"] or "",
        every_hours=said["every_hours"],
    )


@blueprint.route("/sources/<source>", methods=["GET", "POST"])
@guards.page(guards.organizer)
def source(caller: Caller, source: str) -> Any:
    """Show a source with its last imports, and take a file."""
    found, form = own_source(caller, source), FileForm()
    if form.is_submitted():
        try:
            if form.validate():
                made = _received(caller, found, form)
                return redirect(url_for("partners.run", run=made), 303)
        except AppError as error:
            form.add_errors(Invalid.one("table", error.detail))
    return _source_page(found, form)


def _received(caller: Caller, found: SourceFacts, form: FileForm) -> int:
    upload = form.table.data
    if not upload:
        raise Invalid(gettext("파일을 골라 주세요"))
    name, content = upload.filename or "", upload.stream.read()
    known = actions.look_at(found, content, name)
    with db.read() as session:
        mapped = queries.mapping_for(session, found.id, known)
    made: int = db.write(
        actions.receive, found.id, name, content, "upload", caller.id, clock.now(), mapped=mapped is not None
    )
    return made


def _source_page(found: SourceFacts, form: FileForm) -> Any:
    with db.read() as session:
        rows = queries.runs_of(session, found.id)
        names = agencies.agency_names(session, {found.giver_id, found.receiver_id})
        until = agencies.in_force(session, found.giver_id, found.receiver_id, found.kind, actions.day_of(clock.now()))
    status = 422 if form.is_submitted() else 200
    facts = {"source": found, "rows": rows, "names": names, "until": until, "kinds": SHARED_NAMES}
    return show_private("source", status, form=form, own=found.giver_id == found.receiver_id, **facts)


@blueprint.route("/sources/<source>/edit", methods=["GET", "POST"])
@guards.page(guards.organizer)
def edit_source(caller: Caller, source: str) -> Any:
    """Change a source."""
    found = own_source(caller, source)
    form = SourceForm() if request.method == "POST" else SourceForm(formdata=None, obj=found)
    for fixed in ("kind", "other", "direction", "fair"):
        delattr(form, fixed)
    if request.method == "POST" and form.validate():
        try:
            fields = _fields(form, found.receiver_id, found)
            db.write(actions.change_source, found.id, fields, caller.id, clock.now(), insecure=insecure())
        except AppError as error:
            form.add_errors(error if isinstance(error, Invalid) else Invalid(error.detail))
        else:
            flash(gettext("고쳤어요"), "success")
            return redirect(url_for("partners.source", source=found.id), 303)
    return show_private("source_form", 422 if form.is_submitted() else 200, form=form, agency=None, source=found)


@blueprint.get("/sources/<source>/end")
@guards.page(guards.organizer)
def ask_end_source(caller: Caller, source: str) -> Any:
    """Ask before a source ends."""
    return show_private("source_end", source=own_source(caller, source))


@blueprint.post("/sources/<source>/end")
@guards.page(guards.organizer)
def end_source(caller: Caller, source: str) -> Any:
    """Take nothing more from a source."""
    found = own_source(caller, source)
    db.write(actions.end_source, found.id, caller.id, clock.now())
    flash(gettext("이제 여기에서는 아무것도 받지 않아요"), "success")
    return redirect(url_for("partners.source", source=found.id), 303)
