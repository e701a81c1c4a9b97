"""Draw again what fairapp has drawn, from what it published, and compare. Needs Python and nothing else.

    curl -s https://HOST/api/v1/draws/ID | python3 redraw.py

Says what it found and ends with 0 if every winner is the same, 1 if not, 2 if the draw is not held yet.
"""

import hashlib
import json
import sys
from typing import Any


def redraw(published: Any) -> dict[str, str]:
    """Return who wins what, by code, from the published seed, seats and entries."""
    seed = published["seed"]
    seats = {one["slot"]: one["seats"] for one in published["slots"]}
    winners: dict[str, str] = {}
    for entry in sorted(published["entries"], key=lambda one: (sha256(f"{seed}:{one['code']}"), one["code"])):
        for slot in entry["wishes"]:
            if seats.get(slot, 0) > 0 and slot not in entry["excluded"]:
                seats[slot] -= 1
                winners[entry["code"]] = slot
                break
    return winners


def sha256(text: str) -> str:
    """Return the SHA-256 of the text in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def say(line: str) -> None:
    """Write a line."""
    sys.stdout.write(line + "\n")


def main() -> int:
    """Read the published draw, draw again, compare."""
    published = json.load(sys.stdin)
    if published["seed"] is None:
        say("This draw is not held yet: its seed is still secret.")
        return 2
    if sha256(published["seed"]) != published["commitment"]:
        say("The seed is not the one that was promised before the draw.")
        return 1
    again = redraw(published)
    said = {one["code"]: one["won"] for one in published["entries"] if one["won"] is not None}
    for code, slot in sorted(set(again.items()) ^ set(said.items())):
        say(f"differs: {code} {slot}")
    same = "the same" if again == said else "NOT the same"
    say(f"{len(published['entries'])} entries, {len(again)} winners, {same}")
    return 0 if again == said else 1


if __name__ == "__main__":
    sys.exit(main())
