"""The good model, broken in one place: for each code what is written instead, and which line is told."""

# ruff: noqa: E501 -- a row of the table is one line, so that it can be read across

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

GOOD = Path(__file__).parent / "good"


class Broken(NamedTuple):
    """One change to the text of the good model."""

    code: str
    old: str
    """Stands once in the good model."""
    new: str
    below: int = 0
    """Lines from the first line of ``new`` to the line that is told."""
    finding: bool = False

    def text(self) -> str:
        """Return the broken text."""
        good = (GOOD / "model.yaml").read_text(encoding="utf-8")
        assert good.count(self.old) == 1, self.old
        return good.replace(self.old, self.new)

    def line(self) -> int:
        """Return the line that is to be told."""
        good = (GOOD / "model.yaml").read_text(encoding="utf-8")
        return good[: good.index(self.old)].count("\n") + 1 + self.below


MATTER = "  dispatch: {name: Dispatch of the teams}\n"
WATCH = "  watch: {headquarters: north_office, name: Watch}\n"
LENT = "    transfer: {by: north, begins: 2025-01-01T00:00:00+09:00, ends: 2025-12-31T00:00:00+09:00, limits: Relief only.}\n"
LATE = "when: severity == 'high', timing: afterwards, within: P20D"
PATCH = "        governor: {calendar: null}\n"
WAIT = "      Wait: {delay: {fixed: PT2H, source: law}}\n"
GUARDED = "      s2: {when: severity == 'high'}\n"

