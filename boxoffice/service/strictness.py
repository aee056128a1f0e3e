"""JSON from outside: an object, no duplicate names, no NaN."""

import json
from typing import Any

from core import CinemaError, Code


def strict_object(data: bytes) -> dict[str, Any]:
    """The JSON object in ``data``. Raises `CinemaError` (wrong-use)."""
    try:
        document = json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise CinemaError(Code.WRONG_USE, "The request is not valid JSON.") from error
    if not isinstance(document, dict):
        raise CinemaError(Code.WRONG_USE, "The request must be a JSON object.")
    return document


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        msg = "a name stands twice"
        raise ValueError(msg)
    return found


def _refuse(constant: str) -> None:
    raise ValueError(constant)
