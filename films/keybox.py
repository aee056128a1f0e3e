"""Content keys on disk, beside the package and never in it: ``DIR.keys.json``, readable by its owner alone."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from core import CinemaError, Code, base64url
from core.strict_json import dump_json, parse_object
from films.safe_paths import is_safe_name

LIMIT_BYTES = 4 << 20
KEY_BYTES = 16
_KEY_TEXT = re.compile(r"[A-Za-z0-9_-]{22}")


def keys_path(package: Path) -> Path:
    """Where the keys of ``package`` are kept: ``DIR.keys.json`` beside it."""
    return package.with_name(package.name + ".keys.json")


def write_keys(path: Path, package_id: str, keys: Mapping[str, bytes]) -> None:
    """Write the keys at once and whole, mode 0600."""
    text = {key_id: base64url.encode(key) for key_id, key in keys.items()}
    temporary = path.with_name(path.name + ".new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(dump_json({"package_id": package_id, "keys": dict(text)}))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def read_keys(path: Path) -> dict[str, bytes]:
    """Key id -> 16 bytes. Raises `CinemaError` (file-missing, file-unreadable, key-malformed)."""
    return _parse(_read(path))[1]


def read_package_keys(path: Path) -> tuple[str, dict[str, bytes]]:
    """The package's id and its keys. Raises as `read_keys` does."""
    return _parse(_read(path))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LIMIT_BYTES + 1)
    except FileNotFoundError as error:
        raise CinemaError(Code.FILE_MISSING, f"There is no key file {path}.") from error
    except OSError as error:
        raise CinemaError(Code.FILE_UNREADABLE, f"The key file {path} cannot be read.") from error


def _parse(data: bytes) -> tuple[str, dict[str, bytes]]:
    document = parse_object(data, LIMIT_BYTES, Code.KEY_MALFORMED, "The key file")
    if set(document) != {"package_id", "keys"}:
        raise CinemaError(Code.KEY_MALFORMED, "The key file must hold package_id and keys.")
    package_id, keys = document["package_id"], document["keys"]
    if not isinstance(package_id, str) or not isinstance(keys, dict):
        raise CinemaError(Code.KEY_MALFORMED, "The key file must hold package_id and keys.")
    found = {}
    for key_id, text in keys.items():
        if not is_safe_name(key_id) or not isinstance(text, str) or not _KEY_TEXT.fullmatch(text):
            raise CinemaError(Code.KEY_MALFORMED, "A key of the key file is not base64url of 16 bytes.")
        try:
            found[key_id] = base64url.decode(text)
        except ValueError as error:
            raise CinemaError(Code.KEY_MALFORMED, "A key of the key file is not base64url of 16 bytes.") from error
    return package_id, found
