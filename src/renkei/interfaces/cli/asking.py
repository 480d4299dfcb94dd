"""The commands of ``hq`` that ask: who I am, what waits, what is known; and those that sign in and out.

Layer: interfaces. Each is a row of ``QUESTIONS``: what it takes, what it asks, and what shows the answer.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from renkei.errors import InputError
from renkei.interfaces.cli.built import OPTION_NAMES
from renkei.interfaces.cli.outcome import HOLDS
from renkei.interfaces.cli.output import console, print_json, say, write_bytes
from renkei.interfaces.cli.session import address_of, opened, protected
from renkei.interfaces.hq.access import Access
from renkei.interfaces.hq.answer import NodeError, Reply
from renkei.interfaces.hq.client import Client, segment
from renkei.interfaces.hq.verbs import Kind, Part
from renkei.interfaces.text import spoken

Given = Mapping[str, Any]
LABEL = ".label.xml"
"""What the name of a label's file adds to that of the file that it is of."""
POLL = 0.1
"""Seconds between two attempts to reach a node that is waited for."""


@dataclass(frozen=True)
class Question:
    """What one command asks."""

    parts: tuple[Part, ...]
    run: Callable[[Given], int]


def ask(name: str, given: dict[str, Any]) -> int:
    """Ask what was typed, and show the answer."""
    return QUESTIONS[name].run(given)


def needed(name: str, kind: Kind = "name") -> Part:
    """Return something that has to be said."""
    return Part(name, kind, required=True)


def possible(name: str, kind: Kind = "name") -> Part:
    """Return something that may be said."""
    return Part(name, kind, required=False)


# --- one page or all pages


def one(path: str, show: str, *parts: Part) -> Question:
    """Return a question about one thing; ``{name}`` in the path is what was typed for it."""

    def run(given: Given) -> int:
        with opened(given["node"]) as client:
            return shown(client.get(filled(path, given)), show, given)

    return Question(parts, run)


def listed(path: str, show: str, *parts: Part) -> Question:
    """Return a question that has many answers; what was typed and is not in the path narrows them."""

    def run(given: Given) -> int:
        query = {part.name: given[part.name] for part in parts if f"{{{part.name}}}" not in path}
        with opened(given["node"]) as client:
            return shown(joined(client, filled(path, given), query), show, given)

    return Question(parts, run)


def filled(path: str, given: Given) -> str:
    """Return a path with what was typed in it."""
    return path.format_map({key: segment(value) for key, value in given.items() if isinstance(value, str)})


def joined(client: Client, path: str, query: Mapping[str, Any]) -> Reply:
    """Return all pages as one answer."""
    pages = list(client.pages(path, **query))
    data = [entry for page in pages for entry in page.data]
    whole = dict(pages[-1].whole) | {"data": data}
    return Reply(data, None, pages[-1].seq, whole)


def shown(reply: Reply, show: str, given: Given) -> int:
    """Show an answer: as the node gave it, or for people."""
    if given["json"]:
        print_json(dict(reply.whole))
        return HOLDS
    from renkei.interfaces.render import headquarters

    getattr(headquarters, f"print_{show}")(console(), reply.data, spoken())
    return HOLDS


# --- signing in and out


def sign_in(given: Given) -> int:
    """Ask for the password, and keep the token."""
    access, words = Access.load(), spoken()
    address = address_of(given["node"], access)
    protected(address, unprotected=bool(given["unprotected"]))
    name = given["name"] or typed(words("ask.name"))
    with Client(address) as client:
        token = client.sign_in(name, password(words("ask.password", name=name)))
        access.keep(address, token, name)
        if given["json"]:
            print_json({"node": address, "name": name})
        else:
            console().print(words("hq.signed-in", name=name, address=address), soft_wrap=True)
    return HOLDS


def sign_out(given: Given) -> int:
    """End the session at the node, and forget the token."""
    access = Access.load()
    address = address_of(given["node"], access)
    with opened(address) as client:
        client.delete("/tokens/current")
    access.forget(address)
    if given["json"]:
        print_json({"node": address})
    else:
        console().print(spoken()("hq.signed-out", address=address), soft_wrap=True)
    return HOLDS


