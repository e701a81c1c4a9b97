"""A process of its own for sockets, on gevent: any number of them may run, beside PostgreSQL.

`flask --app run hub` replaces itself by a fresh Python that patches the standard library before anything else is imported
(START below); patching inside a started Flask would come too late.
"""

import signal
import sys

import gevent
from flask import Flask
from gevent.pywsgi import WSGIServer

from fairapp import config
from fairapp.live.hub import sockets

MOST = 20_000  # sockets a process takes; memory says where its real limit is


def serve(app: Flask) -> None:
    """Serve sockets, and nothing but them, until told to stop."""
    settings: config.Settings = app.config["SETTINGS"]
    hub = sockets.attach(app, "gevent", MOST, alone=True)
    server = WSGIServer((settings.host, settings.port), app, log=None, backlog=1024)

    def stop() -> None:
        hub.close()
        server.stop(timeout=1)

    for sent in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(sent, stop)
    server.start()
    sockets.start(app)
    sys.stdout.write(f"fairapp hub: http://{settings.host}:{settings.port}\n")
    sys.stdout.flush()
    server.serve_forever()
