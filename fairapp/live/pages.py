"""For machines that watch this process: is it up, can it work, what does it count."""

from ipaddress import ip_address

import redis
from flask import Blueprint, Response, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from fairapp import db
from fairapp.errors import NotFound

blueprint = Blueprint("live", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say that the process is up."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Say whether the database and, where configured, Redis answer."""
    parts = {"database": _database_answers()}
    url = current_app.config["SETTINGS"].redis_url
    if url:
        parts["redis"] = _redis_answers(url)
    return jsonify(parts), 200 if all(parts.values()) else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """Give the figures of this process to Prometheus on the same machine; to nobody else."""
    if not _is_near():
        raise NotFound
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _is_near() -> bool:
    """Whether the request comes from this machine, and not from a proxy on it that passes on somebody else's."""
    passed_on = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
    return not passed_on and bool(ip_address(request.remote_addr or "::").is_loopback)


def _database_answers() -> bool:
    try:
        with db.read() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _redis_answers(url: str) -> bool:
    client = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()
