"""Both nodes of the library model in processes of their own, and a line between them that can be cut."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from renkei.interfaces.cli.output import write_whole
from renkei.interfaces.service.family import prepare
from renkei.interfaces.service.folder import SETTINGS, settings_text
from renkei.interfaces.service.process import ADMINISTRATOR
from tests.interfaces.headquarters import Running, entries

POSTS = {"jpn": "jpn_prime_minister", "usa": "usa_indopacom_commander"}
LABEL = {"classification": "unclassified", "releasable_to": ["jpn", "usa"]}


class Wire:
    """Passes bytes on between a node and the link port of the other, while it is not cut."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.number = int(self._listener.getsockname()[1])
        self._open = threading.Event()
        self._open.set()
        self._ends: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def cut(self) -> None:
        """Break what is under way; nothing gets through until it is healed."""
        self._open.clear()
        self._break()

    def heal(self) -> None:
        self._open.set()

    def _break(self) -> None:
        for end in list(self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if not self._open.is_set():
                    near.close()
                    continue
                try:
                    far = socket.create_connection(("127.0.0.1", self._target))
                except OSError:
                    near.close()
                    continue
                self._ends += [near, far]
                for source, sink in ((near, far), (far, near)):
                    thread = threading.Thread(target=self._pass, args=(source, sink), daemon=True)
                    self._threads.append(thread)
                    thread.start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if not self._open.is_set():
                    break
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._break()
        for thread in self._threads:
            thread.join(10)
        for end in self._ends:
            end.close()


class Pair:
    """Both nodes, each started by itself as on a machine of its own, and the wires between them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.settings = folder, folder / "settings"
        made = prepare("us-japan", ("jpn", "usa"), folder / "store", option="", exercise=False, port=0)
        ports = {each.party: each.link_listen.port for each in made if each.link_listen}
        self.wires = {party: Wire(number) for party, number in ports.items()}
        for each in made:
            peers = {
                name: replace(peer, address=f"https://127.0.0.1:{self.wires[name].number}")
                for name, peer in each.peers.items()
            }
            text = settings_text(replace(each, peers=peers, store=Path()))
            write_whole(each.store / SETTINGS, text)
        with ThreadPoolExecutor(2) as threads:
            self.nodes = dict(zip(ports, threads.map(self.start, ports), strict=True))

    def start(self, party: str) -> Running:
        found = Running.start(
            "--config", str(self.folder / "store" / party / SETTINGS), settings=self.settings
        )
        assert "errors" not in found.told, found.told
        found.told = {"nodes": [found.told | {"party": party}]}
        return found

    def get(self, party: str, path: str, **query: Any) -> Any:
        return self.nodes[party].person(party, ADMINISTRATOR).get(path, **query).data

    def command(self, party: str, given: dict[str, Any]) -> Any:
        post = POSTS[party]
        return self.nodes[party].person(party, post).command(given, post).data

    def send(self, party: str, text: str, *digests: str) -> str:
        to = "usa" if party == "jpn" else "jpn"
        given = {"type": "send", "to": [to], "text": text, "label": LABEL, "attachments": list(digests)}
        return str(self.command(party, given)["made"][0])

    def told(self, party: str) -> dict[str, str]:
        """Return the messages that a party has of the other: item -> text."""
        items = self.get(party, "/items", kind="message")
        return {entry["item"]: entry["text"] for entry in items if not entry["item"].startswith(party)}

    def released(self, party: str) -> list[str]:
        """Return what a party's own log released to the other."""
        client = self.nodes[party].person(party, ADMINISTRATOR)
        seqs = [row["seq"] for row in entries(client, kind="released")]
        whole = [client.get(f"/log/entries/{seq}").data for seq in seqs]
        return [each["body"] for row in whole for each in row["releases"]]

    def received(self, party: str) -> list[str]:
        """Return what arrived in a party's own log."""
        client = self.nodes[party].person(party, ADMINISTRATOR)
        return [row["body"]["event"]["body"] for row in entries(client, kind="partner.received")]

    def cut(self) -> None:
        """Cut the line, in both directions."""
        for wire in self.wires.values():
            wire.cut()

    def heal(self) -> None:
        """Let everything through again."""
        for wire in self.wires.values():
            wire.heal()

    def close(self) -> None:
        for each in self.nodes.values():
            if each.process.poll() is None:
                each.stop()
        for wire in self.wires.values():
            wire.close()
