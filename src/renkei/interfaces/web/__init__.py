"""Where the build of the browser client is; its source is in ``web/`` beside ``src/``.

Layer: interfaces. Nothing heavy is imported here: commands ask whether there is a client.
"""

from __future__ import annotations

from pathlib import Path

STATIC = Path(__file__).parent / "static"
INDEX = "index.html"


def has_client() -> bool:
    """Return whether this installation has the browser client."""
    return (STATIC / INDEX).is_file()
