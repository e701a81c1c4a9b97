"""The browser's session cookie, signed by the server."""

from functools import cached_property
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface


class Sessions(SecureCookieSessionInterface):
    """Flask's own, but for calls with a token: it alone says who calls, so no cookie is read, and the signer is made once."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of a request; an empty one where a token is sent."""
        if "Authorization" in request.headers:
            return self.session_class()
        return super().open_session(app, request)

    def get_signing_serializer(self, app: Flask) -> Any:
        """Return what signs and reads the cookie."""
        self._app = app
        return self._signer

    @cached_property
    def _signer(self) -> Any:
        return super().get_signing_serializer(self._app)


def register(app: Flask) -> None:
    """Give the app its sessions."""
    app.session_interface = Sessions()
