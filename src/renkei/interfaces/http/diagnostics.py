"""What the node says of itself on standard error: one JSON object a line, never with what people typed.

Layer: interfaces. Addresses are told as routes, so neither names in paths nor queries get in; of an error the
place in the program is told, not its text, which may quote what was sent.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from typing import TextIO

from renkei.clock import Clock, SystemClock, to_text

LOGGER = "renkei.http"
logger = logging.getLogger(LOGGER)


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def __init__(self, clock: Clock) -> None:
        """Tell the moment by ``clock``."""
        super().__init__()
        self._clock = clock

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": to_text(self._clock.now()),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        line.update(getattr(record, "facts", {}))
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = describe(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def describe(error: BaseException) -> dict[str, object]:
    """Return what kind of error it is and where it was raised, without its text."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = [
        f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in frames
    ]
    return {"type": type(error).__name__, "places": places}


def start_diagnostics(stream: TextIO | None = None, clock: Clock | None = None) -> logging.Handler:
    """Send diagnostics to a stream, standard error without one; return the handler."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(clock or SystemClock()))
    for name in (LOGGER, "uvicorn", "uvicorn.error"):
        found = logging.getLogger(name)
        found.handlers = [handler] if name != "uvicorn.error" else []
        found.propagate = name == "uvicorn.error"
        found.setLevel(logging.INFO)
    logging.getLogger("uvicorn.access").handlers = []
    return handler


def tell(event: str, level: int = logging.INFO, error: BaseException | None = None, **facts: object) -> None:
    """Write one line."""
    logger.log(level, event, extra={"facts": facts}, exc_info=error)
