"""What an earlier domain needs of a later one: hooks that it declares and that are filled here, once, at the start."""

from flask import Flask

from fairapp import db
from fairapp.live.actions import write_news


def connect(app: Flask) -> None:
    """Fill every hook."""
    writer = db.of(app).writer
    writer.last_writes = [write_news]
