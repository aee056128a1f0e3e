"""Several doors without the internet: one leads, and is asked before anybody is let in: one line there, one back.

Each line is a compact JWS by its device's key; the answer repeats the question's nonce. Asking twice changes nothing.
"""

import contextlib
import logging
import secrets
import socket
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from boxoffice.rules.signed_texts import read_signed, write_signed
from boxoffice.rules.venues import VenueDevices
from core import CinemaError, Code
from core.records import from_plain, to_plain
from core.strict_json import dump_json, parse_json
from films import SigningKey, TrustedKeys
from kiosk.ledger import Claim, Entry, Ledger
from kiosk.ledger_tables import Admission, moment
from kiosk.records import time_text

log = logging.getLogger(__name__)

ANSWER_S = 0.3
"""How long a door waits for the one that leads."""
LINE_BYTES = 16 << 10
CALLERS, CALLERS_OF_ONE = 32, 8
"""So many are heard at once, and of one address: a machine that calls and says nothing takes no door's place."""
IDLE_S = 60.0
ASK_TYPE, TELL_TYPE = "smart-cinema door asks 1", "smart-cinema door answers 1"


@dataclass(frozen=True)
class Before:
    """Somebody who came in before, as it travels."""

    gate: str
    people: int
    at: str


@dataclass(frozen=True)
class Question:
    """What a door asks for."""

    type: str
    nonce: str
    part: int
    late: bool
    """Whether it happened already, while nobody could be asked."""
    entry: Entry


@dataclass(frozen=True)
class Reply:
    """What the leading door says."""

    type: str
    nonce: str
    admitted: bool
    full: bool
    inside: int
    before: tuple[Before, ...]


T = TypeVar("T", Question, Reply)


class Leader(Protocol):
    """Whom a door asks first. Implementation: `LanLeader`."""

    def ask(self, entry: Entry, part: int, *, late: bool = False) -> Reply | None:
        """What it says; none where it does not in time."""
        ...


def keys_of(devices: VenueDevices) -> dict[str, TrustedKeys]:
    """The key of each device, by its name."""
    return {one.device: TrustedKeys.of({"kty": "OKP", "crv": "Ed25519", "x": one.x}) for one in devices.devices}


class LanLeader:
    """The leading door, as another one reaches it. Thread-safe; one question at a time."""

    def __init__(self, address: tuple[str, int], signer: SigningKey, leader: TrustedKeys) -> None:
        self._address, self._signer, self._trusted = address, signer, leader
        self._line: socket.socket | None = None
        self._rest = b""
        self._lock = threading.Lock()

    def ask(self, entry: Entry, part: int, *, late: bool = False) -> Reply | None:
        """What it says; none where it does not within `ANSWER_S`."""
        deadline = time.monotonic() + ANSWER_S
        question = Question(ASK_TYPE, secrets.token_hex(16), part, late, entry)
        line = write_signed(dump_json(to_plain(question)), self._signer).encode() + b"\n"
        if not self._lock.acquire(timeout=ANSWER_S):
            return None
        try:
            reply = self._exchange(line, deadline)
            return reply if reply.nonce == question.nonce else None
        except (OSError, CinemaError) as error:
            log.warning("the leading door does not answer: %s", type(error).__name__)
            self.close()
            return None
        finally:
            self._lock.release()

    def close(self) -> None:
        """Hang up."""
        line, self._line, self._rest = self._line, None, b""
        if line:
            line.close()

    def _exchange(self, line: bytes, deadline: float) -> Reply:
        if self._line is None:
            self._line = socket.create_connection(self._address, _left(deadline))
            self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._line.settimeout(_left(deadline))
        self._line.sendall(line)
        while b"\n" not in self._rest:
            self._line.settimeout(_left(deadline))
            data = self._line.recv(LINE_BYTES)
            if not data or len(self._rest) > LINE_BYTES:
                raise ConnectionError
            self._rest += data
        answer, _, self._rest = self._rest.partition(b"\n")
        return _read(answer, self._trusted, Reply, TELL_TYPE)


