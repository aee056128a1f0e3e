"""A small real provider on loopback: OpenID sign-in, DPoP, rotation, and the box office's answers as bytes."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import ECKey

from boxoffice.client import BoxOffice, KeyStore, SessionKeyStore, transport
from core import Cancel

GRACE_S = 60
DEVICE_CODE = "a-device-code"


class SettableClock:
    def __init__(self) -> None:
        self.moved = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.moved


@dataclass
class Reply:
    status: int = 200
    body: bytes = b"{}"
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def problem(status: int, code: str, **more: object) -> Reply:
    body = json.dumps({"type": "about:blank", "title": "", "status": status, "code": code, **more}).encode()
    return Reply(status, body, "application/problem+json")


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Refresh:
    family: str
    thumbprint: str
    replaced: float | None = None


class Provider:
    """Signs everybody in at once. Knobs named after faults change what it does."""

    def __init__(self) -> None:
        self.clock = SettableClock()
        self.key = ECKey.generate_key("P-256", parameters={"kid": "one"})
        self.asked: list[Asked] = []
        self.replies: dict[str, Callable[[Asked], Reply]] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.refreshes: dict[str, Refresh] = {}
        self.access: dict[str, str] = {}
        self.revoked: set[str] = set()
        self.seen_proofs: set[str] = set()
        self.answer_parameters: dict[str, str] = {}
        self.claims: dict[str, object] = {}
        self.id_key = self.key
        self.expires_in = 600
        self.lose_answers = 0
        self.hold_token = threading.Event()
        self.hold_token.set()
        self.require_nonce = False
        self.device_codes: dict[str, object] = {
            "device_code": DEVICE_CODE, "user_code": "LNTR-MPVS", "verification_uri": "http://127.0.0.1/device",
            "verification_uri_complete": "http://127.0.0.1/device?user_code=LNTR-MPVS", "expires_in": 600, "interval": 5,
        }  # fmt: skip
        self.device_answers: list[str] = []
        self.lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                asked = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), dict(self.headers.items()), body)
                outer.asked.append(asked)
                reply = outer.reply(asked)
                if reply is None:
                    self.close_connection = True
                    self.connection.close()
                    return
                self.send_response(reply.status)
                if reply.kind:
                    self.send_header("Content-Type", reply.kind)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in reply.headers:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            do_GET = do_POST = _serve  # noqa: N815 - names of http.server

            def log_message(self, *_args: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_args: object) -> None:
                return

        self.server = Server(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def close(self) -> None:
        self.hold_token.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def count(self, path: str) -> int:
        return sum(asked.path == path for asked in self.asked)

    def reply(self, asked: Asked) -> Reply | None:
        answers: dict[str, Callable[[Asked], Reply | None]] = {
            "/.well-known/openid-configuration": lambda _asked: self._json(self.discovery()),
            "/oauth/jwks": lambda _asked: self._json({"keys": [self.key.as_dict(private=False)]}),
            "/oauth/authorize": lambda asked: self._authorize(asked.query),
            "/oauth/token": self._token,
            "/oauth/revoke": self._revoke,
            "/oauth/device": lambda _asked: self._json(self.device_codes),
            "/v1/tickets": lambda asked: self._protected(asked) or self._json({"tickets": []}),
        }
        answers.update(self.replies)
        answer = answers.get(asked.path)
        return answer(asked) if answer else problem(404, "not-found")

    def _revoke(self, asked: Asked) -> Reply:
        self.revoked.add(self.refreshes[dict(parse_qsl(asked.body.decode()))["token"]].family)
        return self._json({})

    def discovery(self) -> dict[str, object]:
        return {
            "issuer": self.base_url,
            **{
                name: f"{self.base_url}/oauth/{path}"
                for name, path in (
                    ("authorization_endpoint", "authorize"),
                    ("token_endpoint", "token"),
                    ("revocation_endpoint", "revoke"),
                    ("userinfo_endpoint", "userinfo"),
                    ("jwks_uri", "jwks"),
                    ("device_authorization_endpoint", "device"),
                )
            },
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def _json(self, value: object, status: int = 200) -> Reply:
        return Reply(status, json.dumps(value).encode())

    def _authorize(self, query: dict[str, str]) -> Reply:
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        answer = {"code": code, "state": query["state"], "iss": self.base_url, **self.answer_parameters}
        location = query["redirect_uri"] + "?" + urlencode({name: text for name, text in answer.items() if text})
        return Reply(303, b"", "", {"Location": location})

    def proven(self, asked: Asked, token: str | None = None) -> tuple[str, str | None] | None:
        """The thumbprint and nonce of a proof that holds (RFC 9449 4.3)."""
        header = json.loads(base64.urlsafe_b64decode(asked.headers["DPoP"].split(".")[0] + "=="))
        key = ECKey.import_key(header["jwk"])
        claims = jwt.decode(asked.headers["DPoP"], key, algorithms=["ES256"]).claims
        expected = token and base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
        with self.lock:
            fresh = claims["jti"] not in self.seen_proofs
            self.seen_proofs.add(claims["jti"])
        fine = (
            fresh
            and header["typ"] == "dpop+jwt"
            and "d" not in header["jwk"]
            and claims["htm"] == asked.method
            and claims["htu"] == self.base_url + asked.path
            and abs(claims["iat"] - self.clock.now().timestamp()) < 60
            and claims.get("ath") == expected
        )
        return (key.thumbprint(), claims.get("nonce")) if fine else None

    def _token(self, asked: Asked) -> Reply | None:
        self.hold_token.wait(20)
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        proof = self.proven(asked)
        if proof is None:
            return self._json({"error": "invalid_dpop_proof"}, 400)
        if self.require_nonce and proof[1] != "nonce-1":
            reply = self._json({"error": "use_dpop_nonce"}, 400)
            reply.headers["DPoP-Nonce"] = "nonce-1"
            return reply
        with self.lock:
            reply = self._granted(form, proof[0])
            if self.lose_answers:
                self.lose_answers -= 1
                return None
        return reply

    def _granted(self, form: dict[str, str], thumbprint: str) -> Reply:
        if form["grant_type"].endswith(":device_code"):
            error = self.device_answers.pop(0) if form["device_code"] == DEVICE_CODE else "invalid_grant"
            return self._json({"error": error}, 400) if error else self._tokens(secrets.token_hex(4), thumbprint, None)
        if form["grant_type"] == "authorization_code":
            query = self.codes.pop(form["code"], None)
            verifier = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
            fits = query and query["code_challenge"] == verifier.rstrip(b"=").decode()
            if not query or not fits or query["redirect_uri"] != form["redirect_uri"]:
                return self._json({"error": "invalid_grant"}, 400)
            return self._tokens(secrets.token_hex(4), thumbprint, query["nonce"])
        held = self.refreshes.get(form["refresh_token"])
        if held is None or held.family in self.revoked:
            return self._json({"error": "invalid_grant"}, 400)
        moment = self.clock.now().timestamp()
        if held.thumbprint != thumbprint or (held.replaced and moment - held.replaced > GRACE_S):
            self.revoked.add(held.family)
            return self._json({"error": "invalid_grant"}, 400)
        held.replaced = held.replaced or moment
        return self._tokens(held.family, thumbprint, None)

    def _tokens(self, family: str, thumbprint: str, nonce: str | None) -> Reply:
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.access[access] = thumbprint
        self.refreshes[refresh] = Refresh(family, thumbprint)
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": self.base_url,
            "aud": "smart-cinema-desktop",
            "sub": "viewer-1",
            "email": "mei@example.org",
            "name": "Mei",
            "iat": now,
            "exp": now + 600,
            **({"nonce": nonce} if nonce else {}),
            **self.claims,
        }
        id_token = jwt.encode({"alg": "ES256", "kid": "one"}, claims, self.id_key, algorithms=["ES256"])
        return self._json(
            {
                "token_type": "DPoP",
                "access_token": access,
                "expires_in": self.expires_in,
                "refresh_token": refresh,
                "id_token": id_token,
            }
        )

    def _protected(self, asked: Asked) -> Reply | None:
        scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
        proof = self.proven(asked, token) if scheme == "DPoP" else None
        if proof is None or self.access.get(token) != proof[0]:
            return problem(401, "sign-in-needed")
        return None


class Browser:
    """Follows the sign-in page's redirect, on a thread of its own, as the system's browser would."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.pages: list[requests.Response] = []
        self._threads: list[threading.Thread] = []

    def open(self, address: str) -> bool:
        self.addresses.append(address)
        thread = threading.Thread(target=self._follow, args=(address,))
        self._threads.append(thread)
        thread.start()
        return True

    def _follow(self, address: str) -> None:
        with requests.Session() as session:
            session.trust_env = False
            self.pages.append(session.get(address, timeout=20))

    def join(self) -> None:
        for thread in self._threads:
            thread.join(20)


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries again as often as ever, but sooner."""
    monkeypatch.setattr(transport, "BACK_OFF_S", 0.01)


@pytest.fixture
def provider() -> Iterator[Provider]:
    running = Provider()
    yield running
    running.close()


@pytest.fixture
def browser() -> Iterator[Browser]:
    opened = Browser()
    yield opened
    opened.join()


@pytest.fixture
def open_client(provider: Provider) -> Iterator[Callable[..., BoxOffice]]:
    clients: list[BoxOffice] = []

    def opened(store: KeyStore | None = None, **more: Any) -> BoxOffice:
        client = BoxOffice(provider.base_url, store or SessionKeyStore(), provider.clock, "Sofa", **more)
        clients.append(client)
        return client

    yield opened
    for client in clients:
        client.close()


@pytest.fixture
def client(open_client: Callable[..., BoxOffice]) -> BoxOffice:
    return open_client()


@pytest.fixture
def signed_in(client: BoxOffice, browser: Browser) -> BoxOffice:
    client.sign_in(browser.open, Cancel(), "en")
    return client


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        threading.Event().wait(0.005)


@pytest.fixture
def until() -> Callable[[Callable[[], object]], None]:
    return wait_until
