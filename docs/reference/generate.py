"""Write the pages of the reference that follow from the source: model language, codes, command line.

`make docs` runs it; tests/docs holds that the pages are up to date.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
import tomllib
import typing
from collections.abc import Callable
from pathlib import Path

import typer

import renkei
from renkei.interfaces.cli import app
from renkei.interfaces.text import speak
from renkei.model import values
from renkei.model.schema_json import json_schema


class Parameter(typing.Protocol):
    """What the page needs of an argument or option."""

    opts: list[str]
    secondary_opts: list[str]
    name: str
    metavar: str | None
    help: str | None
    param_type_name: str
    default: object


class Command(typing.Protocol):
    """What the page needs of a command, and of the group of all."""

    help: str | None
    params: list[Parameter]
    commands: dict[str, Command]

    def named(self) -> dict[str, Command]:
        """Return the commands of a group by name."""


Schema = dict[str, typing.Any]
"""A JSON Schema, or a part of one."""

HERE = Path(__file__).parent
SOURCE = Path(renkei.__file__).parent
BAR = "\\|"
"""A bar inside a cell of a table."""
GENERATED = "<!-- Written by generate.py from the source; `make docs` writes it again. -->\n"
BLOCKS = {
    "RK0": "Use of the tool",
    "RK1": "The model file",
    "RK2": "BPMN, PNML and the net",
    "RK3": "What a check finds",
    "RK4": "Simulation",
    "RK5": "What a node refuses",
    "RK6": "The log and the link",
    "RK7": "Serving people, and the command line of a headquarters",
}


# --- model language ---------------------------------------------------------------------------------


def prose(text: str) -> str:
    """Return a docstring as one line of Markdown."""
    return re.sub(r"``([^`]*)``", r"`\1`", " ".join(text.split())).replace("|", BAR)


def kind(entry: Schema) -> str:
    """Return what a value has to be, in the words of the file."""
    if "$ref" in entry:
        name = entry["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in entry:
        return " or ".join(kind(part) for part in entry["anyOf"] if part.get("type") != "null")
    if "enum" in entry or "const" in entry:
        return ", ".join(f"`{value}`" for value in entry.get("enum", [entry.get("const")]))
    return PLAIN.get(entry.get("format") or entry.get("type", ""), compound)(entry)


def compound(entry: Schema) -> str:
    """Return what a list or a map has to hold."""
    if entry.get("type") == "array":
        return f"list of {kind(entry['items'])}" if "items" in entry else "pair: low, high"
    if "patternProperties" in entry:
        return f"map: id → {kind(next(iter(entry['patternProperties'].values())))}"
    inner = entry.get("additionalProperties")
    return f"map → {kind(inner)}" if isinstance(inner, dict) else "any"


REFERENCE = re.compile(r'"#/\$defs/(\w+)"')
PLAIN: dict[str, Callable[[Schema], str]] = {
    "duration": lambda _: "ISO 8601 duration",
    "date": lambda _: "date",
    "date-time": lambda _: "date and time",
    "string": lambda entry: "id" if entry.get("pattern") == values.ID_PATTERN else "text",
    "boolean": lambda _: "`true` or `false`",
    "integer": lambda entry: f"whole number{bounds(entry)}",
    "number": lambda entry: f"number{bounds(entry)}",
}


def bounds(entry: Schema) -> str:
    """Return between which values a number has to lie."""
    low, high = entry.get("minimum", entry.get("exclusiveMinimum")), entry.get("maximum")
    return "" if low is None or high is None else f", {low} to {high}"


def row(key: str, entry: Schema, required: list[str]) -> str:
    """Return the row of one key."""
    absent = entry.get("default")
    shown = "**required**" if key in required else "" if absent in (None, "", [], {}) else f"`{absent}`"
    shown = shown.replace("`False`", "`false`").replace("`0.0`", "`PT0S`")
    return f"| `{key}` | {kind(entry)} | {shown} | {prose(entry.get('description', ''))} |"


def entry_section(name: str, entry: Schema) -> str:
    """Return the section of one kind of entry."""
    whole = next((part for part in entry.get("anyOf", []) if "properties" in part), entry)
    rows = [row(key, value, whole.get("required", [])) for key, value in whole["properties"].items()]
    about = prose(entry.get("description", ""))
    plain = [kind(part) for part in entry.get("anyOf", []) if part is not whole]
    about += f" It may be written as a plain value: {', '.join(plain)}." if plain else ""
    head = ["| key | value | where absent | meaning |", "| --- | --- | --- | --- |"]
    return f"## {name}\n\n{about}\n\n" + "\n".join([*head, *rows]) + "\n"


def model_page() -> str:
    """Return the reference of the model language."""
    whole = json_schema()
    named = {"Model": whole, **whole["$defs"]}
    order = ["Model"]
    for name in order:
        entry = whole | {"$defs": {}} if name == "Model" else named[name]
        inside = dict.fromkeys(REFERENCE.findall(json.dumps(entry)))
        order += [found for found in inside if found not in order]
    sections = [entry_section(name, named[name]) for name in order]
    return f"""# The model language, version 1

