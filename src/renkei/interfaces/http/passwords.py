"""Passwords: argon2id, a bounded number at a time, and the same work whether an account exists or not.

Layer: interfaces.
"""

from __future__ import annotations

import asyncio
import os
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from renkei.facts import Fact
from renkei.interfaces.http.settings import Hashing
from renkei.interfaces.http.shapes import Failure

SHORTEST, LONGEST = 12, 256


def plain(text: str) -> str:
    """Return a name or password in the one form in which it is compared."""
    return unicodedata.normalize("NFKC", text)


def weakness(name: str, password: str) -> Fact | None:
    """Return what is wrong with a new password, None where nothing is."""
    said = plain(password)
    if len(said) < SHORTEST:
        return Fact("RK714.short", least=SHORTEST)
    if len(said) > LONGEST:
        return Fact("RK714.long", most=LONGEST)
    if plain(name).casefold() in said.casefold() and len(said) - len(plain(name)) < SHORTEST:
        return Fact("RK714.name")
    if len(set(said)) < 4:
        return Fact("RK714.same")
    return None


class Passwords:
    """Hashes and checks passwords in threads of its own."""

    def __init__(self, cost: Hashing) -> None:
        """Prepare the hash that stands in for accounts which do not exist."""
        self._hasher = PasswordHasher(cost.rounds, cost.memory_kib, 1, type=Type.ID)
        self._threads = ThreadPoolExecutor(cost.at_once, thread_name_prefix="password")
        self._room = cost.at_once + cost.waiting
        self._dummy = self._hasher.hash(os.urandom(16).hex())

    def hash(self, password: str) -> str:
        """Return the hash of a password; takes a while."""
        return self._hasher.hash(plain(password))

    def matches(self, hashed: str | None, password: str) -> bool:
        """Tell whether a password is the one hashed; ``None`` takes as long, and never is."""
        try:
            self._hasher.verify(hashed or self._dummy, plain(password))
        except (VerificationError, InvalidHashError):
            return False
        return hashed is not None

    def is_outdated(self, hashed: str) -> bool:
        """Tell whether a hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(hashed)

    async def check(self, hashed: str | None, password: str) -> bool:
        """Check as ``matches`` does, without holding up anything else.

        Raises:
            Failure: Too many are waiting already.
        """
        return bool(await self._in_thread(self.matches, hashed, password))

    async def make(self, password: str) -> str:
        """Hash as ``hash`` does, without holding up anything else.

        Raises:
            Failure: Too many are waiting already.
        """
        return str(await self._in_thread(self.hash, password))

    async def _in_thread(self, work: object, *arguments: object) -> object:
        if self._room == 0:
            hint = "Try again in a few seconds."
            raise Failure(503, Fact("RK712.crowded"), hint, headers={"Retry-After": "5"})
        self._room -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)  # type: ignore[arg-type]
        finally:
            self._room += 1

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown()
