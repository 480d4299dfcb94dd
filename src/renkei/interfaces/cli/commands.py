"""The commands of ``renkei`` and what they take. What they do is in the modules they import when they run.

Layer: interfaces. No text stands here; see ``help.py`` for where it comes from.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from renkei.interfaces.cli.built import speak_now
from renkei.interfaces.cli.evidence import LabelGroup, LinkGroup, LogGroup
from renkei.interfaces.cli.help import WordedCommand, WordedGroup
from renkei.interfaces.cli.hq import HqGroup

app = typer.Typer(
    name="renkei",
    cls=WordedGroup,
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


Lang = Annotated[
    Literal["en", "ja"] | None, typer.Option("--lang", metavar="en|ja", callback=speak_now, is_eager=True)
]
Json = Annotated[bool, typer.Option("--json")]
ModelName = Annotated[str, typer.Argument(metavar="MODEL")]
Options = Annotated[list[str] | None, typer.Option("--option", metavar="ID")]
Properties = Annotated[list[str] | None, typer.Option("--property", metavar="NAME")]
MaxStates = Annotated[int | None, typer.Option("--max-states", metavar="N", min=1)]
Exhaustive = Annotated[bool, typer.Option("--exhaustive")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", min=0, max=2**63 - 1)]
Replications = Annotated[int | None, typer.Option("--replications", metavar="N", min=1, max=1_000_000)]
Threads = Annotated[int, typer.Option("--threads", metavar="N", min=1, max=1024)]
Horizon = Annotated[str | None, typer.Option("--horizon", metavar="DURATION")]
Baseline = Annotated[str | None, typer.Option("--baseline", metavar="ID")]
Report = Annotated[Path | None, typer.Option("--report", metavar="FILE.html")]


@app.callback()
def renkei(
    context: typer.Context, version: Annotated[bool, typer.Option("--version")] = False, lang: Lang = None
) -> int:
    """Show the version or the help, where no command is given."""
    if version:
        from renkei import __version__

        typer.echo(f"renkei {__version__}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())
    return 0


def show_help(context: typer.Context, lang: Lang = None) -> int:
    """Show the help of a group, where none of its commands is given."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
    return 0


@app.command(cls=WordedCommand)
def check(
    model: ModelName,
    option: Options = None,
    property: Properties = None,
    exhaustive: Exhaustive = False,
    max_states: MaxStates = None,
    report: Report = None,
    json: Json = False,
    lang: Lang = None,
) -> int:
    """Check a model."""
    from renkei.interfaces.cli.checking import run_check

    return run_check(
        model,
        options=option,
        properties=property,
        exhaustive=exhaustive,
        max_states=max_states,
        report=report,
        as_json=json,
    )


@app.command(cls=WordedCommand)
def simulate(
    model: ModelName,
    option: Options = None,
    seed: Seed = 1,
    replications: Replications = None,
    threads: Threads = 1,
    horizon: Horizon = None,
    json: Json = False,
    lang: Lang = None,
) -> int:
    """Simulate a model."""
    from renkei.interfaces.cli.simulating import Wanted, run_simulate

    wanted = Wanted(option, None, seed, replications, threads, horizon)
    return run_simulate(model, wanted, as_json=json)


@app.command(cls=WordedCommand)
def compare(
    model: ModelName,
    baseline: Baseline = None,
    option: Options = None,
    seed: Seed = 1,
    replications: Replications = None,
    threads: Threads = 1,
    horizon: Horizon = None,
    report: Report = None,
    json: Json = False,
    lang: Lang = None,
) -> int:
    """Compare the options of a model."""
    from renkei.interfaces.cli.simulating import Wanted, run_compare

    wanted = Wanted(option, baseline, seed, replications, threads, horizon)
    return run_compare(model, wanted, report=report, as_json=json)


@app.command(cls=WordedCommand)
def run(
    model: Annotated[str | None, typer.Argument(metavar="MODEL")] = None,
    party: Annotated[str | None, typer.Option("--party", metavar="ID")] = None,
    config: Annotated[Path | None, typer.Option("--config", metavar="FILE.toml")] = None,
    store: Annotated[Path | None, typer.Option("--store", metavar="FOLDER")] = None,
    database: Annotated[str | None, typer.Option("--database", metavar="ADDRESS")] = None,
    listen: Annotated[str | None, typer.Option("--listen", metavar="HOST:PORT")] = None,
    link_listen: Annotated[str | None, typer.Option("--link-listen", metavar="HOST:PORT")] = None,
    peer: Annotated[list[str] | None, typer.Option("--peer", metavar="PARTY=ADDRESS")] = None,
    peer_key: Annotated[list[str] | None, typer.Option("--peer-key", metavar="FILE.toml")] = None,
    port: Annotated[int | None, typer.Option("--port", metavar="N", min=0, max=65_000)] = None,
    option: Annotated[str | None, typer.Option("--option", metavar="ID")] = None,
    exercise: Annotated[bool, typer.Option("--exercise")] = False,
    make_administrator: Annotated[str | None, typer.Option("--make-administrator", metavar="NAME")] = None,
    json: Json = False,
    lang: Lang = None,
) -> int:
    """Run a live headquarters."""
    from renkei.interfaces.cli.running import Asked, run_nodes

    peers, keys = tuple(peer or ()), tuple(peer_key or ())
    asked = Asked(
        model, party, config, store, database, listen, link_listen, peers, keys, port, option, exercise
    )
    return run_nodes(asked, administrator=make_administrator, as_json=json)


@app.command(cls=WordedCommand)
def demo(
    output: Annotated[Path, typer.Option("--output", metavar="FILE.html")] = Path("renkei-us-japan.html"),
    replications: Replications = None,
    seed: Seed = 1,
    threads: Threads = 1,
    json: Json = False,
    lang: Lang = None,
) -> int:
    """Check and compare the reference model."""
    from renkei.interfaces.cli.demo import run_demo

    return run_demo(output, replications=replications, seed=seed, threads=threads, as_json=json)


@app.command(cls=WordedCommand)
def explain(
    code: Annotated[str | None, typer.Argument(metavar="CODE")] = None, json: Json = False, lang: Lang = None
) -> int:
    """Explain rule codes."""
    from renkei.interfaces.cli.reference import run_explain

    return run_explain(code, as_json=json)


@app.command(cls=WordedCommand)
def schema(json: Json = False, lang: Lang = None) -> int:
    """Print the JSON Schema."""
    from renkei.interfaces.cli.reference import run_schema

    return run_schema()


@app.command(cls=WordedCommand)
def library(
    name: Annotated[str | None, typer.Argument(metavar="NAME")] = None, json: Json = False, lang: Lang = None
) -> int:
    """Show the library."""
    from renkei.interfaces.cli.reference import run_library

    return run_library(name, as_json=json)


for name, group in (("hq", HqGroup), ("log", LogGroup), ("link", LinkGroup), ("label", LabelGroup)):
    app.add_typer(typer.Typer(cls=group, invoke_without_command=True, callback=show_help), name=name)
