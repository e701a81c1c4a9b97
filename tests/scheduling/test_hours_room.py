"""Where hours are given: the booth's own place first, and online nobody is in the way of others."""

from sqlalchemy import update

from fairapp.booths.models import Booth
from tests.scheduling.cast import Cast, words
from tests.scheduling.test_hours_pages import hours, slots


def test_hours_online_do_not_clash_with_those_of_others(cast_on_both: Cast) -> None:
    cast = cast_on_both
    coaching = hours(cast, host=str(cast.coach_account), topic="interview")
    theirs = cast.client(cast.coach_account).post(f"/coach/{cast.coach}/hours", data=coaching)
    assert theirs.status_code == 303
    assert len(slots(cast)) == 9
    seen = cast.client(cast.recruiter).post(f"/stand/{cast.booth}/hours", data=hours(cast, do="preview"))
    assert "열릴 시간 9개" in words(seen)
    assert "이미 쓰이고" not in words(seen)


def test_hours_begin_with_the_booths_own_place(cast: Cast) -> None:
    client, url = cast.client(cast.recruiter), f"/stand/{cast.booth}/hours"
    chosen = f'<option selected value="{cast.room}">'
    assert chosen not in client.get(url).text
    cast.write(lambda session: session.execute(update(Booth).values(room_id=cast.room)) and None)
    assert chosen in client.get(url).text
    assert chosen in client.get(f"{url}/drawn").text
