"""Who somebody is: sign-in, sessions, tokens, accounts, and the entries of the log that tell of them.

Layer: interfaces.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from time import monotonic

from renkei.clock import SECOND, Clock
from renkei.facts import Fact
from renkei.interfaces.http.passwords import Passwords, plain, weakness
from renkei.interfaces.http.port import Headquarters
from renkei.interfaces.http.settings import Settings
from renkei.interfaces.http.shapes import Failure
from renkei.interfaces.http.store import EVERY_POST, Account, AccountStore, Kind, Pass
from renkei.interfaces.http.throttle import Throttle, network
from renkei.runner.state import Actor

SEEN_SECONDS = 60
"""The use of a session is noted no more often than this."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who makes a request."""

    account: Account
    kind: Kind
    digest: bytes

    @property
    def name(self) -> str:
        """Return the name under which the log knows the person."""
        return self.account.name


class Access:
    """Accounts of one party, in use."""

    def __init__(
        self, store: AccountStore, headquarters: Headquarters, settings: Settings, clock: Clock
    ) -> None:
        """Keep what is needed, and forget sessions that are over."""
        self.store, self.headquarters, self.settings = store, headquarters, settings
        self._clock = clock
        self.passwords = Passwords(settings.hashing)
        self._throttle = Throttle(lambda: clock.now() / SECOND)
        self._remembered: dict[bytes, Pass] = {}
        self._remembered_at = (0.0, 0)
        self.revocations = 0
        """Counts what ends sessions, so that streams know when to look again."""
        kinds: tuple[Kind, ...] = ("session", "token")
        for kind in kinds:
            idle, whole = self._lifetime(kind)
            store.end_older(kind, clock.now() - whole, clock.now() - idle)

    # Whose request it is

    def identify(self, secret: str, kind: Kind) -> Person | None:
        """Return whose session or token a secret is, None where it is nobody's, or over."""
        found = self._found(_digest(secret))
        if found is None or found.kind != kind or not self._is_valid(found):
            return None
        return Person(found.account, found.kind, found.digest)

    def _found(self, digest: bytes) -> Pass | None:
        """Return a session or token; asked of the file once a second, and again after every change made here.

        Another process that changes the file (the command line does) is heeded within that second.
        """
        second, changes = monotonic() // 1, self.store.changes
        if (second, changes) != self._remembered_at:
            self._remembered, self._remembered_at = {}, (second, changes)
        if digest not in self._remembered:
            found = self.store.find_pass(digest)
            if found is None:
                return None
            self._remembered[digest] = found
        return self._remembered[digest]

    def is_current(self, person: Person) -> bool:
        """Tell whether a session that was valid still is."""
        found = self._found(person.digest)
        return found is not None and self._is_valid(found)

    async def note_use(self, person: Person) -> None:
        """Keep a session alive that is used."""
        found = self._found(person.digest)
        if found is not None and self._clock.now() - found.seen > SEEN_SECONDS * SECOND:
            await asyncio.to_thread(self.store.touch, person.digest, self._clock.now())

    def _is_valid(self, found: Pass) -> bool:
        idle, whole = self._lifetime(found.kind)
        now = self._clock.now()
        if found.account.disabled or (found.account.demo and not self.settings.demo):
            return False
        return now - found.begun < whole and now - found.seen < idle

    def _lifetime(self, kind: Kind) -> tuple[int, int]:
        limits = self.settings.limits
        if kind == "session":
            return limits.session_idle_seconds * SECOND, limits.session_seconds * SECOND
        return limits.token_idle_seconds * SECOND, limits.token_seconds * SECOND

    # Signing in and out

    async def sign_in(self, name: str, password: str, address: str) -> Account:
        """Return the account that name and password are of.

        Raises:
            Failure: They are of none, or there were too many attempts.
        """
        account = self.store.find(name)
        known = account is not None and self.store.is_known(account.name, network(address))
        key = account.key if account else sha256(plain(name).casefold().encode(errors="replace")).hexdigest()
        if wait := self._throttle.take(address, key, known=known):
            hint = (
                f"Try again in {wait} seconds. Where you have signed in before, others cannot keep you out."
            )
            headers = {"Retry-After": str(wait)}
            raise Failure(429, Fact("RK710.attempts"), hint, headers=headers)
        usable = account is not None and not account.disabled and (self.settings.demo or not account.demo)
        fits = await self.passwords.check(account.hash if account else None, password)
        if account is None or not usable or not fits:
            raise Failure(401, Fact("RK702.wrong"), "An administrator of your party can set a new password.")
        self._throttle.give_back(address, key, known=known)
        await self._renew_hash(account, password)
        return account

    async def _renew_hash(self, account: Account, password: str) -> None:
        if account.hash is not None and self.passwords.is_outdated(account.hash):
            renewed = await self.passwords.make(password)
            await asyncio.to_thread(self.store.rehash, account.name, account.hash, renewed)

    async def begin(self, account: Account, kind: Kind, address: str) -> tuple[str, int]:
        """Begin a session or token; return its secret, and when it ends at the latest."""
        secret, now = secrets.token_urlsafe(32), self._clock.now()
        most = self.settings.limits.sessions_each
        await asyncio.to_thread(self.store.add_pass, account.name, kind, _digest(secret), now, most)
        await asyncio.to_thread(self.store.know, account.name, network(address), now)
        return secret, now + self._lifetime(kind)[1]

    async def end(self, digest: bytes) -> None:
        """End a session or token."""
        await asyncio.to_thread(self.store.end_pass, digest)
        self.revocations += 1

    # Administration

    async def create(
        self,
        actor: Person | None,
        name: str,
        password: str | None,
        *,
        administrator: bool = False,
        posts: Sequence[str] = (EVERY_POST,),
        subject: str | None = None,
        demo: bool = False,
    ) -> Account:
        """Create an account, and record that.

        Raises:
            Failure: The name is taken, or the password too weak.
        """
        if password is not None:
            self._check_strength(name, password)
        hashed = None if password is None else await self.passwords.make(password)
        issuer = self.settings.openid.issuer if self.settings.openid and subject else None
        if subject and issuer is None:
            raise _invalid("subject", Fact("RK707.provider"))
        now = self._clock.now()
        account = Account(
            plain(name),
            administrator,
            disabled=False,
            demo=demo,
            posts=tuple(posts),
            created=now,
            hash=hashed,
            issuer=issuer,
            subject=subject,
        )
        if self.store.find(name) is not None or (issuer and self.store.find_subject(issuer, subject or "")):
            raise _taken(name)
        await self._record(actor, account.name, "created-administrator" if administrator else "created")
        if not await asyncio.to_thread(self.store.add, account):
            raise _taken(name)
        return account

    async def change_password(self, actor: Person, name: str, password: str, current: str | None) -> None:
        """Set a password: one's own, or as an administrator any. All sessions of the account end.

        Raises:
            Failure: Not permitted, unknown, or too weak.
        """
        account = self._known(name, actor)
        if account.key == actor.account.key:
            if account.hash is not None and not await self.passwords.check(account.hash, current or ""):
                raise Failure(403, Fact("RK702.current"))
        elif not actor.account.administrator:
            raise not_administrator()
        self._check_strength(account.name, password)
        hashed = await self.passwords.make(password)
        await self._record(actor, account.name, "password-set")
        await asyncio.to_thread(self.store.set_password, account.name, hashed)
        self.revocations += 1

    async def set_posts(self, actor: Person, name: str, posts: Sequence[str]) -> Account:
        """Say which posts a person may hold.

        Raises:
            Failure: The account is unknown.
        """
        account = self._known(name, actor)
        await self._record(actor, account.name, "posts-set")
        await asyncio.to_thread(self.store.set_posts, account.name, posts)
        return replace(account, posts=tuple(posts))

    async def disable(self, actor: Person, name: str, *, disabled: bool) -> Account:
        """Disable an account, which ends its sessions, or enable it again.

        Raises:
            Failure: It is unknown, or the last administrator's.
        """
        account = self._known(name, actor)
        if disabled and self.store.is_last_administrator(account.name):
            raise _last(account.name)
        await self._record(actor, account.name, "disabled" if disabled else "enabled")
        if not await asyncio.to_thread(self.store.set_disabled, account.name, disabled=disabled):
            raise _last(account.name)
        self.revocations += 1
        return replace(account, disabled=disabled)

    def _known(self, name: str, actor: Person) -> Account:
        account = self.store.find(name)
        if account is None:
            # Only administrators learn which names exist.
            raise unknown("account", name) if actor.account.administrator else not_administrator()
        return account

    def _check_strength(self, name: str, password: str) -> None:
        if weak := weakness(name, password):
            raise _invalid("password", weak, Fact("RK714.field"))

    async def _record(self, actor: Person | None, name: str, change: str) -> None:
        """Record a change before it is made: there may be an entry too many, never one too few."""
        who = Actor(actor.name if actor else "")
        await asyncio.wrap_future(self.headquarters.record_account(who, name, change))

    def close(self) -> None:
        """Close the store and end the threads."""
        self.passwords.close()
        self.store.close()


def csrf_of(secret: str) -> str:
    """Return what a page must send beside its cookie: another site can make a browser send that, not this."""
    return hmac.new(secret.encode(errors="replace"), b"renkei csrf", sha256).hexdigest()


def _taken(name: str) -> Failure:
    return Failure(409, Fact("RK715.name", name=name), "Choose another name.")


def _last(name: str) -> Failure:
    hint = "Make another person administrator first."
    return Failure(409, Fact("RK715.last", name=name), hint)


def not_administrator() -> Failure:
    """Return the answer to somebody who is no administrator."""
    return Failure(403, Fact("RK704.administrator"), "Ask an administrator of your party.")


def unknown(kind: str, name: object) -> Failure:
    """Return the answer that something is not known here."""
    return Failure(404, Fact("RK705.thing", thing=kind, name=str(name)[:200]))


def _invalid(where: str, what: Fact, fact: Fact | None = None) -> Failure:
    return Failure(422, fact or Fact("RK707.field"), problems=[(where, what)])


def _digest(secret: str) -> bytes:
    return sha256(secret.encode(errors="replace")).digest()
