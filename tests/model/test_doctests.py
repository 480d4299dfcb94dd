"""The examples in the docstrings do what they say."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("name", ["guards", "options", "schema_json"])
def test_examples_run(name: str) -> None:
    result = doctest.testmod(import_module(f"renkei.model.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
