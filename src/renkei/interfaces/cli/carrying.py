"""What the group ``link`` does: tell who a node is, carry files between nodes, tell how the links stand.

Layer: interfaces. A node is named by its file of settings, or by the folder that has it; it must not run,
since its log has one writer. While it runs, ``renkei hq export`` and ``import`` do the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from renkei.clock import SystemClock
from renkei.errors import InputError
from renkei.interfaces.cli.asking import label_of, password, shown
from renkei.interfaces.cli.outcome import FAILS, HOLDS
from renkei.interfaces.cli.output import print_json, say
from renkei.interfaces.cli.proving import Deed, Given
from renkei.interfaces.hq.answer import Reply
from renkei.interfaces.hq.verbs import Part
from renkei.interfaces.text import spoken

if TYPE_CHECKING:
    from renkei.interfaces.http.access import Access
    from renkei.interfaces.http.app import Interface
    from renkei.interfaces.http.port import Headquarters
    from renkei.interfaces.service.linking import Links
    from renkei.interfaces.service.settings import Settings


def identity(given: Given) -> int:
    """Print what partners have to know of a node; makes its keys where there are none yet."""
    from renkei.interfaces.service import folder
    from renkei.interfaces.service.settings import read_passphrase

    store = Path(given["store"])
    settings = store / folder.SETTINGS
    passphrase = read_passphrase(settings) if settings.exists() else ""
    keys = folder.keys_of(store, given["party"], passphrase)
    pem = keys.certificate.read_text(encoding="ascii").strip()
    if given["json"]:
        told = {"party": given["party"], "key": keys.signer.verifier.to_text()}
        print_json(told | {"pin": folder.pin(pem), "certificate": pem})
    else:
        print(folder.identity(given["party"], keys), end="", flush=True)
    return HOLDS


def settings_of(text: str) -> Settings:
    """Return the settings of a node.

    Raises:
        InputError: They cannot be used.
    """
    from renkei.interfaces.service.folder import SETTINGS
    from renkei.interfaces.service.settings import read_settings

    path = Path(text)
    return read_settings(path / SETTINGS if path.is_dir() else path)


@contextmanager
def node_at(text: str) -> Iterator[Headquarters]:
    """Open a node that does not run.

    Raises:
        InputError: Its settings, its keys or its model cannot be used.
        LogError: It runs, or its log cannot be trusted.
    """
    from renkei.interfaces.service.process import opened

    with opened(settings_of(text)) as interface:
        try:
            yield interface.desk.headquarters
        finally:
            interface.close()


def export(given: Given) -> int:
    """Write what was released to a partner as a file, with its label beside it."""
    from renkei.interfaces.cli.asking import whole_number
    from renkei.interfaces.cli.bundling import store_bundle
    from renkei.link.carried import MAX_WHOLE

    after, room = whole_number("after", given["after"]), 0 if given["without_files"] else MAX_WHOLE

    def fill(out: BinaryIO) -> bytes:
        node.export_bundle(given["partner"], after, out, room)
        return node.label_bundle(out)

    with node_at(given["store"]) as node, known_partner(given["partner"]):
        return store_bundle(given, fill)


def bring_in(given: Given) -> int:
    """Take in a file that a partner's node made, where the label that lies beside it permits that."""
    from renkei.interfaces.cli.bundling import opened_bundle

    with opened_bundle(given["file"]) as body:
        label = label_of(given)
        with node_at(given["store"]) as node, known_partner(given["partner"]):
            told = node.import_bundle(given["partner"], body, label)
    return shown(Reply(told, whole={"data": told}), "facts", given)


