"""The sockets in the web process, and in a process of their own."""

from collections.abc import Iterator

import pytest

from tests.live.telling import Place, fresh_url, teller
from tests.servers import app_server, hub_server


@pytest.fixture(scope="module", params=["embedded, SQLite", "hub, PostgreSQL"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Run the sockets in the web process, and in a process of their own."""
    embedded = "SQLite" in request.param
    urls = fresh_url(request, "sqlite" if embedded else "postgresql", tmp_path_factory.mktemp("live"))
    url = next(urls)
    with teller(url) as writes:
        with (app_server if embedded else hub_server)({"DATABASE_URL": url}, timeout=90) as server:
            yield server, writes
    next(urls, None)
