"""The settings of one node: from a file, from the command line, or from both.

Layer: interfaces. Everything that is wrong is told at once, with its line where it stands in a file. What is
typed goes before what the file says; paths in a file are taken from where the file is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from renkei.errors import InputError, Problem
from renkei.interfaces.text import spoken
from renkei.model.values import ID_PATTERN

MAX_FILE_BYTES = 1_000_000
CODE = "RK748"


@dataclass(frozen=True)
class Address:
    """Where something listens."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return it as it is written in an address."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @classmethod
    def from_text(cls, text: str) -> Address:
        """Return what ``HOST:PORT`` says.

        Raises:
            ValueError: It is nothing of the kind.
        """
        parts = urlsplit(f"//{text}")
        if not parts.hostname or parts.port is None or parts.path or parts.username:
            raise ValueError(text)
        return cls(parts.hostname, parts.port)


@dataclass(frozen=True)
class Peer:
    """A partner: where its node listens, and what proves that it is the partner's."""

    party: str
    address: str = ""
    """``https://HOST:PORT``; '' where there is no line to it, and files are carried."""
    key: str = ""
    """Public key of its log, as a line."""
    certificate: str = ""
    """Certificate that it shows on the link, as PEM."""


@dataclass(frozen=True)
class Settings:
    """All that a node needs to know to start."""

    party: str = ""
    model: str = ""
    store: Path = Path()
    option: str = ""
    exercise: bool = False
    database: str = ""
    """Address of a store elsewhere; '' for SQLite in the folder."""
    listen: Address = Address("127.0.0.1", 7301)
    link_listen: Address | None = None
    peers: Mapping[str, Peer] = field(default_factory=dict)
    certificate: Path | None = None
    """Certificate and key for people's address; without them it speaks plain HTTP, on this machine only."""
    key: Path | None = None
    hosts: tuple[str, ...] = ()
    """Further names under which people reach the node."""
    demo: bool = False
    """One account a post, with a password that everybody knows; on loopback only."""
    origin: str = ""
    """File that they were read from, for messages."""

    @property
    def scheme(self) -> str:
        """Return how people speak to the node."""
        return "https" if self.certificate else "http"

    @property
    def log(self) -> str | Path:
        """Return the address of the log."""
        return self.database or self.store / "log.db"


def read_settings(path: Path, typed: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings in a file, with what was typed put before them.

    Raises:
        InputError: Everything that is wrong with them.
    """
    data, text = read_toml(path)
    reading = Reading(str(path), text, path.parent)
    found = reading.settings(dict(data))
    return finished(typed_over(found, typed or {}, reading.problems), reading.problems, said=set(data))


def typed_settings(typed: Mapping[str, Any]) -> Settings:
    """Return the settings that were typed.

    Raises:
        InputError: Everything that is wrong with them.
    """
    problems: list[Problem] = []
    return finished(typed_over(Settings(), typed, problems), problems)


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """Return what a TOML file holds, and its text.

    Raises:
        InputError: It cannot be read, or is no TOML.
    """
    words = spoken()
    try:
        with path.open("rb") as file:
            body = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        said = words("problem.read", path=path, said=error.strerror or error)
        raise InputError.from_problem("RK743", said, words("problem.read.hint"), str(path)) from error
    if len(body) > MAX_FILE_BYTES:
        raise InputError.from_problem(CODE, words("problem.large", most=MAX_FILE_BYTES), file=str(path))
    try:
        text = body.decode("utf-8")
        return tomllib.loads(text), text
    except (ValueError, RecursionError) as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else 0
        raise InputError.from_problem(CODE, str(error), file=str(path), line=line) from None


class Reading:
    """A file of settings being read: collects what is wrong with it."""

    def __init__(self, file: str, text: str, folder: Path) -> None:
        """Remember where things stand."""
        self.file = file
        self.folder = folder
        self.lines = line_numbers(text)
        self.problems: list[Problem] = []

    def add(self, key: str, takes: str) -> None:
        """Note that the value of ``key`` is of the wrong kind."""
        words = spoken()
        said = words("problem.value", name=key, takes=words(f"takes.{takes}"))
        self.problems.append(Problem(CODE, said, file=self.file, line=self.lines.get(key, 0)))

    def unknown(self, keys: Iterable[str], known: Iterable[str], where: str = "") -> None:
        """Note keys that mean nothing."""
        from difflib import get_close_matches

        words, known = spoken(), tuple(known)
        for key in keys:
            if key in known:
                continue
            near, those = get_close_matches(key, known, 1), ", ".join(known)
            hint = words("problem.near", name=near[0]) if near else words("problem.those", those=those)
            said = words("problem.setting", name=f"{where}{key}")
            line = self.lines.get(f"{where}{key}", 0)
            self.problems.append(Problem(CODE, said, hint, self.file, line))

    def settings(self, data: dict[str, Any]) -> Settings:
        """Return the settings as far as they can be read."""
        self.unknown(data, KEYS)
        found: dict[str, Any] = {"origin": self.file}
        for key, value in data.items():
            if key == "peers":
                found["peers"] = self.peers(value)
            elif key in KEYS:
                with self.noting(key, KEYS[key]):
                    found[key] = self.value(value, KEYS[key])
        if "model" in found and (self.folder / found["model"]).exists():
            found["model"] = str(self.folder / found["model"])
        return Settings(**found)

    def noting(self, key: str, takes: str) -> Noting:
        """Return a block in which a ValueError means that ``key`` has a value of the wrong kind."""
        return Noting(self, key, takes)

    def value(self, value: Any, kind: str) -> Any:
        """Return a value of the file as its kind.

        Raises:
            ValueError: It is of another kind.
        """
        if isinstance(value, bool) and kind == "yes-or-no":
            return value
        if not isinstance(value, str) or kind == "yes-or-no":
            raise ValueError(value)
        if kind == "address":
            return Address.from_text(value)
        if kind == "path":
            return self.folder / value
        if kind == "id" and not re.fullmatch(ID_PATTERN, value):
            raise ValueError(value)
        return value

    def peers(self, data: Any) -> dict[str, Peer]:
        """Return the partners that the file names."""
        if not isinstance(data, dict):
            self.add("peers", "table")
            return {}
        found: dict[str, Peer] = {}
        for party, entry in data.items():
            if not isinstance(entry, dict):
                self.add(f"peers.{party}", "table")
                continue
            self.unknown(entry, ("address", "identity"), f"peers.{party}.")
            peer = Peer(party)
            if "identity" in entry:
                with self.noting(f"peers.{party}.identity", "path"):
                    try:
                        peer = read_identity(self.value(entry["identity"], "path"))
                    except InputError as error:
                        self.problems += error.problems
            if peer.party != party:
                self.add(f"peers.{party}.identity", "identity")
            if "address" in entry:
                with self.noting(f"peers.{party}.address", "link"):
                    peer = replace(peer, address=link_address(self.value(entry["address"], "text")))
            found[party] = peer
        return found


@dataclass(frozen=True)
class Noting:
    """A block in which a ValueError becomes a problem of the file."""

    reading: Reading
    key: str
    takes: str

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        """Note a ValueError that is no InputError."""
        if kind is not None and issubclass(kind, ValueError):
            self.reading.add(self.key, self.takes)
            return True
        return False


KEYS = {
    "party": "id", "model": "text", "store": "path", "option": "id", "exercise": "yes-or-no",
    "database": "text", "listen": "address", "link_listen": "address", "certificate": "path", "key": "path",
    "demo": "yes-or-no", "peers": "table",
}  # fmt: skip
"""Key of a file of settings -> what it takes."""


def line_numbers(text: str) -> dict[str, int]:
    """Return the line of each key, by its full name; keys written in one line with others are left out."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[([A-Za-z0-9_.\"-]+)\]", line)
        key = re.match(r"\s*([A-Za-z0-9_.\"-]+)\s*=", line)
        if header:
            table = header[1].replace('"', "") + "."
            found.setdefault(table[:-1], number)
        elif key:
            found.setdefault(table + key[1].replace('"', ""), number)
    return found


