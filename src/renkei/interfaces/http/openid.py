"""Signing in at an OpenID provider: authorization code with PKCE, and every check of the ID token by itself.

Layer: interfaces. Nobody gets an account by coming from the provider: an administrator has created it, with
the `sub` that the provider gives to this person.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from renkei.clock import SECOND, Clock
from renkei.facts import Fact
from renkei.interfaces.http.settings import OpenId, is_loopback
from renkei.interfaces.http.shapes import Failure

ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519", "EdDSA"]
"""Signatures with a public key only: with a shared one the provider's other clients could sign."""
MOST_PENDING = 1_000
PENDING_SECONDS = 600
LEEWAY_SECONDS = 60
KEYS_SECONDS = 300
MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that has begun: what has to come back, bound to the browser by a cookie."""

    state: str
    nonce: str
    verifier: str
    until: int


class Provider:
    """The provider of one node."""

    def __init__(
        self, settings: OpenId, clock: Clock, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Keep the settings; nothing is asked of the provider before somebody signs in.

        Args:
            settings: Which provider, and as which client.
            clock: Tells the moment.
            transport: How to reach the provider; the network without one.
        """
        self.settings = settings
        self._clock = clock
        self._transport = transport
        self._pending: OrderedDict[str, Begun] = OrderedDict()
        self._document: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._keys_at = 0
        self._lock = asyncio.Lock()

    async def begin(self) -> tuple[str, str]:
        """Return where to send the browser, and the secret for its cookie."""
        document = await self._known()
        cookie, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        until = self._clock.now() + PENDING_SECONDS * SECOND
        begun = Begun(secrets.token_urlsafe(24), secrets.token_urlsafe(24), verifier, until)
        self._pending[_digest(cookie)] = begun
        if len(self._pending) > MOST_PENDING:
            self._pending.popitem(last=False)
        challenge = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "scope": "openid",
            "client_id": self.settings.client,
            "redirect_uri": self.settings.redirect,
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        address = str(document["authorization_endpoint"])
        return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}", cookie

    async def finish(self, cookie: str | None, state: str, code: str, issuer: str) -> str:
        """Return the subject that has signed in; each beginning can be finished once.

        Raises:
            Failure: It was not begun in this browser, or the provider's answer does not hold.
        """
        begun = self._pending.pop(_digest(cookie), None) if cookie else None
        if (
            begun is None
            or begun.until < self._clock.now()
            or not compare_digest(begun.state.encode(), state.encode(errors="replace"))
        ):
            raise refused(Fact("RK720.begun"))
        if issuer and issuer != self.settings.issuer:
            raise refused(Fact("RK720.other"))
        document = await self._known()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.settings.redirect,
            "client_id": self.settings.client,
            "code_verifier": begun.verifier,
        }
        if self.settings.secret:
            form["client_secret"] = self.settings.secret
        answer = await self._ask("POST", str(document["token_endpoint"]), form)
        return await self._subject(str(answer.get("id_token", "")), begun.nonce)

    async def _subject(self, token: str, nonce: str) -> str:
        try:
            claims = await self._verified(token)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise refused(Fact("RK720.token")) from error
        now = self._clock.now() / SECOND
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        wrong = (
            (claims.get("iss") != self.settings.issuer, "issuer"),
            (self.settings.client not in audiences, "audience"),
            (claims.get("azp", self.settings.client) != self.settings.client, "authorized party"),
            (len(audiences) > 1 and "azp" not in claims, "authorized party"),
            (not _is_number(claims.get("exp")) or claims["exp"] + LEEWAY_SECONDS <= now, "expiry"),
            (not _is_number(claims.get("iat")) or claims["iat"] - LEEWAY_SECONDS > now, "time of issue"),
            (_is_number(claims.get("nbf")) and claims["nbf"] - LEEWAY_SECONDS > now, "beginning"),
            (not compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()), "nonce"),
            (not isinstance(claims.get("sub"), str) or not claims["sub"], "subject"),
        )
        if found := [what for failed, what in wrong if failed]:
            raise refused(Fact("RK720.claims", claim=found[0]))
        return str(claims["sub"])

    async def _verified(self, token: str) -> Mapping[str, Any]:
        keys = await self._key_set()
        try:
            return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError):
            # The provider may have taken another key since; looked for no more often than the keys are kept.
            if self._clock.now() - self._keys_at < KEYS_SECONDS * SECOND:
                raise
            self._keys = None
        return jwt.decode(token, await self._key_set(), algorithms=ALGORITHMS).claims

    async def _key_set(self) -> KeySet:
        if self._keys is None:
            document = await self._known()
            plain = await self._ask("GET", str(document["jwks_uri"]))
            self._keys = KeySet.import_key_set(plain)  # type: ignore[arg-type]
            self._keys_at = self._clock.now()
        return self._keys

    async def _known(self) -> Mapping[str, Any]:
        async with self._lock:
            if not self._document:
                where = f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration"
                document = await self._ask("GET", where)
                if document.get("issuer") != self.settings.issuer:
                    raise refused(Fact("RK721.issuer"), 503)
                for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                    if not _is_safe(str(document.get(name, ""))):
                        raise refused(Fact("RK721.https", name=name), 503)
                self._document = document
        return self._document

    async def _ask(self, method: str, address: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
        try:
            async with (
                httpx.AsyncClient(
                    transport=self._transport,
                    timeout=self.settings.seconds,
                    follow_redirects=False,
                    trust_env=False,
                ) as client,
                client.stream(method, address, data=form) as response,
            ):
                body = b""
                async for part in response.aiter_bytes():
                    body += part
                    if len(body) > MOST_BYTES:
                        raise refused(Fact("RK721.large"), 503)
                plain = httpx.Response(response.status_code, content=body).json() if body else {}
        except (httpx.HTTPError, ValueError) as error:
            raise refused(Fact("RK721.reached"), 503) from error
        if response.status_code != httpx.codes.OK or not isinstance(plain, dict):
            raise refused(Fact("RK720.refused")) if form is not None else refused(Fact("RK721.refused"), 503)
        return plain


def refused(fact: Fact, status: int = 401) -> Failure:
    """Return the answer that somebody cannot be signed in by the provider."""
    return Failure(status, fact, "Begin again; if it stays so, ask an administrator of your party.")


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _digest(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()
