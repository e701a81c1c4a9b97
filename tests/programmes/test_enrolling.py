"""Enrolments and consent, in the database."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fairapp.accounts import actions as accounts
from fairapp.accounts.models import Consent
from fairapp.errors import Invalid, NotFound
from fairapp.programmes import actions, queries
from fairapp.programmes.models import Enrolment
from tests.factories import NOW
from tests.programmes.cast import Cast
from tests.programmes.test_actions import COURSE, letters


def test_an_enrolment_is_kept_once_and_follows_what_is_told(cast_on_both: Cast):
    cast = cast_on_both
    who = cast.seekers[0]
    first = cast.write(actions.enrol, who, cast.agency, *COURSE, NOW)
    assert cast.write(actions.enrol, who, cast.agency, *COURSE, NOW + timedelta(days=1)) == first
    spaced = ("course", " 자바  개발 ", date(2026, 7, 1), date(2027, 1, 15), "dropped")
    assert cast.write(actions.enrol, who, cast.agency, *spaced, NOW + timedelta(days=2), "hrd") == first
    row = cast.read(lambda s: s.get(Enrolment, first))
    assert (row.title, row.ends_on, row.state, row.source) == ("자바 개발", date(2027, 1, 15), "dropped", "hrd")
    assert (row.created_at, row.changed_at) == (NOW, NOW + timedelta(days=2))
    assert cast.write(actions.enrol, who, cast.other_agency, *COURSE, NOW) != first


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "party"}, "kind"),
        ({"state": "asleep"}, "state"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"ends_on": date(2026, 6, 30)}, "ends_on"),
        ({"starts_on": date(1500, 1, 1)}, "starts_on"),
    ],
)
def test_what_cannot_be_an_enrolment_is_refused(cast: Cast, change: dict[str, Any], field: str):
    told = dict(zip(("kind", "title", "starts_on", "ends_on", "state"), COURSE, strict=True)) | change
    with pytest.raises(Invalid) as refused:
        cast.write(actions.enrol, cast.seekers[0], cast.agency, **told, now=NOW)
    assert field in [error.field for error in refused.value.errors]
    assert cast.read(lambda s: s.scalars(select(Enrolment)).all()) == []


def test_who_is_asked_for_consent_agrees_once_and_gets_a_counsellor(cast_on_both: Cast):
    cast = cast_on_both
    who = cast.stranger
    ask = cast.write(actions.ask_consent, cast.agency, who, cast.counsellors[1], NOW)
    assert cast.write(actions.ask_consent, cast.agency, who, cast.counsellors[1], NOW) is None
    assert cast.read(queries.allowed, [who], cast.agency, NOW) == set()
    with pytest.raises(NotFound):
        cast.write(actions.answer_ask, ask, cast.seekers[0], True, NOW)
    given = cast.write(actions.answer_ask, ask, who, True, NOW)
    assert given.counsellor_id in cast.counsellors
    assert cast.read(queries.allowed, [who], cast.agency, NOW) == {who}
    assert cast.read(queries.allowed, [who], cast.other_agency, NOW) == set()
    assert cast.read(queries.allowed, [who], cast.agency, NOW + timedelta(days=365)) == set()
    with pytest.raises(actions.AskAnswered):
        cast.write(actions.answer_ask, ask, who, False, NOW)
    again = cast.write(actions.ask_consent, cast.agency, who, None, NOW)
    assert cast.write(actions.answer_ask, again, who, False, NOW) is None
    assert letters(cast, "way.ask") == [None, None]  # answered: not wanted any more


def test_consent_for_coaching_is_none_for_counselling(cast: Cast):
    cast.write(accounts.give_consent, cast.stranger, None, cast.agency, "coaching", NOW + timedelta(days=9), NOW)
    assert cast.read(queries.allowed, [cast.stranger], cast.agency, NOW) == set()


def test_a_withdrawn_consent_veils_at_once(cast: Cast):
    cast.case()
    shown = cast.read(queries.cases, NOW, agency_ids=[cast.agency])
    assert [case.allowed for case in shown] == [True]
    consent = cast.read(lambda s: s.scalar(select(Consent.id).where(Consent.seeker_id == cast.seekers[0])))
    cast.write(accounts.withdraw_consent, cast.seekers[0], consent, NOW)
    veiled = cast.read(queries.cases, NOW, agency_ids=[cast.agency])
    assert [case.allowed for case in veiled] == [False]
