"""Help in the language spoken, in columns that are right for Japanese too.

Layer: interfaces. Commands are declared without any text; their words come from the catalogue by name:
``help.COMMAND``, ``example.COMMAND``, and ``argument.NAME`` for every argument and option
(``argument.COMMAND.NAME`` where a command means something else by it). A command of a group is called
``GROUP.COMMAND`` there.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from typer.core import TyperCommand, TyperGroup

from renkei.errors import InputError
from renkei.interfaces.text import Words, spoken

WIDEST = 100
ROOT = "renkei"


class WordedCommand(TyperCommand):
    """A command whose help comes from the catalogue."""

    group = ""
    """Group that it belongs to; '' for the commands of ``renkei`` itself."""

    def __init__(self, name: str | None, **settings: Any) -> None:
        """Take the texts of the command and of its parameters from the catalogue."""
        self.key = f"{self.group}.{name}" if self.group else name or ROOT
        super().__init__(name, **settings | {"help": about(self.key)})
        for parameter in self.params:
            parameter.help = argument_text(self.key, parameter.name)  # type: ignore[attr-defined]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, description, arguments, options and example."""
        formatter.write(page(self, ctx, name=self.key))


class WordedGroup(TyperGroup):
    """A group of commands, ``renkei`` itself or one in it: its help comes from the catalogue."""

    key = ROOT
    """What it is called in the catalogue."""

    def __init__(self, **settings: Any) -> None:
        """Take the texts of the command and of its parameters from the catalogue."""
        super().__init__(**settings | {"help": about(self.key)})
        for parameter in self.params:
            parameter.help = argument_text(self.key, parameter.name)  # type: ignore[attr-defined]

    def named(self) -> Mapping[str, Any]:
        """Return the commands by name."""
        return self.commands

    def every(self) -> Iterator[tuple[str, Any]]:
        """Yield this group and all commands in it, each under what it is called in the catalogue."""
        yield self.key, self
        for name, command in self.named().items():
            if isinstance(command, WordedGroup):
                yield from command.every()
            else:
                yield getattr(command, "key", name), command

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, description, commands, options and example."""
        formatter.write(page(self, ctx, name=self.key, commands=tuple(self.named())))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command, or refuse the call and name those there are.

        Raises:
            InputError: There is no such command.
        """
        name, known = args[0], self.named()
        if not name.startswith("-") and name not in known:
            words, near = spoken(), get_close_matches(name, known, 1)
            hint = (
                words("problem.near", name=near[0])
                if near
                else words("problem.those", those=", ".join(known))
            )
            raise InputError.from_problem("RK002", words("problem.command", name=name), hint)
        return super().resolve_command(ctx, args)


def about(name: str) -> str:
    """Return what a command does, and an example."""
    words = spoken()
    example = "\n".join(f"    {line}" for line in words(f"example.{name}").strip().splitlines())
    return f"{words(f'help.{name}').strip()}\n\n{words('help.example')}\n\n{example}"


def argument_text(command: str, name: str) -> str:
    """Return what an argument or option of a command means."""
    words, own = spoken(), f"argument.{command}.{name}"
    return words(own if own in words else f"argument.{name}")


def page(command: Any, context: Any, *, name: str, commands: Sequence[str] = ()) -> str:
    """Return the whole help of a command as text."""
    words = spoken()
    usage = " ".join(command.collect_usage_pieces(context))
    parts = [words("help.usage", usage=f"{context.command_path} {usage}"), words(f"help.{name}").strip()]
    arguments = [p for p in command.get_params(context) if p.param_type_name == "argument"]
    options = [p for p in command.get_params(context) if p.param_type_name != "argument"]
    inside = "" if name == ROOT else f"{name}."
    told = ((key, words(f"help.{inside}{key}").split("\n")[0]) for key in commands)
    parts += _section(words("help.commands"), told)
    parts += _section(
        words("help.arguments"), ((_metavar(p), argument_text(name, p.name)) for p in arguments)
    )
    parts += _section(words("help.options"), ((_flags(p), _meaning(words, name, p)) for p in options))
    example = "\n".join(f"  {line}" for line in words(f"example.{name}").strip().splitlines())
    parts += [f"{words('help.example')}\n{example}"]
    parts += [words("help.exit").strip()] if name in {ROOT, "check"} else []
    return "\n\n".join(parts) + "\n"


def _metavar(parameter: Any) -> str:
    shown: str = parameter.name.upper()
    return shown if parameter.required else f"[{shown}]"


def _flags(parameter: Any) -> str:
    flags = ", ".join(parameter.opts)
    if parameter.name in {"help", "version"} or getattr(parameter, "is_flag", False):
        return flags
    return f"{flags} {parameter.metavar or parameter.name.upper()}"


def _meaning(words: Words, command: str, parameter: Any) -> str:
    text = argument_text(command, parameter.name)
    default = parameter.default
    shown = isinstance(default, int | str) and not isinstance(default, bool) and default != ""
    return f"{text} {words('help.default', value=default)}" if shown else text


def _section(title: str, rows: Iterable[tuple[str, str]]) -> list[str]:
    from rich.console import Console
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    for flags, text in rows:
        table.add_row(f"  {flags}", text)
    if not table.row_count:
        return []
    width = min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, highlight=False, markup=False, emoji=False).print(table)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    return ["\n".join([title, *lines])]
