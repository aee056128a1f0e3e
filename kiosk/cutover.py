"""Two machines, one show: the first says over the LAN where it is, and hands over at a frame when the second asks.

Both hold one secret. A question carries a MAC of itself; its answer one of question and answer. A hand-over also needs
the word that the last answer gave, which counts once: nobody who only listens can repeat it.
"""

import hashlib
import hmac
import http.client
import json
import logging
import os
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from core import CinemaError, Code
from core.strict_json import parse_object

log = logging.getLogger(__name__)

TIMEOUT_S = 2.0
HAND_OVER_S = 5.0
ANSWER_LIMIT_BYTES = 64 << 10
SECRET_BYTES = 32
STICK_TYPE = "smart-cinema show on a stick 1"


def shared_secret(file: Path) -> bytes:
    """The secret in a file, made at first use; the other machine is given a copy. Raises `CinemaError` (wrong-use)."""
    try:
        text = file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        text = secrets.token_hex(SECRET_BYTES)
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(text + "\n")
    except (OSError, ValueError) as error:
        raise CinemaError(Code.WRONG_USE, f"{file} holds no secret for two machines.") from error
    if len(text) < 2 * SECRET_BYTES:
        raise CinemaError(Code.WRONG_USE, f"{file} holds no secret for two machines.")
    return text.encode()


@dataclass(frozen=True)
class Address:
    """Where a machine listens."""

    host: str
    port: int

    @classmethod
    def of(cls, text: str) -> "Address":
        """``HOST:PORT``. Raises `CinemaError` (wrong-use)."""
        host, _, port = text.rpartition(":")
        if not host or not port.isdecimal() or int(port) >= 1 << 16:
            raise CinemaError(Code.WRONG_USE, f"{text} is not HOST:PORT, as in 192.168.1.20:7733.")
        return cls(host.strip("[]"), int(port))


def sealed_state(state: bytes, secret: bytes) -> bytes:
    """A show's state for a stick: only who has the secret could have written it, and only for a cut-over."""
    text = state.decode()
    return json.dumps({"type": STICK_TYPE, "state": text, "mac": _mac(secret, text, STICK_TYPE)}).encode()


def opened_state(data: bytes, secret: bytes) -> bytes:
    """What `sealed_state` sealed. Raises `CinemaError` (wrong-use) for anything else."""
    said = parse_object(data, ANSWER_LIMIT_BYTES, Code.WRONG_USE, "The file of a show")
    text = said.get("state")
    right = isinstance(text, str) and hmac.compare_digest(str(said.get("mac")), _mac(secret, text, STICK_TYPE))
    if said.get("type") != STICK_TYPE or not right:
        raise CinemaError(Code.WRONG_USE, "The file is no show of a machine that has the same cutover.secret.")
    return str(text).encode()


class ShowServer:
    """Answers the other machine. Both callables are called on threads of the server.

    ``state`` gives the newest state; ``hand_over`` stops this machine for the device that it is told, and gives the
    state at the frame where it stopped, or none where it could not. Raises `CinemaError` (wrong-use) for an address
    that cannot be listened on.
    """

    def __init__(
        self,
        address: Address,
        secret: bytes,
        state: Callable[[], bytes],
        hand_over: Callable[[str], bytes | None],
    ) -> None:
        self._word = secrets.token_hex(16)
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            timeout = TIMEOUT_S

            def do_GET(self) -> None:
                nonce = self.headers.get("X-Nonce", "")
                if self.path != "/state" or not self._may("GET /state", nonce):
                    self.send_error(404)
                    return
                self._answer(nonce, {"word": outer._word, "state": json.loads(state())})

            def do_POST(self) -> None:
                nonce = self.headers.get("X-Nonce", "")
                device = self.headers.get("X-Device", "")[:100]
                if self.path != "/hand-over" or not self._may(f"POST /hand-over {device}", nonce):
                    self.send_error(404)
                    return
                found = hand_over(device) if outer._used(nonce) else None
                if found is None:
                    self.send_error(409)
                    return
                self._answer(nonce, {"state": json.loads(found)})

            def _may(self, asked: str, nonce: str) -> bool:
                return len(nonce) >= 16 and hmac.compare_digest(
                    self.headers.get("X-Mac", ""), _mac(secret, asked, nonce)
                )

            def _answer(self, nonce: str, said: object) -> None:
                data = json.dumps(said).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.send_header("X-Mac", _mac(secret, data.decode(), nonce))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_said: object) -> None:
                pass

        try:
            self._server = ThreadingHTTPServer((address.host, address.port), Handler)
        except OSError as error:
            raise CinemaError(Code.WRONG_USE, f"{address.host}:{address.port} cannot be listened on.") from error
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="cutover", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _used(self, word: str) -> bool:
        """Whether this is the word that counts; it counts once."""
        with self._lock:
            right = hmac.compare_digest(word, self._word)
            if right:
                self._word = secrets.token_hex(16)
            return right


class ShowClient:
    """Asks the first machine; every method blocks. Raises `CinemaError` (offline)."""

    def __init__(self, address: Address, secret: bytes, device: str) -> None:
        self._address, self._secret, self._device = address, secret, device
        self._word = ""

    def state(self) -> bytes:
        """Where it is now."""
        said = self._ask("GET", "/state", "", secrets.token_hex(16), TIMEOUT_S)
        self._word = str(said.get("word", ""))
        return json.dumps(said.get("state")).encode()

    def hand_over(self) -> bytes:
        """Stop it; where it stopped."""
        said = self._ask("POST", "/hand-over", f" {self._device}", self._word, HAND_OVER_S)
        return json.dumps(said.get("state")).encode()

    def _ask(self, method: str, path: str, more: str, nonce: str, timeout_s: float) -> dict[str, object]:
        line = http.client.HTTPConnection(self._address.host, self._address.port, timeout=timeout_s)
        headers = {
            "X-Nonce": nonce,
            "X-Device": self._device,
            "X-Mac": _mac(self._secret, f"{method} {path}{more}", nonce),
        }
        try:
            line.request(method, path, headers=headers)
            answer = line.getresponse()
            data = answer.read(ANSWER_LIMIT_BYTES)
            right = hmac.compare_digest(answer.getheader("X-Mac") or "", _mac(self._secret, data.decode(), nonce))
            if answer.status != 200 or not right:
                raise CinemaError(Code.OFFLINE, "The other machine gave no answer that counts.")
            said = json.loads(data)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise CinemaError(Code.OFFLINE, "The other machine does not answer.") from error
        finally:
            with suppress(OSError):
                line.close()
        return said if isinstance(said, dict) else {}


def _mac(secret: bytes, said: str, nonce: str) -> str:
    return hmac.new(secret, f"{nonce} {said}".encode(), hashlib.sha256).hexdigest()
