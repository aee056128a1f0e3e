"""What a bundle was made of: each file with where it came from, and the component that this belongs to."""

import ast
import importlib.metadata
import json
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LICENCE_NAMES = re.compile(r"(?i)(licen[cs]e|copying|notice|authors|copyright)")


@dataclass(frozen=True, order=True)
class Component:
    """Somebody's work in the bundle. ``texts`` are the files that hold its licence."""

    name: str
    version: str
    licence: str
    purl: str
    texts: tuple[Path, ...] = ()


def collected(work: Path) -> list[tuple[str, Path]]:
    """PyInstaller's record of a build: names in the bundle and the files they came from, modules included."""
    found: set[tuple[str, Path]] = set()
    for toc in work.glob("*.toc"):
        if toc.name.startswith(("COLLECT", "PYZ", "Analysis")):
            for name, source, _kind in _entries(ast.literal_eval(toc.read_text(encoding="utf-8"))):
                if toc.name.startswith("Analysis") and not source.endswith((".py", ".pyc")):
                    continue
                found.add((name, Path(source)))
    return sorted((name, source) for name, source in found if source.is_absolute() and source.is_file())


def _entries(value: object) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, tuple) and len(value) == 3 and all(isinstance(item, str) for item in value):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _entries(item)


def components(sources: Iterable[Path], libmpv: Path | None = None) -> tuple[Component, ...]:
    """Every component that one of the files belongs to, by name."""
    sources, owners = tuple(sources), _distribution_files()
    packages = debian_packages(sources) if shutil.which("dpkg") else {}
    found: set[Component] = {_python()}
    used: dict[str, importlib.metadata.Distribution] = {}
    for path in sources:
        distribution = owners.get(path) or owners.get(path.resolve())
        if distribution is not None:
            used[distribution.name.lower()] = distribution
        elif libmpv and path.resolve().is_relative_to(libmpv.resolve()):
            found.update(_own_libmpv(libmpv))
        elif package := packages.get(path):
            found.update(_debian(package))
    found.update(map(_distribution, used.values()))
    found.update(_inside_wheels(set(used), frozenset(found)))
    return tuple(sorted(found))


@cache
def _distribution_files() -> Mapping[Path, importlib.metadata.Distribution]:
    return {
        Path(str(file.locate())): distribution
        for distribution in importlib.metadata.distributions()
        for file in distribution.files or ()
    }


def _distribution(distribution: importlib.metadata.Distribution) -> Component:
    facts = distribution.metadata
    licence = facts.get("License-Expression") or facts.get("License") or ""
    if not licence or len(licence) > 80 or "\n" in licence:
        named = [line.rpartition(" :: ")[2] for line in facts.get_all("Classifier") or () if "License ::" in line]
        licence = " AND ".join(named) or "see its texts"
    texts, name = _texts(distribution), facts["Name"]
    if name.lower().startswith(("pyside6", "shiboken6")):
        texts, licence = _common("LGPL-3", "GPL-3"), "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only"
    return Component(
        name, distribution.version, licence, f"pkg:pypi/{name.lower().replace('_', '-')}@{distribution.version}", texts
    )


def _texts(distribution: importlib.metadata.Distribution) -> tuple[Path, ...]:
    return tuple(
        sorted(
            path
            for file in distribution.files or ()
            if (LICENCE_NAMES.search(file.name) or "licenses" in file.parts)
            and file.suffix not in (".py", ".pyc")
            and (path := Path(str(file.locate()))).is_file()
        )
    )


def _common(*names: str) -> tuple[Path, ...]:
    return tuple(filter(Path.is_file, (Path("/usr/share/common-licenses") / name for name in names)))


def _python() -> Component:
    version = ".".join(map(str, sys.version_info[:3]))
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    texts = [Path(sys.base_prefix) / "lib" / name / "LICENSE.txt", Path("/usr/share/doc") / name / "copyright"]
    found = tuple(filter(Path.is_file, texts))[:1]
    return Component("CPython", version, "Python-2.0", f"pkg:generic/python@{version}", found)


def _own_libmpv(folder: Path) -> Iterator[Component]:
    facts = json.loads((folder / "facts.json").read_bytes())
    texts = tuple(sorted((folder / "licences").iterdir()))
    for name in ("ffmpeg", "mpv"):
        title = {"ffmpeg": "FFmpeg", "mpv": "libmpv"}[name]
        yield Component(
            title, facts[name], facts[f"{name}_licence"], f"pkg:deb/debian/{name}@{facts[name]}?arch=source", texts
        )


