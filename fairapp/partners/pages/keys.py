"""An agency's keys: made, replaced and revoked by its organizers. A secret is shown once, where it was made."""

from typing import Any

from flask import Response, flash, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.accounts.models import secret_hash
from fairapp.agencies.queries import AgencyFacts
from fairapp.errors import Conflict, Invalid
from fairapp.partners import actions, queries, rules
from fairapp.partners.forms import KeyForm
from fairapp.partners.pages.base import SECRET, blueprint, go, own_agency, show
from fairapp.shapes import number


def _page(agency: AgencyFacts, form: KeyForm, status: int = 200, secret: str | None = None) -> Response:
    now = clock.now()
    with db.read() as session:
        keys = queries.keys_of(session, agency.id)
    facts: dict[str, Any] = {"agency": agency, "form": form, "secret": secret, "scopes": rules.SCOPE_NAMES}
    states = {key.id: rules.state_of(key.expires_at, key.revoked_at, now) for key in keys}
    return show("keys", status, SECRET if secret else None, keys=keys, states=states, **facts)


@blueprint.get("/agencies/<agency>/keys")
@guards.page(guards.organizer)
def keys(caller: Caller, agency: str) -> Response:
    """Show an agency's keys."""
    return _page(own_agency(caller, agency), KeyForm(formdata=None))


@blueprint.post("/agencies/<agency>/keys")
@guards.page(guards.organizer)
def make_key(caller: Caller, agency: str) -> Response:
    """Make a key and show it, this once: only its hash is kept, so there is no page to be sent on to."""
    own, form = own_agency(caller, agency), KeyForm()
    if not form.validate():
        return _page(own, form, 422)
    fields = rules.KeyFields(
        str(form.name.data), list(form.scopes.data or ()), int(form.per_minute.data or 0), int(form.days.data)
    )
    secret = rules.new_secret()
    kept = (rules.hint_of(secret), secret_hash(secret))
    try:
        db.write(actions.make_key, own.id, fields, *kept, caller.id, clock.now())
    except Invalid as error:
        form.add_errors(error)
        return _page(own, form, 422)
    except rules.TooManyKeys as error:
        form.add_errors(Invalid(error.detail))
        return _page(own, form, error.status)
    return _page(own, KeyForm(formdata=None), secret=secret)


@blueprint.post("/agencies/<agency>/keys/<key>/rotation")
@guards.page(guards.organizer)
def rotate_key(caller: Caller, agency: str, key: str) -> AnyResponse:
    """Make a key in place of another and show it; both hold for a week."""
    own, secret = own_agency(caller, agency), rules.new_secret()
    kept = (rules.hint_of(secret), secret_hash(secret))
    try:
        db.write(actions.rotate_key, own.id, number(key), *kept, caller.id, clock.now())
    except Conflict as error:
        flash(str(error.detail), "warning")
        return go(url_for("partners.keys", agency=own.id))
    return _page(own, KeyForm(formdata=None), secret=secret)


@blueprint.post("/agencies/<agency>/keys/<key>/revocation")
@guards.page(guards.organizer)
def revoke_key(caller: Caller, agency: str, key: str) -> AnyResponse:
    """Make a key useless at once."""
    own = own_agency(caller, agency)
    db.write(actions.revoke_key, own.id, number(key), caller.id, clock.now())
    flash(gettext("키를 없앴어요. 이제 이 키로는 아무것도 할 수 없어요"), "success")
    return go(url_for("partners.keys", agency=own.id))
