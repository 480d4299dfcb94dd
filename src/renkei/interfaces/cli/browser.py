"""Opens a page in the browser of whoever sits at the machine.

Layer: interfaces.
"""

from __future__ import annotations

import os
import sys
import webbrowser


def has_display() -> bool:
    """Return whether a window can be opened for whoever typed the command."""
    if sys.platform in {"darwin", "win32"}:
        return not os.environ.get("SSH_CONNECTION")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_page(address: str) -> bool:
    """Open a page in a browser; return whether there is one that can show it.

    Without a display nothing is opened: a browser for terminals would take over the one that is used.
    """
    if not has_display():
        return False
    try:
        return webbrowser.open(address)
    except (webbrowser.Error, OSError):
        return False