def debian_packages(paths: Iterable[Path]) -> dict[Path, str]:
    """Debian's packages of the files that are the system's, asked all at once: dpkg reads its lists anew each time."""
    names: dict[str, Path] = {}
    for path in paths:
        for name in (str(path), str(path.resolve())):
            if name.startswith(("/usr/lib", "/usr/share", "/lib")):
                names[name] = path
                names[name.removeprefix("/usr")] = path
                names[f"/usr{name}"] = path
    if not names:
        return {}
    answer = subprocess.run(["dpkg", "-S", *names], capture_output=True, text=True, check=False)
    found = (line.rpartition(": ") for line in answer.stdout.splitlines())
    return {names[name]: packages.partition(",")[0] for packages, _, name in found if name in names}


@cache
def _debian(package: str) -> tuple[Component, ...]:
    shown = "${source:Package}\t${source:Version}\t${Version}\t${Architecture}"
    answer = subprocess.run(["dpkg-query", "-W", "-f", shown, package], capture_output=True, text=True, check=True)
    source, _source_version, version, arch = answer.stdout.split("\t")
    name = package.partition(":")[0]
    text = Path("/usr/share/doc") / name / "copyright"
    named = (
        re.findall(r"(?m)^License: *(\S[^\n]*)$", text.read_text(encoding="utf-8", errors="replace"))
        if text.exists()
        else []
    )
    licence = " AND ".join(dict.fromkeys(item.strip() for item in named)) or "see its text"
    title = {"mpv": "libmpv", "ffmpeg": "FFmpeg", "sqlite3": "SQLite", "libsdl2": "SDL"}.get(source)
    texts = (text,) if text.exists() else ()
    own = Component(name, version, licence[:300], f"pkg:deb/debian/{name}@{version}?arch={arch}", texts)
    if not title:
        return (own,)
    return own, Component(title, version, licence[:300], f"pkg:deb/debian/{source}@{version}?arch=source", texts)


def _inside_wheels(distributions: set[str], known: frozenset[Component]) -> Iterator[Component]:
    """What wheels carry that is not theirs, and says its own version."""
    if {"pyside6_essentials", "pyside6-essentials"} & distributions:
        import PySide6
        from PySide6.QtCore import qVersion

        yield Component(
            "Qt",
            qVersion(),
            "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only",
            f"pkg:generic/qt@{qVersion()}",
            _common("LGPL-3", "GPL-3"),
        )
        for library in (Path(PySide6.__file__).parent / "Qt/lib").glob("libicuuc.so.*"):
            icu = library.name.rpartition(".")[2]
            texts = tuple(sorted(Path("/usr/share/doc").glob("libicu[0-9]*/copyright")))[:1]
            yield Component("ICU", icu, "Unicode-3.0", f"pkg:generic/icu@{icu}", texts)
    if "pysdl2-dll" in distributions:
        wheel = importlib.metadata.distribution("pysdl2-dll")
        version = wheel.version.rpartition(".post")[0] or wheel.version
        yield Component("SDL", version, "Zlib", f"pkg:generic/sdl@{version}", _texts(wheel))
    if "cryptography" in distributions:
        from cryptography.hazmat.backends.openssl.backend import backend

        told = backend.openssl_version_text().split()[1]
        yield Component("OpenSSL", told, "Apache-2.0", f"pkg:generic/openssl@{told}", _common("Apache-2.0"))
    else:
        told = ssl.OPENSSL_VERSION.split()[1]
        yield Component("OpenSSL", told, "Apache-2.0", f"pkg:generic/openssl@{told}", _common("Apache-2.0"))
    import sqlite3

    if not any(item.name == "SQLite" for item in known):
        yield Component("SQLite", sqlite3.sqlite_version, "blessing", f"pkg:generic/sqlite@{sqlite3.sqlite_version}")


def font_component(folder: Path) -> Component | None:
    """The fonts that were cut, where they were."""
    text = folder / "OFL.txt"
    if not text.is_file():
        return None
    version = (folder / "version.txt").read_text(encoding="utf-8").strip()
    return Component(
        "Noto CJK (a cut)", version, "OFL-1.1", f"pkg:deb/debian/fonts-noto-cjk@{version}?arch=all", (text,)
    )
