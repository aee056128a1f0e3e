"""House lights and curtain: what they are told at the turns of a show. What fails alarms, and stops nothing.

``house.toml`` in the venue's folder::

    [[hook]]
    name = "lights down"
    at = ["start"]
    http = "http://192.168.1.20/scene/2"      # or one of the two below
    method = "POST"
    osc = "192.168.1.21:8000/cue/5"
    args = [1, 0.5, "go"]
    run = "curtain-open"
    timeout_s = 3

    [programs]                                 # nothing else is ever run
    curtain-open = ["/usr/local/bin/curtain", "open"]
"""

import logging
import socket
import struct
import subprocess
import threading
import tomllib
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from core import CinemaError, Code
from kiosk.show import Turn

log = logging.getLogger(__name__)

TIMEOUT_S, LONGEST_S = 3.0, 30.0
METHODS = ("GET", "POST", "PUT")
Argument = int | float | str


@dataclass(frozen=True)
class Hook:
    """One thing that is told at some turns: exactly one of ``http``, ``osc`` and ``run``."""

    name: str
    at: tuple[Turn, ...]
    http: str = ""
    method: str = "POST"
    osc: str = ""
    """``HOST:PORT/ADDRESS``; Open Sound Control 1.0 over UDP, which is not answered."""
    args: tuple[Argument, ...] = ()
    run: tuple[str, ...] = ()
    timeout_s: float = TIMEOUT_S


def read_hooks(file: Path) -> tuple[Hook, ...]:
    """The hooks of a file, none where there is no file. Raises `CinemaError` (wrong-use) that says what is wrong."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise _wrong(file, f"it cannot be read: {error}") from error
    programs, hooks = document.get("programs", {}), document.get("hook", [])
    if set(document) - {"programs", "hook"} or not isinstance(programs, dict) or not isinstance(hooks, list):
        raise _wrong(file, "it may hold [[hook]] and [programs] only")
    return tuple(_hook(file, number, said, programs) for number, said in enumerate(hooks, 1))


def _hook(file: Path, number: int, said: object, programs: Mapping[str, object]) -> Hook:
    known = {"name", "at", "http", "method", "osc", "args", "run", "timeout_s"}
    if not isinstance(said, dict) or set(said) - known:
        raise _wrong(file, f"hook {number} may have {', '.join(sorted(known))} only")
    name = str(said.get("name") or f"hook {number}")
    if sum(bool(said.get(way)) for way in ("http", "osc", "run")) != 1:
        raise _wrong(file, f"{name} needs one of http, osc and run")
    try:
        at = tuple(Turn(turn) for turn in said["at"])
        timeout_s = float(said.get("timeout_s", TIMEOUT_S))
    except (KeyError, ValueError, TypeError) as error:
        raise _wrong(file, f"{name} needs at, out of {', '.join(Turn)}, and timeout_s in seconds") from error
    method, args = str(said.get("method", "POST")), said.get("args", [])
    right = 0 < timeout_s <= LONGEST_S and method in METHODS and isinstance(args, list)
    if not right or not all(isinstance(item, Argument) and not isinstance(item, bool) for item in args):
        raise _wrong(file, f"{name}: methods are {', '.join(METHODS)}; args are numbers and texts; at most 30 seconds")
    try:
        osc_message("/", args)
    except (struct.error, OverflowError) as error:
        raise _wrong(file, f"{name}: numbers in args have 32 bits") from error
    http, osc, run = str(said.get("http", "")), str(said.get("osc", "")), str(said.get("run", ""))
    if http and (urlsplit(http).scheme not in ("http", "https") or not urlsplit(http).hostname):
        raise _wrong(file, f"{name}: http is an address as in http://192.168.1.20/scene/2")
    if osc:
        _osc_target(file, name, osc)
    program = _program(file, name, programs.get(run), run) if run else ()
    return Hook(name, at, http, method, osc, tuple(args), program, timeout_s)


def _program(file: Path, name: str, said: object, run: str) -> tuple[str, ...]:
    if not isinstance(said, list) or not said or not all(isinstance(part, str) for part in said):
        raise _wrong(file, f"{name} runs {run}, which is not a list of texts under [programs]")
    return tuple(map(str, said))


class House:
    """Tells the hooks, each on a thread of its own. ``failed`` hears of each failure, on such a thread."""

    def __init__(self, hooks: Sequence[Hook], failed: Callable[[str, str], object]) -> None:
        self._hooks, self._failed = tuple(hooks), failed

    def signal(self, turn: Turn) -> None:
        """Tell all that want to hear of this turn; never waits."""
        for hook in self._hooks:
            if turn in hook.at:
                threading.Thread(target=self._mind, args=(hook, turn), name="house", daemon=True).start()

    def _mind(self, hook: Hook, turn: Turn) -> None:
        """What drips or hangs is given up, whatever it is: the telling itself is on yet another thread."""
        reasons: list[str] = []

        def tell() -> None:
            try:
                _tell(hook, turn)
            except Exception as error:  # whatever a desk answers: nothing fails in silence
                reasons.append(str(error) or type(error).__name__)

        telling = threading.Thread(target=tell, name="hook", daemon=True)
        telling.start()
        telling.join(hook.timeout_s + 0.5)
        reason = reasons[0] if reasons else f"no answer in {hook.timeout_s:g} s" if telling.is_alive() else ""
        if reason:
            log.warning("the hook %s failed at %s: %s", hook.name, turn, reason)
            self._failed(hook.name, reason)


def _tell(hook: Hook, turn: Turn) -> None:
    if hook.run:
        subprocess.run(  # noqa: S603 - of the venue's own list
            [*hook.run, turn], check=True, timeout=hook.timeout_s, stdin=subprocess.DEVNULL, capture_output=True
        )
    elif hook.osc:
        place, _, address = hook.osc.partition("/")
        host, _, port = place.rpartition(":")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.sendto(osc_message("/" + address, hook.args), (host, int(port)))
    else:
        request = urllib.request.Request(hook.http, method=hook.method)  # noqa: S310 - the scheme is checked
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=hook.timeout_s) as answer:
            answer.read(1 << 16)


def osc_message(address: str, args: Sequence[Argument]) -> bytes:
    """One message of Open Sound Control 1.0: texts padded to four bytes, numbers big-endian, 32 bits."""
    tags, data = ",", b""
    for item in args:
        if isinstance(item, str):
            tags, data = tags + "s", data + _padded(item)
        elif isinstance(item, int):
            tags, data = tags + "i", data + struct.pack(">i", item)
        else:
            tags, data = tags + "f", data + struct.pack(">f", item)
    return _padded(address) + _padded(tags) + data


def _padded(text: str) -> bytes:
    data = text.encode() + b"\0"
    return data + b"\0" * (-len(data) % 4)


def _osc_target(file: Path, name: str, osc: str) -> None:
    place, slash, _ = osc.partition("/")
    host, _, port = place.rpartition(":")
    if not (slash and host and port.isdecimal() and 0 < int(port) < 1 << 16):
        raise _wrong(file, f"{name}: osc is HOST:PORT/ADDRESS")


def _wrong(file: Path, what: str) -> CinemaError:
    return CinemaError(Code.WRONG_USE, f"{file.name}: {what}.")
