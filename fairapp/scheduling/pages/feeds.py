"""A person's calendar feed, its secret address, and the busy times that she reads in from a calendar of her own."""

import hmac
from typing import Any

from flask import Response, flash, render_template, url_for
from flask_babel import gettext, ngettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts import queries as accounts
from fairapp.accounts.guards import Caller
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.scheduling import actions, pushes, queries
from fairapp.scheduling.forms import BusyForm, RevForm
from fairapp.scheduling.pages.base import blueprint, go
from fairapp.scheduling.rules import FEED_REACHES_BACK, LARGEST_CALENDAR, busy_times

ZONE = "Asia/Seoul"  # of times in a calendar that names none


@blueprint.get("/calendar/<secret>.ics")
def feed(secret: str) -> Response:
    """Give the feed that this secret opens; NotFound for any other, so that nobody learns who has one."""
    account_id, now = pushes.feed_account(secret), clock.now()
    if account_id is None:
        raise NotFound
    with db.read() as session:
        expected = pushes.feed_secret(account_id, queries.feed_version(session, account_id))
        reader = accounts.person(session, account_id)
        if reader is None or reader.disabled_at or not hmac.compare_digest(expected, secret):
            raise NotFound
        meetings = queries.meetings_of(session, account_id, now - FEED_REACHES_BACK)
    content = pushes.feed_calendar(meetings, account_id, reader.name, reader.email, reader.language, now)
    response = Response(content, mimetype="text/calendar")
    response.headers["Cache-Control"] = "private, max-age=300"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/me/calendar")
@guards.page(guards.signed_in)
def my_calendar(caller: Caller) -> Any:
    """Show the address of one's feed, and one's busy times."""
    return _shown(caller, BusyForm(formdata=None))


def _shown(caller: Caller, form: BusyForm) -> Any:
    with db.read() as session:
        secret = pushes.feed_secret(caller.id, queries.feed_version(session, caller.id))
        busy = queries.busy_of(session, caller.id, clock.now())
    address = url_for("scheduling.feed", secret=secret, _external=True)
    page = render_template(
        "scheduling/calendar.html",
        address=address,
        busy=busy,
        zone=ZONE,
        form=form,
        button_form=RevForm(formdata=None),
    )
    return page, 422 if form.errors else 200, {"Cache-Control": "no-store"}


@blueprint.post("/me/calendar/renewal")
@guards.page(guards.signed_in)
def renew_feed(caller: Caller) -> Any:
    """Give one's feed a new address; the old one opens nothing any more."""
    db.write(actions.renew_feed, caller.id, clock.now())
    flash(gettext("새 주소를 만들었어요. 옛 주소로는 아무것도 보이지 않아요"), "success")
    return go(url_for("scheduling.my_calendar"))


@blueprint.post("/me/calendar/busy")
@guards.page(guards.signed_in)
def import_busy(caller: Caller) -> Any:
    """Keep the busy times of a calendar file free of meetings; they replace those read in before."""
    form, now = BusyForm(), clock.now()
    try:
        if not form.file.data:
            raise Invalid.one("file", gettext("파일을 골라 주세요"))
        times = busy_times(form.file.data.stream.read(LARGEST_CALENDAR + 1), now, ZONE)
        kept = db.write(actions.import_busy, caller.id, times, now)
    except (Invalid, Conflict) as error:
        form.add_errors(error if isinstance(error, Invalid) else Invalid.one("file", error.detail))
        return _shown(caller, form)
    flash(ngettext("바쁜 시간 %(num)s개를 비워 두었어요", "바쁜 시간 %(num)s개를 비워 두었어요", kept.made), "success")
    if kept.taken:
        flash(
            gettext("%(count)s개는 이미 잡힌 만남과 겹쳐 그대로 두었어요", count=kept.taken),
            "warning",
        )
    return go(url_for("scheduling.my_calendar"))


@blueprint.post("/me/calendar/busy/removal")
@guards.page(guards.signed_in)
def forget_busy(caller: Caller) -> Any:
    """Let go of every busy time that was read in."""
    db.write(actions.import_busy, caller.id, [], clock.now())
    flash(gettext("읽어 온 바쁜 시간을 모두 지웠어요"), "success")
    return go(url_for("scheduling.my_calendar"))
