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
from collections.abc import Callable, Iterable
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
"""So many are heard at once, and of one address."""
LINES_OF_ONE = 4
"""So many lines one device needs, with those that it has lost and are not known to be."""
UNKNOWN_S, IDLE_S = 5.0, 60.0
"""How long somebody is listened to who says nothing, before and after they have shown who they are."""
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
        if self._line is not None:
            try:
                return self._asked(self._line, line, deadline)
            except ConnectionError:
                self.close()  # it hung up while nobody asked; asking twice changes nothing
        self._line = socket.create_connection(self._address, _left(deadline))
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._asked(self._line, line, deadline)

    def _asked(self, there: socket.socket, line: bytes, deadline: float) -> Reply:
        there.settimeout(_left(deadline))
        there.sendall(line)
        while b"\n" not in self._rest:
            there.settimeout(_left(deadline))
            data = there.recv(LINE_BYTES)
            if not data or len(self._rest) > LINE_BYTES:
                raise ConnectionError
            self._rest += data
        answer, _, self._rest = self._rest.partition(b"\n")
        return _read(answer, self._trusted, Reply, TELL_TYPE)


class _Lines:
    """Who is heard. Whoever has not shown who they are gives way to the next who calls; a device keeps its line."""

    def __init__(self) -> None:
        self._lines: dict[socket.socket, tuple[str, str]] = {}
        """By age: the address that each comes from, and the device it was shown to be."""
        self._lock = threading.Lock()

    def come(self, line: socket.socket, host: str) -> bool:
        """Whether somebody new is heard."""
        with self._lock:
            of_one = [one for one, (address, _) in self._lines.items() if address == host]
            if len(of_one) >= CALLERS_OF_ONE and not self._give_way(of_one):
                return False
            if len(self._lines) >= CALLERS and not self._give_way(self._lines):
                return False
            self._lines[line] = (host, "")
            return True

    def known(self, line: socket.socket, device: str) -> None:
        """It was shown whose line this is; the oldest of too many of that device is hung up."""
        with self._lock:
            host, before = self._lines.get(line, ("", ""))
            if not host or before == device:
                return
            self._lines[line] = (host, device)
            of_one = [one for one, (_, whose) in self._lines.items() if whose == device]
            if len(of_one) > LINES_OF_ONE:
                self._hang_up(of_one[0])

    def go(self, line: socket.socket) -> None:
        """It is over."""
        with self._lock:
            self._lines.pop(line, None)

    def _give_way(self, among: Iterable[socket.socket]) -> bool:
        stranger = next((one for one in among if not self._lines[one][1]), None)
        if stranger is None:
            return False
        self._hang_up(stranger)
        return True

    def _hang_up(self, line: socket.socket) -> None:
        del self._lines[line]
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)  # its thread reads the end, and closes it


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
        lines, leading = _Lines(), self

        class Caller(socketserver.StreamRequestHandler):
            timeout = UNKNOWN_S
            disable_nagle_algorithm = True

            def handle(self) -> None:
                if not lines.come(self.connection, self.client_address[0]):
                    return
                try:
                    with contextlib.suppress(OSError):
                        while line := self.rfile.readline(LINE_BYTES):
                            device, answer = leading.answer(line)
                            if answer is None:
                                break
                            lines.known(self.connection, device)
                            self.connection.settimeout(IDLE_S)
                            self.wfile.write(answer + b"\n")
                finally:
                    lines.go(self.connection)

        self._server = socketserver.ThreadingTCPServer(address, Caller, bind_and_activate=False)
        self._server.allow_reuse_address = self._server.daemon_threads = True
        self._server.request_queue_size = CALLERS
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

    def answer(self, line: bytes) -> tuple[str, bytes | None]:
        """Who asked in one line, and the answer; none for whoever is no device of the venue, or where nothing can be
        recorded.
        """
        for device, key in self._keys().items():
            with contextlib.suppress(CinemaError):
                return device, self._answered(device, _read(line, key, Question, ASK_TYPE))
        return "", None

    def _answered(self, device: str, question: Question) -> bytes | None:
        entry = question.entry
        places = self._places(entry.screening, question.part < 0)
        if places is None:
            return None
        answer = self._ledger.claim(Claim(device, entry, question.part), places, whatever=question.late)
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
