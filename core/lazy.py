"""Package APIs whose parts load when they are first asked for: the first frame waits for nothing it does not show."""

import importlib
from collections.abc import Callable, Mapping


def lazily(package: str, places: Mapping[str, str]) -> Callable[[str], object]:
    """A module ``__getattr__`` (PEP 562): each name is found in the submodule that ``places`` gives."""

    def get(name: str) -> object:
        place = places.get(name)
        if place is None:
            msg = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(msg)
        return getattr(importlib.import_module(f"{package}.{place}"), name)

    return get
