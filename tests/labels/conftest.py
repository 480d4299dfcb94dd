"""The published test vectors for STANAG 4774 and XML SPIF, where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

VECTORS = Path(__file__).resolve().parents[2].parent / "shared" / "cases" / "stanag-4774"


@pytest.fixture(scope="session")
def vectors() -> Path:
    if not VECTORS.is_dir():
        pytest.skip("the published label vectors are not in ../shared/cases/stanag-4774")
    return VECTORS
