"""The walk-in line of a booth: joining it and keeping one's place, calling from it, adding people at the desk."""

from collections.abc import Callable
from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import get_locale, gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.booths import queries as booths
from fairapp.errors import AppError, Conflict, Invalid, NotFound
from fairapp.fairs import queries as fairs
from fairapp.live import queries as live
from fairapp.scheduling import actions, queries
from fairapp.scheduling.forms import CallForm, DeskForm, JoinForm, OpenLineForm, RevForm
from fairapp.scheduling.pages.base import blueprint, go
from fairapp.scheduling.queries import Post
from fairapp.shapes import number


@blueprint.get("/booths/<booth>/line")
def line(booth: str) -> Any:
    """Show the line of a booth and one's own place in it."""
    return _line(number(booth), JoinForm(formdata=None))


def _line(booth_id: int, form: JoinForm, refused: AppError | None = None) -> Any:
    now, caller = clock.now(), guards.caller()
    with db.read() as session:
        row = booths.get_booth(session, booth_id, now)
        if not row.hiring:
            raise NotFound
        seq = fairs.news_number(session, row.fair_id)
        mine_seq = live.own_heads(session, [caller.id]).get(caller.id, 0) if caller else 0
        places = queries.places_of(session, caller.id, now) if caller else []
        shown = queries.line_of(session, booth_id, now)
    page = render_template(
        "scheduling/line.html",
        booth=row,
        line=shown,
        place=next((one for one in places if one.booth_id == booth_id), None),
        form=form,
        refused=refused,
        moment=now,
        live={"fair": row.fair_id, "seq": seq, "mine": mine_seq},
    )
    return page, refused.status if refused else 422 if form.errors else 200


@blueprint.post("/booths/<booth>/line")
@guards.page(guards.signed_in)
def join_line(caller: Caller, booth: str) -> Any:
    """Stand in line."""
    booth_id, form = number(booth), JoinForm()
    if not form.validate():
        return _line(booth_id, form)
    try:
        db.write(actions.join_line, booth_id, caller.id, bool(form.consent.data), clock.now())
    except Conflict as error:
        return _line(booth_id, form, error)
    flash(gettext("줄을 섰어요. 차례가 되면 화면과 메일로 알려 드려요"), "success")
    return go(url_for("scheduling.line", booth=booth_id))


@blueprint.post("/booths/<booth>/line/leaving")
@guards.page(guards.signed_in)
def leave_line(caller: Caller, booth: str) -> Any:
    """Give one's place up."""
    booth_id, now = number(booth), clock.now()
    with db.read() as session:
        mine = [one.id for one in queries.places_of(session, caller.id, now) if one.booth_id == booth_id]
    for entry_id in mine:
        db.write(actions.leave_line, entry_id, caller.id, now)
    flash(gettext("줄에서 나왔어요"), "success")
    return go(url_for("scheduling.line", booth=booth_id))


@blueprint.get("/stand/<booth>/line")
@guards.page(guards.signed_in)
def line_stand(caller: Caller, booth: str) -> Any:
    """Show the line to who keeps the booth."""
    return _stand(caller, _post(caller, booth))


def _post(caller: Caller, booth: str) -> Post:
    with db.read() as session:
        post = queries.posts["interview"](session, number(booth), clock.now())
    if not post.is_kept_by(caller):
        raise NotFound
    return post


def _stand(caller: Caller, post: Post, refused: AppError | None = None, desk: DeskForm | None = None) -> Any:
    now = clock.now()
    with db.read() as session:
        seq = fairs.news_number(session, post.fair_id)
        mine_seq = live.own_heads(session, [caller.id]).get(caller.id, 0)
        people = queries.people_in(session, post.id)
        shown = queries.line_of(session, post.id, now)
        fair = fairs.fair_by_id(session, post.fair_id)
    opening = OpenLineForm(formdata=None, minutes=shown.minutes if shown else 15)
    calling = CallForm(formdata=None)
    calling.offer(post.hosts, caller.id)
    page = render_template(
        "scheduling/line_stand.html",
        post=post,
        fair=fair,
        line=shown,
        people=people,
        opening=opening,
        calling=calling,
        desk=desk or DeskForm(formdata=None),
        form=RevForm(formdata=None),
        refused=refused,
        moment=now,
        live={"fair": post.fair_id, "seq": seq, "mine": mine_seq},
    )
    return page, refused.status if refused else 422 if desk and desk.errors else 200


