"""The nodes of all parties on one machine: prepared once, then one process each, watched over by this one.

Layer: interfaces. Each node has its own folder, log, keys and settings, as on machines of their own. What
dies without being asked to is started again, unless it dies again and again.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic

import httpx

from renkei.errors import InputError
from renkei.interfaces.cli.output import write_whole
from renkei.interfaces.service.folder import SETTINGS, keys_of, open_folder, settings_text
from renkei.interfaces.service.process import WATCHED
from renkei.interfaces.service.settings import Address, Peer, Settings, read_settings
from renkei.interfaces.service.waking import Waking
from renkei.interfaces.text import spoken

DIAGNOSTICS = "diagnostics.log"
LAST_BYTES = 2_000
"""Of the diagnostics of a node that did not start, so much is shown."""
FIRST_PORT = 7301
READY_SECONDS = 60.0
"""How long a node may take until it answers."""
STOP_SECONDS = 20.0
"""How long a node may take to stop, before it is killed."""
CRASHES, CRASH_SECONDS = 5, 60.0
"""So many deaths within so many seconds are too many."""


def prepare(
    model: str, parties: Sequence[str], store: Path, *, option: str, exercise: bool, port: int | None
) -> list[Settings]:
    """Return the settings of the nodes of all parties; makes their folders and keys where there are none.

    Raises:
        InputError: A folder or a file in it cannot be used.
    """
    open_folder(store)
    ports = port_numbers(store, parties, port)
    for party in parties:
        keys_of(store / party, party)
    made = []
    for party in parties:
        peers = {
            other: Peer(other, f"https://127.0.0.1:{ports[other][1]}") for other in parties if other != party
        }
        listen, link = (Address("127.0.0.1", number) for number in ports[party])
        settings = Settings(party, model, store / party, option, exercise, "", listen, link, peers, demo=True)
        text = settings_text(replace(settings, store=Path()))
        write_whole(store / party / SETTINGS, text)
        made.append(read_settings(store / party / SETTINGS))
    return made


def port_numbers(store: Path, parties: Sequence[str], port: int | None) -> dict[str, tuple[int, int]]:
    """Return two ports a party: those of the last time, or from the one asked for, or any that are free."""
    found = {}
    if port is None:
        for party in parties:
            with suppress(InputError):
                before = read_settings(store / party / SETTINGS)
                if before.link_listen:
                    found[party] = (before.listen.port, before.link_listen.port)
        if len(found) == len(parties):
            return found
    first = FIRST_PORT if port is None else port
    if first:
        return {party: (first + place, first + 100 + place) for place, party in enumerate(parties)}
    free = free_ports(2 * len(parties))
    return {party: (free[2 * place], free[2 * place + 1]) for place, party in enumerate(parties)}


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


@dataclass
class Watched:
    """One node and its process."""

    settings: Settings
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=CRASHES))

    @property
    def address(self) -> str:
        """Return where people find it."""
        return f"{self.settings.scheme}://{self.settings.listen}"

    def start(self) -> None:
        """Start the process, in a group of its own: an interruption is passed on by the one that watches."""
        with self.diagnostics.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "renkei.interfaces.cli", "run", "--config", str(self.file)],
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                env=os.environ | {"RENKEI_LANG": spoken().language, WATCHED: str(os.getpid())},
            )

    @property
    def diagnostics(self) -> Path:
        """Return the file with what the node says of itself."""
        return self.settings.store / DIAGNOSTICS

    def last_words(self) -> str:
        """Return what the node said last."""
        with self.diagnostics.open("rb") as said:
            said.seek(max(0, self.diagnostics.stat().st_size - LAST_BYTES))
            return said.read().decode("utf-8", "replace").strip()

    @property
    def file(self) -> Path:
        """Return the file of its settings."""
        return self.settings.store / SETTINGS

    def is_ready(self, client: httpx.Client) -> bool:
        """Return whether the node answers."""
        with suppress(httpx.HTTPError):
            return client.get(f"{self.address}/health/ready").status_code == httpx.codes.OK
        return False

    def has_died(self) -> bool:
        """Return whether the process has ended."""
        return self.process is not None and self.process.poll() is not None

    def dies_again_and_again(self) -> bool:
        """Note a death, and return whether there were too many in too short a time."""
        self.deaths.append(monotonic())
        return len(self.deaths) == CRASHES and self.deaths[-1] - self.deaths[0] < CRASH_SECONDS


class Family:
    """Several nodes, started and stopped together."""

    def __init__(self, settings: Sequence[Settings], tell: Callable[[str], None]) -> None:
        """Prepare; nothing is started yet. ``tell`` is called with what people should know."""
        self.watched = [Watched(each) for each in settings]
        self._tell = tell
        self.stopping = Waking()

    def start(self) -> None:
        """Start all nodes and wait until they answer.

        Raises:
            InputError: A node ended, or does not answer in time.
        """
        for each in self.watched:
            each.start()
        until = monotonic() + READY_SECONDS
        waiting = list(self.watched)
        # Only whether somebody answers on this machine is asked, so that no certificates need to be read.
        with httpx.Client(trust_env=False, timeout=2.0, verify=False) as client:  # noqa: S501
            while waiting and not self.stopping.is_set:
                for each in waiting:
                    self._require_alive(each, until)
                waiting = [each for each in waiting if not each.is_ready(client)]
                self.stopping.wait(0.05)

    def _require_alive(self, each: Watched, until: float) -> None:
        if each.has_died() or monotonic() > until:
            words = spoken()
            self._tell(each.last_words())
            said = words("problem.start", party=each.settings.party)
            raise InputError.from_problem("RK752", said, words("problem.start.hint"))

    def stay(self) -> int:
        """Watch over the nodes until they are to be stopped; return the signal that said so, 0 for none."""
        while not self.stopping.wait(0.25):
            for each in self.watched:
                if not each.has_died():
                    continue
                words = spoken()
                code = each.process.returncode if each.process else 0
                if each.dies_again_and_again():
                    self._tell(words("run.gave-up", party=each.settings.party, code=code))
                    return 0
                self._tell(words("run.again", party=each.settings.party, code=code))
                each.start()
        return self.stopping.signal

    def stop(self) -> None:
        """Ask all nodes to stop, and wait until they have."""
        for each in self.watched:
            if each.process is not None and each.process.poll() is None:
                each.process.send_signal(signal.SIGTERM)
        for each in self.watched:
            if each.process is not None:
                try:
                    each.process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    each.process.kill()
                    each.process.wait()
