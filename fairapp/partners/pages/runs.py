"""One import: what its columns tell, a look at what would be refused, bringing it in, and its report."""

from typing import Any

from flask import Response, flash, redirect, url_for
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import AppError, Conflict, Invalid, NotFound
from fairapp.intake import Draft, Report
from fairapp.partners import actions, queries
from fairapp.partners.forms import MappingForm
from fairapp.partners.pages.base import blueprint, own_run, sees_rows, show_private
from fairapp.partners.queries import RunFacts, SourceFacts
from fairapp.partners.rules import KINDS, Mapped, is_secret, own_headings, proposed
from fairapp.tables import Table

SAMPLE, LONGEST_SAMPLE, MOST_SHOWN = 3, 40, 100
AT_ONCE = 2_000  # rows that a page waits for; more are brought in by the timed job


def _table(found: RunFacts, source: SourceFacts) -> Table:
    with db.read() as session:
        content = queries.file_of(session, found.id)
    if content is None:
        raise Conflict(gettext("파일을 더는 갖고 있지 않아요. 다시 올려 주세요"))
    return actions.read_file(source, content, found.file_name)


@blueprint.get("/imports/<run>")
@guards.page(guards.organizer)
def run(caller: Caller, run: str) -> Any:
    """Show a import as far as it has come."""
    found, source = own_run(caller, run)
    mine = sees_rows(caller, found, source)
    if found.state not in ("unmapped", "ready"):
        with db.read() as session:
            kept = mine and queries.rejected_of(session, found.id) is not None
        return show_private("run", found=found, source=source, kept=kept)
    if not mine:
        return show_private("run", found=found, source=source, kept=False)
    table = _table(found, source)
    with db.read() as session:
        mapped = queries.mapping_for(session, source.id, own_headings(table))
        known = queries.known_columns(session, source)
    if found.state == "unmapped" or mapped is None:
        form = MappingForm.made_for(source.kind, _choices(table), proposed(source.kind, _choices(table), known))
        return _mapping_page(found, source, table, form)
    return _look(found, source, table, mapped)


def _choices(table: Table) -> list[str]:
    return [one for one in own_headings(table) if not is_secret(one)]


def _mapping_page(found: RunFacts, source: SourceFacts, table: Table, form: MappingForm) -> Any:
    rows = [values for _, values in list(table.rows)[:SAMPLE]]
    samples = [[one, *(_short(row[one]) for row in rows)] for one in _choices(table)]
    facts = {"found": found, "source": source, "form": form, "samples": samples, "shown": len(rows)}
    needed = {name for group in KINDS[source.kind].required if len(group) == 1 for name in group}
    return show_private("mapping", 422 if form.errors else 200, needed=needed, **facts)


def _short(cell: str) -> str:
    line = " ".join(cell.split())
    return line if len(line) <= LONGEST_SAMPLE else f"{line[: LONGEST_SAMPLE - 1]}…"


def _look(found: RunFacts, source: SourceFacts, table: Table, mapped: Mapped) -> Any:
    """Show what would be refused, without writing."""
    now, report = clock.now(), Report()
    with db.read() as session:
        fair = actions.fair_of(session, source)
    try:
        for one in actions.rows_of(source, table, mapped, fair, now):
            if isinstance(one, Draft):
                report.unchanged += 1
                report.warnings += one.warnings
            else:
                report.refuse(one)
    except AppError as error:
        return show_private("run", 422, found=found, source=source, kept=False, error=error.detail)
    notes: dict[str, Any] = {"rejected": report.rejected[:MOST_SHOWN], "warnings": report.warnings[:MOST_SHOWN]}
    return show_private("look", found=found, source=source, report=report, **notes)


def _own_rows(caller: Caller, run: str) -> tuple[RunFacts, SourceFacts]:
    found, source = own_run(caller, run)
    if not sees_rows(caller, found, source):
        raise NotFound
    return found, source


@blueprint.post("/imports/<run>/mapping")
@guards.page(guards.organizer)
def map_columns(caller: Caller, run: str) -> Any:
    """Keep what each column tells, for this file and all later ones like it."""
    found, source = _own_rows(caller, run)
    table = _table(found, source)
    form = MappingForm.made_for(source.kind, _choices(table), None)
    if form.validate():
        try:
            mapped, now = form.mapped(), clock.now()
            db.write(actions.remember_mapping, source, own_headings(table), mapped, caller.id, now)
            db.write(actions.make_ready, found.id)
        except Invalid as error:
            form.add_errors(error)
        else:
            return redirect(url_for("partners.run", run=found.id), 303)
    return _mapping_page(found, source, table, form)


@blueprint.get("/imports/<run>/mapping")
@guards.page(guards.organizer)
def change_mapping(caller: Caller, run: str) -> Any:
    """Show what each column tells, to be said anew."""
    found, source = _own_rows(caller, run)
    table = _table(found, source)
    with db.read() as session:
        mapped = queries.mapping_for(session, source.id, own_headings(table))
    form = MappingForm.made_for(source.kind, _choices(table), mapped or Mapped())
    return _mapping_page(found, source, table, form)


@blueprint.post("/imports/<run>/order")
@guards.page(guards.organizer)
def order(caller: Caller, run: str) -> Any:
    """Bring the rows of a import in: now, or where there are many as soon as the timed job comes to it."""
    found, source = _own_rows(caller, run)
    if found.state == "ready":
        table = _table(found, source)
        db.write(actions.order, found.id, clock.now())
        if len(table) <= AT_ONCE:
            actions.bring_in(db.write, db.read, clock.now(), found.id)
    return redirect(url_for("partners.run", run=found.id), 303)


@blueprint.post("/imports/<run>/drop")
@guards.page(guards.organizer)
def drop(caller: Caller, run: str) -> Any:
    """Forget a file that is not to be brought in."""
    found, source = _own_rows(caller, run)
    db.write(actions.drop, found.id, clock.now())
    flash(gettext("이 파일은 넣지 않아요"), "success")
    return redirect(url_for("partners.source", source=source.id), 303)


@blueprint.get("/imports/<run>/rejected.csv")
@guards.page(guards.organizer)
def rejected(caller: Caller, run: str) -> Response:
    """Give the rows that were refused, to be mended and sent again."""
    found, _ = _own_rows(caller, run)
    with db.read() as session:
        kept = queries.rejected_of(session, found.id)
    if kept is None:
        raise NotFound
    headers = {"Content-Disposition": f'attachment; filename="rejected-{found.id}.csv"', "Cache-Control": "no-store"}
    return Response(kept.encode("utf-8", "replace"), mimetype="text/csv", headers=headers)
