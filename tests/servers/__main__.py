"""Print each missing program as `part: sentence`; `make test` asks before it starts."""

from tests.servers.parts import missing_parts

for error in missing_parts():
    print(f"{error.part}: {error}")  # noqa: T201 (this is what it is for)
