"""Calls on exports: files sent at once, and those that are ordered because they take long."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Response, send_file, url_for
from pydantic import BaseModel

from fairapp import clock, db, openapi
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Conflict, NotFound
from fairapp.fairs.models import Fair
from fairapp.outcomes import actions, forms, queries
from fairapp.outcomes.api.fairs import AsOf, organized
from fairapp.shapes import Moment, Ref, number

TEXTS = {"csv": "text/csv", "json": "application/json"}  # what is sent as it is read
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class JobOut(BaseModel):
    """An ordered file; `done` of `expected` rows are written, `file` is its address once it is ready."""

    id: Ref
    state: str
    kind: str
    format: str
    as_of: Moment
    rows: int | None
    done: int
    expected: int | None
    file: str | None


@openapi.call(
    "GET",
    "/fairs/{fair}/exports/{file}",
    admit=guards.signed_in,
    query=AsOf,
    media="text/csv",
    problems=(404,),
    also={202: JobOut},
)
def export(caller: Caller, fair: str, file: str, query: AsOf) -> Any:
    """Return attendance, bookings, outcomes or listings as .csv, .json or .xlsx; 202 with a job's address for a long one."""
    now = clock.now()
    kind, _, form = file.rpartition(".")
    if kind not in queries.KINDS or form not in queries.FORMATS:
        raise NotFound
    found = organized(caller, fair, now)
    given = forms.check_as_of(query.as_of, now)
    as_of = given or now
    if form in TEXTS:
        return _streamed(found, kind, form, as_of, caller.id, now)
    with db.read() as session:
        rows = queries.count_rows(session, kind, found.id, as_of, queries.MOST_WAITED_FOR)
    if rows > queries.MOST_WAITED_FOR:
        exact = given is not None
        job_id = db.write(actions.order_export, found.id, kind, form, as_of, caller.id, now, exact=exact)
        with db.read() as session:
            job = _job_out(queries.export_job(session, job_id))
        address = url_for("api.outcomes_export_job", job=str(job_id))
        headers = {"Location": address, "Retry-After": "10"}
        return Response(job.model_dump_json(), 202, headers, mimetype="application/json")
    return _workbook(found, kind, as_of, caller.id, now)


def _streamed(fair: Fair, kind: str, form: str, as_of: datetime, by: int, now: datetime) -> Response:
    database = db.of()
    log_id = database.write(actions.log_export, fair.id, kind, form, as_of, by, now)

    def parts() -> Iterator[bytes]:
        rows = 0
        for part, rows in queries.stream(database, kind, form, fair.id, fair.zone, as_of):  # noqa: B007 - the last counts
            yield part
        database.write(actions.log_rows, log_id, rows)

    name = queries.file_name(fair.slug, kind, form, as_of)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(parts(), mimetype=TEXTS[form], headers=headers)


def _workbook(fair: Fair, kind: str, as_of: datetime, by: int, now: datetime) -> Response:
    log_id = db.write(actions.log_export, fair.id, kind, "xlsx", as_of, by, now)
    path = queries.exports_folder() / f"{log_id}.sending.xlsx"
    try:
        rows = queries.save_workbook(db.of(), path, kind, fair.id, fair.zone, as_of)
        opened = path.open("rb")
    finally:
        path.unlink(missing_ok=True)  # what is open stays readable until it is sent
    db.write(actions.log_rows, log_id, rows)
    name = queries.file_name(fair.slug, kind, "xlsx", as_of)
    response = send_file(opened, mimetype=WORKBOOK, as_attachment=True, download_name=name, max_age=0)
    response.headers["Cache-Control"] = "no-store"
    return response


def _job_out(job: queries.Job) -> JobOut:
    ready = job.state == "ready"
    return JobOut(
        id=job.id,
        state=job.state,
        kind=job.kind,
        format=job.format,
        as_of=job.as_of,
        rows=job.rows,
        done=job.done,
        expected=job.expected,
        file=url_for("api.outcomes_export_file", job=str(job.id)) if ready else None,
    )


def _own_job(caller: Caller, job: str) -> queries.Job:
    """Return an ordered export of a fair that the caller runs."""
    with db.read() as session:
        found = queries.export_job(session, number(job))
    if not caller.may_organize(found.fair_agency_id):
        raise NotFound
    return found


@openapi.call("GET", "/exports/{job}", admit=guards.signed_in, returns=JobOut)
def export_job(caller: Caller, job: str) -> JobOut:
    """Return how far an ordered export is."""
    return _job_out(_own_job(caller, job))


@openapi.call("GET", "/exports/{job}/file", admit=guards.signed_in, media=WORKBOOK, problems=(404, 409))
def export_file(caller: Caller, job: str) -> Response:
    """Return the file of an ordered export; 409 until it is ready."""
    found = _own_job(caller, job)
    if found.state in ("waiting", "making"):
        raise Conflict
    path = queries.exports_folder() / (found.file or "")
    if found.state != "ready" or not path.is_file():
        raise NotFound
    now = clock.now()
    log_id = db.write(actions.log_export, found.fair_id, found.kind, found.format, found.as_of, caller.id, now)
    db.write(actions.log_rows, log_id, found.rows or 0)
    name = queries.file_name(found.slug, found.kind, found.format, found.as_of)
    response = send_file(path, mimetype=WORKBOOK, as_attachment=True, download_name=name, max_age=0)
    response.headers["Cache-Control"] = "no-store"
    return response