TABLE = (
    Broken("RK103", "Relief across a border", "Relief \x1b[31macross a border"),
    Broken("RK103", "publisher: South", 'publisher: "South\\0"'),
    Broken("RK104", "parties:\n", "parties: [\n", 2),
    Broken("RK104", "    title: Disaster relief act\n", "\ttitle: Disaster relief act\n"),
    Broken("RK105", "classifications: [open, restricted]", f"classifications: {'[' * 60}{']' * 60}"),
    Broken("RK106", "sources:\n  law:\n", "sources:\n  law: &law\n", 1),
    Broken("RK106", MATTER, "  dispatch: *law\n"),
    Broken("RK106", MATTER, MATTER + "  <<: {a: {name: A}}\n", 1),
    Broken("RK106", MATTER, "  dispatch: {name: !!str Dispatch}\n"),
    Broken("RK106", "parties:\n", "---\nparties:\n"),
    Broken("RK107", WATCH, WATCH * 2, 1),
    Broken("RK108", MATTER, MATTER + "  true: {name: Yes}\n", 1),
    Broken("RK108", MATTER, MATTER + "  [a, b]: {name: Yes}\n", 1),
    Broken("RK108", MATTER, MATTER + "  1: {name: One}\n", 1),
    Broken("RK110", MATTER, "  dispatch: {}\n"),
    Broken("RK110", "    headquarters: south_office\n    name: Governor\n", "    name: Governor\n", -1),
    Broken("RK111", "name: Watch", "nane: Watch"),
    Broken("RK111", "{en: Relief across a border,", "{en: Relief across a border, fr: Secours,"),
    Broken("RK112", "    seats: 1\n", "    seats: one\n"),
    Broken("RK112", "combined: true", "combined: yes"),
    Broken("RK112", "classifications: [open, restricted]", "classifications: open"),
    Broken("RK112", MATTER, "  dispatch: dispatch\n"),
    Broken("RK112", "range: [1, 2]", "range: 1"),
    Broken("RK113", "off_duty: pause", "off_duty: pauze"),
    Broken("RK113", "renkei: 1\n", "renkei: 2\n"),
    Broken("RK113", "renkei: 1\n", "renkei: true\n"),
    Broken("RK113", "kind: liaison", "kind: leison"),
    Broken("RK114", "matters:\n", "matters:\n  two words: {name: A}\n", 1),
    Broken("RK114", 'begins: "08:00"', 'begins: "8:00"'),
    Broken("RK114", "2025-01-13:", "2025-02-30:"),
    Broken("RK114", "{begins: 2025-01-06T00:00:00+09:00,", "{begins: 2025-01-06T00:00:00,"),
    Broken("RK114", "deadline: P2D", "deadline: P2M"),
    Broken("RK115", "    seats: 1\n", "    seats: -1\n"),
    Broken("RK115", "seats: 3,", "seats: 3000,"),
    Broken("RK115", "latitude: 43.1", "latitude: .nan"),
    Broken("RK115", "values: [high, low]", "values: []"),
    Broken("RK115", "{poisson: P30D,", "{poisson: PT0S,"),
    Broken("RK115", "warmup: P10D", "warmup: P365D"),
    Broken("RK115", "{mean: PT2H, cv: 0.5}", "{mean: PT0S, cv: 0.5}"),
    Broken("RK116", "{fixed: PT3H, source: law}", "{source: law}"),
    Broken("RK116", "{triangular: {low: PT5M, mode: PT10M,", "{triangular: {low: PT5M, mode: PT1M,"),
    Broken("RK117", "classifications: [open, restricted]", "classifications: [open, open]"),
    Broken("RK117", "needs: [south, north]", "needs: [south, south]"),
    Broken("RK120", WATCH, "  watch: {headquarters: north_offise, name: Watch}\n"),
    Broken("RK120", "south: {name: {en: South, ja: 南}, source: law}", "south: {name: South, source: low}"),
    Broken("RK120", "posts: {north: chief,", "posts: {nord: chief,"),
    Broken("RK120", "baseline: as_is", "baseline: as_was"),
    Broken("RK121", "value: 0.25, source: law}, low:", "value: 0.25, source: law}, lo:"),
    Broken("RK121", 'granted: {granted: ["yes"]}', 'granted: {granted: ["yeah"]}'),
    Broken("RK121", GUARDED, "      s2: {when: severity == 'hihg'}\n"),
    Broken("RK122", "      Assess:\n", "      Asess:\n"),
    Broken("RK122", "{all: [Dispatch]}", "{all: [Despatch]}"),
    Broken("RK122", "tasks: [Meet_north, Meet_south]", "tasks: [Meet_north, Meet_southern]"),
    Broken("RK123", GUARDED, "      Severe: {when: severity == 'high'}\n"),
    Broken("RK123", "      Reply: {post", "      Quake: {post"),
    Broken("RK123", WAIT, "      Asked: {delay: {fixed: PT2H, source: law}}\n"),
    Broken("RK124", "    pools: {Pool_north: north, Pool_south: south}\n", "    pools: {Pool_north: north}\n"),
    Broken("RK125", "file: processes/relief.bpmn", "file: ../good/processes/relief.bpmn"),
    Broken("RK125", "file: processes/relief.bpmn", "file: /etc/passwd"),
    Broken("RK125", "file: processes/relief.bpmn", "file: 'C:\\relief.bpmn'"),
    Broken("RK126", "file: processes/relief.bpmn", "file: processes/releif.bpmn"),
    Broken("RK126", "file: processes/relief.bpmn", "file: processes"),
    Broken("RK130", "place: Sapporo, timezone: Asia/Tokyo", "place: Sapporo, timezone: Asia/Tokio"),
    Broken("RK130", "place: Sapporo, timezone: Asia/Tokyo", "place: Sapporo, timezone: JST"),
    Broken("RK130", "place: Sapporo, timezone: Asia/Tokyo", "place: Sapporo, timezone: ../../etc/passwd"),
    Broken("RK131", 'begins: "17:00"', 'begins: "16:59"'),
    Broken("RK132", "    ends: 2025-12-31\n", "    ends: 2024-12-31\n"),
    Broken("RK135", "{value: 0.25, source: law}", "{value: 1.25, source: law}"),
    Broken("RK135", "normal: {value: 0.9, source: law}", "normal: {value: 0.8, source: law}"),
    Broken("RK136", "range: [PT10M, PT1H]", "range: [PT1H, PT10M]"),
    Broken("RK136", "range: [PT10M, PT1H]", "range: [PT40M, PT1H]"),
    Broken("RK136", "range: [PT10M, PT1H]", "range: [10, 60]"),
    Broken("RK137", "{poisson: P30D, source: law}", "{poisson: P30D, at: [2025-03-01T09:00:00Z], source: law}"),
    Broken("RK137", "{poisson: P30D, source: law}", "{source: law}"),
    Broken("RK138", "{opened: true}", "{}"),
    Broken("RK138", "{any: [Quake]}", "{any: [Quake], opened: true}"),
    Broken("RK140", GUARDED, "      s2: {when: severity = 'high'}\n"),
    Broken("RK140", LATE, LATE.replace("severity == 'high'", '"severity == high"')),
    Broken("RK141", GUARDED, "      s2: {when: severitty == 'high'}\n"),
    Broken("RK150", WATCH, "  watch: {headquarters: north_office, name: Watch, deputies: [chief]}\n", -1),
    Broken("RK150", WATCH, "  watch: {headquarters: north_office, name: Watch, deputies: [watch]}\n"),
    Broken("RK151", "deputies: [watch]", "deputies: [governor]"),
    Broken("RK152", "place: Sapporo, timezone: Asia/Tokyo", "combined: true, place: Sapporo, timezone: Asia/Tokyo"),
    Broken("RK153", LENT, "", -6),
    Broken("RK153", "{by: north,", "{by: south,", -6),
    Broken("RK154", "    kind: tacon\n", "    kind: cocom\n", -1),
    Broken(
        "RK155",
        "relationships:\n",
        "relationships:\n  back: {kind: opcon, superior: south_base, subordinate: south_office}\n",
        2,
    ),
    Broken("RK156", "{north: chief, south: governor}", "{north: chief, south: watch}"),
    Broken("RK156", "Meet_south: {post: governor}", "Meet_south: {post: chief}"),
    Broken("RK157", "        post: governor\n        duration: {uniform:", "        duration: {uniform:", 1),
    Broken("RK158", "approves: {matter: dispatch, granted: {granted:", "approves: {matter: dispatch, granted: {severity:"),
    Broken("RK159", "Reply: {post: teams, duration: {fixed: PT1M, source: law}, ceases: dispatch}", "Reply: {post: teams}"),
    Broken("RK160", 'sets: {granted: {"yes": 1}}', "sets: {severity: {high: 1}}"),
    Broken("RK161", "Meet_north: {post: chief}", "Meet_north: {post: chief, duration: {fixed: PT1H, source: law}}"),
    Broken("RK161", "tasks: [Meet_north, Meet_south]", "tasks: [Decide_late, Meet_south]"),
    Broken("RK161", "Pool_north: north, Pool_south: south", "Pool_north: south, Pool_south: south", 36),
    Broken("RK162", LATE, LATE.replace("afterwards", "beforehand")),
    Broken("RK163", GUARDED, GUARDED.replace("s2", "s1")),
    Broken("RK170", PATCH, PATCH + "      renkei: 1\n", 1),
    Broken("RK170", PATCH, PATCH + "      options: {as_is: null}\n", 1),
    Broken("RK171", PATCH, "        governor: {calender: null}\n", finding=True),
    Broken("RK180", "{fixed: PT3H, source: law}", "PT3H", finding=True),
    Broken("RK180", "    seats: 1\n    calendar: office\n    off_duty: pause\n    assume: {range: [1, 2], why: The deputy may sit in.}\n", "    seats: 1\n", -3, finding=True),
    Broken("RK180", "longitude: 141.3, source: law", "longitude: 141.3", finding=True),
    Broken("RK181", "carries: [severity],", "carries: [],", -4, finding=True),
    Broken("RK182", ", within: P20D", "", finding=True),
)  # fmt: skip
