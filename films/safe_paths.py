"""Which paths a film package may name: relative, plain ASCII, the same on every system."""

import re

_COMPONENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
_LENGTH = 160
_DEPTH = 6


def is_safe_path(path: str) -> bool:
    """Whether ``path`` can only mean one file inside the package, on every file system."""
    components = path.split("/")
    return (
        len(path) <= _LENGTH and len(components) <= _DEPTH and all(is_safe_name(component) for component in components)
    )


def is_safe_name(name: str) -> bool:
    """Whether ``name`` can be one component of a path: no dots at the ends, no device names of Windows."""
    return bool(_COMPONENT.fullmatch(name)) and name.partition(".")[0].lower() not in _RESERVED