def read_identity(path: Path) -> Peer:
    """Return the partner whose identity a file tells, as ``renkei link identity`` prints it.

    Raises:
        InputError: It is no such file.
    """
    data, text = read_toml(path)
    reading = Reading(str(path), text, path.parent)
    reading.unknown(data, ("party", "key", "certificate", "pin"))
    found: dict[str, str] = {}
    for name, kind in (("party", "id"), ("key", "text"), ("certificate", "text")):
        with reading.noting(name, kind):
            found[name] = reading.value(data.get(name), kind)
    if reading.problems:
        raise InputError(reading.problems)
    return Peer(found["party"], "", found["key"].strip(), found["certificate"])


def link_address(text: str) -> str:
    """Return the address of a partner's node.

    Raises:
        ValueError: It is none.
    """
    parts = urlsplit(text if "//" in text else f"https://{text}")
    if parts.scheme != "https" or not parts.hostname or parts.port is None or parts.path.strip("/"):
        raise ValueError(text)
    return f"https://{parts.netloc}"


def typed_over(settings: Settings, typed: Mapping[str, Any], problems: list[Problem]) -> Settings:
    """Return settings with what was typed in their places; notes what cannot be used."""
    words = spoken()

    def wrong(option: str, takes: str) -> None:
        problems.append(Problem("RK004", words("problem.value", name=option, takes=words(f"takes.{takes}"))))

    given = {key: value for key, value in typed.items() if value and key in KEYS and key != "peers"}
    for key in ("listen", "link_listen"):
        if key in given:
            try:
                given[key] = Address.from_text(given[key])
            except ValueError:
                wrong(f"--{key.replace('_', '-')}", "address")
                del given[key]
    peers = dict(settings.peers)
    for name in typed.get("peer_key") or ():
        try:
            peer = read_identity(Path(name))
            peers[peer.party] = replace(peer, address=peers.get(peer.party, peer).address)
        except InputError as error:
            problems += error.problems
    for text in typed.get("peer") or ():
        party, _, address = text.partition("=")
        try:
            peers[party] = replace(peers.get(party, Peer(party)), address=link_address(address))
        except ValueError:
            wrong("--peer", "peer")
    return replace(settings, **given, peers=peers)


def finished(settings: Settings, problems: list[Problem], said: Collection[str] = ()) -> Settings:
    """Return the settings where nothing is wrong with them, alone or together; ``said`` was there, if wrong.

    Raises:
        InputError: Something is.
    """
    words, file = spoken(), settings.origin
    problems += [
        Problem(CODE, words("problem.missing", name=name), file=file)
        for name in ("party", "model", "store")
        if getattr(settings, name) in {"", Path()} and name not in said
    ]
    if bool(settings.certificate) != bool(settings.key):
        problems.append(Problem(CODE, words("problem.pair"), file=file))
    if settings.demo and not is_own(settings.listen.host):
        problems.append(Problem("RK749", words("problem.demo", address=settings.listen), file=file))
    for peer in settings.peers.values():
        if not peer.key and peer.party:
            hint = words("problem.identity.hint")
            problems.append(Problem("RK750", words("problem.identity", party=peer.party), hint, file))
    if problems:
        raise InputError(problems)
    return settings


def is_own(host: str) -> bool:
    """Return whether a host is this machine, for this machine alone."""
    from renkei.interfaces.hq.client import is_loopback

    return is_loopback(f"[{host}]" if ":" in host else host)
