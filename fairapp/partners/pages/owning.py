"""The owner of an account is asked whether another account is hers too, and says so from each."""

from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Conflict, NotFound
from fairapp.partners import actions, queries
from fairapp.partners.pages.base import blueprint, go, show_private
from fairapp.shapes import number


@blueprint.get("/me/pairs/<pair>")
@guards.page(guards.signed_in)
def own_pair(caller: Caller, pair: str) -> Any:
    """Ask the owner; of the other account nothing is shown."""
    with db.read() as session:
        said = queries.asked_of(session, number(pair), caller.id)
    if said is None:
        raise NotFound
    return show_private("own_pair", pair=number(pair), said=said)


@blueprint.post("/me/pairs/<pair>")
@guards.page(guards.signed_in)
def answer_own_pair(caller: Caller, pair: str) -> Any:
    """Keep her answer; the second yes makes one of two accounts."""
    do, pair_id = request.form.get("do"), number(pair)
    if do not in ("yes", "no"):
        raise NotFound
    try:
        merged = db.write(actions.answer_owner, pair_id, caller.id, do == "yes", clock.now())
    except Conflict as error:
        flash(str(error.detail), "danger")
        return go(url_for("partners.own_pair", pair=pair_id))
    if merged is not None:
        flash(gettext("두 계정을 합쳤어요. 이제 이 계정만 쓰면 돼요."), "success")
    elif do == "no":
        flash(gettext("다른 사람의 계정으로 적었어요. 다시 묻지 않아요."), "success")
    else:
        return go(url_for("partners.own_pair", pair=pair_id))
    return go(url_for("partners.told"))
