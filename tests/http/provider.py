"""A small OpenID provider of its own: an ASGI application that does what it is told, right or wrong.

It shares no code with the client under test; its tokens are made with `cryptography` alone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import uvicorn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


KEYS = {name: rsa.generate_private_key(65_537, 2_048) for name in ("first", "second", "stranger")}


@dataclass
class Provider:
    """What the provider does, and what it was asked."""

    issuer: str = ""
    now: int = 0
    client: str = "renkei"
    subject: str = "subject-1"
    key: str = "first"
    published: tuple[str, ...] = ("first",)
    header: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    """Replace the right ones; a value of None takes the claim away."""
    document: dict[str, Any] = field(default_factory=dict)
    raw: str | None = None
    """A token to give instead."""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, query: dict[str, str]) -> str:
        """Return the code that the browser takes back when a person has agreed."""
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return code

    def token(self, nonce: str) -> str:
        if self.raw is not None:
            return self.raw
        claims = {
            "iss": self.issuer,
            "aud": self.client,
            "sub": self.subject,
            "iat": self.now,
            "exp": self.now + 300,
            "nonce": nonce,
        }
        claims = {key: value for key, value in {**claims, **self.claims}.items() if value is not None}
        header = {"alg": "RS256", "kid": self.key, "typ": "JWT", **self.header}
        signed = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
        return f"{signed}.{self._signature(header['alg'], signed.encode())}"

    def _signature(self, algorithm: str, signed: bytes) -> str:
        if algorithm == "none":
            return ""
        if algorithm == "HS256":
            # The classic confusion: the public key, which everybody has, used as a shared secret.
            secret = number(KEYS["first"].public_key().public_numbers().n).encode()
            return b64(hmac.new(secret, signed, "sha256").digest())
        return b64(KEYS[self.key].sign(signed, padding.PKCS1v15(), hashes.SHA256()))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        message = await receive()
        form = {key: values[0] for key, values in parse_qs(message.get("body", b"").decode()).items()}
        self.asked.append((scope["path"], form))
        status, answer = self.answer(scope["path"], form)
        body = json.dumps(answer).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, Any]:
        if path == "/.well-known/openid-configuration":
            known = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
            return 200, {**known, **self.document}
        if path == "/keys":
            return 200, {"keys": [self.public(name) for name in self.published]}
        if path == "/token":
            return self.exchange(form)
        return 404, {}

    def public(self, name: str) -> dict[str, str]:
        numbers = KEYS[name].public_key().public_numbers()
        return {
            "kty": "RSA",
            "kid": name,
            "use": "sig",
            "alg": "RS256",
            "n": number(numbers.n),
            "e": number(numbers.e),
        }

    def exchange(self, form: dict[str, str]) -> tuple[int, Any]:
        begun = self.codes.pop(form.get("code", ""), None)
        if (
            begun is None
            or form.get("redirect_uri") != begun["redirect_uri"]
            or form.get("client_id") != self.client
        ):
            return 400, {"error": "invalid_grant"}
        challenge = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if begun["code_challenge_method"] != "S256" or begun["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.token(begun["nonce"])}


class ServedProvider:
    """A port on which one provider after the other can stand."""

    def __init__(self) -> None:
        config = uvicorn.Config(
            self._answer,
            port=0,
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            ws="none",
        )
        self._socket = config.bind_socket()
        self.issuer = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.provider = Provider()
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: self._server.run([self._socket]))
        self._thread.start()

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        await self.provider(scope, receive, send)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
