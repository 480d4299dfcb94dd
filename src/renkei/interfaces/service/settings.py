"""The settings of one node: from a file, from the command line, or from both.

Layer: interfaces. Everything that is wrong is told at once, with its line where it stands in a file. What is
typed goes before what the file says; paths in a file are taken from where the file is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from renkei.errors import InputError, Problem
from renkei.interfaces.service.reading import CODE, Reading, read_toml
from renkei.interfaces.text import spoken
from renkei.log.port import StoreError


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
class OpenId:
    """A provider that signs people in."""

    issuer: str
    client: str
    redirect: str
    """Where it sends people back to this node, as their browser reaches it."""
    secret: str = field(default="", repr=False)


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
    passphrase: str = field(default="", repr=False)
    """Of every key of the node; '' where they have none."""
    metrics_token: str = field(default="", repr=False)
    """Lets a collector on another machine read the figures."""
    openid: OpenId | None = None
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
    reading = SettingsFile(str(path), text, path.parent)
    found = typed_over(reading.settings(dict(data)), typed or {}, reading.problems)
    return finished(found, reading.problems, said=set(data), lines=reading.lines)


def typed_settings(typed: Mapping[str, Any]) -> Settings:
    """Return the settings that were typed.

    Raises:
        InputError: Everything that is wrong with them.
    """
    problems: list[Problem] = []
    return finished(typed_over(Settings(), typed, problems), problems)


class SettingsFile(Reading):
    """A file of settings being read."""

    def settings(self, data: dict[str, Any]) -> Settings:
        """Return the settings as far as they can be read."""
        self.unknown(data, KEYS)
        found: dict[str, Any] = {"origin": self.file}
        for key, value in data.items():
            if key == "peers":
                found["peers"] = self.peers(value)
            elif key == "openid":
                found["openid"] = self.openid(value)
            elif key in KEYS and KEYS[key] == "secret":
                found[key] = self.secret(key, value)
            elif key in KEYS:
                with self.noting(key, KEYS[key]):
                    found[key] = self.value(value, KEYS[key])
        if "model" in found and (self.folder / found["model"]).exists():
            found["model"] = str(self.folder / found["model"])
        return Settings(**found)

    def value(self, value: Any, kind: str) -> Any:
        """Return a value of the file as its kind.

        Raises:
            ValueError: It is of another kind.
        """
        if kind == "path":
            return self.path(value)
        if kind in READERS:
            return READERS[kind](value if kind in {"yes-or-no", "hosts"} else self.text(value))
        return self.text(value, kind)

    def openid(self, data: Any) -> OpenId | None:
        """Return the provider that signs people in."""
        if not isinstance(data, dict):
            self.add("openid", "table")
            return None
        self.unknown(data, OPENID, "openid.")
        found = dict.fromkeys(OPENID, "")
        for key, kind in OPENID.items():
            name = f"openid.{key}"
            if key not in data:
                if key != "secret":
                    self.say(name, spoken()("problem.missing", name=name))
            elif kind == "secret":
                found[key] = self.secret(name, data[key])
            else:
                with self.noting(name, kind):
                    found[key] = self.value(data[key], kind)
        return OpenId(**found)

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
                        peer = read_identity(self.path(entry["identity"]))
                    except InputError as error:
                        self.problems += error.problems
            if peer.party != party:
                self.add(f"peers.{party}.identity", "identity")
            if "address" in entry:
                with self.noting(f"peers.{party}.address", "link"):
                    peer = replace(peer, address=link_address(self.text(entry["address"])))
            found[party] = peer
        return found


KEYS = {
    "party": "id", "model": "text", "store": "path", "option": "id", "exercise": "yes-or-no",
    "database": "database", "listen": "address", "link_listen": "address", "certificate": "path",
    "key": "path", "hosts": "hosts", "passphrase": "secret", "metrics_token": "secret", "openid": "table",
    "demo": "yes-or-no", "peers": "table",
}  # fmt: skip
"""Key of a file of settings -> what it takes."""
OPENID = {"issuer": "web", "client": "text", "redirect": "return", "secret": "secret"}
"""Key of the table ``openid`` -> what it takes; all but the secret are needed."""
RETURN = "/api/v1/session/openid/return"
"""Path of the address to which a provider sends people back."""
HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", re.IGNORECASE | re.ASCII)


def yes_or_no(value: Any) -> bool:
    """Return what is true or false.

    Raises:
        ValueError: It is neither.
    """
    if value is True or value is False:
        return bool(value)
    raise ValueError("yes-or-no")


def host_names(value: Any) -> tuple[str, ...]:
    """Return a list of names of a machine, without ports.

    Raises:
        ValueError: It is none.
    """
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ValueError("hosts")
    for name in value:
        if not HOST_NAME.fullmatch(name):
            ip_address(name)
    return tuple(value)


def database_address(text: str) -> str:
    """Return the address of a store.

    Raises:
        ValueError: It is none that a node could use.
    """
    from renkei.log.address import parse_address

    if text.startswith("postgresql:"):
        try:
            parse_address(text)
        except StoreError:
            raise ValueError("database") from None
    elif not text.startswith("sqlite:"):
        raise ValueError("database")
    return text


def web_address(text: str) -> str:
    """Return an address of the web that nobody can listen to.

    Raises:
        ValueError: It is none.
    """
    parts = urlsplit(text)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_own(parts.hostname or ""))
    if not is_safe or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("web")
    return text


def return_address(text: str) -> str:
    """Return the address to which a provider sends people back.

    Raises:
        ValueError: It is none.
    """
    if urlsplit(text).path != RETURN:
        raise ValueError("return")
    return web_address(text)


READERS: Mapping[str, Callable[[Any], Any]] = {
    "yes-or-no": yes_or_no,
    "hosts": host_names,
    "address": Address.from_text,
    "database": database_address,
    "web": web_address,
    "return": return_address,
}
"""What a setting takes -> what makes a value of it, or raises ValueError."""


def read_passphrase(path: Path) -> str:
    """Return the passphrase of the keys of a node that a file of settings names; '' where it names none.

    Nothing else in the file is looked at: keys are made before partners are known.

    Raises:
        InputError: The file cannot be read, or the passphrase not be found.
    """
    data, text = read_toml(path)
    reading = Reading(str(path), text, path.parent)
    found = reading.secret("passphrase", data["passphrase"]) if "passphrase" in data else ""
    if reading.problems:
        raise InputError(reading.problems)
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
            found[name] = reading.text(data.get(name), kind)
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


def finished(
    settings: Settings,
    problems: list[Problem],
    said: Collection[str] = (),
    lines: Mapping[str, int] | None = None,
) -> Settings:
    """Return the settings where nothing is wrong with them, alone or together.

    Args:
        settings: As far as they could be read.
        problems: What is wrong with them already.
        said: Keys that were there, if wrong.
        lines: Where the keys stand in the file.

    Raises:
        InputError: Something is wrong.
    """
    words, known = spoken(), lines or {}

    def wrong(key: str, said: str, hint: str = "", code: str = CODE) -> None:
        problems.append(Problem(code, said, hint, settings.origin, known.get(key, 0)))

    for name in ("party", "model", "store"):
        if getattr(settings, name) in {"", Path()} and name not in said:
            wrong("", words("problem.missing", name=name))
    check_people(settings, wrong)
    if settings.hosts or "hosts" not in said:
        check_hosts(settings, wrong)
    for peer in settings.peers.values():
        if not peer.key and peer.party:
            told, hint = words("problem.identity", party=peer.party), words("problem.identity.hint")
            wrong(f"peers.{peer.party}", told, hint, "RK750")
    if problems:
        raise InputError(problems)
    return settings


def check_people(settings: Settings, wrong: Callable[..., None]) -> None:
    """Tell what is wrong with how people are served."""
    words, at = spoken(), settings.listen
    if bool(settings.certificate) != bool(settings.key):
        wrong("certificate" if settings.certificate else "key", words("problem.pair"))
    if settings.demo and not is_own(at.host):
        wrong("demo", words("problem.demo", address=at), code="RK749")


def check_hosts(settings: Settings, wrong: Callable[..., None]) -> None:
    """Tell where the node would answer nobody, since it allows no host under which people come."""
    words, at = spoken(), settings.listen
    if settings.certificate and is_everywhere(at.host) and not settings.hosts:
        wrong("listen", words("problem.hosts", address=at), words("problem.hosts.hint"))
    elif settings.openid and (host := unanswered(settings, settings.openid.redirect)):
        wrong("openid.redirect", words("problem.redirect", host=host), words("problem.redirect.hint"))


def unanswered(settings: Settings, address: str) -> str:
    """Return the host of an address if the node would not answer under it; '' if it would."""
    host = urlsplit(address).hostname or ""
    names = {settings.listen.host, *settings.hosts} | (
        {"localhost"} if is_own(settings.listen.host) else set()
    )
    is_here = is_own(settings.listen.host) and is_own(host)
    return "" if not host or is_here or host in {name.lower() for name in names} else host


def is_everywhere(host: str) -> bool:
    """Return whether a host stands for every address of this machine."""
    return host in {"0.0.0.0", "::"}  # noqa: S104 - it is asked about, not listened on


def is_own(host: str) -> bool:
    """Return whether a host is this machine, for this machine alone."""
    from renkei.interfaces.hq.client import is_loopback

    return is_loopback(f"[{host}]" if ":" in host else host)
