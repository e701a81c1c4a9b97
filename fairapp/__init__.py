"""fairapp: time-limited job fairs, from the hiring gate to the ledger of hires."""

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from fairapp import cli, config, db, errors, headers, language, openapi, wiring
from fairapp.accounts import guards
from fairapp.live import api as _live_api  # noqa: F401 - registers its calls
from fairapp.live import pages as live_pages

BLUEPRINTS: list[Blueprint] = [
    live_pages.blueprint,
]
MOST_UPLOADED = 20 * 1024 * 1024  # bytes: a workbook of listings; a résumé has a lower limit of its own


def create_app(settings: config.Settings | None = None) -> Flask:
    """Return the app for these settings, by default those of the environment."""
    settings = settings or config.load()
    app = Flask(__name__, root_path=str(config.ROOT))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SETTINGS=settings,
        MAX_CONTENT_LENGTH=MOST_UPLOADED,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="fairapp",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https:"),
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    app.extensions["fairapp.db"] = db.Database(settings.database_url, readers=min(settings.threads, 32))
    csrf = CSRFProtect(app)
    errors.register(app)
    headers.register(app)
    language.register(app)
    guards.register(app)
    wiring.connect(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    csrf.exempt(openapi.register(app, guards.caller))
    cli.register(app)
    return app
