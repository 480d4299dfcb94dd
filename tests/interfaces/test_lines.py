"""Two headquarters in processes of their own, and a line between them that is cut and healed."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import pytest

from renkei.interfaces.hq.answer import NodeError
from renkei.interfaces.service.process import ADMINISTRATOR
from tests.interfaces.headquarters import renkei, wait_until
from tests.interfaces.lines import LABEL, POSTS, Pair

DRAWING = bytes(range(32, 127)) * 3000


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    found = Pair(tmp_path_factory.mktemp("lines"))
    yield found
    found.close()


def test_work_goes_on_while_the_line_is_cut_and_all_of_it_crosses_once_it_is_healed(
    pair: Pair, tmp_path: Path
) -> None:
    before = pair.send("jpn", "The line is up")
    wait_until(lambda: before in pair.told("usa"))
    pair.cut()
    said: dict[str, dict[str, str]] = {"jpn": {}, "usa": {}}
    opened = {"type": "open", "title": "Road", "contingency": "earthquake"}
    (case,) = pair.command("jpn", opened)["made"]
    path = tmp_path / "drawing.txt"
    path.write_bytes(DRAWING)
    jpn = pair.nodes["jpn"].person("jpn", POSTS["jpn"])
    kept = dict(jpn.upload(path).data)
    attach = {**kept, "type": "attach", "case": case, "name": "drawing.txt", "label": LABEL}
    pair.command("jpn", attach)
    for number in range(3):
        for party, mine in said.items():
            digests = (kept["digest"],) if party == "jpn" and number == 1 else ()
            text = f"{party} goes on {number}"
            mine[pair.send(party, text, *digests)] = text
    assert pair.told("usa") == {before: "The line is up"}
    assert pair.told("jpn") == {}
    pair.heal()
    wait_until(lambda: pair.told("usa") == {before: "The line is up", **said["jpn"]})
    wait_until(lambda: pair.told("jpn") == said["usa"])
    # The file comes after the entries, and is there for people as if it had been attached here.
    there = pair.nodes["usa"].person("usa", ADMINISTRATOR)

    def arrived() -> bool:
        with suppress(NodeError):
            return bool(there.download(f"/attachments/{kept['digest']}") == DRAWING)
        return False

    wait_until(arrived)
    links = ("unacknowledged", "forked")
    wait_until(lambda: all(pair.get(party, "/links")[0]["unacknowledged"] == 0 for party in ("jpn", "usa")))
    assert {key: pair.get("jpn", "/links")[0][key] for key in links} == {"unacknowledged": 0, "forked": None}
    for party, other in (("jpn", "usa"), ("usa", "jpn")):
        assert pair.received(other) == pair.released(party), "exactly what was released, in order"


def test_nodes_stop_quickly_though_their_pulls_wait_and_each_is_the_witness_of_the_other(
    pair: Pair,
) -> None:
    store = pair.folder / "store"
    wait_until(lambda: pair.get("usa", "/links")[0]["received"] > 0)
    for party, running in pair.nodes.items():
        begin = perf_counter()
        assert running.stop(signal.SIGTERM) == 0, party
        # Two seconds is what is promised; the third is for a machine that is shared.
        assert perf_counter() - begin < 3
    keys = [argument for party in POSTS for argument in ("--key", str(store / party / "identity.toml"))]
    for party, other in (("jpn", "usa"), ("usa", "jpn")):
        shown = renkei(
            "log", "verify", str(store / party), *keys, "--party", party, "--json", settings=pair.settings
        )
        assert shown.code == 0, shown.err
        report = json.loads(shown.out)
        assert report["released"][other]["witnessed"].keys() == {f"renkei/{other}"}
