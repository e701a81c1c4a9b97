"""The control room: the floor as it is now, what is wrong with the way to mend it, and telling people something."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _l

from fairapp import clock, db, language
from fairapp.accounts import guards
from fairapp.booths import queries as booths
from fairapp.errors import Invalid, NotFound
from fairapp.fairs import queries as fairs
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.models import Fair
from fairapp.outcomes import actions, forms, queries
from fairapp.outcomes.pages.base import blueprint
from fairapp.outcomes.pages.organizer import organized
from fairapp.shapes import number

# What is wrong, in words, and where it is mended; %s is the fair's slug or the booth's id.
TROUBLE: dict[str, tuple[LazyString, LazyString, str, bool]] = {
    "host-away": (_l("면접관이 자리에 없어요"), _l("다른 담당자에게 맡기기"), "/stand/%s/plan", True),
    "unmarked": (_l("출석을 적지 않은 면접"), _l("출석 적기"), "/stand/%s", True),
    "overdue": (_l("기한이 지난 면접 결과"), _l("결과 적기"), "/stand/%s", True),
    "reported": (_l("구직자의 신고"), _l("신고 보기"), "/organize/%s/reports", False),
    "lapsed": (_l("채용을 멈춘 부스"), _l("확인 부탁하기"), "/organize/%s/booths?state=hidden", False),
    "disputed": (_l("구직자가 다르다고 한 결과"), _l("답하기"), "/organize/%s/disputes", False),
}


@blueprint.get("/organize/<ref>/control")
@guards.page(guards.signed_in)
def control(caller: guards.Caller, ref: str) -> Any:
    """Show the room."""
    return _control(organized(caller, ref, clock.now()), forms.NoticeForm(formdata=None))


def _control(fair: Fair, form: forms.NoticeForm, status: int = 200) -> Any:
    now = clock.now()
    day = clock.day_bounds(clock.local(now, fair.zone).date(), fair.zone)
    with db.of().snapshot() as session:
        seq = fairs.news_number(session, fair.id)
        there = queries.booths_now(session, fair.id, now)
        numbers = queries.numbers_now(session, fair, there, day, now)
        wrong = queries.trouble(session, fair, now)
        floors = fairs.floors_of(session, fair.id)
        notices = booths.notices_of(session, fair.id)
    named = [(str(one.id), language.in_language(one.name, one.name_en)) for one in there]
    form.booth.choices = [("", ""), *named]
    page = render_template(
        "outcomes/control.html",
        fair=fair,
        phase=fair_rules.phase(fair, now),
        moment=now,
        seq=seq,
        numbers=numbers,
        booths=there,
        trouble=[_mended(fair, one) for one in wrong],
        floors=floors,
        items={one.room_id: _item(one) for one in there if one.room_id},
        notices=notices,
        audiences=forms.AUDIENCE_NAMES,
        form=form,
    )
    return page, status


def _mended(fair: Fair, one: queries.Trouble) -> dict[str, Any]:
    words, action, address, of_booth = TROUBLE[one.kind]
    return {
        "kind": one.kind,
        "words": words,
        "action": action,
        "url": address % (one.booth_id if of_booth else fair.slug),
        "count": one.count,
        "name": language.in_language(one.name, one.name_en),
    }


def _item(one: queries.BoothNow) -> dict[str, Any]:
    """Return a booth as the floor draws it."""
    if not one.hiring:
        note = gettext("쉼")
    elif one.wait_minutes:
        note = gettext("%(n)s분", n=one.wait_minutes)
    else:
        note = gettext("면접 중") if one.meetings else ""
    name = language.in_language(one.name, one.name_en)
    return {"label": name, "note": note, "kind": one.state, "href": url_for("outcomes.booth_stand", booth=one.id)}


@blueprint.post("/organize/<ref>/notices")
@guards.page(guards.signed_in)
def tell(caller: guards.Caller, ref: str) -> Any:
    """Tell the audience something."""
    now = clock.now()
    fair, form = organized(caller, ref, now), forms.NoticeForm()
    try:
        if not form.validate():
            raise Invalid
        of_booth = form.audience.data == "booth"
        booth_id = number(form.booth.data or "") if of_booth else None
        told = {"text_en": form.text_en.data or "", "booth_id": booth_id, "hours": form.hours.data or 3}
        reached = db.write(actions.tell, fair.id, form.audience.data, form.text.data, caller.id, now, **told)
    except Invalid as error:
        if error.errors:
            form.add_errors(error)
        return _control(fair, form, 422)
    except NotFound:
        form.booth.errors = [gettext("부스를 골라 주세요")]
        return _control(fair, form, 422)
    if form.audience.data == "fair":
        flash(gettext("박람회 화면 모두에 알렸어요."), "success")
    else:
        flash(ngettext("%(num)s명에게 알렸어요.", "%(num)s명에게 알렸어요.", reached), "success")
    return redirect(url_for("outcomes.control", ref=fair.slug), 303)