def typed(question: str) -> str:
    """Return a line that a person types.

    Raises:
        InputError: There is nobody to ask.
    """
    if not sys.stdin.isatty():
        raise InputError.from_problem("RK003", spoken()("problem.missing", name="NAME"))
    print(question, end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def password(question: str) -> str:
    """Return a password: unseen from the terminal, or the first line of standard input where that is none."""
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass(f"{question} ")
    return sys.stdin.readline().rstrip("\r\n")


# --- streams, files, people


def ready(given: Given) -> int:
    """Wait until the node takes commands; nobody has to be signed in.

    Raises:
        NodeError: It does not in time.
    """
    from threading import Event
    from time import monotonic

    address = address_of(given["node"], Access.load())
    until = monotonic() + (whole_number("seconds", given["seconds"]) or 0)
    with Client(address, retries=0) as client:
        while True:
            try:
                return shown(client.ready(), "facts", given)
            except NodeError as error:
                if not error.out_of_reach or monotonic() >= until:
                    raise
            Event().wait(POLL)


def watch(given: Given) -> int:
    """Show what happens, as it happens, until it is interrupted or enough was seen."""
    from renkei.interfaces.render.headquarters import print_event

    most = whole_number("count", given["count"])
    with opened(given["node"]) as client:
        after = whole_number("after", given["after"])
        start = client.get("/me").seq if after is None else after
        out = console()
        for heard in islice(client.events(start), most):
            if given["json"]:
                print_json({"seq": heard.seq, "kind": heard.kind, "data": heard.data})
            else:
                print_event(out, heard)
    return HOLDS


def whole_number(name: str, text: str | None) -> int | None:
    """Return the number that an option gives, None where it was not given.

    Raises:
        InputError: It is no whole number.
    """
    if text is None:
        return None
    if not text.isdigit():
        said = spoken()("problem.value", name=f"--{name}", takes=spoken()("takes.number"))
        raise InputError.from_problem("RK004", said)
    return int(text)


def fetch(given: Given) -> int:
    """Store an attached file."""
    with opened(given["node"]) as client:
        body = client.download(f"/attachments/{segment(given['digest'])}")
    return stored(body, given)


def stored(body: bytes, given: Given) -> int:
    """Write bytes to the file asked for, and say so."""
    path = Path(given["output"])
    write_bytes(path, body)
    if given["json"]:
        print_json({"path": str(path), "size": len(body)})
    else:
        say(spoken()("said.report", path=path))
    return HOLDS


def label_beside(path: Path) -> Path:
    """Return where the label of a file lies."""
    return path.with_name(f"{path.name}{LABEL}")


def label_of(given: Given) -> bytes | None:
    """Return the label of a file: the one that was named too, or else the one beside it, if any.

    Raises:
        InputError: It cannot be read.
    """
    beside = label_beside(Path(given["file"]))
    if given["label_file"]:
        return typed_file(given["label_file"])
    return typed_file(str(beside)) if beside.exists() else None


def typed_file(name: str) -> bytes:
    """Return what is in a file.

    Raises:
        InputError: It cannot be read.
    """
    try:
        return Path(name).read_bytes()
    except OSError as error:
        said = spoken()("problem.read", path=name, said=error.strerror or error)
        raise InputError.from_problem("RK743", said, spoken()("problem.read.hint"), name) from error


def carry_out(given: Given) -> int:
    """Store the bundle for a partner."""
    from renkei.interfaces.cli import bundling

    return bundling.carry_out(given)


def carry_in(given: Given) -> int:
    """Bring a partner's bundle in."""
    from renkei.interfaces.cli import bundling

    return bundling.carry_in(given)


def store_label(given: Given) -> int:
    """Store the label of an item or a file, and what it is bound to where that is wanted."""
    name = given["item"]
    is_file = re.fullmatch("[0-9a-f]{64}", name) is not None
    path = f"/{'attachments' if is_file else 'items'}/{segment(name)}"
    with opened(given["node"]) as client:
        label = client.download(f"{path}/label")
        if given["content"]:
            write_bytes(Path(given["content"]), client.download(path if is_file else f"{path}/content"))
    return stored(label, given)


def read_label(given: Given) -> int:
    """Tell what a node makes of a label."""
    xml = typed_file(given["file"]).decode("utf-8", "replace")
    with opened(given["node"]) as client:
        return shown(client.post("/labels/read", {"xml": xml}), "facts", given)


def changed(path: str, *parts: Part, secret: bool = False) -> Question:
    """Return a request of an administrator; its parts that are not in the path are its body."""

    def run(given: Given) -> int:
        typed = {part.name: given[OPTION_NAMES.get(part.name, part.name)] for part in parts}
        body = {key: value for key, value in typed.items() if value and f"{{{key}}}" not in path}
        with opened(given["node"]) as client:
            if secret:
                body |= own_password(client, given["name"]) if "{name}" in path else {}
                body["password"] = new_password(given["name"])
            return shown(client.post(filled(path, given), body), "facts", given)

    return Question(parts, run)


def own_password(client: Client, name: str) -> dict[str, str]:
    """Return the current password, which has to be shown to set one's own; nothing for somebody else's."""
    if client.get("/me").data["name"] != name:
        return {}
    return {"current": password(spoken()("ask.current", name=name))}


def new_password(name: str) -> str:
    """Return a password that was typed twice on a terminal, or the next line of standard input.

    Raises:
        InputError: The two differ.
    """
    words = spoken()
    first = password(words("ask.password", name=name))
    if sys.stdin.isatty() and password(words("ask.again")) != first:
        raise InputError.from_problem("RK746", words("problem.password"))
    return first


SEATS = Part("posts", "name", required=False, many=True)
QUESTIONS: Mapping[str, Question] = {
    "ready": Question((possible("seconds", "number"),), ready),
    "sign-in": Question(
        (Part("name", "name", required=False, bare=True), possible("unprotected", "flag")), sign_in
    ),
    "sign-out": Question((), sign_out),
    "me": one("/me", "me"),
    "posts": listed("/posts", "posts"),
    "inbox": listed("/inbox", "inbox", possible("post")),
    "cases": listed("/cases", "cases"),
    "show": one("/cases/{case}", "case", needed("case")),
    "timeline": listed("/cases/{case}/timeline", "timeline", needed("case")),
    "forecast": one("/cases/{case}/forecast", "forecast", needed("case")),
    "items": listed("/items", "items", possible("kind"), possible("case")),
    "item": one("/items/{item}", "item", needed("item")),
    "deadlines": listed("/deadlines", "deadlines"),
    "links": listed("/links", "links"),
    "model": one("/model", "model"),
    "log": listed("/log", "log", possible("after", "number"), possible("kind"), possible("subject")),
    "checkpoint": one("/log/checkpoint", "facts"),
    "watch": Question((possible("after", "number"), possible("count", "number")), watch),
    "fetch": Question((needed("digest", "name"), Part("output", "path", required=True)), fetch),
    "export": Question(
        (
            needed("partner"),
            Part("output", "path", required=True),
            possible("after", "number"),
            possible("without_files", "flag"),
        ),
        carry_out,
    ),
    "import": Question((needed("partner"), needed("file"), possible("label_file", "path")), carry_in),
    "label": Question(
        (needed("item"), Part("output", "path", required=True), possible("content", "path")), store_label
    ),
    "read-label": Question((needed("file"),), read_label),
    "accounts": listed("/accounts", "accounts"),
    "add-account": changed(
        "/accounts", needed("name"), SEATS, possible("administrator", "flag"), secret=True
    ),
    "set-password": changed("/accounts/{name}/password", needed("name"), secret=True),
    "disable-account": changed("/accounts/{name}/disable", needed("name")),
    "backup": changed("/backup"),
}
"""Command -> what it takes and does."""
