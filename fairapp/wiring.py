"""What an earlier domain needs of a later one: hooks that it declares and that are filled here, once, at the start."""

from flask import Flask

from fairapp import db, mail
from fairapp.accounts import actions as accounts
from fairapp.accounts import pushes as account_pushes
from fairapp.coaching.actions import COACHING
from fairapp.fairs import actions as fairs
from fairapp.interviews.actions import INTERVIEW
from fairapp.live.actions import write_news
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling import pushes as scheduling_pushes
from fairapp.scheduling.rules import kinds


def connect(app: Flask) -> None:
    """Fill every hook."""
    kinds.update(interview=INTERVIEW, coaching=COACHING)
    accounts.after_registration[:] = [scheduling.make_person]
    fairs.after_room[:] = [scheduling.make_room]
    mail.renderers.update(account_pushes.RENDERERS | scheduling_pushes.LETTERS)
    db.of(app).writer.last_writes = [write_news]
