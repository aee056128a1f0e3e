"""JSON without surprises: bounded, UTF-8 only, no duplicate keys, no NaN, no lone surrogates."""

import json
import math
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
        raise CinemaError(code, f"{what} is not JSON: {error.msg} (line {error.lineno}).") from error
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
