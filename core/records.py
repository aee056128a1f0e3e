"""Dataclasses to JSON and back, strictly: what is not understood is refused."""

import dataclasses
import types
import typing
from collections.abc import Hashable, Mapping
from functools import cache

from core import CinemaError, Code
from core.strict_json import Json

T = typing.TypeVar("T")


def to_plain(value: object) -> Json:
    """``value`` (dataclasses, tuples, mappings of texts, plain values) as JSON has it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    return typing.cast("Json", value)


@cache
def _hints(kind: Hashable) -> Mapping[str, object]:
    return typing.get_type_hints(kind)


class _Fault(ValueError):
    """What is wrong, and where."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where} {what}.")
        self.where = where


def from_plain(value: Json, kind: type[T], where: str, code: Code = Code.PACKAGE_MALFORMED) -> T:
    """The record of dataclass ``kind`` that `to_plain` made ``value`` of; unknown and missing fields are refused.

    Raises `CinemaError` with ``code``, whose details name the place of the fault.
    """
    try:
        return _record(value, kind, where)
    except _Fault as fault:
        raise CinemaError(code, str(fault), {"where": fault.where}) from fault


def _record(value: Json, kind: type[T], where: str) -> T:
    if not isinstance(value, dict):
        raise _Fault(where, "must be an object")
    known = {item.name: item for item in dataclasses.fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(value) - set(known))
    if unknown:
        raise _Fault(where, f"has the unknown field {unknown[0][:40]!r}")
    required = {
        name
        for name, item in known.items()
        if item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
    }
    missing = sorted(required - set(value))
    if missing:
        raise _Fault(where, f"lacks {missing[0]!r}")
    hints = _hints(typing.cast("Hashable", kind))
    return kind(**{name: _value(item, hints[name], f"{where}.{name}") for name, item in value.items()})


def _value(value: Json, hint: object, where: str) -> object:  # noqa: C901, PLR0911, PLR0912 - one branch for each kind of type
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        if value is None and type(None) in arguments:
            return None
        (inner,) = (item for item in arguments if item is not type(None))
        return _value(value, inner, where)
    if origin is typing.Literal:
        if value not in arguments or not isinstance(value, str):
            raise _Fault(where, f"must be one of {', '.join(map(str, arguments))}")
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise _Fault(where, "must be a list")
        return tuple(_value(item, arguments[0], f"{where}[{index}]") for index, item in enumerate(value))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise _Fault(where, "must map language tags to texts")
        return value
    if hint is bool:
        if not isinstance(value, bool):
            raise _Fault(where, "must be true or false")
        return value
    if hint is float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _Fault(where, "must be a number")
        return float(value)
    if hint in (int, str):
        if isinstance(value, bool) or not isinstance(value, typing.cast("type", hint)):
            raise _Fault(where, "must be a whole number" if hint is int else "must be a text")
        return value
    return _record(value, typing.cast("type[object]", hint), where)
