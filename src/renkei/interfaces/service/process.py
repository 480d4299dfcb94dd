"""The process of one node: binds log, keys, model, links and people, and stays until it is stopped.

Layer: interfaces. What was opened is closed in the opposite order, whatever happens in between.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renkei.clock import SystemClock, to_text
from renkei.errors import InputError
from renkei.interfaces.service.folder import identities, keys_of, open_folder
from renkei.interfaces.service.settings import Settings
from renkei.interfaces.service.waking import Waking
from renkei.interfaces.text import spoken

if TYPE_CHECKING:
    from renkei.interfaces.http.app import Interface
    from renkei.interfaces.http.headquarters import NodeHeadquarters
    from renkei.log.note import Signer, Verifier
    from renkei.log.port import Log
    from renkei.process.arrangement import Arrangement

WATCHED = "RENKEI_WATCHED"
"""Variable with the process that watches over this one; when that has gone, this one ends too."""
BACKUPS = "backups"
"""Folder of copies of the log."""
LOOK = 1.0
"""Seconds between two looks at whether the node still runs."""
TURN = 0.001
"""Seconds after which a thread that computes lets another one go on.

Whoever comes back from the disk or the line would wait five times as long by default, and does so after each
statement; shorter turns cost more than they give.
"""


def serve(settings: Settings, ready: Callable[[], None]) -> int:
    """Serve a node until a signal asks to stop; return that signal, 0 where the node stopped by itself.

    Raises:
        InputError: The folder, the model, a key, an address or a certificate cannot be used.
        LogError: The log cannot be opened or trusted.
    """
    from renkei.interfaces.http.diagnostics import start_diagnostics
    from renkei.interfaces.http.serve import Serving, announce
    from renkei.interfaces.service.forecasting import settle_memory

    start_diagnostics()
    sys.setswitchinterval(TURN)
    waking = Waking()
    with waking.heeding(), opened(settings, waking) as interface:
        serving = Serving(interface)
        try:
            announce(interface, serving.address)
            settle_memory()
            ready()
            stay(interface.desk.headquarters.is_running, waking)
        finally:
            serving.close()
    return waking.signal


def stay(is_running: Callable[[], bool], waking: Waking) -> None:
    """Wait until a signal comes, the node stops, or whoever watches has gone."""
    watcher = os.environ.get(WATCHED, "")
    while not waking.wait(LOOK):
        if not is_running() or (watcher and str(os.getppid()) != watcher):
            return


@contextmanager
def opened(settings: Settings, waking: Waking | None = None) -> Iterator[Interface]:
    """Open the node of the settings with all that belongs to it, and close it afterwards.

    Lines to partners are opened only for a node that stays, with something that wakes it.

    Raises:
        InputError: As ``serve``.
        LogError: As ``serve``.
    """
    from renkei.interfaces.http.app import ATTACHMENTS, Interface
    from renkei.interfaces.http.link_tls import Identity
    from renkei.interfaces.http.uploads import Attachments
    from renkei.interfaces.service.following import Following
    from renkei.interfaces.service.forecasting import Forecasts
    from renkei.interfaces.service.knowledge import Station, view
    from renkei.interfaces.service.line import open_lines
    from renkei.interfaces.service.linking import Links
    from renkei.interfaces.service.sealing import Sealing
    from renkei.log.opening import open_log
    from renkei.log.verify import verify_log
    from renkei.runner.node import Node

    def failed(_: BaseException) -> None:
        if waking is not None:
            waking.set()

    arrangement, clock = arranged(settings), SystemClock()
    open_folder(settings.store)
    keys = keys_of(settings.store, settings.party, settings.passphrase)
    with ExitStack() as closing:
        log = open_log(settings.log)
        closing.callback(log.close)
        sealing = Sealing(log, settings.party, keys.signer, clock, failed)
        closing.callback(sealing.close)
        node = Node(log, arrangement, settings.party, clock, exercise=settings.exercise)
        closing.callback(node.close)
        if not isinstance(settings.log, Path) and waking is not None:
            closing.callback(Following(node).close)
        people = served(settings)
        attachments = Attachments(settings.store / ATTACHMENTS, people.limits.upload_bytes)
        links = Links(node, keys.signer, settings.peers, attachments)
        headquarters = Station(
            node,
            view,
            forecast=Forecasts(node),
            bundles=links,
            backup=lambda: back_up(log, settings, clock.now()),
            troubles=lambda: {name: link.trouble for name, link in links.by_partner.items()},
            traffic=lambda: {name: (link.sent, link.came()) for name, link in links.by_partner.items()},
            identity=lambda: identities(settings, keys),
            backups=lambda: sorted((settings.store / BACKUPS).glob("*.db")),
            verify=lambda: verify_log(log, verifying(keys.signer, settings), party=settings.party),
            exercise=settings.exercise,
        )
        interface = Interface(headquarters, settings.store, people, clock=clock)
        if settings.demo:
            make_demo_accounts(interface, headquarters)
        sealing.prompt()
        if waking is not None:
            shown = Identity(keys.certificate, keys.link_key, keys.passphrase)
            open_lines(closing, links, settings.link_listen, settings.peers, shown, clock)
        yield interface


def verifying(signer: Signer, settings: Settings) -> list[Verifier]:
    """Return the public keys that a node verifies its own log by: its own, and those of its partners."""
    from renkei.log.note import Verifier

    return [
        signer.verifier,
        *(Verifier.from_text(peer.key) for peer in settings.peers.values() if peer.key),
    ]


def arranged(settings: Settings) -> Arrangement:
    """Return the arrangement of the settings.

    Raises:
        InputError: It cannot be used, or does not have the party or the option.
    """
    from renkei.process.arrangement import load_arrangement

    arrangement = load_arrangement(settings.model)
    parties = tuple(arrangement.model.parties) if arrangement.model else ()
    _require("RK754", "problem.no-party", settings, settings.party, parties)
    if settings.option:
        _require("RK005", "problem.no-option", settings, settings.option, arrangement.options)
    return arrangement.with_option(settings.option) if settings.option else arrangement


def _require(code: str, key: str, settings: Settings, wanted: str, there: Sequence[str]) -> None:
    if wanted not in there:
        words = spoken()
        hint = words("problem.those", those=", ".join(there)) if there else words("problem.none")
        said = words(key, name=wanted, model=settings.model)
        raise InputError.from_problem(code, said, hint, settings.origin)


def served(settings: Settings) -> Any:
    """Return how people are served.

    Raises:
        InputError: That would be unsafe.
    """
    from renkei.interfaces.http.settings import OpenId, Tls
    from renkei.interfaces.http.settings import Settings as Served

    tls, given = None, settings.openid
    if settings.certificate and settings.key:
        tls = Tls(settings.certificate, settings.key, settings.passphrase)
    return Served(
        settings.listen.host,
        settings.listen.port,
        tls=tls,
        demo=settings.demo,
        hosts=settings.hosts,
        openid=OpenId(given.issuer, given.client, given.redirect, given.secret) if given else None,
        metrics_token=settings.metrics_token,
    )


def back_up(log: Log, settings: Settings, now: int) -> Mapping[str, Any]:
    """Copy the log into the folder of backups, and tell where."""
    from renkei.log.backup import back_up as copy_to

    folder = settings.store / BACKUPS
    open_folder(folder)
    target = folder / f"{settings.party}-{to_text(now).replace(':', '')}.db"
    return {"path": str(target), "entries": copy_to(log, target)}


DEMO_PASSWORD = "demonstration-only"  # noqa: S105 - it is public, and said to be
ADMINISTRATOR = "administrator"
"""Name of the demo account that may administer."""


def make_demo_accounts(interface: Interface, headquarters: NodeHeadquarters) -> None:
    """Make an account for each post and one for an administrator, all with one password."""
    from renkei.interfaces.http.store import Account
    from renkei.runner.state import NODE

    store = interface.access.store
    node = headquarters.node
    posts = node.books.book(node.state.digest, node.state.option).posts
    missing = [name for name in (*posts, ADMINISTRATOR) if store.find(name) is None]
    if not missing:
        return
    now = headquarters.node.now()
    hashed = interface.access.passwords.hash(DEMO_PASSWORD)
    for name in missing:
        held = () if name == ADMINISTRATOR else (name,)
        is_first = name == ADMINISTRATOR
        store.add(Account(name, is_first, disabled=False, demo=True, posts=held, created=now, hash=hashed))
    changes = [headquarters.record_account(NODE, name, "created-demo") for name in missing]
    for change in changes:
        change.result()
