"""A city whose listings open, change, close and lapse while a partner follows: the server, the partner, and who acts."""

import json
import random
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import clock, create_app, db
from fairapp.accounts.models import secret_hash
from fairapp.booths import actions as booths
from fairapp.booths.models import Booth, Listing
from fairapp.booths.rules import ListingFields
from fairapp.employers import actions as employers
from fairapp.fairs.models import Fair
from fairapp.partners import actions, queries, rules
from fairapp.partners.models import Delivery
from tests.conftest import settings_for
from tests.factories import make_account, make_agency, make_booth, make_employer, make_fair
from tests.partners.mirror.postman import Postman, postman_to
from tests.servers import Program, app_server, free_port, wait_until, work_process
from tests.servers.app import healthy

KEY = "a-key-for-tests-only"
PROGRAM = Path(__file__).parent / "mirror.py"
DAY = timedelta(days=1)
Deed = Callable[["City"], None]


class City:
    """Three fairs with two booths each, and deeds at them; everything by chance, from one seed."""

    def __init__(self, url: str, seed: int) -> None:
        self.chance = random.Random(seed)
        self.app = create_app(settings_for(url, SECRET_KEY=KEY, FAIRAPP_WEBHOOKS="anywhere"))
        self.database = db.of(self.app)
        self.booths: list[int] = self.database.write(self._build)
        self.postman: Postman
        self.partner: Program
        self.server: Program
        self.worker: Program | None = None

    def _build(self, session: Session) -> list[int]:
        now = clock.now()
        made = []
        for _ in range(3):
            times = {"announced_at": now - DAY, "booking_opens_at": now - DAY, "created_at": now - DAY}
            fair = make_fair(session, **times, starts_at=now - timedelta(hours=1), ends_at=now + 3 * DAY)
            for _ in range(2):
                fresh = {"applied_at": now, "decided_at": now, "intent_confirmed_at": now, "fair_id": fair.id}
                employer = make_employer(session, verified_at=now, created_at=now)
                made.append(make_booth(session, **fresh, employer_id=employer.id).id)
        return made

    def write(self, action: Any, *args: Any, **named: Any) -> Any:
        """Run an action as another process of the installation would."""
        with self.app.app_context():
            return self.database.write(action, *args, **named)

    def register(self, url: str) -> tuple[str, str]:
        """Make the partner's key and webhook; return both secrets."""

        def make(session: Session) -> tuple[int, int]:
            return make_agency(session).id, make_account(session).id

        agency, by = self.write(make)
        secret, now = rules.new_secret(), clock.now()
        fields = rules.KeyFields("거울", ["listings:read", "changes:read"])
        self.write(actions.make_key, agency, fields, rules.hint_of(secret), secret_hash(secret), by, now)
        hook = rules.HookFields(url, ["listing"])
        made = self.write(actions.make_hook, agency, hook, by, now, plain=True, anywhere=True)
        self.hook = (agency, made, by)
        return secret, rules.said(rules.secret_of(KEY, made, 1))

    def _listing(self, **which: Any) -> int | None:
        with self.database.read() as session:
            found = session.scalars(select(Listing.id).filter_by(closed_at=None, **which)).all()
        return self.chance.choice(found) if found else None

    def open(self, lasts: timedelta | None = None) -> None:
        """Open a listing, now and then one that lapses within seconds."""
        now = clock.now()
        lasts = lasts or (timedelta(seconds=self.chance.randint(1, 4)) if self.chance.random() < 0.3 else DAY)
        told = {"title": f"공고 {self.chance.random()}", "description": "하는 일", "occupation": "0231"}
        told |= {"region": "27290", "employment_type": "regular", "opens_at": now - DAY, "closes_at": now + lasts}
        self.write(booths.open_listing, self.chance.choice(self.booths), ListingFields(**told), None, now)

    def edit(self) -> None:
        """Change a listing's title and headcount."""
        one = self._listing()
        if one is None:
            return
        with self.database.read() as session:
            kept = session.get_one(Listing, one)
            told = {name: getattr(kept, name) for name in ListingFields.__slots__ if hasattr(kept, name)}
        seats = kept.filled + self.chance.randint(1, 9)
        told |= {"title": f"바뀐 공고 {self.chance.random()}", "headcount": seats, "needs": None}
        self.write(booths.edit_listing, one, kept.rev, ListingFields(**told), None, clock.now())

    def close(self) -> None:
        """Close a listing early."""
        one = self._listing()
        if one is not None:
            self.write(booths.close_listing, one, None, clock.now())

    def fill(self) -> None:
        """Hire somebody, so that fewer openings are left, perhaps none."""
        one = self._listing()
        if one is not None:
            self.write(booths.fill, one, None, clock.now())

    def hide(self) -> None:
        """Take an employer's verification back: all its booths vanish."""
        self.write(employers.unverify_employers, [self._employer()], clock.now())

    def show(self) -> None:
        """Verify an employer."""
        self.write(employers.verify_employers, [self._employer()], None, clock.now())

    def _employer(self) -> int:
        with self.database.read() as session:
            return session.get_one(Booth, self.chance.choice(self.booths)).employer_id

    def crash_partner(self) -> None:
        """Kill the partner and start it again from its own file."""
        self.partner.kill()
        self.open()
        self.partner.start()

    def forget(self) -> None:
        """Let the partner be away for so long that its cursor is too old."""
        self.partner.kill()
        with self.database.read() as session:
            before = queries.head(session)
            everybody = list(session.scalars(select(Booth.employer_id)))
        self.write(employers.verify_employers, everybody, None, clock.now())
        self.open(lasts=DAY)
        wait_until(lambda: self._head() > before, 60, self.server.log()[-1500:])
        while self.write(actions.forget_changes, clock.now() + DAY):
            pass
        self.partner.start()

    def _head(self) -> queries.Cursor:
        with self.database.read() as session:
            return queries.head(session)

    def crash_server(self) -> None:
        """Kill the server, with what it was sending, and start it again."""
        for one in (self.worker, self.server):
            if one is not None:
                one.kill()
        self.edit()
        for one in (self.server, self.worker):
            if one is not None:
                one.start()
        self.server.wait_ready(lambda: healthy(self.server.url))

    def go_down(self) -> None:
        """Let the receiver be down from now on, or up again."""
        self.postman.is_down = not self.postman.is_down

    def hurry(self) -> None:
        """Let an organizer who sees that the receiver is up again have what waits for its next try brought now."""
        agency, hook, by = self.hook
        with self.database.read() as session:
            waiting = select(Delivery.id).where(Delivery.state == "due", Delivery.due_at > clock.now())
            ids = session.scalars(waiting).all()
        for one in ids:
            with suppress(rules.AlreadyWaiting):
                self.write(actions.send_again, agency, hook, one, by, clock.now())

    def read_mirror(self) -> dict[str, Any]:
        """Return what is in the partner's file."""
        return json.loads(self.file.read_text("utf-8")) if self.file.exists() else {}

    def truth(self) -> dict[str, Any]:
        """Return what `GET /fairs/{fair}/listings` says of all fairs."""
        with self.database.read() as session:
            fairs = session.scalars(select(Fair.id)).all()
        return {one["id"]: one for fair in fairs for one in self._all(f"/api/v1/fairs/{fair}/listings?limit=200")}

    def _all(self, path: str) -> Iterator[Any]:
        following = ""
        while following is not None:
            with urllib.request.urlopen(f"{self.server.url}{path}&cursor={following}", timeout=20) as answer:  # noqa: S310
                part = json.load(answer)
            yield from part["items"]
            following = part["next"]

    def is_mirrored(self) -> bool:
        """Whether the copy is exactly what there is, field by field."""
        try:
            truth = self.truth()
        except OSError:  # it is starting
            return False
        copied = self.read_mirror().get("listings", {})
        return copied.keys() == truth.keys() and all(
            {name: copied[one].get(name) for name in told} == told for one, told in truth.items()
        )

    file: Path
    hook: tuple[int, int, int]  # agency, webhook, who made it


@contextmanager
def city(url: str, folder: Path, seed: int) -> Iterator[City]:
    """Run the whole city."""
    made = City(url, seed)
    env = {"DATABASE_URL": url, "SECRET_KEY": KEY, "RATE_LIMITS": "off", "FAIRAPP_WEBHOOKS": "anywhere"}
    env |= {"MAIL_URL": f"file:{folder / 'mail'}", "FAIRAPP_ENV": "development"}
    made.file, port = folder / "mirror.json", free_port()
    with postman_to(f"http://127.0.0.1:{port}", seed) as made.postman, app_server(env, timeout=120) as made.server:
        key, secret = made.register(made.postman.url)
        given = {"FAIRAPP": made.server.url, "KEY": key, "SECRET": secret, "EVERY": "3", "PATH": "/usr/bin:/bin"}
        command = [sys.executable, "-I", str(PROGRAM), str(made.file), str(port)]
        with Program(command, env=given, cwd=folder) as made.partner:
            if url.startswith("sqlite"):
                yield made
            else:
                with work_process({**env, "BASE_URL": made.server.url}) as made.worker:
                    yield made
    made.database.close()
