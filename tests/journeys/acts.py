"""The acts of a story: its database is served from given moments on, one after the other."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from playwright.sync_api import Browser

from tests.journeys.story import People, Place
from tests.servers import MailServer
from tests.servers.app import serve


@dataclass
class Acts:
    """Where the story is kept and who is there to tell it; `organizer` is the address of who runs what it is about."""

    url: str
    browser: Browser
    mail: MailServer
    organizer: str = ""

    @contextmanager
    def at(self, moment: datetime, **settings: str) -> Iterator[People]:
        """Serve the database from that moment on and give the browsers of its people, until the block ends."""
        env = {"DATABASE_URL": self.url, "FAIRAPP_ENV": "development", "MAIL_URL": self.mail.url, "RATE_LIMITS": "off"}
        with serve([sys.executable, "-m", "tests.moved", moment.isoformat(), "run.py"], env | settings) as server:
            people = People(self.browser, Place(server.url, "", "", 0, 0, "", self.organizer), self.mail)
            try:
                yield people
            finally:
                people.close()
