"""The command ``run``: start the node of one party, or those of all parties on this machine.

Layer: interfaces.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renkei.errors import InputError
from renkei.interfaces.cli.browser import open_page
from renkei.interfaces.cli.checking import require
from renkei.interfaces.cli.outcome import HOLDS, OUT_OF_REACH
from renkei.interfaces.cli.output import console, print_json, say
from renkei.interfaces.hq.access import data_folder
from renkei.interfaces.service.settings import Settings, read_settings, typed_settings
from renkei.interfaces.text import spoken
from renkei.interfaces.web import has_client

if TYPE_CHECKING:
    from renkei.interfaces.service.family import Family
    from renkei.process.arrangement import Arrangement


@dataclass(frozen=True)
class Asked:
    """What was typed."""

    model: str | None = None
    party: str | None = None
    config: Path | None = None
    store: Path | None = None
    database: str | None = None
    listen: str | None = None
    link_listen: str | None = None
    peer: tuple[str, ...] = ()
    peer_key: tuple[str, ...] = ()
    port: int | None = None
    option: str | None = None
    exercise: bool = False

    @property
    def is_of_one(self) -> bool:
        """Whether the node of one party is meant."""
        return self.config is not None or self.party is not None

    def settings(self) -> Settings:
        """Return the settings of the one node that is meant.

        Raises:
            InputError: Everything that is wrong with them.
        """
        typed: dict[str, Any] = dict(vars(self))
        if self.config is not None:
            return read_settings(self.config, typed)
        typed["store"] = self.store or data_folder() / Path(self.model or "").stem / (self.party or "")
        return typed_settings(typed)


def run_nodes(asked: Asked, *, administrator: str | None, as_json: bool, in_browser: bool = False) -> int:
    """Start what was asked for, and stay until it is stopped; ``in_browser``: show the first node there."""
    if not asked.is_of_one:
        return run_family(asked, as_json=as_json, in_browser=in_browser)
    settings = asked.settings()
    if administrator:
        return make_administrator(settings, administrator, as_json=as_json)
    from renkei.interfaces.service.process import serve

    return ended(serve(settings, lambda: told_of_one(settings, as_json=as_json)))


def make_administrator(settings: Settings, name: str, *, as_json: bool) -> int:
    """Make a person an administrator of a node that does not run.

    Raises:
        InputError: The name is taken, or the password is too weak.
    """
    import asyncio

    from renkei.interfaces.cli.asking import new_password
    from renkei.interfaces.http.shapes import Failure
    from renkei.interfaces.service.process import opened

    words = spoken()
    password = new_password(name)
    with opened(settings) as interface:
        try:
            asyncio.run(interface.access.create(None, name, password, administrator=True))
        except Failure as failure:
            said = "; ".join(each["message"] for each in failure.body["problems"]) or failure.body["message"]
            raise InputError.from_problem(failure.code, said, failure.body["hint"]) from failure
        finally:
            interface.close()
    if as_json:
        print_json({"name": name, "store": str(settings.store)})
    else:
        console().print(words("run.administrator", name=name), soft_wrap=True)
    return HOLDS


def run_family(asked: Asked, *, as_json: bool, in_browser: bool = False) -> int:
    """Start the nodes of all parties on this machine, and stay until they are stopped.

    Raises:
        InputError: The model cannot be used, a node does not start, or what was typed is for one party only.
    """
    words = spoken()
    for name in ("database", "listen", "link_listen", "peer", "peer_key"):
        if getattr(asked, name):
            option = f"--{name.replace('_', '-')}"
            raise InputError.from_problem(
                "RK753", words("problem.one", name=option), words("problem.one.hint")
            )
    if not asked.model:
        raise InputError.from_problem("RK003", words("problem.missing", name="MODEL"))
    arrangement = arranged(asked.model, asked.option)
    from renkei.interfaces.service.family import Family, prepare

    store = asked.store or data_folder() / arrangement.name
    parties = list(arrangement.model.parties) if arrangement.model else []
    settings = prepare(
        str(Path(asked.model).resolve()) if Path(asked.model).exists() else asked.model,
        parties, store.resolve(), option=asked.option or "", exercise=asked.exercise, port=asked.port,
    )  # fmt: skip
    family = Family(settings, say)
    with family.stopping.heeding():
        try:
            family.start()
            if not as_json:
                print_started(family, store, first_post(arrangement))
            else:
                print_json(started(family, store))
            if in_browser and has_client():
                open_page(family.watched[0].address)
            number = family.stay()
        finally:
            family.stop()
    return ended(number)


def arranged(model: str, option: str | None) -> Arrangement:
    """Return the arrangement that nodes live under.

    Raises:
        InputError: It cannot be used, has no parties, or no such option.
    """
    from renkei.process.arrangement import load_arrangement

    arrangement = load_arrangement(model)
    if arrangement.model is None or not arrangement.model.parties:
        raise InputError.from_problem("RK754", spoken()("problem.parties", model=model))
    if option:
        require([option], arrangement.options, code="RK005", model=arrangement.name)
        arrangement = arrangement.with_option(option)
    return arrangement


def started(family: Family, store: Path) -> dict[str, Any]:
    """Return what was started, as data."""
    nodes = [
        {
            "party": each.settings.party,
            "address": each.address,
            "link": f"https://{each.settings.link_listen}",
            "store": str(each.settings.store),
            "pid": each.process.pid if each.process else 0,
        }
        for each in family.watched
    ]
    return {"nodes": nodes, "store": str(store)}


def print_started(family: Family, store: Path, post: str) -> None:
    """Tell people where the nodes are, and how to sign in."""
    from renkei.interfaces.service.process import DEMO_PASSWORD

    words, out = spoken(), console()
    for each in family.watched:
        out.print(words("run.node", party=each.settings.party, address=each.address), soft_wrap=True)
    out.print(words("run.store", path=store), soft_wrap=True)
    first = family.watched[0]
    out.print(f"\n{words('run.demo', password=DEMO_PASSWORD)}", soft_wrap=True)
    out.print(words("run.browser" if has_client() else "run.no-browser"), soft_wrap=True)
    out.print(words("run.sign-in", post=post, address=first.address), soft_wrap=True)
    out.print(f"\n{words('run.stop')}")
    out.file.flush()


def first_post(arrangement: Arrangement) -> str:
    """Return a post of the first party, for an example."""
    model = arrangement.model
    assert model is not None
    first = next(iter(model.parties))
    return next(
        key for key, post in model.posts.items() if model.headquarters[post.headquarters].party == first
    )


def told_of_one(settings: Settings, *, as_json: bool) -> None:
    """Tell people that a node is ready."""
    address = f"{settings.scheme}://{settings.listen}"
    if as_json:
        print_json(
            {"party": settings.party, "address": address, "store": str(settings.store), "pid": os.getpid()}
        )
    else:
        out = console()
        out.print(spoken()("run.node", party=settings.party, address=address), soft_wrap=True)
        out.file.flush()


def ended(number: int) -> int:
    """Return the exit code of a service that a signal has stopped, or that gave up.

    Raises:
        KeyboardInterrupt: It was interrupted from the terminal.
    """
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    return HOLDS if number else OUT_OF_REACH
