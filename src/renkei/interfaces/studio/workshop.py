"""The studio of one node: what can be opened, saved, checked, simulated, and prepared for adoption.

Layer: interfaces. Two workers, each started when it is first needed: one answers who is typing, the other
carries out jobs, so that neither waits for the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from renkei.errors import InputError
from renkei.facts import Fact, problem_of
from renkei.interfaces.http.port import Headquarters
from renkei.interfaces.studio.files import (
    README,
    Files,
    laid_out,
    require_usable,
    without_folder,
)
from renkei.interfaces.studio.jobs import Jobs
from renkei.interfaces.studio.keeper import Asked, Keeper
from renkei.interfaces.studio.outline import both
from renkei.interfaces.studio.reading import called
from renkei.interfaces.studio.versions import Version, Versions
from renkei.process.arrangement import MODEL_FILE, Arrangement, library_names, load_arrangement

CHECK_SECONDS = 30.0
MOST_CHECKS = 64
"""Checks that wait or are carried out at once, one a person."""
IN_USE, LIBRARY = "in-use", "library."
Thing = dict[str, Any]


class Studio:
    """The studio of one node."""

    def __init__(self, headquarters: Headquarters, now: Callable[[], int]) -> None:
        """Bind a node; no worker is started yet."""
        self._headquarters, self._now = headquarters, now
        self.versions = Versions(headquarters.log)
        self.checker, self.runner = Keeper("studio-checker", nice=1), Keeper("studio-runner", nice=10)
        self.jobs = Jobs(self.runner, now)
        self._checks: dict[tuple[str, str], Asked] = {}
        self._warming: Future[Any] | None = None
        self._one = threading.Lock()
        self._library: dict[str, tuple[Thing, dict[str, str]]] = {}

    def close(self) -> None:
        """End the workers."""
        self.checker.close()
        self.runner.close()

    # What can be opened

    def entries(self) -> list[Thing]:
        """Return what can be opened: the model in use, the library, and the versions, the latest first."""
        use = self._in_use()
        others = [self._from_library(name)[0] for name in library_names()]
        others += [_entry(version) for version in reversed(self.versions.all())]
        return [use, *self._placed(others, use["digest"])]

    def opened(self, identity: str) -> Thing:
        """Return a model with its files.

        Raises:
            UnknownError: There is none of this id.
        """
        version = self.versions.find(identity)
        if identity == IN_USE:
            entry = self._in_use()
            return {"entry": entry, "files": self._kept(entry["digest"])}
        if identity.removeprefix(LIBRARY) in library_names() and identity.startswith(LIBRARY):
            entry, files = self._from_library(identity.removeprefix(LIBRARY))
        elif version is not None:
            entry, files = _entry(version), self.versions.files(version)
        else:
            files = self._kept(identity)
            name = called(files.get(MODEL_FILE, ""), identity[:8])
            entry = {**_blank(files), "id": identity, "kind": "kept", "digest": identity, "name": name}
        return {"entry": next(self._placed([entry])), "files": files}

    def _in_use(self) -> Thing:
        found: Thing = self._headquarters.view("model").data
        files = self._kept(found["digest"])
        known = {"id": IN_USE, "kind": IN_USE, "digest": found["digest"], "option": found["option"]}
        return {**_blank(files), **known, "name": found["name"], "available": True, "in_use": True}

    def _kept(self, digest: str) -> dict[str, str]:
        files = self._headquarters.model_files(digest)
        return {name: body.decode("utf-8-sig", "replace") for name, body in files.items()}

    def _from_library(self, name: str) -> tuple[Thing, dict[str, str]]:
        if name not in self._library:
            arrangement = load_arrangement(name)
            files = _read(Path(arrangement.origin), arrangement)
            known = {"id": f"{LIBRARY}{name}", "kind": "library", "digest": arrangement.digest}
            assert arrangement.model is not None
            self._library[name] = {**_blank(files), **known, "name": both(arrangement.model.name)}, files
        return self._library[name]

    def _placed(self, entries: Sequence[Thing], in_use: str | None = None) -> Iterator[Thing]:
        """Yield entries, with whether the node keeps them and whether they are in use."""
        kept = self._headquarters.model_digests()
        used = in_use or self._headquarters.view("model").data["digest"]
        for entry in entries:
            yield {**entry, "available": entry["digest"] in kept, "in_use": entry["digest"] == used}

    # What is saved

    def read(self, files: Files) -> Future[Any]:
        """Read files, so that a version can be saved: the digest of the model, and what it is called.

        Raises:
            InputError: The files are none of a model.
        """
        require_usable(files)
        return self.checker.ask(Asked({"kind": "read", "files": dict(files)}, CHECK_SECONDS))

    def save(self, files: Files, person: str, *, name: str, note: str, base: str, read: Thing) -> Thing:
        """Save a version; one that cannot be used yet is saved all the same.

        Raises:
            InputError: There are too many versions.
        """
        words = {"en": name, "ja": name} if name else read["name"]
        version = self.versions.save(
            files, name=words, note=note, base=base, by=person, saved=self._now(), digest=read["digest"]
        )
        return next(self._placed([_entry(version)]))

    # What is checked

    def check(
        self, person: str, files: Files, options: Sequence[str] | None, purpose: str = ""
    ) -> Future[Any]:
        """Check files; a check of the same person for the same purpose that still goes on is given up.

        Raises:
            InputError: The files are none of a model, or too many people check at once.
        """
        require_usable(files)
        asked = Asked(
            {"kind": "check", "files": dict(files), "options": None if options is None else list(options)},
            CHECK_SECONDS,
        )
        key = (person, purpose)
        with self._one:
            before = self._checks.get(key)
            if before is None and len(self._checks) >= MOST_CHECKS:
                busy = Fact("RK778.checks", most=MOST_CHECKS)
                raise InputError([problem_of(busy, "Try again in a moment.")])
            if before is not None:
                before.cancel()
            self._checks[key] = asked

        def done(_: Future[Any]) -> None:
            with self._one:
                if self._checks.get(key) is asked:
                    del self._checks[key]

        asked.answer.add_done_callback(done)
        return self.checker.ask(asked)

    def warm(self, files: Files) -> None:
        """Start the worker that checks, since somebody opens the studio; nobody waits for that."""
        with self._one:
            if self.checker.pid or (self._warming is not None and not self._warming.done()):
                return
            asked = Asked({"kind": "check", "files": dict(files), "options": None}, CHECK_SECONDS)
            self._warming = self.checker.ask(asked)

    # What can be adopted

    def make_available(self, files: Files) -> Arrangement:
        """Keep a model with the node, so that it can be adopted by its digest.

        Raises:
            InputError: It cannot be used.
        """
        with laid_out(files) as folder:
            try:
                arrangement = load_arrangement(folder)
                self._headquarters.keep_model(arrangement)
            except InputError as error:
                raise InputError(without_folder(problem, folder) for problem in error.problems) from None
            return arrangement


def _blank(files: Files) -> Thing:
    size = sum(len(text.encode()) for text in files.values())
    return {
        "name": {"en": "", "ja": ""},
        "option": "",
        "saved": None,
        "by": "",
        "note": "",
        "base": "",
        "bytes": size,
        "available": False,
        "in_use": False,
    }


def _entry(version: Version) -> Thing:
    known = ("id", "name", "digest", "saved", "by", "note", "base", "bytes")
    return {"kind": "version", "option": "", **{key: getattr(version, key) for key in known}}


def _read(folder: Path, arrangement: Arrangement) -> dict[str, str]:
    names = [MODEL_FILE, *sorted(arrangement.drawings), *_readme(folder)]
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}


def _readme(folder: Path) -> Iterator[str]:
    if (folder / README).is_file():
        yield README
