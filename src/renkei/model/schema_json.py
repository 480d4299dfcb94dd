"""The JSON Schema of ``model.yaml``, for editors and for other programs.

Layer: model. It is made from the entries themselves, so it cannot fall behind them; what people read in
an editor are the docstrings of ``schema.py`` and ``values.py``.
"""

from __future__ import annotations

import ast
import inspect
from typing import Any

from renkei.model import schema, values
from renkei.model.schema import Model

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ID = "renkei-model-1"

SHORTHANDS: dict[str, dict[str, Any]] = {
    "Amount": {"type": "number"},
    "Duration": {"type": "string", "format": "duration", "examples": ["PT85M"]},
    "Text": {"type": "string"},
}
"""Entry -> what may stand for it where nothing but its main value is given."""


def json_schema() -> dict[str, Any]:
    """Return the schema as plain data.

    >>> json_schema()["$id"]
    'renkei-model-1'

    Limits:
        It says what may stand where; references, sums of probabilities and the like are beyond a schema.
    """
    made = Model.model_json_schema(mode="validation")
    described = _docstrings()
    for name, entry in [(Model.__name__, made), *made["$defs"].items()]:
        for field, words in described.get(name, {}).items():
            if field in entry.get("properties", {}):
                entry["properties"][field]["description"] = words
    made["$defs"]["Duration"]["oneOf"] = [{"required": [kind]} for kind in values.DISTRIBUTIONS]
    for name, plain in SHORTHANDS.items():
        whole = made["$defs"][name]
        made["$defs"][name] = {"description": whole.pop("description", ""), "anyOf": [plain, whole]}
    return {"$schema": DIALECT, "$id": ID, **made, "title": "renkei model, version 1"}


def _docstrings() -> dict[str, dict[str, str]]:
    """Return class -> field -> the text below the field."""
    found: dict[str, dict[str, str]] = {}
    for module in (schema, values):
        tree = ast.parse(inspect.getsource(module))
        for entry in tree.body:
            if isinstance(entry, ast.ClassDef):
                found[entry.name] = _fields(entry)
    return found


def _fields(entry: ast.ClassDef) -> dict[str, str]:
    described = {}
    for field, below in zip(entry.body, entry.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            match below:
                case ast.Expr(value=ast.Constant(value=str() as words)):
                    described[field.target.id] = " ".join(words.split()).replace("``", "`")
                case _:
                    pass
    return described
