"""What renkei can be asked without a model: codes explained, the schema, the library.

Layer: interfaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

from renkei.errors import InputError
from renkei.facts import rule_codes
from renkei.interfaces.cli.output import console, print_json
from renkei.interfaces.text import spoken


def run_explain(code: str | None, *, as_json: bool) -> int:
    """Explain one rule code, or list them all."""
    chosen = rule_codes() if code is None else {_known(code): rule_codes()[_known(code)]}
    language = spoken().language
    entries = [
        {"code": key, **{part: texts[language] for part, texts in entry.items()}}
        for key, entry in chosen.items()
    ]
    if as_json:
        print_json({"codes": entries})
    elif code is None:
        _list_codes(entries)
    else:
        _print_code(entries[0])
    return 0


def _known(code: str) -> str:
    wanted = code.strip().upper()
    if wanted not in rule_codes():
        words, near = spoken(), get_close_matches(wanted, rule_codes(), 3)
        hint = words("problem.those", those=", ".join(near)) if near else words("problem.code.hint")
        raise InputError.from_problem("RK007", words("problem.code", name=code), hint)
    return wanted


def _print_code(entry: dict[str, str]) -> None:
    words, out = spoken(), console()
    out.print(f"{entry['code']}  {entry['title']}", style="bold")
    out.print(
        f"\n{words('explain.cause')}\n  {entry['cause']}\n\n{words('explain.remedy')}\n  {entry['remedy']}"
    )


def _list_codes(entries: list[dict[str, str]]) -> None:
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    for entry in entries:
        table.add_row(entry["code"], entry["title"])
    out = console()
    out.print(table)
    out.print(f"\n{spoken()('explain.more')}")


def run_schema() -> int:
    """Print the JSON Schema of ``model.yaml``."""
    from renkei.model.schema_json import json_schema

    print_json(json_schema())
    return 0


def library_folder() -> Path:
    """Return the folder of the models that come with renkei."""
    return Path(str(files("renkei"))) / "library"


def library_models() -> Iterator[Path]:
    """Yield the folders of the library's models, by name."""
    return (path.parent for path in sorted(library_folder().glob("*/model.yaml")))


def run_library(name: str | None, *, as_json: bool) -> int:
    """List the models of the library, or print the README of one."""
    if name is None:
        _list_models(as_json=as_json)
        return 0
    folders = {folder.name: folder for folder in library_models()}
    if name not in folders:
        words = spoken()
        hint = words("problem.those", those=", ".join(folders))
        raise InputError.from_problem("RK008", words("problem.library", name=name), hint)
    text = (folders[name] / "README.md").read_text(encoding="utf-8")
    if as_json:
        print_json({"model": name, "readme": text})
    else:
        console().print(text.rstrip(), soft_wrap=True)
    return 0


def _list_models(*, as_json: bool) -> None:
    found = [_facts(folder) for folder in library_models()]
    if as_json:
        print_json({"models": found})
        return
    words, out = spoken(), console()
    for facts in found:
        out.print(f"{facts['model']}  {facts['name'][words.language]}", style="bold")
        out.print(f"  {words('library.counts', **facts['counts'])}")
        out.print(f"  {words('library.readme', path=facts['readme'])}", soft_wrap=True)
    out.print(f"\n{words('library.more')}")


def _facts(folder: Path) -> dict[str, Any]:
    from renkei.model.document import read_document
    from renkei.model.values import Text

    data = read_document(folder / "model.yaml").data
    name = Text.model_validate(data.get("name", folder.name))
    counted = ("parties", "headquarters", "posts", "processes", "options", "sources")
    counts = {key: len(data.get(key) or ()) for key in counted}
    readme = folder / "README.md"
    return {"model": folder.name, "name": name.model_dump(), "counts": counts, "readme": str(readme)}
