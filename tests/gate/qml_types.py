"""Type descriptions (``.qmltypes``) of our Python classes, for qmllint alone: pages load before their models are known.

Names, types and arguments come from the real meta-objects.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMetaMethod, QObject

KINDS = {QMetaMethod.MethodType.Signal: "Signal", QMetaMethod.MethodType.Slot: "Method"}


def write_module(
    root: Path,
    name: str,
    classes: Iterable[type[QObject]],
    *,
    singletons: bool = False,
    models: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """One QML module below an import path. ``models`` gives the class behind properties that say only ``QObject*``."""
    folder = root.joinpath(*name.split("."))
    folder.mkdir(parents=True)
    (folder / "qmldir").write_text(f"module {name}\ntypeinfo types.qmltypes\ndepends QtQuick\n")
    known = models or {}
    described = [component(kind, name, singleton=singletons, models=known.get(kind.__name__, {})) for kind in classes]
    (folder / "types.qmltypes").write_text("\n".join(["import QtQuick.tooling 1.2", "Module {", *described, "}"]))


def component(kind: Any, module: str, *, singleton: bool, models: Mapping[str, str]) -> str:
    """One class as qmllint reads it."""
    inherited: Any = next(base for base in kind.__mro__ if base.__module__.startswith("PySide6"))
    meta, above = kind.staticMetaObject, inherited.staticMetaObject
    lines = [
        f'name: "{kind.__name__}"; accessSemantics: "reference"; prototype: "{inherited.__name__}"',
        f'exports: ["{module}/{kind.__name__} 1.0"]; exportMetaObjectRevisions: [256]',
        f"isCreatable: {_js(not singleton)}; isSingleton: {_js(singleton)}",
        *(_property(meta.property(index), models) for index in range(above.propertyCount(), meta.propertyCount())),
        *(_method(meta.method(index)) for index in range(above.methodCount(), meta.methodCount())),
    ]
    return "Component {\n    " + "\n    ".join(lines) + "\n}"


def _property(item: Any, models: Mapping[str, str]) -> str:
    name, stated = item.name(), item.typeName() or ""
    facts = {
        "name": f'"{name}"',
        "type": f'"{models.get(name, stated.removesuffix("*"))}"',
        "isPointer": _js(stated.endswith("*")),
        "isReadonly": _js(not item.isWritable()),
        "isPropertyConstant": _js(item.isConstant()),
    }
    if item.hasNotifySignal():
        facts["notify"] = f'"{item.notifySignal().name().data().decode()}"'
    return "Property { " + "; ".join(f"{fact}: {value}" for fact, value in facts.items()) + " }"


def _method(method: Any) -> str:
    names, types = method.parameterNames(), method.parameterTypes()
    parameters = " ".join(
        f'Parameter {{ name: "{name.data().decode() or f"a{place}"}"; type: "{given.data().decode()}" }}'
        for place, (name, given) in enumerate(zip(names, types, strict=True))
    )
    returned = method.typeName() or "void"
    answer = "" if returned == "void" else f'type: "{returned}"; '
    return f'{KINDS[method.methodType()]} {{ name: "{method.name().data().decode()}"; {answer}{parameters} }}'


def _js(value: bool) -> str:
    return "true" if value else "false"
