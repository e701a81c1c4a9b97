"""An agency's webhooks: registered, tried, renewed and removed by its organizers, and what became of each message."""

from flask import Response, current_app, flash, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.agencies.queries import AgencyFacts
from fairapp.errors import Conflict, Invalid
from fairapp.partners import actions, queries, rules
from fairapp.partners.forms import HookForm
from fairapp.partners.pages.base import SECRET, blueprint, go, own_agency, show
from fairapp.shapes import number


def _list(agency: AgencyFacts, form: HookForm, status: int = 200) -> Response:
    with db.read() as session:
        hooks = queries.hooks_of(session, agency.id)
        last = queries.last_results(session, [hook.id for hook in hooks])
    return show("hooks", status, agency=agency, form=form, hooks=hooks, last=last, topics=rules.TOPIC_NAMES)


def _one(agency: AgencyFacts, webhook: str, version: int | None = None) -> Response:
    with db.read() as session:
        hook = queries.get_hook(session, agency.id, number(webhook))
        deliveries = queries.deliveries_of(session, hook.id)
    key = str(current_app.config["SECRET_KEY"])
    secret = rules.said(rules.secret_of(key, hook.id, version)) if version else None
    facts = {"agency": agency, "hook": hook, "deliveries": deliveries, "topics": rules.TOPIC_NAMES}
    return show("hook", 200, SECRET if secret else None, secret=secret, now=clock.now(), **facts)


@blueprint.get("/agencies/<agency>/webhooks")
@guards.page(guards.organizer)
def hooks(caller: Caller, agency: str) -> Response:
    """Show an agency's webhooks."""
    return _list(own_agency(caller, agency), HookForm(formdata=None))


@blueprint.post("/agencies/<agency>/webhooks")
@guards.page(guards.organizer)
def make_hook(caller: Caller, agency: str) -> Response:
    """Register an address and show its secret, this once."""
    own, form, settings = own_agency(caller, agency), HookForm(), current_app.config["SETTINGS"]
    if not form.validate():
        return _list(own, form, 422)
    fields = rules.HookFields(str(form.url.data), list(form.topics.data or ()))
    may = {"plain": settings.development, "anywhere": settings.webhooks_anywhere}
    try:
        made = db.write(actions.make_hook, own.id, fields, caller.id, clock.now(), **may)
    except Invalid as error:
        form.add_errors(error)
        return _list(own, form, 422)
    except rules.TooManyHooks as error:
        form.add_errors(Invalid(error.detail))
        return _list(own, form, error.status)
    return _one(own, str(made), version=1)


@blueprint.get("/agencies/<agency>/webhooks/<webhook>")
@guards.page(guards.organizer)
def hook(caller: Caller, agency: str, webhook: str) -> Response:
    """Show a webhook and its last messages."""
    return _one(own_agency(caller, agency), webhook)


@blueprint.post("/agencies/<agency>/webhooks/<webhook>/secret")
@guards.page(guards.organizer)
def renew_secret(caller: Caller, agency: str, webhook: str) -> Response:
    """Give a webhook a new secret and show it, this once."""
    own = own_agency(caller, agency)
    version = db.write(actions.renew_secret, own.id, number(webhook), caller.id, clock.now())
    return _one(own, webhook, version)


@blueprint.post("/agencies/<agency>/webhooks/<webhook>/test")
@guards.page(guards.organizer)
def send_test(caller: Caller, agency: str, webhook: str) -> AnyResponse:
    """Send a message without changes, to see whether it arrives."""
    own = own_agency(caller, agency)
    db.write(actions.send_test, own.id, number(webhook), clock.now())
    flash(gettext("시험 메시지를 보내요. 잠시 뒤 이 화면을 새로 고치면 결과가 보여요"), "success")
    return go(url_for("partners.hook", agency=own.id, webhook=webhook))


@blueprint.post("/agencies/<agency>/webhooks/<webhook>/deliveries/<delivery>")
@guards.page(guards.organizer)
def send_again(caller: Caller, agency: str, webhook: str, delivery: str) -> AnyResponse:
    """Send one message once more."""
    own = own_agency(caller, agency)
    try:
        db.write(actions.send_again, own.id, number(webhook), number(delivery), caller.id, clock.now())
    except Conflict as error:
        flash(str(error.detail), "warning")
    else:
        flash(gettext("다시 보낼게요"), "success")
    return go(url_for("partners.hook", agency=own.id, webhook=webhook))


@blueprint.post("/agencies/<agency>/webhooks/<webhook>/removal")
@guards.page(guards.organizer)
def remove_hook(caller: Caller, agency: str, webhook: str) -> AnyResponse:
    """Send nothing more to an address."""
    own = own_agency(caller, agency)
    db.write(actions.remove_hook, own.id, number(webhook), caller.id, clock.now())
    flash(gettext("웹훅을 없앴어요"), "success")
    return go(url_for("partners.hooks", agency=own.id))