{GENERATED}
A model is a folder with `model.yaml` and the BPMN files that it names.
Everything is a map keyed by id; unknown keys are errors.
An id is a letter or underscore, then letters, digits, `_`, `.` and `-`.
`renkei schema` prints the same as JSON Schema, for editors.
[How to write a model](../how-to/write-a-model.md) goes through it by example.

{chr(10).join(sections)}"""


# --- codes ------------------------------------------------------------------------------------------


def codes_page() -> str:
    """Return the reference of the rule codes."""
    register = tomllib.loads((SOURCE / "codes.toml").read_text(encoding="utf-8"))
    lines = ["# Rule codes", "", GENERATED]
    lines += [
        "Every error and every finding carries a code that keeps its meaning for ever.",
        "`renkei explain CODE` says the same on the command line, in English or Japanese.",
    ]
    block = ""
    for code, entry in sorted(register.items()):
        if code[:3] != block:
            block = code[:3]
            lines += ["", f"## {BLOCKS[block]}"]
        lines += ["", f"### {code}", "", f"**{entry['title']['en']}**  ", f"{entry['title']['ja']}", ""]
        lines += [f"- Usual cause: {entry['cause']['en']}", f"- What is possible: {entry['remedy']['en']}"]
        lines += [f"- 原因:{entry['cause']['ja']}", f"- 対処:{entry['remedy']['ja']}"]
    return "\n".join(lines) + "\n"


# --- command line -----------------------------------------------------------------------------------


def option_row(parameter: Parameter) -> str:
    """Return one row of the table of a command's arguments and options."""
    names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    if parameter.param_type_name == "argument":
        shown = f"`{parameter.metavar or parameter.name.upper()}`"
    else:
        shown = f"{names} `{parameter.metavar}`" if parameter.metavar else names
    known = parameter.default not in (None, False, "") and isinstance(parameter.default, str | int | Path)
    text = " ".join((parameter.help or "").split())
    default = f" (default: `{parameter.default}`)" if known else ""
    cells = [shown, f"{text}{default}"]
    return f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |"


def command_section(name: str, command: Command, level: int = 2) -> str:
    """Return the section of one command, or of a group with those of its commands below."""
    about = inspect.cleandoc(command.help or "").replace("\b", "").replace("\f", "").strip()
    rows = [option_row(parameter) for parameter in command.params if not getattr(parameter, "hidden", False)]
    table = "\n".join(["| argument or option | meaning |", "| --- | --- |", *rows])
    own = f"{'#' * level} renkei {name}\n\n{about}\n\n{table}\n"
    inside = command.named() if hasattr(command, "named") else {}
    below = (command_section(f"{name} {key}", each, level + 1) for key, each in inside.items())
    return "\n".join([own, *below])


def cli_page() -> str:
    """Return the reference of the command line."""
    with speak("en"):
        root = typing.cast("Command", typer.main.get_command(app))
    sections = [command_section(name, command) for name, command in root.commands.items()]
    shared = "\n".join(option_row(parameter) for parameter in root.params)
    top = f"\nBefore any command:\n\n| option | meaning |\n| --- | --- |\n{shared}\n" if root.params else ""
    return f"""# The command line

{GENERATED}
`MODEL` is a folder with `model.yaml`, a `.bpmn` file, a `.pnml` file, or the name of a library model.
{top}
## Exit codes

| code | meaning |
| --- | --- |
| 0 | everything asked for holds, or was done |
| 1 | a property fails, a node refuses, or evidence does not hold |
| 2 | the input or the call is unusable |
| 3 | a limit cut the work short, so nothing is proven |
| 4 | a node cannot be reached now; the same call may succeed later |
| 70 | a bug of renkei; please report it with the input that shows it |
| 130 | interrupted |
| 141 | the reader of the output has gone |

Results go to standard output; errors and progress go to standard error.
With `--json`, [one object](json.md) is printed and nothing else.

## Environment

| variable | meaning |
| --- | --- |
| `RENKEI_LANG` | language of what is said, `en` or `ja`, where `--lang` is not given |
| `RENKEI_NODE` | address of the node that `renkei hq` speaks to, where `--node` is not given |
| `RENKEI_SETTINGS` | folder of the tokens that `renkei hq` keeps, instead of that of the platform |
| `RENKEI_DATA` | folder of the nodes that `renkei run` starts, instead of that of the platform |
| `NO_COLOR` | set to anything: no colours |
| `COLUMNS` | width of the output, where it is not a terminal |
| `RENKEI_DEBUG` | set to anything: a bug of renkei shows where it is |

{chr(10).join(sections)}"""


PAGES: dict[str, Callable[[], str]] = {"model.md": model_page, "codes.md": codes_page, "cli.md": cli_page}


def main() -> int:
    """Write the pages, and name those that changed."""
    for name, page in PAGES.items():
        path, text = HERE / name, page()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote docs/reference/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
