"""The sockets: tails the news rows and writes what is new to who watches. See tailer.py."""

from fairapp.live.hub.sockets import attach, start

__all__ = ["START", "attach", "start"]

# What `flask --app run hub` runs in a fresh Python.
START = (
    "from gevent import monkey; monkey.patch_all(); "
    "from run import app; from fairapp.live.hub.process import serve; serve(app)"
)
