"""What numba keeps on disk is compiled from the sources that are there."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from renkei.simulator import kernels

FOLDER = Path(str(kernels.__file__)).parent
COMPILED = (
    "agenda",
    "causes",
    "channels",
    "conferences",
    "desks",
    "draws",
    "firing",
    "layout",
    "occurrences",
    "resumption",
)


def test_the_outermost_kernel_changes_with_the_others() -> None:
    whole = b"".join((FOLDER / f"{module}.py").read_bytes() for module in COMPILED)
    assert sha256(whole).hexdigest()[:16] == kernels.SOURCES, "write the value on the right into kernels.py"


def test_every_module_with_kernels_is_counted() -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py")}
    with_kernels = {stem for stem, text in texts.items() if "\n@inlined\n" in text or "\n@kernel\n" in text}
    assert with_kernels - {"kernels"} | {"layout"} == set(COMPILED)
