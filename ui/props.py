"""View-models as a projection: inputs -> a pure `derive` -> frozen props -> only the changed signals."""

import re
from dataclasses import Field, fields
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Property, QObject, Signal

P = TypeVar("P")

_PLAIN = {"bool": bool, "int": int, "float": float, "str": str}


class ViewModel(QObject, Generic[P]):
    """Shows one frozen dataclass of props to QML; ``show`` swaps all of them before the first signal."""

    def __init__(self, props: P, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._props = props

    @property
    def props(self) -> P:
        """What is shown now."""
        return self._props

    def show(self, props: P) -> None:
        """Show other props; every changed one signals once."""
        before, self._props = self._props, props
        for item in fields(props):  # type: ignore[arg-type]
            if getattr(before, item.name) != getattr(props, item.name):
                getattr(self, f"{camel(item.name)}Changed").emit()


def camel(name: str) -> str:
    """The QML name of a Python name: ``ticket_state`` is ``ticketState``."""
    return re.sub(r"_([a-z0-9])", lambda found: found.group(1).upper(), name)


def showing(props: type[P]) -> type[ViewModel[P]]:
    """A base class with a read-only Qt property, named in camel case, for every field of ``props``."""
    members: dict[str, Any] = {}
    for item in fields(props):  # type: ignore[arg-type]
        name = camel(item.name)
        signal = Signal()
        members[f"{name}Changed"] = signal
        members[name] = Property(_qt_type(item), _getter(item.name), notify=signal)
    return type(f"{props.__name__}Showing", (ViewModel,), members)  # type: ignore[return-value]


def _qt_type(item: "Field[Any]") -> Any:  # noqa: ANN401 - Qt accepts a type or its name
    name = item.type if isinstance(item.type, str) else item.type.__name__
    return _PLAIN.get(name, "QVariant")


def _getter(name: str) -> Any:  # noqa: ANN401 - the property's reader
    def read(self: ViewModel[Any]) -> Any:  # noqa: ANN401 - any prop
        value = getattr(self.props, name)
        return [dict(item) if isinstance(item, dict) else item for item in value] if isinstance(value, tuple) else value

    return read
