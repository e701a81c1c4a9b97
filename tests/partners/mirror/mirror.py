"""A partner: keeps a copy of all public listings of a fairapp, knowing nothing but what docs/partners.md and the API say.

python mirror.py FILE PORT, with FAIRAPP (its address), KEY and SECRET in the environment. The copy is in FILE, which is
always whole: it is written beside and moved into place, and a message is answered only afterwards. Webhooks make it fast,
asking for changes makes it right: whatever is lost, comes twice or in another order, the cursor says what is missing.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

EVERY = float(os.environ.get("EVERY", "5"))  # seconds between two looks, should no message come
TOLERANCE = 300  # seconds that a message may be old
CALLS = ("/api/v1/listings", "/api/v1/changes")


class Mirror:
    """The copy, the cursor up to which it goes, and how to bring it up to date."""

    def __init__(self, file: Path, address: str, key: str, secret: str) -> None:
        self.file, self.address, self.key = file, address.rstrip("/"), key
        self.secret = base64.b64decode(secret.removeprefix("whsec_"))
        self.lock, self.wake = threading.Lock(), threading.Event()
        kept = json.loads(file.read_text("utf-8")) if file.exists() else {}
        self.cursor: str | None = kept.get("cursor")
        self.listings: dict[str, Any] = kept.get("listings", {})
        self.counts: dict[str, int] = kept.get("counts", {})

    def call(self, path: str, **query: str) -> Any:
        """Return what a call answers; OSError if it cannot be had now."""
        asked = f"{self.address}{path}?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(asked, headers={"Authorization": f"Bearer {self.key}"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return json.load(answer)

    def count(self, what: str) -> None:
        """Count what happened, for whoever looks at the file."""
        self.counts[what] = self.counts.get(what, 0) + 1

    def save(self) -> None:
        """Put the copy on the disk, whole."""
        beside = self.file.with_suffix(".new")
        kept = {"cursor": self.cursor, "listings": self.listings, "counts": self.counts}
        with beside.open("w", encoding="utf-8") as file:
            json.dump(kept, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.file)

    def begin(self) -> None:
        """Take all listings, and the cursor that belongs to them."""
        listings, start, following = {}, None, ""
        while following is not None:
            part = self.call(CALLS[0], limit="200", **({"cursor": following} if following else {}))
            listings |= {one["id"]: one for one in part["items"]}
            start, following = start or part["changes"], part["next"]
        self.listings, self.cursor = listings, start
        self.count("begun")
        self.save()

    def apply(self, items: list[Any], cursor: str) -> None:
        """Do what the changes say."""
        for one in items:
            if one["kind"] == "listing.closed":
                self.listings.pop(one["id"], None)
            elif one["kind"].startswith("listing."):
                self.listings[one["id"]] = one["listing"]
        self.cursor = cursor
        self.save()

    def follow(self) -> None:
        """Ask for what has changed until there is no more; begin anew where that is no longer known."""
        with self.lock:
            if self.cursor is None:
                self.begin()
            more = True
            while more:
                found = self.call(CALLS[1], after=str(self.cursor), limit="50")
                if found["reset"]:
                    self.count("reset")
                    self.begin()
                    continue
                more = found["more"]
                if found["items"] or found["cursor"] != self.cursor:
                    self.apply(found["items"], found["cursor"])
            self.lapse()

    def lapse(self) -> None:
        """Drop what time alone has closed; a change says so too, a moment later."""
        now = datetime.now(UTC)
        over = [one for one, told in self.listings.items() if datetime.fromisoformat(told["visible_until"]) <= now]
        for one in over:
            del self.listings[one]
        if over:
            self.save()

    def take(self, headers: Any, body: bytes) -> int:
        """Take a message and return the status to answer with."""
        stamp = headers.get("webhook-timestamp", "0")
        signed = b".".join([headers.get("webhook-id", "").encode(), stamp.encode(), body])
        wanted = f"v1,{base64.b64encode(hmac.new(self.secret, signed, hashlib.sha256).digest()).decode()}"
        given = headers.get("webhook-signature", "").split(" ")
        if not any(hmac.compare_digest(wanted, one) for one in given) or abs(time.time() - int(stamp)) > TOLERANCE:
            return 401
        message = json.loads(body)
        if message["type"] != "changes":
            return 204
        data = message["data"]
        with self.lock:
            if data["after"] == self.cursor and not data["reset"]:
                self.count("taken")
                self.apply(data["items"], data["cursor"])
            else:  # before or after where we are, or a second time: ask
                self.count("asked")
                self.wake.set()
        return 204


def handler_of(mirror: Mirror) -> type[BaseHTTPRequestHandler]:
    """Return what answers messages."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(mirror.take(self.headers, body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def main() -> None:
    """Follow for ever."""
    file, port = Path(sys.argv[1]), int(sys.argv[2])
    mirror = Mirror(file, os.environ["FAIRAPP"], os.environ["KEY"], os.environ["SECRET"])
    server = ThreadingHTTPServer(("127.0.0.1", port), handler_of(mirror))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    described = False
    while True:
        try:
            if not described:
                paths = mirror.call("/api/v1/openapi.json")["paths"]
                assert all("get" in paths[path] for path in CALLS), "the API has no such calls"
                described = True
            mirror.follow()
        except (OSError, json.JSONDecodeError) as error:  # down, or in the middle of going down: later
            print(f"later: {error}", flush=True)  # noqa: T201
        mirror.wake.wait(EVERY)
        mirror.wake.clear()


if __name__ == "__main__":
    main()
