"""How the browser of the tests is started."""

import os
from typing import Any

from tests.servers.parts import chromium_binary, playwright_driver

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Video calls: a made-up camera, no question, and peers on this machine.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
)


def chromium_launch_args() -> dict[str, Any]:
    """Return what Playwright's `launch` needs for the system's Chromium."""
    playwright_driver()
    # Chromium refuses to sandbox for root; without being asked, Playwright would never sandbox it.
    sandboxed = os.geteuid() != 0
    return {"executable_path": chromium_binary(), "args": [*FLAGS], "chromium_sandbox": sandboxed}
