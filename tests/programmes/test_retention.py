"""The words of counselling go three years after it ended, not before, and not while somebody is counselled again."""

from datetime import date, timedelta

from sqlalchemy import select, update

from fairapp.accounts import actions as accounts
from fairapp.accounts.rules import clock_of
from fairapp.programmes import actions
from fairapp.programmes.models import Assignment, CaseNote, Goal, Plan, Referral, ReferralStep, StageStep
from tests.factories import NOW
from tests.programmes.cast import Cast, counsel

DAY = timedelta(days=1)
KEPT = clock_of("counselling").kept
WORDS = {
    "notes": select(CaseNote.text),
    "goals": select(Goal.text),
    "plans": select(Plan.text).where(Plan.text != ""),
    "referrals": select(Referral.why).where(Referral.why != ""),
    "replies": select(ReferralStep.text).where(ReferralStep.text != ""),
    "hand-overs": select(Assignment.reason).where(Assignment.reason != ""),
    "stages": select(StageStep.why).where(StageStep.why != ""),
}


def words(cast: Cast) -> dict[str, int]:
    """Return of how many rows the words are still there."""
    return {name: cast.read(lambda s, found=found: len(s.scalars(found).all())) for name, found in WORDS.items()}


def counselled(cast: Cast, seeker: int) -> None:
    """Let somebody be counselled with everything that is written about it, and handed over on the way."""
    case = cast.case(seeker)
    by, other = cast.read(lambda s: s.get(Assignment, case).counsellor_id), cast.counsellors
    way = cast.write(actions.begin, cast.programme, seeker, by, NOW)
    cast.write(actions.write_note, cast.agency, seeker, by, "전화했어요", NOW, private=False, contact="call")
    cast.write(actions.write_note, cast.agency, seeker, by, "몸이 아프대요", NOW, private=True)
    cast.write(actions.add_goal, cast.agency, seeker, "이력서 쓰기", date(2026, 12, 24), by, NOW)
    cast.write(actions.offer_plan, cast.agency, seeker, "이렇게 해요", by, NOW)
    made = cast.write(actions.refer, cast.agency, seeker, by, "잘 맞아요", NOW, to_agency_id=cast.other_agency)
    cast.write(actions.withdraw_referral, made, by, NOW)
    cast.write(actions.pause, way, by, NOW, why="입원")
    to = next(one for one in other if one != by)
    cast.write(actions.hand_over, case, "집이 가까워서", cast.organizer, NOW, to=to)


def destroy(cast: Cast, day: timedelta) -> int:
    """Let the clock run on this day after NOW and return how many rows it destroyed."""
    gone = 0
    while done := cast.write(accounts.destroy, "counselling", NOW + day):
        gone += int(done)
    return gone


def test_words_of_counselling_go_three_years_after_its_end(cast_on_both: Cast):
    cast = cast_on_both
    cast.write(counsel, cast.other_agency)
    seeker, again = cast.seekers[:2]
    counselled(cast, seeker)
    counselled(cast, again)
    cast.write(lambda s: s.execute(update(ReferralStep).values(text="자리가 없어요")) and None)
    before = words(cast)
    assert before == {
        "notes": 4, "goals": 2, "plans": 2, "referrals": 2, "replies": 4, "hand-overs": 2, "stages": 2,
    }  # fmt: skip
    assert destroy(cast, 2 * KEPT) == 0  # both still have their counsellors
    for one in (seeker, again):
        cast.write(actions.release, cast.agency, one, "left", NOW + 100 * DAY)
    assert destroy(cast, KEPT + 99 * DAY) == 0
    cast.write(actions.assign, cast.agency, again, NOW + 200 * DAY, why="again")
    cast.write(actions.release, cast.agency, again, "left", NOW + 300 * DAY)
    assert destroy(cast, KEPT + 101 * DAY) > 0
    half = words(cast)
    assert {name: (half[name] * 2, before[name]) for name in half if half[name] * 2 != before[name]} == {}
    notes = cast.read(lambda s: set(s.scalars(select(CaseNote.seeker_id))))
    assert notes == {again}
    assert destroy(cast, KEPT + 301 * DAY) > 0
    assert set(words(cast).values()) == {0}
    assert destroy(cast, 3 * KEPT) == 0
    kept = cast.read(lambda s: [len(s.scalars(select(table.id)).all()) for table in (Plan, Referral, Assignment)])
    assert kept == [2, 2, 5]  # what happened, and when, stays
