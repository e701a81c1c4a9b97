"""The tree keeps its promises, and each check notices an offender."""

from pathlib import PurePosixPath

import pytest

from tests import architecture
from tests.architecture import CHECKS, top_level
from tests.tree import ROOT, Source, sources


@pytest.fixture(scope="module")
def files() -> list[Source]:
    return sources()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_tree_keeps(check, files):
    assert list(check(files)) == []


def test_the_tree_is_read(files):
    paths = {str(source.path) for source in files}
    assert {"fairapp/db.py", "tests/architecture.py", "run.py", "bootstrap.py"} <= paths


def test_the_top_level_holds_known_folders_and_plain_files():
    names = [(path.name, path.is_dir()) for path in ROOT.iterdir()]
    assert list(top_level(names, (ROOT / ".gitignore").read_text("utf-8").splitlines())) == []


def test_a_strange_folder_or_program_at_the_top_is_noticed():
    names = [("scripts", True), ("tool.py", False), (".venv", True), ("README.md", False), ("run.py", False)]
    assert list(top_level(names, [".venv/"])) == [
        "scripts/: the top level has no such folder",
        "tool.py: code lives in fairapp/",
    ]


LONG = "def long():\n    '''Not counted.'''\n" + "    x = 1\n" * 41

# Check, path, source, a part of the complaint.
OFFENDERS = [
    ("folders_and_names", "fairapp/booths/signals.py", "", "a domain has no signals.py"),
    ("folders_and_names", "fairapp/booths/hub.py", "", "a domain has no hub.py"),
    ("folders_and_names", "fairapp/booths/actions/deep/er.py", "", "a domain has no actions/deep/er.py"),
    ("folders_and_names", "fairapp/kiosks/models.py", "", "kiosks is no domain"),
    ("folders_and_names", "fairapp/tools.py", "", "no root module of that name"),
    ("folders_and_names", "fairapp/booths/__init__.py", '"""Stands."""\nX = 1', "one docstring"),
    ("folders_and_names", "fairapp/booths/__init__.py", "", "one docstring"),
    ("import_direction", "fairapp/booths/models.py", "from fairapp.booths import queries", "may not use queries"),
    ("import_direction", "fairapp/booths/rules.py", "import fairapp.booths.actions", "may not use actions"),
    ("import_direction", "fairapp/booths/actions.py", "from fairapp.booths.pages import show", "may not use pages"),
    ("import_direction", "fairapp/booths/actions/hire.py", "from fairapp.booths import forms", "may not use forms"),
    ("import_direction", "fairapp/booths/api.py", "from fairapp.booths.pages import show", "may not use pages"),
    ("import_direction", "fairapp/booths/jobs.py", "from fairapp.booths import forms", "may not use forms"),
    ("import_direction", "fairapp/fairs/actions.py", "from fairapp.booths import actions", "comes before booths"),
    ("import_direction", "fairapp/live/hub.py", "from fairapp.accounts import guards", "comes before accounts"),
    ("import_direction", "fairapp/booths/pages.py", "from fairapp.fairs.pages import x", "does not show its pages"),
    ("import_direction", "fairapp/booths/pages.py", "from fairapp.fairs import forms", "does not show its forms"),
    ("import_direction", "fairapp/booths/actions.py", "from fairapp.fairs import pushes", "does not show its pushes"),
    ("import_direction", "fairapp/booths/pages.py", "from fairapp import fairs", "does not show its "),
    ("import_direction", "fairapp/booths/actions.py", "from fairapp import wiring", "may not use fairapp.wiring"),
    (
        "import_direction",
        "fairapp/booths/jobs.py",
        "from fairapp.schedule import TICKS",
        "may not use fairapp.schedule",
    ),
    ("import_direction", "fairapp/booths/pages.py", "from fairapp import create_app", "may not use fairapp.create_app"),
    ("import_direction", "fairapp/db.py", "from fairapp.live.models import News", "root modules lie below"),
    ("ends_are_imported_by_nothing", "fairapp/wiring.py", "from fairapp import audit", "nothing imports audit"),
    ("ends_are_imported_by_nothing", "fairapp/live/jobs.py", "import fairapp.demo", "nothing imports demo"),
    ("imports_at_the_top", "fairapp/cli.py", "def f():\n    import os", "fairapp/cli.py:2: import inside"),
    ("imports_at_the_top", "fairapp/booths/api.py", "from . import models", "write the import in full"),
    ("rules_decide_on_given_values", "fairapp/fairs/rules.py", "clock.now()", "a rule is given the time"),
    ("rules_decide_on_given_values", "fairapp/fairs/rules.py", "from fairapp import db", "does not use db"),
    ("rules_decide_on_given_values", "fairapp/fairs/rules.py", "from flask import g", "no request"),
    ("only_the_database_module_commits", "fairapp/booths/actions.py", "session.commit()", "only db.py commits"),
    ("only_the_hub_emits", "fairapp/booths/actions.py", "socketio.emit('news', {})", "only live/hub.py emits"),
    ("only_the_hub_emits", "fairapp/live/actions.py", "emit('news')", "only live/hub.py emits"),
    ("only_the_clock_reads_the_time", "fairapp/fairs/queries.py", "datetime.now(UTC)", "only clock.py"),
    ("only_the_clock_reads_the_time", "fairapp/fairs/queries.py", "datetime.datetime.utcnow()", "only clock.py"),
    ("only_the_clock_reads_the_time", "fairapp/fairs/queries.py", "date.today()", "only clock.py"),
    ("sizes", "fairapp/fairs/queries.py", "x = 1\n" * 301, "301 lines, at most 300"),
    ("sizes", "tests/test_fairs.py", LONG, "long has 41 lines, at most 40"),
    ("sizes", "templates/fairs/show.html", "<p>\n" * 61, "61 lines, at most 60"),
    ("sizes", "static/js/all.js", ";\n" * 301, "301 lines, at most 300"),
    ("names_say_something", "fairapp/utils.py", "", "utils says nothing"),
    ("names_say_something", "tests/helpers/x.py", "", "helpers says nothing"),
    ("names_say_something", "templates/_common.html", "", "_common says nothing"),
    ("names_say_something", "static/js/manager.js", "", "manager says nothing"),
]
WAYS_TO_WRITE_CLAIMS = [
    "session.execute(insert(TimeClaim).values(rows))",
    "session.execute(sqlite.insert(models.TimeClaim))",
    "connection.execute(TimeClaim.__table__.delete())",
    "session.execute(update(TimeClaim).values(rev=2))",
    "session.add(TimeClaim(resource_id=1))",
    "row = TimeClaim()",
    "session.execute(text('DELETE FROM time_claim WHERE booking_id = 1'))",
    "session.execute(text('insert  into time_claim values (1)'))",
]
OFFENDERS += [
    ("claims_are_written_in_one_place", "fairapp/scheduling/actions/booking.py", way, "in fairapp/scheduling/actions")
    for way in WAYS_TO_WRITE_CLAIMS
]


