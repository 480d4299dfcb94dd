"""The interface against its own document: whatever is sent, no answer is a fault, all are documented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.core.failures import Failure, FailureGroup

from renkei.clock import ManualClock
from renkei.log.opening import open_log
from tests.http.test_shape import assert_error
from tests.http.world import Client, Desk, make_desk

load_all_checks()
CHECKS = [
    schemathesis.checks.CHECKS.get_one(name)
    for name in ("status_code_conformance", "content_type_conformance", "response_schema_conformance")
]
NEGATIVE = GenerationMode.NEGATIVE
EXAMPLES = 10
"""Requests of each operation, person and kind of data."""
LEFT_OUT = {("GET", "/api/v1/events")}
"""A stream has no end; tests/http/test_events.py reads it, test_shape.py its errors."""
NOT_HERE = {"RK712", "RK719"}
"""Answers 503 for a reason: what this node is not set up for."""


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("fuzzed")
    log = open_log(folder / "log.db")
    with make_desk(folder, clock=ManualClock(1_767_225_600_000_000), log=log) as desk:
        yield desk


@pytest.fixture(scope="module")
def operations(fuzzed: Desk) -> list[APIOperation[Any, Any, Any, Any]]:
    schema = schemathesis.openapi.from_dict(fuzzed.interface.routes.openapi())
    found = [result.ok() for result in schema.get_all_operations()]
    assert len(found) > 35
    return [each for each in found if (each.method.upper(), each.path) not in LEFT_OUT]


def asked(client: Client, case: Case) -> httpx.Response:
    """Send what was made up, byte for byte."""
    terms = case.as_transport_kwargs(base_url="http://localhost")
    made = requests.Request(**{key: terms[key] for key in REQUEST if key in terms}).prepare()
    assert made.url is not None
    path = made.url.removeprefix("http://localhost")
    own = {"host", "content-length", *(key.lower() for key in client.headers if key == "authorization")}
    headers = [(key, value) for key, value in made.headers.items() if key.lower() not in own]
    return client.request(str(made.method), f"/{path}", content=made.body or b"", headers=headers)


REQUEST = {"method", "url", "headers", "files", "data", "params", "cookies", "json"}


def check(case: Case, answer: httpx.Response) -> None:
    assert answer.status_code != 500, answer.text
    if answer.status_code >= 400:
        error = assert_error(answer, answer.status_code)
        assert answer.status_code != 503 or error["code"] in NOT_HERE
    case.validate_response(answer, checks=CHECKS)


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("person", ["admin", "stranger"])
def test_no_request_brings_a_fault_or_an_undocumented_answer(
    fuzzed: Desk, operations: list[APIOperation[Any, Any, Any, Any]], person: str, mode: GenerationMode
) -> None:
    statuses: Counter[int] = Counter()
    for operation in operations:
        with fuzzed.client() as client:
            if person == "admin":
                client.token()
            fuzz(operation, mode, client, statuses)
    assert statuses.total() > 300
    wanted, least = (401, 100) if person == "stranger" else (422, 30) if mode is NEGATIVE else (200, 50)
    assert statuses[wanted] > least, statuses


def fuzz(
    operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, client: Client, statuses: Counter[int]
) -> None:
    @given(operation.as_strategy(mode))
    @settings(
        deadline=None,
        derandomize=True,
        max_examples=EXAMPLES,
        phases=(Phase.generate,),
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Case) -> None:
        answer = asked(client, case)
        statuses[answer.status_code] += 1
        check(case, answer)

    # What takes nothing cannot be asked wrongly.
    with suppress(Unsatisfiable):
        ask()


@pytest.mark.parametrize("planted", ["a status that the document lacks", "a field that the document denies"])
def test_what_is_not_as_documented_is_found(fuzzed: Desk, planted: str) -> None:
    document = deepcopy(fuzzed.interface.routes.openapi())
    told = document["paths"]["/api/v1/me"]["get"]["responses"]
    if planted.startswith("a status"):
        del told["401"]
    else:
        document["components"]["schemas"]["ErrorBody"]["properties"]["code"]["pattern"] = "^XX"
    schema = schemathesis.openapi.from_dict(document)
    with fuzzed.client() as stranger, pytest.raises((Failure, FailureGroup)):
        fuzz(schema["/api/v1/me"]["GET"], GenerationMode.POSITIVE, stranger, Counter())