def _do(caller: Caller, post: Post, act: Callable[[], Any], told: str) -> Any:
    """Do what a button of the stand says, and show the line again; with why not, where it was refused."""
    try:
        act()
    except (Conflict, Invalid) as error:
        return _stand(caller, post, error)
    flash(told, "success")
    return go(url_for("scheduling.line_stand", booth=post.id))


@blueprint.post("/stand/<booth>/line/opening")
@guards.page(guards.signed_in)
def open_line(caller: Caller, booth: str) -> Any:
    """Open the line, or change how long its meetings take."""
    post, form, now = _post(caller, booth), OpenLineForm(), clock.now()
    minutes = form.minutes.data if form.validate() else 0
    return _do(caller, post, lambda: db.write(actions.open_line, post.id, minutes, now), gettext("줄을 열었어요"))


@blueprint.post("/stand/<booth>/line/closing")
@guards.page(guards.signed_in)
def close_line(caller: Caller, booth: str) -> Any:
    """Close the line; everybody in it is told."""
    post, now = _post(caller, booth), clock.now()
    return _do(caller, post, lambda: db.write(actions.close_line, post.id, now), gettext("줄을 닫고 모두에게 알렸어요"))


@blueprint.post("/stand/<booth>/line/calls")
@guards.page(guards.signed_in)
def call_next(caller: Caller, booth: str) -> Any:
    """Call the next of the line."""
    post, form, now = _post(caller, booth), CallForm(), clock.now()
    form.offer(post.hosts, caller.id)
    if not form.validate():
        return _stand(caller, post, Invalid(gettext("만나는 사람을 골라 주세요")))
    host = int(form.host.data)
    return _do(caller, post, lambda: db.write(actions.call, post.id, host, now), gettext("다음 분을 불렀어요"))


@blueprint.post("/stand/<booth>/line/people")
@guards.page(guards.signed_in)
def add_person(caller: Caller, booth: str) -> Any:
    """Put somebody without a phone in the line."""
    post, desk, now = _post(caller, booth), DeskForm(), clock.now()
    if not desk.validate():
        return _stand(caller, post, desk=desk)
    person = (desk.name.data or "", str(get_locale()), bool(desk.consent.data))
    told = gettext("%(name)s 님을 줄에 세웠어요", name=person[0])
    return _do(caller, post, lambda: db.write(actions.join_at_desk, post.id, *person, caller.id, now), told)


@blueprint.post("/stand/<booth>/line/<entry>")
@guards.page(guards.signed_in)
def move_on(caller: Caller, booth: str, entry: str) -> Any:
    """Say what became of somebody in the line: `came`, `absent`, `back` or `done`."""
    post, now, entry_id = _post(caller, booth), clock.now(), number(entry)
    with db.read() as session:
        if entry_id not in {one.id for one in queries.people_in(session, post.id)}:
            raise NotFound
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "came": (lambda: db.write(actions.start_meeting, entry_id, caller.id, now), gettext("만남을 시작했어요")),
        "absent": (lambda: db.write(actions.skip, entry_id, caller.id, now), gettext("자리를 남겨 두고 넘겼어요")),
        "back": (lambda: db.write(actions.return_to_place, entry_id, now), gettext("제자리로 돌아왔어요")),
        "done": (lambda: db.write(actions.finish_meeting, entry_id, now), gettext("만남을 마쳤어요")),
    }
    act = acts.get(request.form.get("do", ""))
    if act is None:
        return _stand(caller, post, Invalid(gettext("하나를 골라 주세요")))
    return _do(caller, post, *act)
