"""fairapp: time-limited job fairs, from the hiring gate to the ledger of hires."""

import logging
import sys

import structlog
from flask import Blueprint, Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from fairapp import cli, config, cookies, db, errors, headers, language, limits, navigation, openapi, wiring
from fairapp.accounts import api as accounts_api
from fairapp.accounts import guards
from fairapp.accounts import pages as accounts_pages
from fairapp.agencies import pages as agencies_pages
from fairapp.booths import api as booths_api
from fairapp.booths import pages as booths_pages
from fairapp.coaching import api as coaching_api
from fairapp.coaching import pages as coaching_pages
from fairapp.employers import pages as employers_pages
from fairapp.fairs import api as fairs_api
from fairapp.fairs import pages as fairs_pages
from fairapp.interviews import pages as interviews_pages
from fairapp.live import api as live_api
from fairapp.live import pages as live_pages
from fairapp.outcomes import api as outcomes_api
from fairapp.outcomes import pages as outcomes_pages
from fairapp.partners import api as partners_api
from fairapp.partners import pages as partners_pages
from fairapp.programmes import api as programmes_api
from fairapp.programmes import pages as programmes_pages
from fairapp.scheduling import api as scheduling_api
from fairapp.scheduling import pages as scheduling_pages
from fairapp.visits import api as visits_api
from fairapp.visits import pages as visits_pages

# Importing a domain's api makes its calls known. One line a domain, in the order of the domains.
APIS = (
    live_api,
    accounts_api,
    fairs_api,
    booths_api,
    scheduling_api,
    coaching_api,
    outcomes_api,
    visits_api,
    partners_api,
    programmes_api,
)
# The pages of each domain.
BLUEPRINTS: tuple[Blueprint, ...] = (
    live_pages.blueprint,
    accounts_pages.blueprint,
    agencies_pages.blueprint,
    employers_pages.blueprint,
    fairs_pages.blueprint,
    booths_pages.blueprint,
    outcomes_pages.blueprint,
    scheduling_pages.blueprint,
    interviews_pages.blueprint,
    coaching_pages.blueprint,
    partners_pages.blueprint,
    visits_pages.blueprint,
    programmes_pages.blueprint,
)
MOST_UPLOADED = 20 * 1024 * 1024  # bytes: a workbook of listings; a résumé has a lower limit of its own


def create_app(settings: config.Settings | None = None) -> Flask:
    """Return the app for these settings, by default those of the environment."""
    settings = settings or config.load()
    _configure_log(settings)
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
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of the provider that Flask has by default
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # how Flask says to wrap it
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    app.extensions["fairapp.db"] = db.Database(settings.database_url, readers=min(settings.threads, 32))
    csrf = CSRFProtect(app)
    errors.register(app)
    cookies.register(app)
    headers.register(app)
    language.register(app)
    guards.register(app)
    limits.register(app)
    navigation.register(app, guards.caller)
    wiring.connect(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    csrf.exempt(openapi.register(app, limits.per_caller(guards.caller)))
    cli.register(app)
    return app


def _configure_log(settings: config.Settings) -> None:
    """Write the log to the standard error stream: plain lines on one's own machine, JSON elsewhere."""
    # Tracebacks without the values of variables, which may be passwords or somebody's data.
    plain = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
    json = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([plain] if settings.development else json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    # A tick that takes longer than its interval is no news: the next one waits.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
