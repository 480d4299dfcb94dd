"""The commands of ``hq`` that change something: read what was typed, send it, tell what came of it.

Layer: interfaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from renkei.errors import InputError, Problem
from renkei.interfaces.cli.built import OPTION_NAMES, shown_option
from renkei.interfaces.cli.outcome import HOLDS
from renkei.interfaces.cli.output import console, print_json
from renkei.interfaces.cli.proving import read_bytes
from renkei.interfaces.cli.session import opened
from renkei.interfaces.hq.client import Client
from renkei.interfaces.hq.moments import read_moment
from renkei.interfaces.hq.verbs import Part, Verb, read_label, read_pair, verbs
from renkei.interfaces.text import spoken
from renkei.runner.commands import Attach

XML = ".xml"
"""What the name of a label's file ends with."""
MAX_LABEL = 256 * 1024


def give(name: str, given: dict[str, Any]) -> int:
    """Give a command as it was typed, and tell what came of it."""
    verb = verbs()[name]
    fields = read_fields(verb, given)
    with opened(given["node"]) as client:
        understand_label(client, verb, fields)
        upload_files(client, verb, fields)
        command = validated(verb, fields)
        post = None if verb.names_post else acting_post(client, given["post"])
        reply = client.command(command, post)
    if given["json"]:
        print_json(dict(reply.whole))
        return HOLDS
    from renkei.interfaces.render.headquarters import print_done

    print_done(console(), reply, spoken())
    return HOLDS


def acting_post(client: Client, wanted: str | None) -> str:
    """Return the post that acts: the one named, else the only one that the person holds.

    Raises:
        InputError: None was named, and the person holds none or several.
    """
    if wanted:
        return wanted
    held = [entry["post"] if isinstance(entry, dict) else entry for entry in client.get("/me").data["posts"]]
    if len(held) == 1:
        return str(held[0])
    words = spoken()
    hint = words("problem.post.several", posts=", ".join(held)) if held else words("problem.post.none")
    raise InputError.from_problem("RK742", words("problem.post"), hint)


def read_fields(verb: Verb, given: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of the command from what was typed.

    Raises:
        InputError: Values that cannot be read; all of them at once.
    """
    fields: dict[str, Any] = {}
    problems: list[Problem] = []
    for part in verb.parts:
        typed = given[OPTION_NAMES.get(part.name, part.name)]
        if typed is None or typed == []:
            continue
        try:
            fields[part.name] = read_value(part, typed)
        except (ValueError, OverflowError):
            words = spoken()
            shown = part.name.upper() if part.positional else shown_option(part.name)
            takes = words(f"takes.{part.kind}")
            problems.append(Problem("RK004", words("problem.value", name=shown, takes=takes)))
    if problems:
        raise InputError(problems)
    return fields


def read_value(part: Part, typed: Any) -> Any:
    """Return the value of one part.

    Raises:
        ValueError: It is not of the kind that the part takes.
    """
    match part.kind:
        case "moment":
            return read_moment(typed)
        case "number":
            return int(typed)
        case "label":
            return Path(typed) if typed.endswith(XML) else read_label(typed).model_dump()
        case "pairs":
            return dict(read_pair(entry) for entry in typed)
        case _:
            return typed


def understand_label(client: Client, verb: Verb, fields: dict[str, Any]) -> None:
    """Put what the file of a label says in its place; that of an attached file goes to the node with it."""
    path = fields.get("label")
    if isinstance(path, Path) and verb.command is not Attach:
        fields["label"] = read_at_node(client, path)["label"]


def read_at_node(client: Client, path: Path) -> dict[str, Any]:
    """Return what a node makes of a label.

    Raises:
        InputError: The file cannot be read.
    """
    xml = read_bytes(path, MAX_LABEL).decode("utf-8", "replace")
    found: dict[str, Any] = client.post("/labels/read", {"xml": xml}).data
    return found


def upload_files(client: Client, verb: Verb, fields: dict[str, Any]) -> None:
    """Send the files that a command names, and put their digests in their places."""
    for part in verb.parts:
        if part.kind != "digest" or part.name not in fields or verb.name == "adopt":
            continue
        if part.many:
            fields[part.name] = [_digest(client, entry)["digest"] for entry in fields[part.name]]
        else:
            fields |= _digest(client, fields[part.name], fields.get("label"))


def _digest(client: Client, name: str, label: Any = None) -> dict[str, Any]:
    path, xml = Path(name), read_bytes(label, MAX_LABEL) if isinstance(label, Path) else None
    media = guess_type(path.name)[0] or "application/octet-stream"
    try:
        kept = client.upload(path, label=xml).data
        found = {"digest": kept["digest"], "name": path.name, "media": media, "size": path.stat().st_size}
        return found | ({"label": kept["label"]} if xml is not None else {})
    except OSError as error:
        said = spoken()("problem.read", path=name, said=error.strerror or error)
        raise InputError.from_problem("RK743", said, spoken()("problem.read.hint"), name) from error


def validated(verb: Verb, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the command as plain data, once it is known to be one.

    Raises:
        InputError: A value is too long, too large, or holds signs that no id has.
    """
    from pydantic import ValidationError

    try:
        return verb.command.model_validate(fields).model_dump(mode="json", exclude_defaults=True) | {
            "type": verb.name
        }
    except ValidationError as error:
        raise InputError(_told(error)) from None


def _told(error: Any) -> Iterator[Problem]:
    for found in error.errors(include_url=False):
        name = ".".join(str(part) for part in found["loc"])
        yield Problem("RK004", f"{name}: {found['msg']}")
