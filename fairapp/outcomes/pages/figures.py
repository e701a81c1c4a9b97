"""The figures of one fair: the page, the rows behind a number, and the same as CSV, JSON and PDF."""

from datetime import datetime
from typing import Any

from flask import Response, redirect, render_template, request, url_for

from fairapp import clock, db, language, trace
from fairapp.accounts import guards
from fairapp.errors import NotFound
from fairapp.fairs.models import Fair
from fairapp.outcomes import actions, queries
from fairapp.outcomes.pages import looking
from fairapp.outcomes.pages.base import blueprint
from fairapp.outcomes.pages.looking import Looked
from fairapp.shapes import decode_cursor, page_of

AT_ONCE = 50
SHEETS = {"csv": "text/csv", "pdf": "application/pdf"}


def _asked(caller: guards.Caller, ref: str, now: datetime) -> tuple[Fair, Looked, list[Fair]]:
    with db.read() as session:
        fair = queries.organized_fair(session, ref, caller, now)
        others = looking.choices_of_fair(session, caller, fair, now)
    return fair, looking.of_fair(caller, fair, now), others


@blueprint.get("/organize/<ref>/report")
@guards.page(guards.signed_in)
def report(caller: guards.Caller, ref: str) -> Any:
    """Show the funnel, the shares and the measures, now or as of a moment; what is no such moment gets a sentence, and now."""
    fair, looked, others = _asked(caller, ref, clock.now())
    page = render_template(
        "outcomes/report.html",
        fair=fair,
        others=others,
        looked=looked,
        shown=looking.figures_of(looked),
        dimensions=queries.DIMENSIONS,
        rows_url=lambda **values: url_for("outcomes.behind", ref=fair.slug, **looked.query(**values)),
        file_url=lambda form: url_for("outcomes.report_file", ref=fair.slug, form=form, **looked.query()),
        here=lambda **values: url_for("outcomes.report", ref=fair.slug, **looked.query(**values)),
    )
    return page, 422 if looked.errors else 200


@blueprint.get("/organize/<ref>/report.<form>")
@guards.page(guards.signed_in)
def report_file(caller: guards.Caller, ref: str, form: str) -> Any:
    """Give the report as CSV or PDF; as JSON it is the API's."""
    now = clock.now()
    fair, looked, _ = _asked(caller, ref, now)
    if looked.errors or form not in (*SHEETS, "json"):
        raise NotFound
    if form == "json":
        query: dict[str, Any] = {"as_of": clock.rfc3339(looked.as_of)} if looked.typed["as_of"] else {}
        return redirect(url_for("api.outcomes_report", fair=fair.slug, **query), 303)
    shown = looking.figures_of(looked)
    log_id = db.write(actions.log_export, fair.id, "report", form, looked.as_of, caller.id, now)
    made = shown.csv if form == "csv" else _pdf(fair, looked, shown, now)
    db.write(actions.log_rows, log_id, len(shown.figures))
    return sheet(made, form, queries.file_name(fair.slug, "report", form, looked.as_of))


def sheet(content: bytes, form: str, name: str) -> Response:
    """Return the answer that is kept as a file under the name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, mimetype=SHEETS[form], headers=headers)


def reader_of_file() -> str:
    """Return the language of a printed sheet: the one asked for, otherwise the reader's."""
    asked = request.args.get("language", "")
    return asked if asked in language.CODES else language.reader_language()


def _pdf(fair: Fair, looked: Looked, shown: queries.Shown, now: datetime) -> bytes:
    with db.read() as session:
        seal = trace.seal(session, fair.id)
    return queries.fair_pdf(fair, looked.as_of, shown, reader_of_file(), seal, now)


@blueprint.get("/organize/<ref>/report/rows")
@guards.page(guards.signed_in)
def behind(caller: guards.Caller, ref: str) -> Any:
    """Show the people or hires that a number counts."""
    fair, looked, _ = _asked(caller, ref, clock.now())
    after = decode_cursor(request.args.get("cursor"), int)
    rows, following, of = rows_behind(looked, after[0] if after else None)
    more = url_for("outcomes.behind", ref=fair.slug, cursor=following, **narrowed(looked), **looked.query(of=of))
    back = url_for("outcomes.report", ref=fair.slug, **looked.query())
    return render_template(
        "outcomes/behind.html", fair=fair, rows=rows, of=of, more=more if following else None, back=back, looked=looked
    )


def narrowed(looked: Looked) -> dict[str, Any]:
    """Return what the address says of the dimensions looked at more closely."""
    return {f"in_{by}": value for by, value in looked.scope.narrowed.items()}


def rows_behind(looked: Looked, after: int | None) -> tuple[list[queries.Behind], str | None, str]:
    """Return a page of the rows behind the number that the address names (`of`), and the cursor of the next."""
    of = request.args.get("of", "hires")[:40]
    is_stage = of in {name for name, _ in queries.FUNNEL} and of != "hired"
    find = queries.people_behind if is_stage else queries.hires_behind
    with db.read() as session:
        found = find(session, looked.scope, "hires" if of == "hired" else of, looked.as_of, after, AT_ONCE)
    rows, following = page_of(found, AT_ONCE, lambda row: (row.id,))
    return list(rows), following, of
