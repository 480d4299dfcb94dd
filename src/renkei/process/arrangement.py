"""The door to everything that renkei reads: a model's folder, a drawing, a Petri net or a library name.

Layer: process. What is wrong with ``model.yaml``, with its options and with all the drawings is told at
once. An option is applied without reading any file again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path, PureWindowsPath

from renkei.errors import InputError, Problem, UsageError
from renkei.facts import Fact, problem_of
from renkei.model import options
from renkei.model.document import MAX_PROBLEMS, Breach, Document, Keys, look_up
from renkei.model.load import Examination, Loaded, examine
from renkei.model.schema import Model
from renkei.model.validation import suggestion
from renkei.process import binding
from renkei.process.graph import Collaboration, PetriNet

MODEL_FILE = "model.yaml"


@dataclass(frozen=True)
class Arrangement:
    """What a verb works on: a model with its drawings, a single drawing, or a Petri net."""

    name: str
    origin: str
    """Path as shown to users."""
    digest: str
    """SHA-256 in hexadecimal: of the one file, or of what ``sha256sum`` prints for ``model.yaml`` and then
    for every drawing that the model or an option names, in the order of their paths."""
    model: Model | None = None
    collaborations: dict[str, Collaboration] = field(default_factory=dict)
    """Process id of ``model.yaml`` -> drawing; for a single drawing the stem of its file."""
    petri: PetriNet | None = None
    findings: tuple[Problem, ...] = ()
    """What is doubtful and can be used."""
    options: tuple[str, ...] = ()
    option: str = ""
    """The option that has been applied; '' for the arrangement as it stands."""
    variants: dict[str, Loaded] = field(default_factory=dict, repr=False, compare=False)
    """The model as it stands (under '') and under each option."""
    drawings: dict[str, Collaboration] = field(default_factory=dict, repr=False, compare=False)
    """Every drawing that the model or an option names, by the path in ``model.yaml``."""

    def with_option(self, option: str) -> Arrangement:
        """Return this arrangement under one of its options.

        Raises:
            UsageError: There is no such option.
        """
        if option not in self.options:
            raise UsageError(f"{self.name} has no option {option!r}. {suggestion(option, self.options)}")
        model = self.variants[option].model
        return replace(self, option=option, model=model, collaborations=_drawn(model, self.drawings))


def load_arrangement(where: str | Path) -> Arrangement:
    """Read a model's folder, a ``.bpmn`` file, a ``.pnml`` file, or a model of the library by its name.

    Args:
        where: Path or library name; a path that exists goes before a library name.

    Raises:
        InputError: It cannot be used; holds every problem of every file.
    """
    path = Path(where)
    if not _exists(path) and str(where) in library_names():
        path = Path(str(files("renkei") / "library" / str(where)))
    if _exists(path / MODEL_FILE):
        return _load_model(path)
    if _exists(path) and path.name == MODEL_FILE:
        return _load_model(path.parent)
    readers = {".bpmn": _load_drawing, ".pnml": _load_petri}
    if path.suffix.lower() in readers:
        return readers[path.suffix.lower()](path)
    raise _nothing_there(path)


def library_names() -> tuple[str, ...]:
    """Return the names of the models that come with renkei."""
    library = files("renkei") / "library"
    folders = library.iterdir() if library.is_dir() else iter(())
    return tuple(sorted(entry.name for entry in folders if (entry / MODEL_FILE).is_file()))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _nothing_there(path: Path) -> InputError:
    name = str(path)
    fact = Fact("RK109.model", name=name[:200])
    if not _exists(path):
        fact = Fact("RK109.nothing", name=name[:200])
    elif path.is_dir():
        fact = Fact("RK109.folder", name=name[:200])
    hint = f"Give a folder with {MODEL_FILE}, a .bpmn or .pnml file, or a name of the library. "
    return InputError([problem_of(fact, hint + suggestion(name, library_names()))])


def _load_drawing(path: Path) -> Arrangement:
    from renkei.process.bpmn import read_bpmn  # noqa: PLC0415 -- lxml is not needed to read a model

    graph = read_bpmn(path)
    return Arrangement(path.stem, str(path), _digest_of(path), collaborations={path.stem: graph})


def _load_petri(path: Path) -> Arrangement:
    from renkei.process.pnml import read_pnml  # noqa: PLC0415 -- as above

    net = read_pnml(path)
    return Arrangement(path.stem, str(path), _digest_of(path), petri=net)


def _load_model(folder: Path) -> Arrangement:
    examination = examine(folder / MODEL_FILE)
    drawings = _read_drawings(folder, examination)
    for variant in examination.variants.values():
        if len(examination.problems) >= MAX_PROBLEMS:
            break
        found = binding.breaches(variant.model, _drawn(variant.model, drawings))
        examination.note(found, variant.option, variant.locate)
    if examination.problems:
        raise InputError(examination.problems)
    model = examination.variants[""].model
    return Arrangement(
        name=folder.resolve().name,
        origin=str(folder),
        digest=_digest(examination.document.digest, folder, sorted(drawings)),
        model=model,
        collaborations=_drawn(model, drawings),
        findings=tuple(sorted(examination.findings, key=lambda finding: (finding.line, finding.column))),
        options=tuple(model.options),
        variants=examination.variants,
        drawings=drawings,
    )


def _drawn(model: Model, drawings: dict[str, Collaboration]) -> dict[str, Collaboration]:
    return {name: drawings[entry.file] for name, entry in model.processes.items() if entry.file in drawings}


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(model: str, folder: Path, drawings: list[str]) -> str:
    lines = [f"{model}  {MODEL_FILE}", *(f"{_digest_of(folder / name)}  {name}" for name in drawings)]
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def _named_files(document: Document) -> Iterator[tuple[Keys, str]]:
    """Yield each drawing that the model or an option names, and where it does."""
    variants: list[tuple[Keys, object]] = [((), document.data)]
    variants += [
        (("options", name, "patch"), patch) for name, patch in options.patches(document.data).items()
    ]
    for root, data in variants:
        processes = look_up(data, ("processes",))
        for name in processes if isinstance(processes, dict) else ():
            file = look_up(processes, (name, "file"))
            if isinstance(file, str):
                yield (*root, "processes", name, "file"), file


def _read_drawings(folder: Path, examination: Examination) -> dict[str, Collaboration]:
    """Read every drawing that is named, each once; note what is wrong with them."""
    drawings: dict[str, Collaboration] = {}
    broken: set[str] = set()
    for keys, file in _named_files(examination.document):
        refusal = _refusal(folder, file, keys)
        if refusal:
            examination.problems.append(examination.document.locate(refusal))
        elif file not in drawings and file not in broken:
            _read_drawing(folder, file, examination, drawings, broken)
    return drawings


def _read_drawing(
    folder: Path, file: str, examination: Examination, drawings: dict[str, Collaboration], broken: set[str]
) -> None:
    from renkei.process.bpmn import read_bpmn  # noqa: PLC0415 -- as above

    try:
        drawings[file] = read_bpmn(folder / file)
    except InputError as error:
        broken.add(file)
        examination.problems.extend(error.problems)


def _refusal(folder: Path, file: str, keys: Keys) -> Breach | None:
    """Return the breach of a ``file``, named at ``keys``, that is no drawing inside the model's folder."""
    path, where = folder / file, ".".join(map(str, keys))
    parts = PureWindowsPath(file)
    try:
        outside = bool(
            parts.anchor or ".." in parts.parts or not path.resolve().is_relative_to(folder.resolve())
        )
    except (OSError, ValueError, RuntimeError):
        outside = False
    if outside:
        fact = Fact("RK125.outside", where=where, file=file[:200])
        return Breach(keys, fact, "Put the drawing into the folder.")
    if not _exists(path) or not path.is_file():
        near = sorted(found.relative_to(folder).as_posix() for found in folder.glob("**/*.bpmn"))
        return Breach(keys, Fact("RK126.absent", where=where, file=file[:200]), suggestion(file, near))
    return None
