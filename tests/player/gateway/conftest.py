"""A gateway with a small film behind it: sealed segments that can be spoiled, held back or swapped."""

import hashlib
import http.client
import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from core import Cancel, CinemaError, Code
from player.gateway import Conditions, Gateway, Observer, OpenPlay
from player.presentation import Piece, Presentation, Received, Stream

KEY, IV = bytes(range(100, 116)), "0a" * 16
SEGMENTS = 8


def box(kind: bytes, size: int, fill: int) -> bytes:
    return (size + 8).to_bytes(4, "big") + kind + bytes([fill]) * size


def sealed(clear: bytes) -> bytes:
    padder = padding.PKCS7(128).padder()
    lock = Cipher(algorithms.AES(KEY), modes.CBC(bytes.fromhex(IV))).encryptor()
    return lock.update(padder.update(clear) + padder.finalize()) + lock.finalize()


@dataclass
class Film:
    """What a play is made of, counted as it is fetched; change the parts to spoil them."""

    clear: dict[str, bytes] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)
    fetched: Counter[str] = field(default_factory=Counter)
    asked_keys: Counter[str] = field(default_factory=Counter)
    key: Callable[[str], bytes] = lambda _key_id: KEY
    before: Callable[[str, Cancel], None] = lambda _path, _cancel: None
    spoil: Callable[[str, int, bytes], bytes] = lambda _path, _time, data: data

    def __post_init__(self) -> None:
        self.clear["init.mp4"] = self.parts["init.mp4"] = box(b"ftyp", 24, 0)
        for number in range(1, SEGMENTS + 1):
            name = f"{number}.m4s"
            self.clear[name] = box(b"moof", 1000, number)
            self.parts[name] = sealed(self.clear[name])

    def presentation(self, *, hashed: bool = True) -> Presentation:
        def piece(name: str) -> Piece:
            data = self.parts[name]
            made = Piece(name, 2000, key_id="k1", iv=IV)
            return replace(made, size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest()) if hashed else made

        pieces = tuple(piece(f"{number}.m4s") for number in range(1, SEGMENTS + 1))
        return Presentation(2000 * SEGMENTS, (Stream("test", "avc1.64000a", 1000, pieces, Piece("init.mp4")),))

    def fetch(self, path: str, _size: int | None, cancel: Cancel, _received: Received) -> bytes:
        self.before(path, cancel)
        self.fetched[path] += 1
        try:
            return self.spoil(path, self.fetched[path], self.parts[path])
        except KeyError as error:
            raise CinemaError(Code.FILE_MISSING, "missing") from error

    def key_source(self, key_id: str) -> bytes:
        self.asked_keys[key_id] += 1
        return self.key(key_id)


class Projector:
    """A gateway, what it told its observer, and a reader in libmpv's place."""

    def __init__(self) -> None:
        self.gateway = Gateway()
        self.told: queue.Queue[str] = queue.Queue()
        self.failures: list[CinemaError] = []
        self.failed = threading.Event()
        self.whole_until_ms = -1

    def open(self, film: Film, presentation: Presentation | None = None) -> OpenPlay:
        observer = Observer(lambda: self.told.put("down"), lambda: self.told.put("up"), self._fail)
        return self.gateway.open(
            presentation or film.presentation(), film.fetch, film.key_source, Conditions(), observer
        )

    def _fail(self, error: CinemaError, at_ms: int) -> None:
        self.failures.append(error)
        self.whole_until_ms = at_ms
        self.failed.set()

    def get(self, play: OpenPlay, path: str, method: str = "GET", host: str | None = None) -> tuple[int, bytes]:
        """Ask for ``path`` beside the play's playlist."""
        return self.ask(
            play.url.removeprefix(f"http://127.0.0.1:{self.gateway.port}").rpartition("/")[0] + path, method, host
        )

    def ask(self, target: str, method: str = "GET", host: str | None = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.gateway.port, timeout=20)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", host or f"127.0.0.1:{self.gateway.port}")
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@pytest.fixture
def film() -> Film:
    return Film()


@pytest.fixture
def projector() -> Iterator[Projector]:
    made = Projector()
    yield made
    made.gateway.close()
