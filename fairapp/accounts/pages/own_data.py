"""The file of one's own data: asked for with the password, made beside, downloaded within a week."""

from flask import Response, flash, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from fairapp import clock, db
from fairapp.accounts import actions, guards, queries, rules
from fairapp.accounts.forms import OwnDataForm
from fairapp.accounts.guards import Caller
from fairapp.accounts.pages.base import SECRET, blueprint, go, show
from fairapp.accounts.pages.leaving import confirmed
from fairapp.errors import Conflict, NotFound
from fairapp.shapes import number


def _page(caller: Caller, form: OwnDataForm, status: int = 200) -> Response:
    with db.read() as reading:
        files = queries.own_files(reading, caller.id)
    return show("own_data", status, form=form, files=files, kept=rules.FILE_KEPT)


@blueprint.get("/account/data")
@guards.page(guards.signed_in)
def own_data(caller: Caller) -> Response:
    """Show the files that were asked for, and ask for one."""
    return _page(caller, OwnDataForm(formdata=None))


@blueprint.post("/account/data")
@guards.page(guards.signed_in)
def ask_own_data(caller: Caller) -> AnyResponse:
    """Order the file."""
    form = OwnDataForm()
    if not form.validate_on_submit():
        return _page(caller, form, 422)
    refused = confirmed(caller, form)
    if refused:
        return _page(caller, form, refused)
    try:
        db.write(actions.order_person_file, caller.id, clock.now())
    except Conflict as error:
        flash(str(error.detail), "warning")
    else:
        flash(gettext("파일을 만들고 있어요. 잠시 뒤에 이 화면을 새로 고쳐 주세요"), "success")
    return go(url_for("accounts.own_data"))


@blueprint.get("/account/data/<file>")
@guards.page(guards.signed_in)
def download_own_data(caller: Caller, file: str) -> AnyResponse:
    """Give the file to its owner; that it was taken is written down."""
    with db.read() as reading:
        found = queries.own_file(reading, number(file), caller.id)
    path = queries.people_folder() / (found.file or "")
    if found.state != "ready" or not found.file or not path.exists():
        raise NotFound
    db.write(actions.take_person_file, found.id, caller.id, clock.now())
    response = send_file(path, mimetype="application/zip", as_attachment=True, download_name=f"fairapp-{found.id}.zip")
    response.headers.update(SECRET)
    return response
