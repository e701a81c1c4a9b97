"""What stands in the hall: people who come without a pass, the kiosk, the screen on the wall. Kiosk and wall are opened by
a key that an organizer makes, so that nobody is signed in on a screen that everybody can touch."""

from datetime import datetime
from typing import Any

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import force_locale, gettext
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.rules import ProfileFields
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.fairs import queries as fairs
from fairapp.fairs.models import Fair
from fairapp.outcomes import actions, forms, queries, rules
from fairapp.outcomes.pages.base import blueprint
from fairapp.outcomes.pages.organizer import organized


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="fairapp.outcomes.screen")


def screen_key(fair_id: int, kind: str, by: int) -> str:
    """Return the key of a screen (`kiosk` or `wall`) of a fair; it is good until the fair ends."""
    return str(_signer().dumps({"f": fair_id, "k": kind, "b": by}))


def _screen(key: str, kind: str, now: datetime) -> tuple[Fair, int]:
    """Return the fair of a screen's key and who made it; NotFound for a key that is none, or of a fair that has ended."""
    try:
        kept = _signer().loads(key)
    except BadSignature as error:
        raise NotFound from error
    if not isinstance(kept, dict) or kept.get("k") != kind:
        raise NotFound
    with db.read() as session:
        fair = fairs.fair_by_id(session, int(kept["f"]))
    if now >= fair.ends_at:
        raise NotFound(gettext("박람회가 끝나 이 화면도 닫혔어요"))
    return fair, int(kept["b"])


def qr(text: str) -> Markup:
    """Return a QR code as SVG: dark on white in every theme, for scanners read nothing else."""
    made = segno.make(text, error="m", micro=False)
    return Markup(made.svg_inline(omitsize=True, border=4, dark="#000", light="#fff"))  # noqa: S704 - our own letters


def public_url(path: str) -> str:
    """Return the address of a page for people outside, such as on a sign."""
    return str(current_app.config["SETTINGS"].base_url).rstrip("/") + path


@blueprint.get("/organize/<ref>/hall")
@guards.page(guards.signed_in)
def screens(caller: guards.Caller, ref: str) -> Any:
    """Show the addresses of kiosk and wall, and what can be printed."""
    fair = organized(caller, ref, clock.now())
    keys = {kind: screen_key(fair.id, kind, caller.id) for kind in ("kiosk", "wall")}
    urls = {kind: url_for(f"outcomes.{kind}", key=key) for kind, key in keys.items()}
    return render_template("outcomes/screens.html", fair=fair, urls=urls)


@blueprint.route("/organize/<ref>/walk-in", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def walk_in(caller: guards.Caller, ref: str) -> Any:
    """Register somebody who has come without a pass, and show the pass."""
    now = clock.now()
    fair, form = organized(caller, ref, now), forms.WalkInForm()
    if request.method == "GET":
        return render_template("outcomes/walk_in.html", fair=fair, form=forms.WalkInForm(formdata=None))
    try:
        if not form.validate():
            raise Invalid
        told = ProfileFields(
            phone=form.phone.data or None, birth_date=form.birth_date.data, region=form.region.data or None
        )
        who = (form.name.data, form.language.data, told)
        account_id, code = db.write(actions.walk_in, fair.id, *who, caller.id, now)
    except Invalid as error:
        if error.errors:
            form.add_errors(error)
        return render_template("outcomes/walk_in.html", fair=fair, form=form), 422
    except Conflict as error:
        form.form_errors.append(str(error.detail))
        return render_template("outcomes/walk_in.html", fair=fair, form=form), error.status
    flash(gettext("%(name)s 님을 등록하고 입장을 확인했어요.", name=form.name.data), "success")
    page = {"fair": fair, "code": rules.spaced_code(code), "picture": qr(code), "account": account_id}
    return render_template("outcomes/walked_in.html", **page)


@blueprint.route("/kiosk/<key>", methods=["GET", "POST"])
def kiosk(key: str) -> Any:
    """Let people check themselves in by name; the page says only whether they were found."""
    now = clock.now()
    fair, by = _screen(key, "kiosk", now)
    form = forms.KioskForm()
    if request.method == "GET":
        who = request.args.get("who", "")[:80]
        again = request.args.get("again") == "1"
        return _kiosk(fair, forms.KioskForm(formdata=None), who=who, again=again)
    if not form.validate():
        return _kiosk(fair, form, 422)
    try:
        proof = str(form.proof.data).strip()
        first, _ = db.write(actions.arrive_by_name, fair.id, str(form.name.data), proof, by, now)
    except Conflict as error:
        form.form_errors.append(str(error.detail))
        return _kiosk(fair, form, error.status)
    here = url_for("outcomes.kiosk", key=key, who=form.name.data, again=None if first else "1")
    return redirect(here, 303)


def _kiosk(fair: Fair, form: forms.KioskForm, status: int = 200, **said: Any) -> Any:
    page = render_template("outcomes/kiosk.html", fair=fair, form=form, **said)
    return page, status, {"Cache-Control": "no-store"}


@blueprint.get("/wall/<key>")
def wall(key: str) -> Any:
    """Show the hall: calls before everything, then new openings, then free times of the next hour; it turns by itself."""
    now = clock.now()
    fair, _ = _screen(key, "wall", now)
    with db.read() as session:
        seq = fairs.news_number(session, fair.id)
        shown = {
            "calls": queries.calls_now(session, fair.id, now),
            "openings": queries.new_openings(session, fair.id, now),
            "free": queries.free_soon(session, fair.id, now),
        }
    code = qr(public_url(f"/fairs/{fair.slug}"))
    language = request.args.get("language", "ko")
    with force_locale(language if language in ("ko", "en") else "ko"):
        return render_template("outcomes/wall.html", fair=fair, seq=seq, code=code, moment=now, **shown)
