"""One's own appointments: time that is kept for something else, so that no meeting falls into it."""

from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Conflict, Invalid
from fairapp.scheduling import actions, queries
from fairapp.scheduling.forms import BlockForm, RevForm
from fairapp.scheduling.pages.base import blueprint, go
from fairapp.scheduling.pages.feeds import ZONE
from fairapp.shapes import number


@blueprint.route("/me/appointments", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def my_blocks(caller: Caller) -> Any:
    """Show one's appointments; add one."""
    now = clock.now()
    form = BlockForm(day=clock.local(now, ZONE).date())
    if request.method == "GET":
        return _show(caller, form)
    if not form.validate():
        return _show(caller, form, 422)
    try:
        db.write(actions.block_own_time, caller.id, *form.span(ZONE), form.reason.data or "", now)
    except Invalid as error:
        form.add_errors(error)
        return _show(caller, form, 422)
    except Conflict:
        form.add_errors(Invalid.one("starts_at", gettext("이 시간에는 이미 만남이나 다른 일정이 있어요")))
        return _show(caller, form, 409)
    flash(gettext("이 시간을 비워 두었어요"), "success")
    return go(url_for("scheduling.my_blocks"))


@blueprint.post("/me/appointments/<block>/removal")
@guards.page(guards.signed_in)
def remove_block(caller: Caller, block: str) -> Any:
    """Let go of an appointment."""
    db.write(actions.free_own_time, caller.id, number(block), clock.now())
    flash(gettext("지웠어요. 이 시간에 다시 만남을 잡을 수 있어요"), "success")
    return go(url_for("scheduling.my_blocks"))


def _show(caller: Caller, form: BlockForm, status: int = 200) -> Any:
    with db.read() as session:
        blocks = queries.blocks_of(session, caller.id, clock.now())
    button_form = RevForm(formdata=None)
    page = render_template("scheduling/blocks.html", form=form, blocks=blocks, zone=ZONE, button_form=button_form)
    return page, status
