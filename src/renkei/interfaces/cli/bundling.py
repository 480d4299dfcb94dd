"""Bundles as people's files: written whole or not at all, their label beside them, and told what is in them.

Layer: interfaces. A bundle may be larger than memory, so it is passed on as it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from renkei.errors import InputError
from renkei.interfaces.cli.asking import label_beside
from renkei.interfaces.cli.outcome import HOLDS
from renkei.interfaces.cli.output import console, print_json, say, write_bytes, written
from renkei.interfaces.hq.answer import Reply
from renkei.interfaces.text import spoken

Given = Mapping[str, Any]


def store_bundle(given: Given, fill: Callable[[BinaryIO], bytes]) -> int:
    """Write a bundle to the file asked for, and its label beside it.

    Args:
        given: What was typed.
        fill: Writes the bundle, and returns its label.
    """
    from renkei.link.bundle import read_summary

    path = Path(given["output"])
    with written(path) as out:
        label = fill(out)
        size = out.seek(0, 2)
        out.seek(0)
        told = read_summary(out)
    write_bytes(label_beside(path), label)
    tell({"path": str(path), "size": size, "label": str(label_beside(path))} | told, given)
    return HOLDS


def tell(told: Mapping[str, Any], given: Given) -> None:
    """Tell where a bundle is, what is in it, and what is not."""
    if given["json"]:
        print_json(told)
        return
    words = spoken()
    for name in (told["path"], told["label"]):
        say(words("said.report", path=name))
    line = words("bundle.holds", first=told["after"] + 1, last=told["last"], files=told["files"])
    console().print(line, soft_wrap=True)
    if told["left_out"]:
        key = "bundle.absent" if told["left_after"] is None else "bundle.full"
        console().print(words(key, count=told["left_out"], after=told["left_after"]), soft_wrap=True)


@contextmanager
def opened_bundle(name: str) -> Iterator[BinaryIO]:
    """Open a bundle to read it.

    Raises:
        InputError: It cannot be read.
    """
    words = spoken()
    try:
        source = Path(name).open("rb")  # noqa: SIM115  # closed below; only opening it may fail here
        source.seek(0)
    except OSError as error:
        said = words("problem.read", path=name, said=error.strerror or error)
        raise InputError.from_problem("RK743", said, words("problem.read.hint"), name) from error
    with source:
        yield source


def carry_out(given: Given) -> int:
    """Store the bundle for a partner, with its label beside it."""
    from renkei.interfaces.cli.asking import whole_number
    from renkei.interfaces.cli.session import opened
    from renkei.interfaces.hq.client import segment

    after, files = whole_number("after", given["after"]), "false" if given["without_files"] else None
    with opened(given["node"]) as client:
        path = f"/links/{segment(given['partner'])}/export"
        return store_bundle(
            given, lambda out: client.download_into(out, path, "POST", after=after, files=files)
        )


def carry_in(given: Given) -> int:
    """Bring a partner's bundle in, where the label that lies beside it permits that."""
    from renkei.interfaces.cli.asking import label_of, shown
    from renkei.interfaces.cli.session import opened
    from renkei.interfaces.hq.client import segment

    with opened_bundle(given["file"]) as body:
        label = label_of(given)
        with opened(given["node"]) as client:
            reply: Reply = client.send_file(f"/links/{segment(given['partner'])}/import", body, label)
    return shown(reply, "facts", given)