@pytest.mark.parametrize(("check", "path", "text", "complaint"), OFFENDERS)
def test_an_offender_is_noticed(check, path, text, complaint):
    found = list(getattr(architecture, check)([Source(PurePosixPath(path), text)]))
    assert len(found) >= 1
    assert complaint in found[0]


def test_every_check_has_an_offender():
    assert {check.__name__ for check in CHECKS} == {offender[0] for offender in OFFENDERS}


# Path and source that keep every promise.
GOOD = [
    (
        "fairapp/booths/pages.py",
        "from fairapp import clock, db\nfrom fairapp.booths import actions, forms, queries, rules",
    ),
    ("fairapp/booths/pages.py", "from fairapp.accounts import guards\nfrom fairapp.fairs.models import Fair"),
    ("fairapp/booths/actions/hiring.py", "from fairapp.booths.actions.listings import close"),
    ("fairapp/scheduling/queries.py", "select(TimeClaim).where(TimeClaim.resource_id == 1)"),
    ("fairapp/scheduling/actions/booking.py", "update(Booking).where(Booking.id.in_(select(TimeClaim.booking_id)))"),
    ("fairapp/scheduling/actions/claims.py", "insert(TimeClaim)"),
    ("fairapp/__init__.py", "from fairapp import cli, wiring\nfrom fairapp.booths import pages"),
    ("fairapp/cli.py", "from fairapp import audit, demo\nfrom fairapp.booths.actions import open_listing"),
    ("fairapp/live/hub.py", "socketio.emit('news', {})"),
    ("fairapp/clock.py", "datetime.now(UTC)"),
    ("fairapp/fairs/rules.py", "from fairapp import clock\nclock.local(opens_at, zone)"),
    ("fairapp/fairs/actions.py", "clock.now()"),
    ("fairapp/booths/__init__.py", '"""Stands, listings, the hiring gate."""'),
    ("fairapp/migrations/versions/2026_11_22_first.py", "def upgrade():\n" + "    op.execute('')\n" * 400),
]


@pytest.mark.parametrize(("path", "text"), GOOD)
def test_what_the_rules_allow_passes(path, text):
    source = Source(PurePosixPath(path), text)
    assert [complaint for check in CHECKS for complaint in check([source])] == []
