"""Everything fairapp says can be said in English; docs/translations.md tells how to keep it so."""

import os
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import update
from sqlalchemy.orm import Session

from fairapp import config, db, language
from fairapp.accounts.models import Account
from fairapp.agencies.models import Agency
from fairapp.booths.models import Listing
from fairapp.employers.models import Employer
from fairapp.fairs.models import Fair
from tests.casting import Cast, by, make_cast
from tests.factories import NOW

ENGLISH = config.ROOT / "translations" / "en" / "LC_MESSAGES" / "fairapp.po"
KEYWORDS = DEFAULT_KEYWORDS | parse_keywords(["_l", "_ln:1,2", "lazy_pgettext:1c,2"])
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w+\}")
HANGUL = re.compile(r"[가-힣]+")
# What is written in the files that employers bring; a translation could not be read there.
IN_FILES = {"연봉", "만원", "상시채용"}
HELP = "Follow docs/translations.md: extract, update, fill in, compile. It concerns:"


@pytest.fixture(scope="module")
def said() -> Catalog:
    """Return every sentence of the code and the templates."""
    with (config.ROOT / "translations" / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = Catalog()
    for file, _line, message, _comments, context in extract_from_dir(
        config.ROOT,
        methods,
        options,
        KEYWORDS,
        directory_filter=lambda path: not os.path.basename(path).startswith("."),
    ):
        found.add(message, context=context, locations=[(file, 0)])
    return found


@pytest.fixture(scope="module")
def english() -> Catalog:
    """Return the English catalogue."""
    with ENGLISH.open("rb") as file:
        return read_po(file)


def messages(catalog: Catalog) -> list[Message]:
    """Return the messages of a catalogue, without its head."""
    return [message for message in catalog if message.id]


def keys(catalog: Catalog) -> dict[tuple[str | None, str], Message]:
    """Return the messages by context and (singular) Korean text."""
    return {(one.context, forms(one.id)[0]): one for one in messages(catalog)}


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Return the singular and plural forms, or the only form."""
    return (text,) if isinstance(text, str) else tuple(text)


def test_sentences_are_found_in_code_templates_macros_and_letters(said: Catalog) -> None:
    folders = {file.rsplit("/", 1)[0] for one in messages(said) for file, _ in one.locations}
    assert {"fairapp", "fairapp/fairs", "templates", "templates/_macros", "templates/letters"} <= folders
    assert "templates/design" not in folders
    assert said.get("박람회", "several")


def test_every_sentence_has_an_english_one(said: Catalog, english: Catalog) -> None:
    missing = [f"{text}  ({one.locations[0][0]})" for (_, text), one in keys(said).items() if _lacks(english, one)]
    assert not missing, "\n".join([HELP, *missing])


def _lacks(english: Catalog, wanted: Message) -> bool:
    found = english.get(forms(wanted.id)[0], wanted.context)
    return found is None or len(forms(found.id)) != len(forms(wanted.id)) or not all(forms(found.string)) or found.fuzzy


def test_no_english_sentence_is_left_over(said: Catalog, english: Catalog) -> None:
    left = [text for _, text in keys(english).keys() - keys(said).keys()] + list(english.obsolete)
    assert not left, "\n".join([HELP, *left])


def test_english_takes_the_same_values(english: Catalog) -> None:
    wrong = [
        f"{one.id} → {text}"
        for one in messages(english)
        for text in forms(one.string)
        if Counter(PLACEHOLDER.findall(text)) != Counter(PLACEHOLDER.findall(forms(one.id)[0]))
    ]
    assert not wrong, "\n".join(["These need exactly the values of the Korean text:", *wrong])


def test_english_is_english(english: Catalog) -> None:
    korean = [text for one in messages(english) for text in forms(one.string) if set(HANGUL.findall(text)) - IN_FILES]
    assert not korean, "\n".join(["These have Korean in the English text:", *korean])
    assert not [text for one in messages(english) for text in forms(one.string) if "!" in text]


def test_times_and_days_are_said_as_people_say_them(app: Flask) -> None:
    moment = datetime(2026, 11, 24, 5, 20, tzinfo=UTC)
    with force_locale("en"):
        assert language.say_when(moment, "Asia/Seoul") == "Tue 24 November, 2:20 pm"
        assert language.say_date(moment, "Asia/Seoul") == "Tue 24 November 2026"
        assert language.say_clock(moment - timedelta(hours=5), "Asia/Seoul") == "9:20 am"
    with force_locale("ko"):
        assert language.say_when(moment, "Asia/Seoul") == "11월 24일 (화) 오후 2:20"
        assert language.say_date(moment, "Asia/Seoul") == "2026년 11월 24일 (화)"


def test_a_span_says_a_day_once_and_the_year_where_it_is_another(app: Flask) -> None:
    first, last = datetime(2026, 11, 24, 5, 0, tzinfo=UTC), datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    later, zone = datetime(2027, 1, 8, 9, 0, tzinfo=UTC), "Asia/Seoul"
    with app.test_request_context(), time_machine.travel(first, tick=False):
        assert language.say_span(first, last, zone) == "11월 24일 (화) 오후 2:00 ~ 오후 4:30"
        assert (
            language.say_span(first, later, zone) == "2026년 11월 24일 (화) 오후 2:00 ~ 2027년 1월 8일 (금) 오후 6:00"
        )
        assert language.say_span(first, last, zone, with_year=True) == "2026년 11월 24일 (화) 오후 2:00 ~ 오후 4:30"
        with force_locale("en"):
            assert language.say_span(first, last, zone) == "Tue 24 November, 2:00 pm to 4:30 pm"
            assert language.say_figure(1.9, "times") == "1.9"  # not the word for a number in a line
    with app.test_request_context(), time_machine.travel(later, tick=False):
        assert language.say_span(first, last, zone) == "2026년 11월 24일 (화) 오후 2:00 ~ 오후 4:30"


def test_money_is_counted_in_ten_thousands_in_korean_alone(app: Flask) -> None:
    with force_locale("en"):
        assert [language.say_money(won) for won in (42_000_000, 10_320)] == ["₩42,000,000", "₩10,320"]
    with force_locale("ko"):
        assert [language.say_money(won) for won in (42_000_000, 10_320)] == ["4,200만원", "10,320원"]


PUBLIC = """/ /fairs/daegu /fairs/daegu/booths /fairs/daegu/coaches /booths/{booth} /listings/{listing}
    /sign-in /register /reset /nowhere"""
OWN = {
    "seeker": "/me/schedule /me/calendar /me/appointments /profile /account /disclosures /fairs/daegu/pass",
    "recruiter": """/stand /stand/{booth} /stand/{booth}/listings /stand/{booth}/listings/new /stand/{booth}/hours
        /stand/{booth}/cut /stand/{booth}/listings/{listing}/edit /employers/{employer}/edit""",
    "organizer": """/organize /organize/daegu /organize/daegu/booths /organize/daegu/sites
        /organize/daegu/edit /organize/daegu/check-in /organize/daegu/report /organize/daegu/exports
        /organize/fairs/new /organize/employers /agencies""",
}


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("who", ["", *OWN])
def test_an_english_reader_sees_no_korean_but_names(app: Flask, client: FlaskClient, who: str) -> None:
    cast = db.of(app).write(_cast_that_reads_english)
    for path in OWN.get(who, PUBLIC).split():
        answer = client.get(
            path.format(booth=cast.booth, listing=cast.listing, employer=cast.employer),
            headers={"Accept-Language": "en-GB,en;q=0.9"} | (by(who).get("headers", {})),
        )
        assert answer.status_code == (404 if path == "/nowhere" else 200), path
        assert set(HANGUL.findall(answer.text)) - IN_FILES == {"한국어"}, path


def _cast_that_reads_english(session: Session) -> Cast:
    cast = make_cast(session)
    session.execute(update(Account).values(language="en"))
    session.execute(update(Fair).values(name="Daegu fair"))
    session.execute(update(Agency).values(name="Daegu job centre"))
    session.execute(update(Employer).values(name="Myeongseong"))
    session.execute(update(Listing).values(title="Accountant"))
    return cast


def test_pages_are_korean_to_everybody_else(client: FlaskClient) -> None:
    assert "지금은 열린 박람회가 없어요" in client.get("/", headers={"Accept-Language": "fi"}).text


def test_a_program_that_asks_in_english_gets_an_english_problem(client: FlaskClient) -> None:
    problem = client.get("/api/v1/fairs/nowhere", headers={"Accept-Language": "en"})
    assert problem.status_code == 404
    assert problem.get_json()["title"] == "Not found"
    assert not HANGUL.search(problem.get_data(as_text=True))
