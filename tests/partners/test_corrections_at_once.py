"""Contesting, answering and reading lists at the same moment, on servers of their own; and what the audit finds."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from fairapp.errors import AppError
from fairapp.partners import actions, queries, rules
from fairapp.partners.models import Correction
from tests.factories import NOW
from tests.partners.contesting import RIGHT, WRONG, Scene, make_scene


@pytest.fixture
def scene(scene_on_both: Scene) -> Scene:
    """Return the scene on both databases."""
    return scene_on_both


def crowd(scene: Scene, count: int, *call: Any) -> list[Any]:
    """Do something at once, each on a server of its own; return the results, of refusals their class."""
    barrier = Barrier(count)

    def one(_number: int) -> Any:
        with scene.beside() as write:
            barrier.wait()
            try:
                return write(*call)
            except AppError as error:
                return type(error)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_of_two_who_contest_or_answer_at_once_one_does(scene: Scene) -> None:
    seen = rules.fingerprint(scene.record, "birth_date", WRONG)
    said = rules.Contest("birth_date", RIGHT, "", seen)
    asked = crowd(scene, 4, actions.contest, scene.person, scene.record, said, NOW)
    assert asked.count(rules.Contested) == 3
    [one] = [row for row in asked if row is not rules.Contested]
    school, teacher = scene.network["school"], scene.network["ids"][0]
    done = crowd(scene, 4, actions.answer, one, school, rules.Answer("corrected", RIGHT), teacher, NOW)
    assert (done.count(None), done.count(rules.Answered)) == (1, 3)
    assert scene.letters("correction.answered") == [scene.person]
    assert scene.told()["birth_date"] == RIGHT


def test_a_list_that_is_read_at_the_moment_of_the_answer_does_not_bring_the_wrong_value_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, real, answered = scene.contest(), queries.settled_of, Event()

    def answer() -> None:
        scene.answer(one, write=write)
        answered.set()

    with scene.beside() as write, ThreadPoolExecutor(1) as pool:

        def slow(*asked: Any) -> Any:
            """Know what was settled before, and write the list only after the answer had its chance to come between."""
            known = real(*asked)
            pool.submit(answer)
            answered.wait(1)
            return known

        monkeypatch.setattr(queries, "settled_of", slow)
        scene.deliver(education="대졸")
        monkeypatch.setattr(queries, "settled_of", real)
    assert answered.is_set()
    assert (scene.told()["birth_date"], scene.told()["education"]) == (RIGHT, "bachelor")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"due_on": NOW.date()}, "is due on another day than the law says"),
        ({"account_id": 1}, "waits, but its record is about somebody else"),
        ({"state": "refused", "ended_at": NOW}, "was answered without a letter"),
    ],
)
def test_the_audit_finds_each_breach(app_on_both: Flask, wrong: dict[str, Any], said: str) -> None:
    with time_machine.travel(NOW, tick=False):
        scene = make_scene(app_on_both)
        one = scene.contest()
        assert scene.read(lambda session: list(queries.breaches(session))) == []
        scene.write(lambda s: s.execute(update(Correction).values(wrong)) and None)
        assert scene.read(lambda session: list(queries.breaches(session))) == [f"correction {one}: {said}"]
