"""Where a person is signed in: one file, readable by that person alone, in the folder for settings.

Layer: interfaces. Tokens expire at the node; the file only spares typing. The address used last stands for
``--node`` where neither that nor RENKEI_NODE says another.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


def settings_folder() -> Path:
    """Return the folder of this user's settings: RENKEI_SETTINGS, else that of the platform."""
    if os.environ.get("RENKEI_SETTINGS"):
        return Path(os.environ["RENKEI_SETTINGS"])
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "renkei"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "renkei"


def data_folder() -> Path:
    """Return the folder of this user's data: RENKEI_DATA, else that of the platform."""
    if os.environ.get("RENKEI_DATA"):
        return Path(os.environ["RENKEI_DATA"])
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "renkei" / "data"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "renkei"


@dataclass
class Access:
    """Tokens by the address of the node, and the address used last."""

    tokens: dict[str, str] = field(default_factory=dict)
    last: str = ""
    names: dict[str, str] = field(default_factory=dict)
    """Who is signed in, by address; for people to read."""

    @classmethod
    def load(cls) -> Access:
        """Return what was saved; nothing where the file is missing or is not ours."""
        try:
            data: Any = json.loads(access_file().read_text(encoding="utf-8"))
            kept = data.get("tokens", {}), str(data.get("last", "")), data.get("names", {})
            return cls(_plain(kept[0]), kept[1], _plain(kept[2]))
        except (OSError, ValueError, AttributeError):
            return cls()

    def save(self) -> None:
        """Write the file whole, so that nobody else can read it at any moment."""
        path = access_file()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600 from the start
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"tokens": self.tokens, "last": self.last, "names": self.names}, file)
            Path(name).replace(path)
        except OSError:
            with suppress(OSError):
                Path(name).unlink()
            raise

    def keep(self, address: str, token: str, name: str) -> None:
        """Keep the token of a node that was signed in at, and remember its address."""
        self.tokens[address], self.names[address], self.last = token, name, address
        self.save()

    def forget(self, address: str) -> None:
        """Forget the token of a node."""
        self.tokens.pop(address, None)
        self.names.pop(address, None)
        self.last = next(iter(self.tokens), "") if self.last == address else self.last
        self.save()


def access_file() -> Path:
    """Return the file that holds the tokens."""
    return settings_folder() / "access.json"


def _plain(data: Any) -> dict[str, str]:
    return {str(key): str(value) for key, value in data.items()}