def resume(given: Given) -> int:
    """Show how a link that stopped over two histories would go on; go on so where that is confirmed.

    Raises:
        InputError: It has not stopped, what was confirmed is something else, or the person may not.
    """
    from renkei.interfaces.cli.bundling import opened_bundle
    from renkei.interfaces.service.process import opened
    from renkei.interfaces.service.resuming import carry_out, propose

    words, by, reason = spoken(), needed_option(given, "by"), needed_option(given, "reason")
    with ExitStack() as closing:
        bundle = closing.enter_context(opened_bundle(given["bundle"])) if given["bundle"] else None
        interface = closing.enter_context(opened(settings_of(given["store"])))
        closing.callback(interface.close)
        with known_partner(given["partner"]):
            link = links_of(interface).link(given["partner"])
            found = propose(link, bundle, by=by, reason=reason, now=SystemClock().now())
        if given["confirm"]:
            if given["confirm"] != found.code:
                said = words("trust.confirmed", code=given["confirm"])
                raise InputError.from_problem("RK760", said, words("trust.confirmed.hint"))
            require_administrator(interface.access, by)
            carry_out(link, found, bundle, SystemClock().now())
    told = dict(found.facts) | {"code": found.code, "done": bool(given["confirm"])}
    shown(Reply(told, whole={"data": told}), "facts", given)
    key = "trust.resumed" if given["confirm"] else "trust.confirm"
    say(words(key, partner=given["partner"], code=found.code))
    return HOLDS if given["confirm"] else FAILS


def needed_option(given: Given, name: str) -> str:
    """Return what an option says.

    Raises:
        InputError: It was left out.
    """
    found = (given[name] or "").strip()
    if not found:
        raise InputError.from_problem("RK003", spoken()("problem.missing", name=f"--{name}"))
    return str(found)


def links_of(interface: Interface) -> Links:
    """Return the links of a node that was opened here."""
    from renkei.interfaces.service.knowledge import Station
    from renkei.interfaces.service.linking import Links

    headquarters = interface.desk.headquarters
    assert isinstance(headquarters, Station)
    links = headquarters.bundles
    assert isinstance(links, Links)
    return links


def require_administrator(access: Access, name: str) -> None:
    """Ask for the password of an administrator.

    Raises:
        InputError: It is another one, or the person is no administrator.
    """
    words = spoken()
    account = access.store.find(name)
    may = account is not None and account.administrator and not account.disabled
    typed = password(words("ask.password", name=name))
    if not access.passwords.matches(account.hash if account and may else None, typed):
        raise InputError.from_problem("RK704", words("trust.administrator", name=name))


def status(given: Given) -> int:
    """Tell how the links stand."""
    with node_at(given["store"]) as node:
        seen = node.view("links")
    return shown(Reply(seen.data, None, seen.seq, {"data": seen.data, "seq": seen.seq}), "links", given)


@contextmanager
def known_partner(name: str) -> Iterator[None]:
    """Tell of a partner that is not known as of any input that cannot be used."""
    from renkei.interfaces.http.port import UnknownError

    try:
        yield
    except UnknownError:
        raise InputError.from_problem("RK754", spoken()("problem.partner", name=name)) from None


STORE = Part("store", "path", required=True, bare=True)
LINK: Mapping[str, Deed] = {
    "identity": Deed(
        (Part("party", "name", required=True), Part("store", "path", required=True, bare=True)),
        identity,
    ),
    "export": Deed(
        (
            STORE,
            Part("partner", "name", required=True),
            Part("output", "path", required=True),
            Part("after", "number", required=False),
            Part("without_files", "flag", required=False),
        ),
        export,
    ),
    "import": Deed(
        (
            STORE,
            Part("partner", "name", required=True),
            Part("file", "path", required=True, bare=True),
            Part("label_file", "path", required=False),
        ),
        bring_in,
    ),
    "status": Deed((STORE,), status),
    "resume": Deed(
        (
            STORE,
            Part("partner", "name", required=True),
            Part("by", "name", required=False),
            Part("reason", "text", required=False),
            Part("bundle", "path", required=False),
            Part("confirm", "name", required=False),
        ),
        resume,
    ),
}
"""Command -> what it takes and does."""
