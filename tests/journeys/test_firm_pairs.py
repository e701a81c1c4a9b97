"""The page of employers that may be one, in a browser: read by axe, narrow enough, decided and taken back."""

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import update

from fairapp import clock, db
from fairapp.accounts.models import Account
from fairapp.employers import actions as employers
from fairapp.employers.rules import EmployerFields
from fairapp.partners import jobs
from tests.journeys.story import People
from tests.journeys.test_axe import found_on, violations
from tests.journeys.test_time import Floor, floor, people

__all__ = ["floor", "people"]  # fixtures
PAGE = "/organize/employers/pairs"


@pytest.mark.parametrize(("language", "width"), [("ko", 320), ("en", 1280)])
def test_pairs_are_decided_and_taken_back(app: Flask, floor: Floor, people: People, language: str, width: int) -> None:
    write = db.of(app).write
    place = {"phone": "053-123-4567", "region": "27290", "address": "대구 달서구 성서공단로 123"}
    for name in ("(주)한빛정밀", "Hanbit Precision Co., Ltd."):
        write(employers.make_employer, EmployerFields(name, **place), clock.now())
    jobs.find_firm_pairs(clock.now())
    write(lambda session: session.execute(update(Account).values(language=language)))
    page = people.person("organizer@now.example.kr", {"width": width, "height": 900})
    found = violations(page, PAGE)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("button[value=same]").click()
    expect(page.locator("button[value=same]")).to_have_count(0)
    found += found_on(page, PAGE)
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("form[action$='/undo'] button").click()
    expect(page.locator("form[action$='/undo']")).to_have_count(0)
