"""Pictures at the desk: what an author chooses comes to lie beside the edition, under a name that packages may use."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

from core import CinemaError, Code
from core.whole_file import write_whole
from films import is_picture_name, picture_fault, picture_name
from films.picture_files import LIMIT_BYTES, picture_facts

OTHERS = {"jpeg": (".jpg", ".jpeg"), "png": (".png",)}

ReadPicture = Callable[[str], bytes]
"""A picture of the edition by its name. Raises `CinemaError` where there is none that can be read."""


def keep_picture(path: Path, folder: Path) -> str:
    """The name under which a picture lies in the edition's folder, copied there where it does not yet.

    Raises `CinemaError` (file-missing, file-unreadable) where it is no picture that can be shown.
    """
    data = _read(path)
    facts, fault = picture_facts(data), picture_fault(data)
    if fault or facts is None:
        raise CinemaError(Code.FILE_UNREADABLE, f"{path.name} {fault}.")
    stem, _, suffix = picture_name(path.name).rpartition(".")
    suffixes = OTHERS[facts.kind]
    suffix = f".{suffix}" if f".{suffix}" in suffixes else suffixes[0]
    if path.resolve().parent == folder.resolve() and is_picture_name(path.name):
        return path.name
    for number in count(1):
        name = f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}"
        place = folder / name
        if not place.exists():
            try:
                write_whole(place, data)
            except OSError as error:
                raise CinemaError(Code.FILE_UNREADABLE, f"{folder} cannot be written ({error.strerror}).") from error
            return name
        if place.is_file() and place.stat().st_size == len(data) and place.read_bytes() == data:
            return name
    raise AssertionError  # count() never ends


def folder_pictures(folder: Path, also: ReadPicture) -> ReadPicture:
    """Pictures that lie in the edition's folder, and what ``also`` has beside them: those of the film's package."""

    def read(name: str) -> bytes:
        if is_picture_name(name) and (folder / name).is_file():
            return _read(folder / name)
        try:
            return also(name)
        except KeyError as error:
            raise CinemaError(Code.FILE_MISSING, f"There is no picture {name} beside the notes.") from error

    return read


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LIMIT_BYTES + 1)
    except FileNotFoundError as error:
        raise CinemaError(Code.FILE_MISSING, f"There is no file {path}.") from error
    except OSError as error:
        raise CinemaError(Code.FILE_UNREADABLE, f"{path} cannot be read: {error.strerror}.") from error
