"""Real programs for tests: each starts on a free port in a process of its own and is gone afterwards."""

from tests.servers.app import app_server, hub_server, work_process
from tests.servers.chromium import chromium_launch_args
from tests.servers.mail import Letter, MailServer, mail_server
from tests.servers.parts import MissingPartError
from tests.servers.postgres import PostgresServer, postgres
from tests.servers.program import Program, free_port, wait_until
from tests.servers.redis import redis

__all__ = [
    "Letter",
    "MailServer",
    "MissingPartError",
    "PostgresServer",
    "Program",
    "app_server",
    "chromium_launch_args",
    "free_port",
    "hub_server",
    "mail_server",
    "postgres",
    "redis",
    "wait_until",
    "work_process",
]
