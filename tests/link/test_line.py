"""Two nodes over real TLS on this machine: who gets through, and what comes of a broken transfer."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from renkei.clock import ManualClock
from renkei.interfaces.http.link_client import LinkClient, Pace, Puller, pause_after
from renkei.interfaces.http.link_server import LinkApp, LinkService, link_server, pins_of
from renkei.interfaces.http.link_tls import Identity, client_context
from renkei.link.files import ReleasedFiles
from renkei.link.fork import Fork, is_proven
from renkei.link.limits import LinkError
from renkei.link.message import Nothing, Pull
from renkei.link.publisher import Acknowledged, Publisher
from renkei.link.subscriber import Accepted, Held
from renkei.log.keys import create_link_key, make_certificate, write_private
from renkei.log.port import Release, Row
from tests.link.scenes import JPN, NOW, PEER, SUBSCRIBER, bodies_of, publisher, released
from tests.link.world import Chance, signer_of

PACE = Pace(connect=5, silence=5, wait=0)


@dataclass
class Party:
    identity: Identity
    certificate: str


@pytest.fixture(scope="module")
def parties(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Party]:
    folder = tmp_path_factory.mktemp("keys")
    return {name: party(folder, name) for name in ("jpn", "usa", "aus")}


def party(folder: Path, name: str) -> Party:
    certificate, key = make_certificate(name, create_link_key(folder / f"{name}.key"))
    identity = Identity(folder / f"{name}.pem", folder / f"{name}-tls.key")
    identity.certificate.write_bytes(certificate)
    write_private(identity.key, key)
    return Party(identity, certificate.decode())


@dataclass
class Port:
    url: str
    number: int
    acknowledged: list[Acknowledged] = field(default_factory=list)
    disowned: list[tuple[str, bytes]] = field(default_factory=list)


@contextmanager
def serving(
    parties: dict[str, Party], served: Publisher, known: tuple[str, ...] = ("usa",), **more: Any
) -> Iterator[Port]:
    """Run the link port of jpn, which knows the certificates of ``known`` and releases to usa."""
    certificates = {name: parties[name].certificate for name in known}
    listener = socket.create_server(("127.0.0.1", 0))
    number = listener.getsockname()[1]
    port = Port(f"https://127.0.0.1:{number}", number)
    others = {"usa": served, **more.pop("others", {})}
    pins = {pin: others[name] for pin, name in pins_of(certificates).items() if name in others}
    app = LinkApp(
        LinkService(
            pins, port.acknowledged.append, lambda who, note: port.disowned.append((who, note)), **more
        )
    )
    server = link_server(
        app, host="127.0.0.1", port=number, identity=parties["jpn"].identity, partners=certificates
    )
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield port
    finally:
        server.should_exit = True
        app.close()
        thread.join(20)
        listener.close()
        assert not thread.is_alive()


@contextmanager
def client(parties: dict[str, Party], url: str, who: str = "usa", pace: Pace = PACE) -> Iterator[LinkClient]:
    found = LinkClient(url, identity=parties[who].identity, partner=parties["jpn"].certificate, pace=pace)
    try:
        yield found
    finally:
        found.close()


def puller(link: LinkClient, held: Held | None = None, budget: int = 4096) -> Puller:
    record: list[Accepted] = []
    return Puller(
        link, SUBSCRIBER, held or Held(), clock=ManualClock(NOW), record=record.append, budget=budget
    )


def test_everything_crosses_and_is_acknowledged(parties: dict[str, Party]) -> None:
    bodies = bodies_of(700)
    with serving(parties, publisher(bodies)) as port, client(parties, port.url) as link:
        pulling = puller(link, budget=1024)
        while not isinstance(pulling.step(), Nothing):
            pass
        assert pulling.held.size == 700
        assert pulling.held.frontier == publisher(bodies)._frontier(700)
        sizes = [told.size for told in port.acknowledged]
        assert sizes == sorted(sizes)
        assert sizes[-1] == 700


def test_a_partner_without_a_known_certificate_does_not_get_through(parties: dict[str, Party]) -> None:
    with (
        serving(parties, publisher(bodies_of(3))) as port,
        client(parties, port.url, who="aus") as link,
        pytest.raises(LinkError, match="RK651"),
    ):
        link.pull(Pull(0, 4096))


def test_a_partner_to_whom_nothing_is_released_is_told_nothing(parties: dict[str, Party]) -> None:
    with (
        serving(parties, publisher(bodies_of(3)), known=("usa", "aus")) as port,
        client(parties, port.url, who="aus") as link,
        pytest.raises(LinkError, match=r"RK655 .*\(403\)"),
    ):
        link.pull(Pull(0, 4096))


def test_a_client_believes_only_the_pinned_certificate(parties: dict[str, Party]) -> None:
    with serving(parties, publisher(bodies_of(3))) as port:
        link = LinkClient(
            port.url, identity=parties["usa"].identity, partner=parties["aus"].certificate, pace=PACE
        )
        with pytest.raises(LinkError, match="RK651"):
            link.pull(Pull(0, 4096))
        link.close()


def test_nobody_gets_through_without_a_certificate_or_with_an_older_tls(parties: dict[str, Party]) -> None:
    with serving(parties, publisher(bodies_of(3))) as port:
        bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        bare.check_hostname = False
        bare.load_verify_locations(cadata=parties["jpn"].certificate)
        old = client_context(parties["usa"].identity, parties["jpn"].certificate)
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2
        for context in (bare, old):
            with httpx.Client(verify=context) as stranger, pytest.raises(httpx.TransportError):
                stranger.get(f"{port.url}/link/v1/pull?after=0")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/link/v1/pull?after=-1", {}, 400),
        ("/link/v1/pull?after=1e9", {}, 400),
        ("/link/v1/pull?after=0&budget=99999999999999999999", {}, 400),
        ("/link/v1/pull?after=0", {"cosigned": "0-3-x"}, 400),
        ("/link/v1/pull?after=9999", {}, 409),
        ("/link/v1/pull?after=3", {}, 204),
        ("/link/v1/pull?after=0&last=2", {"range": "bytes=4-", "if-range": '"0000000000000000"'}, 200),
        ("/link/v1/pull?after=0&last=2", {"range": "bytes=9999999-"}, 200),
        ("/api/v1/log", {}, 404),
    ],
)
def test_a_strange_request_gets_a_plain_answer(
    parties: dict[str, Party], path: str, headers: dict[str, str], status: int
) -> None:
    context = client_context(parties["usa"].identity, parties["jpn"].certificate)
    with serving(parties, publisher(bodies_of(3))) as port, httpx.Client(verify=context) as partner:
        response = partner.get(port.url + path, headers=headers)
        assert response.status_code == status
        assert "server" not in response.headers


def test_an_answer_without_a_body_is_not_held_back(parties: dict[str, Party]) -> None:
    context = client_context(parties["usa"].identity, parties["jpn"].certificate)
    with (
        serving(parties, publisher(bodies_of(3))) as port,
        httpx.Client(verify=context, timeout=5) as partner,
    ):
        assert partner.head(f"{port.url}/link/v1/pull").status_code == 404
        assert partner.get(f"{port.url}/link/v1/pull?after=3").status_code == 204


def test_a_claim_that_is_none_admits_nothing(parties: dict[str, Party]) -> None:
    context = client_context(parties["usa"].identity, parties["jpn"].certificate)
    with serving(parties, publisher(bodies_of(3))) as port, httpx.Client(verify=context) as partner:
        assert partner.post(f"{port.url}/link/v1/claim", content=b"x").status_code == 400
        assert partner.post(f"{port.url}/link/v1/claim", content=bytes(100_000)).status_code == 413
        assert port.disowned == []


def test_a_truncated_log_is_admitted_and_the_pulling_ends(parties: dict[str, Party]) -> None:
    held = Held()
    for after, last in ((0, 4), (4, 10)):
        verdict = SUBSCRIBER.accept(held, publisher(bodies_of(10)).batch(after, last), NOW)
        assert isinstance(verdict, Accepted)
        held = verdict.held
    with serving(parties, publisher(bodies_of(6))) as port, client(parties, port.url) as link:
        pulling = puller(link, held)
        stop = threading.Event()
        pulling.run(stop)
        assert isinstance(pulling.fork, Fork)
        assert is_proven(pulling.fork, PEER)
        assert [who for who, _ in port.disowned] == ["usa"]
        assert pulling.held == held


def test_a_waiting_pull_ends_when_something_is_released(parties: dict[str, Party]) -> None:
    served = publisher(bodies_of(3))
    with serving(parties, served) as port, client(parties, port.url, pace=Pace(5, 30, 20)) as link:
        pulling = puller(link)
        assert isinstance(pulling.step(), Accepted)
        verdicts: list[object] = []
        waiting = threading.Thread(target=lambda: verdicts.append(pulling.step()))
        waiting.start()
        row = Row(4, "own/1", "", NOW, b"{}", bytes(16), (Release("usa", 4, b'{"late":1}', bytes(16)),))
        served._log.append([row])
        waiting.join(25)
        assert not waiting.is_alive()
        assert isinstance(verdicts[0], Accepted | Nothing)
        assert pulling.held.size == 4 or isinstance(pulling.step(), Accepted)


def test_a_waiting_pull_can_be_ended_at_once(parties: dict[str, Party]) -> None:
    with (
        serving(parties, publisher(bodies_of(3))) as port,
        client(parties, port.url, pace=Pace(5, 60, 50)) as link,
    ):
        pulling, stop = puller(link), threading.Event()
        running = threading.Thread(target=pulling.run, args=(stop,))
        running.start()
        while pulling.held.size < 3:
            assert running.is_alive()
        stop.set()
        for _ in range(100):
            link.abort()
            running.join(0.2)
            if not running.is_alive():
                break
        assert not running.is_alive()


class Cutter:
    """Passes bytes on to the link port, and cuts every connection after some of them."""

    def __init__(self, target: int, chance: Chance) -> None:
        self._target, self._chance = target, chance
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        self.cuts = 0
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                # The handshake takes about 1,500 bytes; what remains is less than a batch.
                room = 2200 + self._chance.below(3000)
                up = threading.Thread(target=self._pass, args=(near, far, 1 << 30), daemon=True)
                up.start()
                self._pass(far, near, room)
                up.join(5)

    def _pass(self, source: socket.socket, target: socket.socket, room: int) -> None:
        with suppress(OSError):
            while room > 0 and (data := source.recv(min(room, 512))):
                target.sendall(data)
                room -= len(data)
        if room <= 0:
            self.cuts += 1
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)


def test_a_transfer_goes_on_where_the_line_broke(parties: dict[str, Party]) -> None:
    chance = Chance(5)
    bodies = [b'{"text":"%s"}' % chance.bytes(60).hex().encode() for _ in range(400)]
    with serving(parties, publisher(bodies)) as port:
        cutter = Cutter(port.number, chance)
        with client(parties, cutter.url) as link:
            pulling, offsets = puller(link, budget=32 * 1024), set()
            for _ in range(400):
                with suppress(LinkError):
                    pulling.budget = 32 * 1024
                    pulling.step()
                offsets.add(pulling._transfer.offset)
                if pulling.held.size == 400:
                    break
        cutter.close()
    assert pulling.held.size == 400
    assert cutter.cuts > 5
    assert len(offsets) > 5, "nothing was resumed in mid-batch"


def test_pauses_grow_are_bounded_and_never_the_same() -> None:
    assert len({pause_after(5) for _ in range(20)}) > 10
    assert all(0.25 <= pause_after(1) <= 0.5 for _ in range(20))
    assert all(30 <= pause_after(500) <= 60 for _ in range(20))


def test_a_partner_that_rewrote_its_history_is_convicted_over_the_line(parties: dict[str, Party]) -> None:
    # Batches are packed in the light of what came before, which now is another one on each side.
    bodies = bodies_of(10)
    verdict = SUBSCRIBER.accept(Held(), publisher(bodies).batch(0, 10), NOW)
    assert isinstance(verdict, Accepted)
    rewritten = [b'{"kind":"message","text":"never said %d"}' % i for i in range(10)] + bodies_of(3, first=11)
    with serving(parties, publisher(rewritten)) as port, client(parties, port.url) as link:
        pulling = puller(link, verdict.held)
        stop = threading.Event()
        ending = threading.Timer(10, stop.set)
        ending.start()
        pulling.run(stop)
        ending.cancel()
    assert isinstance(pulling.fork, Fork)
    assert is_proven(pulling.fork, PEER)
    assert pulling.held == verdict.held


def named(content: bytes) -> bytes:
    """Return an entry that names a file."""
    digest = sha256(content).hexdigest().encode()
    return b'{"kind":"item","terms":{"attachments":[{"digest":"%s","size":%d}]}}' % (digest, len(content))


@contextmanager
def serving_files(parties: dict[str, Party], folder: Path) -> Iterator[tuple[Port, dict[str, bytes]]]:
    """Run a port with two files, of which one is named to usa and one to aus; return party -> content."""
    contents = {"usa": bytes(range(256)) * 20, "aus": b"for aus" * 100}
    logs = {name: released([named(content)], name) for name, content in contents.items()}
    for content in contents.values():
        (folder / sha256(content).hexdigest()).write_bytes(content)
    named_to = {name: ReleasedFiles(log, name) for name, log in logs.items()}
    served = {
        name: Publisher(log, JPN, party="jpn", partner=name, witness=signer_of(name).verifier)
        for name, log in logs.items()
    }

    def file(partner: str, digest: str) -> Path | None:
        return folder / digest if named_to[partner].has(digest) else None

    others = {"aus": served["aus"]}
    with serving(parties, served["usa"], ("usa", "aus"), others=others, file=file) as port:
        yield port, contents


def test_a_file_is_given_to_those_alone_to_whom_it_was_named(
    parties: dict[str, Party], tmp_path: Path
) -> None:
    with serving_files(parties, tmp_path) as (port, contents):
        for who in contents:
            with client(parties, port.url, who=who) as link:
                for name, content in contents.items():
                    piece = link.piece(sha256(content).hexdigest(), 0, 10_000)
                    assert (piece is not None) == (name == who)
                    assert piece is None or piece.data == content
        context = client_context(parties["usa"].identity, parties["jpn"].certificate)
        with httpx.Client(verify=context) as partner:
            strange = [sha256(contents["aus"]).hexdigest(), "0" * 64, "x", "..%2f..%2flog.db", ""]
            answers = [partner.get(f"{port.url}/link/v1/files/{digest}") for digest in strange]
        told = {(a.status_code, a.content, tuple(a.headers.items())) for a in answers}
        assert told == {(404, b"", (("content-length", "0"),))}, "all the same, whatever there is"


def test_a_file_comes_in_pieces_of_any_size(parties: dict[str, Party], tmp_path: Path) -> None:
    with serving_files(parties, tmp_path) as (port, contents), client(parties, port.url) as link:
        content, came = contents["usa"], b""
        digest = sha256(content).hexdigest()
        while len(came) < len(content):
            piece = link.piece(digest, len(came), 777)
            assert piece is not None
            assert piece.total == len(content)
            came += piece.data
        assert came == content
        assert link.piece(digest, len(content), 10) is None


def test_nothing_goes_out_to_a_partner_that_has_more_of_the_log_than_there_is(
    parties: dict[str, Party],
) -> None:
    with (
        serving(parties, publisher(bodies_of(3)), is_silent=lambda who: who == "usa") as port,
        client(parties, port.url) as link,
    ):
        with pytest.raises(LinkError, match=r"RK655 .*\(503\)"):
            link.pull(Pull(0, 4096))
        with pytest.raises(LinkError, match=r"RK655 .*\(503\)"):
            link.piece("0" * 64, 0, 10)


@dataclass
class Pieces:
    """A file that is fetched piece by piece; with its third piece, something is released."""

    served: Publisher
    came: list[str]
    left: int = 6

    def due_in(self) -> float | None:
        return 0.0 if self.left else None

    def fetch(self, link: LinkClient, budget: int) -> int:  # noqa: ARG002  # what matters is when it is asked
        self.left -= 1
        self.came.append("piece")
        if self.left == 3:
            body = b'{"urgent":1}'
            self.served._log.append([Row(2, "own/1", "", NOW, b"{}", bytes(16), (_release(body),))])
        return 0


def _release(body: bytes) -> Release:
    return Release("usa", 2, body, bytes(16))


def test_entries_go_before_the_rest_of_a_file(parties: dict[str, Party]) -> None:
    served = publisher(bodies_of(1))
    with serving(parties, served) as port, client(parties, port.url, pace=Pace(5, 30, 20)) as link:
        pulling = puller(link)
        assert isinstance(pulling.step(), Accepted)
        pieces = Pieces(served, [])
        pulling.files = pieces
        for _ in range(20):
            if pieces.left and isinstance(pulling.step(), Accepted):
                pieces.came.append("entry")
    assert pieces.came == ["piece", "piece", "piece", "entry", "piece", "piece", "piece"]
