"""JSON without surprises: bounded, UTF-8 only, no duplicate keys, no NaN, no lone surrogates."""

import json
import math
from collections.abc import Sequence
from typing import NoReturn

from core import CinemaError, Code

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def parse_json(data: bytes, limit_bytes: int, code: Code, what: str) -> Json:
    """The value that ``data`` holds (RFC 8259, with I-JSON's ban on duplicate names, RFC 7493).

    ``what`` names the document in messages. Raises `CinemaError` with ``code`` for anything else, including a
    byte order mark, UTF-16, numbers beyond a double and nesting that a parser could not survive.
    """
    if len(data) > limit_bytes:
        raise CinemaError(code, f"{what} is {len(data)} bytes long; at most {limit_bytes} are read.")
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise CinemaError(code, f"{what} starts with a byte order mark; it must be plain UTF-8.")
    try:
        text = data.decode("utf-8")
        value: Json = json.loads(
            text, object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_finite, parse_int=_integer
        )
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeError as error:
        raise CinemaError(code, f"{what} is not valid UTF-8.") from error
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise CinemaError(code, f"{what} is not JSON: {error.msg} (line {error.lineno}).", place) from error
    except RecursionError as error:
        raise CinemaError(code, f"{what} is nested too deeply.") from error
    except ValueError as error:
        raise CinemaError(code, f"{what} is not acceptable JSON: {error}.") from error
    return value


def parse_object(data: bytes, limit_bytes: int, code: Code, what: str) -> dict[str, Json]:
    """As `parse_json`, of which anything but an object is refused too."""
    value = parse_json(data, limit_bytes, code, what)
    if not isinstance(value, dict):
        raise CinemaError(code, f"{what} is not a JSON object.")
    return value


def dump_json(value: Json) -> bytes:
    """``value`` as compact UTF-8 with a final line end; the same value gives the same bytes."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8") + b"\n"


def json_place(text: str, path: Sequence[str | int]) -> tuple[int, int]:
    """Line and column, from 1, of what ``path`` leads to in JSON that `parse_json` reads.

    Where it is absent: of what would hold it.
    """
    decoder, at = json.JSONDecoder(), _after_space(text, 0)
    for step in path:
        found = _step(text, at, step, decoder)
        if found is None:
            break
        at = found
    before = text[:at].split("\n")
    return len(before), len(before[-1]) + 1


def _step(text: str, at: int, wanted: str | int, decoder: json.JSONDecoder) -> int | None:
    named, count = text[at] == "{", 0
    if text[at] not in "{[":
        return None
    at = _after_space(text, at + 1)
    while text[at] not in "}]":
        key: object = count
        if named:
            key, at = decoder.raw_decode(text, at)
            at = _after_space(text, _after_space(text, at) + 1)
        if key == wanted:
            return at
        at = _after_space(text, decoder.raw_decode(text, at)[1])
        if text[at] == ",":
            at = _after_space(text, at + 1)
        count += 1
    return None


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\n\r":
        at += 1
    return at


def _object(pairs: list[tuple[str, Json]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        msg = "an object has the same key twice"
        raise ValueError(msg)
    return found


def _refuse_constant(_name: str) -> NoReturn:
    msg = "NaN and Infinity are not numbers here"
    raise ValueError(msg)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        msg = "a number is out of range"
        raise ValueError(msg)
    return number


def _integer(text: str) -> int:
    if len(text) > 19:
        msg = "an integer is out of range"
        raise ValueError(msg)
    return int(text)
