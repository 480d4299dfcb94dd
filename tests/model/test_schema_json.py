"""The published JSON Schema says what the reader says, as far as a schema can."""

from __future__ import annotations

import json

import jsonschema
import pytest

from renkei.model.document import read_document
from renkei.model.schema_json import DIALECT, ID, json_schema
from renkei.model.validation import validate
from tests.model.broken import GOOD, TABLE

SHAPE = {"RK110", "RK111", "RK112", "RK113"}
"""Codes of what is wrong in the shape of the data, which is what a schema can tell."""


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema())


def test_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert json_schema()["$schema"] == DIALECT
    assert json_schema()["$id"] == ID
    assert json.loads(json.dumps(json_schema())) == json_schema()


def test_schema_takes_the_good_model(validator: jsonschema.Draft202012Validator) -> None:
    assert list(validator.iter_errors(read_document(GOOD / "model.yaml").data)) == []


@pytest.mark.parametrize(
    "text", [broken.text() for broken in TABLE if broken.code in SHAPE],
    ids=[f"{broken.code}-{number}" for number, broken in enumerate(TABLE) if broken.code in SHAPE],
)  # fmt: skip
def test_schema_and_reader_refuse_the_same(
    validator: jsonschema.Draft202012Validator, text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "broken.yaml"
    path.write_text(text, encoding="utf-8")
    data = read_document(path).data
    assert validate(data)[0] is None
    assert not validator.is_valid(data)


@pytest.mark.parametrize(
    "plain", ["PT5M", {"fixed": "PT5M"}, {"exponential": {"mean": "PT5M"}, "source": "law"}]
)
def test_schema_takes_what_stands_for_a_duration(
    validator: jsonschema.Draft202012Validator, plain: object
) -> None:
    data = read_document(GOOD / "model.yaml").data
    data["channels"]["line"]["delay"] = plain
    assert validator.is_valid(data)
    assert validate(data)[0] is not None


@pytest.mark.parametrize(
    "plain", [5, {}, {"source": "law"}, {"fixed": "PT5M", "exponential": {"mean": "PT5M"}}]
)
def test_schema_refuses_what_is_no_duration(
    validator: jsonschema.Draft202012Validator, plain: object
) -> None:
    data = read_document(GOOD / "model.yaml").data
    data["channels"]["line"]["delay"] = plain
    assert not validator.is_valid(data)
    assert validate(data)[0] is None


def test_entries_and_fields_are_described() -> None:
    schema = json_schema()
    assert schema["description"].startswith("A whole model")
    assert schema["$defs"]["Post"]["properties"]["deputies"]["description"].startswith("Posts that take")
    assert all(entry.get("description") for entry in schema["$defs"].values())
