"""The PostgreSQL store: several processes, lost wake-ups and connections, killed clients, a killed server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from renkei.log import postgres, session
from renkei.log.address import Address, parse_address
from renkei.log.opening import open_log
from renkei.log.port import OvertakenError, StoreError
from renkei.log.postgres import PostgresLog
from renkei.log.session import Session
from tests.log.chance import seeded
from tests.log.rows import check_whole, make_row, make_rows
from tests.log.server import Server
from tests.log.test_crash import Promises, check_after_crash, killed

ROOT = Path(__file__).resolve().parents[2]
BOUND = 60.0


@pytest.fixture
def address(server: Server) -> str:
    """The address of an empty schema."""
    return server.address()


@pytest.fixture
def opened(address: str) -> Iterator[Callable[[], PostgresLog]]:
    """Opens the store once more, as another process of the node would."""
    logs: list[PostgresLog] = []

    def open_again() -> PostgresLog:
        logs.append(PostgresLog(address))
        return logs[-1]

    yield open_again
    for log in logs:
        log.close()


def contend(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, ROOT / "tests/log/contender.py", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
    )


def test_processes_append_one_after_the_other_and_readers_never_see_a_gap(address: str) -> None:
    groups = 60
    processes = [contend("append", address, mark, str(groups)) for mark in "abc"]
    processes += [contend("read", address, str(groups * 2 * 3)) for _ in range(2)]
    results = [process.communicate(timeout=BOUND) for process in processes]
    assert [process.returncode for process in processes] == [0] * 5, results
    overtaken = sum(int(told) for told, _ in results[:3])
    looks = [int(told) for told, _ in results[3:]]
    assert overtaken > 0, "they never met, so this tells nothing"
    assert min(looks) > 3
    log = open_log(address)
    rows = check_whole(log)
    marks = [row.body.split(b'"')[5] for row in rows]
    assert marks[::2] == marks[1::2]
    assert {mark: marks.count(mark) for mark in marks} == {b"a": 120, b"b": 120, b"c": 120}
    log.close()


def test_the_second_of_two_appenders_is_overtaken(opened: Callable[[], PostgresLog]) -> None:
    one, two = opened(), opened()
    one.append(make_rows(1, 4))
    with pytest.raises(OvertakenError, match="RK609"):
        two.append(make_rows(3, 3, mark="late"))
    two.append(make_rows(5, 2))
    assert check_whole(one) == make_rows(1, 6)


def test_an_append_waits_for_the_one_before(
    address: str, opened: Callable[[], PostgresLog], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = opened()
    holder = Session(parse_address(address))
    holder.run(f"BEGIN; {log._lock}")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(log.append, make_rows(1, 2))
        assert log.last() == 0
        holder.run("COMMIT")
        waiting.result(BOUND)
    assert log.last() == 2
    holder.run(f"BEGIN; {log._lock}")
    monkeypatch.setattr(session, "SETTINGS", session.SETTINGS.replace("'20s'", "'100ms'"))
    impatient = PostgresLog.__new__(PostgresLog)
    impatient.__dict__.update(log.__dict__, _idle=[])
    with pytest.raises(StoreError, match="RK600"):
        impatient.append(make_rows(3, 2))
    holder.run("COMMIT")
    holder.close()
    impatient._drop_idle()
    log.append(make_rows(3, 2))


def test_who_waits_hears_of_an_append_of_another_process(
    opened: Callable[[], PostgresLog], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "POLL", BOUND)
    one, two = opened(), opened()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(two.wait, 0, BOUND)
        settle(lambda: two._listener is not None and two._listening.locked())
        begin = monotonic()
        one.append(make_rows(1, 1))
        assert waiting.result(BOUND) == 1
        assert monotonic() - begin < BOUND / 2


def test_a_lost_wake_up_only_delays(opened: Callable[[], PostgresLog]) -> None:
    one, two = opened(), opened()
    two.wait(0, 0.01)
    assert two._listener is not None
    two._listener.run("UNLISTEN *")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(two.wait, 0, BOUND)
        one.append(make_rows(1, 3))
        assert waiting.result(BOUND) == 3


def settle(holds: Callable[[], bool]) -> None:
    """Wait until something holds that no event tells of."""
    pause, end = Event(), monotonic() + BOUND
    while not holds():
        assert monotonic() < end
        pause.wait(0.01)


def cut_all(address: str) -> None:
    """Let the server end every other session."""
    with_rights = Session(parse_address(address))
    with_rights.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND usename = 'renkei'"
    )
    with_rights.close()


def test_a_closed_connection_is_opened_again(address: str, opened: Callable[[], PostgresLog]) -> None:
    log = opened()
    log.append(make_rows(1, 3))
    log.wait(3, 0.01)
    cut_all(address)
    log.append(make_rows(4, 3))
    cut_all(address)
    assert check_whole(log) == make_rows(1, 6)
    cut_all(address)
    log.keep("state", 6, b"six")
    cut_all(address)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(log.wait, 6, BOUND)
        log.append(make_rows(7, 1))
        assert waiting.result(BOUND) == 7


class Cut(Session):
    """A session that loses its connection at the end of a transaction: the server heard of it, or not."""

    heard_by_server = True
    cuts = 1

    def run(self, statements: str) -> list[object]:
        if statements.startswith("NOTIFY") and Cut.cuts:
            Cut.cuts -= 1
            if Cut.heard_by_server:
                super().run(statements)
            self.close()
            raise OSError("cut")
        return super().run(statements)


@pytest.mark.parametrize("heard", [True, False])
def test_a_connection_lost_at_the_very_end_leaves_no_doubt(
    opened: Callable[[], PostgresLog], monkeypatch: pytest.MonkeyPatch, *, heard: bool
) -> None:
    monkeypatch.setattr(postgres, "Session", Cut)
    monkeypatch.setattr(Cut, "heard_by_server", heard)
    log = opened()
    monkeypatch.setattr(Cut, "cuts", 1)
    if heard:
        log.append(make_rows(1, 3))
    else:
        with pytest.raises(StoreError, match="RK617"):
            log.append(make_rows(1, 3))
    assert check_whole(log) == (make_rows(1, 3) if heard else [])
    log.append(make_rows(log.last() + 1, 2))


def test_where_doubt_remains_it_is_said(
    opened: Callable[[], PostgresLog], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "Session", Cut)
    log = opened()
    monkeypatch.setattr(Cut, "heard_by_server", True)
    monkeypatch.setattr(Cut, "cuts", 1)
    away = Address("renkei", "postgres", "/nowhere")
    right = log.address
    lose = log._settle

    def settle_without_server(*arguments: object) -> None:
        log.address = away
        try:
            lose(*arguments)  # type: ignore[arg-type]
        finally:
            log.address = right

    monkeypatch.setattr(log, "_settle", settle_without_server)
    with pytest.raises(StoreError, match="RK606"):
        log.append(make_rows(1, 3))
    assert check_whole(log) == make_rows(1, 3)


def test_killed_clients_lose_nothing_that_was_promised(address: str) -> None:
    chance, promises = seeded(8), Promises()
    for _ in range(6):
        killed(address, 5, chance, promises)
        log = open_log(address)
        promises.take("opened", check_after_crash(log, promises, 5))
        log.close()
    assert promises.last > 60


def test_a_killed_server_loses_nothing_that_was_promised(server: Server, address: str) -> None:
    """The process of a session is killed: the server stops all of them and recovers from its own log."""
    log = PostgresLog(address)
    chance = seeded(3)
    last = 0
    for _ in range(2):
        victim = Session(log.address)
        (process,) = victim.ask("SELECT pg_backend_pid()")[0]
        kill_at = last + chance.randint(3, 40)
        while True:
            try:
                log.append([make_row(last + 1), make_row(last + 2)])
                last += 2
            except (StoreError, OvertakenError):
                break
            if last >= kill_at:
                os.kill(process, signal.SIGKILL)
                kill_at = 10**9
        victim.close()
        log.close()
        log = wait_for_recovery(address)
        rows = check_whole(log)
        assert last <= len(rows) <= last + 2
        assert len(rows) % 2 == 0
        assert rows == [make_row(seq) for seq in range(1, len(rows) + 1)]
        last = len(rows)
    log.close()
    assert server.process.poll() is None


def wait_for_recovery(address: str) -> PostgresLog:
    pause, end = Event(), monotonic() + BOUND
    while True:
        try:
            return PostgresLog(address)
        except StoreError as error:
            if error.code != "RK617" or monotonic() > end:
                raise
            pause.wait(0.05)


def test_what_is_no_log_is_refused(server: Server, address: str) -> None:
    open_log(address).close()
    ask = Session(parse_address(address))

    def refused(where: str, code: str, *, writing: bool = True) -> None:
        with pytest.raises(StoreError) as error:
            open_log(where, writing=writing)
        assert error.value.code == code

    empty = server.address()
    refused(empty, "RK603", writing=False)
    refused(address.replace("/postgres?", "/absent?"), "RK603")
    refused(address.replace("renkei@", "stranger@"), "RK603")
    refused(address.replace(str(server.folder), "/nowhere"), "RK617")
    ask.run("CREATE SCHEMA other; CREATE TABLE other.things (x int)")
    refused(server.address("other"), "RK601")
    ask.run("INSERT INTO store VALUES (99)")
    refused(address, "RK602")
    second = server.address()
    open_log(second).close()
    schema = parse_address(second).schema
    ask.run(f"ALTER TABLE {schema}.entries DISABLE TRIGGER ALL")
    refused(second, "RK608")
    ask.close()


def test_reading_only_changes_nothing(address: str) -> None:
    log = open_log(address)
    log.append(make_rows(1, 3))
    reader = open_log(address, writing=False)
    assert check_whole(reader) == make_rows(1, 3)
    for change in (lambda: reader.append(make_rows(4, 1)), lambda: reader.keep("a", 1, b"")):
        with pytest.raises(StoreError, match="RK607"):
            change()
    reader.close()
    log.close()


def test_a_server_that_does_not_flush_is_refused(server: Server, address: str) -> None:
    ask = Session(parse_address(server.address("postgres_settings")))

    def switch(to: str) -> None:
        ask.run(f"ALTER SYSTEM SET fsync = {to}")
        ask.run("SELECT pg_reload_conf()")
        settle(lambda: ask.run("SHOW fsync") == [[to]])

    switch("off")
    try:
        with pytest.raises(StoreError, match=r"RK617.*fsync"):
            open_log(address)
    finally:
        switch("on")
        ask.close()
    open_log(address).close()


ADDRESSES = {
    "postgresql://": Address("renkei", "renkei", "localhost", mode="disable"),
    "postgresql://me:s%40e@db.example:99/node?schema=jp": Address(
        "me", "node", "db.example", 99, "s@e", "jp", "verify-full"
    ),
    "postgresql://me@/node?host=/run/pg&port=6": Address("me", "node", "/run/pg", 6, mode="disable"),
    "postgresql://me@db.example/?sslmode=require&sslrootcert=/ca.pem": Address(
        "me", "renkei", "db.example", mode="require", authorities="/ca.pem"
    ),
}


@pytest.mark.parametrize("text", ADDRESSES)
def test_addresses_are_read(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGUSER", raising=False)
    monkeypatch.delenv("PGPASSWORD", raising=False)
    assert parse_address(text) == ADDRESSES[text]
    assert "s@e" not in str(parse_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://a@b/c?schema=X;DROP",
        "postgresql://a@b/c?schema=",
        "postgresql://a@b/c?sslmode=prefer",
        "postgresql://a@b/c?what=ever",
        "postgresql://a@b:port/c",
        "postgresql://a@b/c?port=x",
        "postgresql://a@[b/c",
    ],
)
def test_other_addresses_are_refused(text: str) -> None:
    with pytest.raises(StoreError, match="RK604"):
        open_log(text)


def test_certificates_are_checked_unless_told_otherwise(tmp_path: Path) -> None:
    import ssl

    checked = Address("a", "b", "db.example").encryption()
    assert isinstance(checked, ssl.SSLContext)
    assert checked.check_hostname
    assert checked.verify_mode is ssl.CERT_REQUIRED
    with pytest.raises(StoreError, match="RK604"):
        Address("a", "b", "db.example", authorities=str(tmp_path / "absent.pem")).encryption()