class LeadingDoor:
    """Answers the other doors of the venue from this door's ledger, until `close`."""

    def __init__(
        self,
        address: tuple[str, int],
        ledger: Ledger,
        signer: SigningKey,
        keys: Callable[[], dict[str, TrustedKeys]],
        places: Callable[[str, bool], int | None],
    ) -> None:
        """``keys`` are those of the venue's devices; ``places`` says how many a screening takes (of a sale, how
        many are not sold elsewhere), or none where it is not in the programme.
        """
        self._ledger, self._signer, self._keys, self._places = ledger, signer, keys, places
        self._callers: Counter[str] = Counter()
        self._counting = threading.Lock()
        leading = self

        class Caller(socketserver.StreamRequestHandler):
            timeout = IDLE_S
            disable_nagle_algorithm = True

            def handle(self) -> None:
                if not leading._hears(self.client_address[0]):
                    return
                try:
                    with contextlib.suppress(OSError):
                        while line := self.rfile.readline(LINE_BYTES):
                            answer = leading.answer(line)
                            if answer is None:
                                break
                            self.wfile.write(answer + b"\n")
                finally:
                    leading._hangs_up(self.client_address[0])

        self._server = socketserver.ThreadingTCPServer(address, Caller, bind_and_activate=False)
        self._server.allow_reuse_address = self._server.daemon_threads = True
        self._server.block_on_close = False
        self._server.server_bind()
        self._server.server_activate()
        self._thread = threading.Thread(target=self._server.serve_forever, name="leading door", daemon=True)
        self._thread.start()

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        host, port = self._server.server_address[:2]
        return str(host), int(port)

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _hears(self, host: str) -> bool:
        with self._counting:
            if self._callers.total() >= CALLERS or self._callers[host] >= CALLERS_OF_ONE:
                return False
            self._callers[host] += 1
            return True

    def _hangs_up(self, host: str) -> None:
        with self._counting:
            self._callers -= Counter((host,))

    def answer(self, line: bytes) -> bytes | None:
        """The answer to one line; none for whoever is no device of the venue, or where nothing can be recorded."""
        for device, key in self._keys().items():
            with contextlib.suppress(CinemaError):
                question = _read(line, key, Question, ASK_TYPE)
                return self._answered(device, question)
        return None

    def _answered(self, device: str, question: Question) -> bytes | None:
        entry = question.entry
        places = self._places(entry.screening, question.part < 0)
        if places is None:
            return None
        answer = self._ledger.claim(Claim(device, entry, question.part), 1 << 30 if question.late else places)
        before = tuple(_before(one) for one in answer.before)
        reply = Reply(
            *(TELL_TYPE, question.nonce, answer.admitted is not None, answer.full),
            *(self._ledger.inside(entry.screening), before),
        )
        return write_signed(dump_json(to_plain(reply)), self._signer).encode()


def admissions_of(reply: Reply, entry: Entry) -> tuple[Admission, ...]:
    """Who came in before, as the leading door tells it."""
    return tuple(
        Admission(entry.ticket, index, entry.screening, one.gate, one.people, moment(one.at))
        for index, one in enumerate(reply.before)
    )


def _before(one: Admission) -> Before:
    return Before(one.gate, one.people, time_text(one.at))


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _read(line: bytes, key: TrustedKeys, kind: type[T], wanted: str) -> T:
    text = line.decode("ascii", "replace")
    payload = read_signed(text, key, LINE_BYTES, Code.WRONG_USE, "The line")
    found = from_plain(parse_json(payload, LINE_BYTES, Code.WRONG_USE, "The line"), kind, "line", Code.WRONG_USE)
    if found.type != wanted:
        raise CinemaError(Code.WRONG_USE, "The line is of another kind.")
    return found
