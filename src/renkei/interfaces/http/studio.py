"""Routes: the design studio, where models are edited, checked, simulated and compared.

Layer: interfaces. Nothing here changes what the node does: a version that was checked is adopted by the
command ``adopt``, given like every other one.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from renkei.facts import Fact
from renkei.interfaces.http.access import unknown
from renkei.interfaces.http.desk import AtDesk, Chosen, Cursor, Desk, Named, Size, Who, paged
from renkei.interfaces.http.door import BASE
from renkei.interfaces.http.port import UnknownError
from renkei.interfaces.http.shapes import Answer, Failure, errors, reply
from renkei.interfaces.studio import results, shapes
from renkei.interfaces.studio.adopting import adopt_check
from renkei.interfaces.studio.files import require_usable
from renkei.interfaces.studio.jobs import Job
from renkei.interfaces.studio.keeper import RefusedError, StoppedError

router = APIRouter(prefix=f"{BASE}/studio", tags=["studio"])

Files = Annotated[dict[Annotated[str, Field(max_length=120)], str], Field(max_length=60)]
Short = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Ids = Annotated[list[Short], Field(max_length=200)]
Thing = dict[str, Any]


class Sent(BaseModel):
    """A body of a request."""

    model_config = ConfigDict(extra="forbid")


class NewVersion(Sent):
    """A version to be saved."""

    files: Files
    name: Short = ""
    """What people call it; the name of the model where it is ''."""
    note: Annotated[str, Field(max_length=2_000)] = ""
    base: Short = ""
    """Id of what it was made from."""


class ToCheck(Sent):
    """Files to be checked."""

    files: Files
    options: Ids | None = None
    """Options to be checked; all where none are named."""


class NewJob(Sent):
    """Work to be done in the background."""

    kind: Literal["simulate", "compare"]
    files: Files
    options: Ids = []
    """Options to be simulated, the baseline included; all where none are named."""
    processes: Ids = []
    """Processes to be told of; all are simulated, since they share their posts."""
    replications: Annotated[int, Field(ge=1, le=2_000)] | None = None
    seed: Annotated[int, Field(ge=0, lt=1 << 53)] = 1
    days: Annotated[float, Field(gt=0, le=3_660, allow_inf_nan=False)] | None = None


@router.get("/schema", response_model=Answer[dict[str, Any]], responses=errors())
def schema(desk: AtDesk) -> Response:
    """Give the JSON Schema of model.yaml."""
    from renkei.model.schema_json import json_schema

    return reply(json_schema(), desk.headquarters.seq())


@router.get("/models", response_model=Answer[list[shapes.ModelEntry]], responses=errors())
def models(desk: AtDesk, cursor: Cursor = "", limit: Size = 100) -> Response:
    """List what can be opened: the model in use, the library, the versions saved here."""
    return paged(desk.studio.entries(), desk.headquarters.seq(), cursor, limit)


@router.post("/models", status_code=201, response_model=Answer[shapes.ModelEntry], responses=errors(409))
async def save(given: NewVersion, desk: AtDesk, who: Who) -> Response:
    """Save a new version. Nothing that was saved before is changed, and nothing is adopted."""
    read = await _awaited(desk.studio.read(given.files))

    def saved() -> Thing:
        terms = given.model_dump(include={"name", "note", "base"})
        return desk.studio.save(given.files, who.name, read=read, **terms)

    return reply(await asyncio.to_thread(saved), desk.headquarters.seq(), status=201)


@router.get("/models/{identity}", response_model=Answer[shapes.OpenedModel], responses=errors())
async def opened(identity: Named, desk: AtDesk) -> Response:
    """Give a model with its files."""
    found = await asyncio.to_thread(_opened, desk, identity)
    desk.studio.warm(found["files"])
    return reply(found, desk.headquarters.seq())


def _opened(desk: Desk, identity: str) -> Thing:
    try:
        return desk.studio.opened(identity)
    except UnknownError:
        raise unknown("model", identity) from None


@router.post("/check", response_model=Answer[shapes.CheckAnswer], responses=errors(409))
async def check(given: ToCheck, desk: AtDesk, who: Who) -> Response:
    """Check files: problems, outline, verdicts, counter-examples. A newer check gives this one up (RK772)."""
    data = await _awaited(desk.studio.check(who.name, given.files, given.options))
    return reply(data, desk.headquarters.seq())


async def _awaited(answer: Any) -> Any:
    try:
        return await asyncio.wrap_future(answer)
    except StoppedError:
        hint = "The answer to the newer check tells of what is there now."
        raise Failure(409, Fact("RK772.newer"), hint) from None
    except RefusedError as error:
        first, every = error.problems[0], [(entry.code, entry) for entry in error.problems]
        status = 503 if first.code in {"RK773", "RK774"} else 409
        raise Failure(status, first, first.hint, problems=every) from None


@router.post(
    "/models/{identity}/adopt-check", response_model=Answer[shapes.AdoptCheck], responses=errors(409)
)
async def prepare(
    identity: Named,
    desk: AtDesk,
    who: Who,
    option: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Tell what adopting a version would mean; nothing is adopted.

    Where an administrator asks, the node keeps the version from then on, so that it can be adopted.
    """
    found = await asyncio.to_thread(_opened, desk, identity)
    checked = await _awaited(desk.studio.check(who.name, found["files"], None, purpose="adopting"))
    keeps = who.account.administrator or desk.settings.demo
    data = await asyncio.to_thread(adopt_check, desk, found["files"], option, checked, keeps=keeps)
    return reply(data, desk.headquarters.seq())


@router.post("/jobs", status_code=201, response_model=Answer[results.Job], responses=errors(409))
async def begin(given: NewJob, desk: AtDesk, who: Who) -> Response:
    """Begin a simulation or a comparison in the background."""
    await asyncio.to_thread(require_usable, given.files)
    asked = given.model_dump(include={"options", "processes", "replications", "seed", "days"})
    job = desk.studio.jobs.begin(who.name, given.kind, given.files, asked)
    return reply(job.to_dict(), desk.headquarters.seq(), status=201)


@router.get("/jobs", response_model=Answer[list[results.Job]], responses=errors())
def jobs(desk: AtDesk, who: Who, state: Chosen = "", cursor: Cursor = "", limit: Size = 100) -> Response:
    """List one's own jobs, the latest first."""
    found = [job.to_dict() for job in desk.studio.jobs.all(who.name) if state in {"", job.state}]
    return paged(found, desk.headquarters.seq(), cursor, limit)


@router.get("/jobs/{job}", response_model=Answer[results.JobWithResult], responses=errors())
def one_job(job: Named, desk: AtDesk, who: Who) -> Response:
    """Tell how far a job is, and what it has found out."""
    found = _job(desk, who.name, job)
    return reply({**found.to_dict(), "result": found.result}, desk.headquarters.seq())


@router.delete("/jobs/{job}", response_model=Answer[results.Job], responses=errors())
def cancel(job: Named, desk: AtDesk, who: Who) -> Response:
    """Cancel a job; one that is over stays as it is."""
    found = _job(desk, who.name, job)
    desk.studio.jobs.cancel(found)
    return reply(found.to_dict(), desk.headquarters.seq())


def _job(desk: Desk, person: str, identity: str) -> Job:
    found = desk.studio.jobs.find(person, identity)
    if found is None:
        raise unknown("job", identity)
    return found
