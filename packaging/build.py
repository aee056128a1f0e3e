"""Builds what is shipped (docs/packaging.md). Run it with an environment of requirements-package.lock.

    packaging/build.py bundle          build/dist/smart-cinema, with licences, bill of materials and sums
    packaging/build.py twice           the bundle a second time, in other folders, and says what differs
    packaging/build.py deb | tar       what the bundle is installed from
    packaging/build.py check           the bundle's own doctor, and a look for whatever it says beside that; with
                                       --film PACKAGE --home HOME it plays some seconds of what HOME's key has signed

--update-source URL and --update-root ROOT.json let the bundle update itself (packaging/updates.py).
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "packaging")]

from bundling import contents, licences, rules, sbom, trees  # noqa: E402

from app import __version__  # noqa: E402

BUILD = ROOT / "build"
BUNDLE = BUILD / "dist" / "smart-cinema"
PACKAGES = "debian-packages"
"""What a bundle takes from the machine, by Debian's names, one a line."""
SIZE_LIMIT_BYTES = 260_000_000
ALLOWED = re.compile(
    r"^$|Smart Cinema, version|^libEGL warning:|^MESA|failed to load driver|propagateSizeHints|"
    r"Could not (create|open) .*dconf|QStandardPaths: XDG_RUNTIME_DIR not set|^ALSA lib|^\[[EW]\].* pw\.|This plugin does not support"
)
"""What a start may say on standard error: drivers on machines without graphics or sound, and nothing of ours."""
GATEWAY = re.compile(r"(127\.0\.0\.1|localhost|\[::1\]):\d+/")
"""The stream gateway's addresses, each with a token: nobody is told them, and no log."""


def epoch() -> int:
    """The time that everything in a build bears: that of the last commit."""
    told = os.environ.get("SOURCE_DATE_EPOCH")
    if not told:
        told = subprocess.run(
            ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
    return int(told)


def libmpv_folder() -> Path:
    folder = Path(os.environ.get("SMART_CINEMA_LIBMPV_DIR", BUILD / "libmpv"))
    if not folder.exists():
        sys.exit(
            f"There is no libmpv in {folder}: packaging/linux/libmpv.sh {folder}, or name one in SMART_CINEMA_LIBMPV_DIR."
        )
    return folder


def fonts_folder() -> Path | None:
    """The cut fonts, made once; Windows and macOS have Chinese fonts of their own."""
    if not sys.platform.startswith("linux"):
        return None
    from bundling import fonts

    folder = Path(os.environ.get("SMART_CINEMA_FONTS_DIR", BUILD / "fonts"))
    fonts.make(folder)
    return folder


def icu_folder(work: Path) -> Path:
    """Qt's data of ICU, cut; Qt for Windows and macOS asks the system instead."""
    import PySide6
    from bundling import icu

    for library in (Path(PySide6.__file__).parent / "Qt/lib").glob("libicudata.so.*"):
        icu.cut(library, work / "icu")
    return work / "icu"


def bundle(dist: Path, work: Path, source: str | None, root: Path | None) -> Path:
    """Freeze, then add what a bundle says about itself."""
    libmpv, fonts = libmpv_folder(), fonts_folder()
    environment = os.environ | {
        "SOURCE_DATE_EPOCH": str(epoch()),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "SMART_CINEMA_LIBMPV_DIR": str(libmpv),
        "SMART_CINEMA_ICU_DIR": str(icu_folder(work)),
        "LD_LIBRARY_PATH": str(libmpv / "lib"),
    }
    if fonts:
        environment["SMART_CINEMA_FONTS_DIR"] = str(fonts)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "PyInstaller",
            "--noconfirm",
            "--clean",
            "--log-level=WARN",
            "--distpath",
            dist,
            "--workpath",
            work,
            ROOT / "packaging" / "smart-cinema.spec",
        ],
        env=environment,
        check=True,
    )
    return finished(dist / "smart-cinema", work, source, root)


def finished(out: Path, work: Path, source: str | None, root: Path | None) -> Path:
    """What a frozen folder says about itself: licences, bill of materials, desktop files, where updates come from."""
    libmpv, fonts = libmpv_folder(), fonts_folder()
    made_of = contents.components((path for _name, path in contents.collected(work / "smart-cinema")), libmpv)
    if fonts and (font := contents.font_component(fonts)):
        made_of = (*made_of, font)
    silent = licences.gather(made_of, out / "licences")
    (out / "sbom.cdx.json").write_text(sbom.bill(made_of, __version__, epoch()), encoding="utf-8")
    if source and root:
        name_the_source(out, source, root)
    for name in ("install.sh", "uninstall.sh"):
        if sys.platform.startswith("linux"):
            shutil.copy(ROOT / "packaging/linux" / name, out / name)
    if shutil.which("dpkg"):
        (out / PACKAGES).write_text("\n".join(host_packages(out)) + "\n", encoding="utf-8")
    share(out / "share")
    trees.settle(out, epoch())
    total = sum(path.stat().st_size for path in out.rglob("*") if path.is_file() and not path.is_symlink())
    print(f"{out}: {total / 1e6:.1f} MB, {len(made_of)} components")
    if silent:
        sys.exit(f"Without a licence text: {', '.join(silent)}")
    if total > SIZE_LIMIT_BYTES:
        sys.exit(f"It is larger than {SIZE_LIMIT_BYTES / 1e6:.0f} MB.")
    if sys.platform.startswith("linux") and (missing := unmet(out)):
        sys.exit(f"Needed, and neither carried nor of the machine: {', '.join(sorted(missing))}")
    return out


def name_the_source(out: Path, source: str, root: Path) -> None:
    """Where a bundle's updates come from, and the root of trust that they are checked by."""
    (out / "_internal/update").mkdir()
    shutil.copyfile(root, out / "_internal/update/root.json")
    (out / "_internal/update/source.json").write_text(json.dumps({"url": source}), encoding="utf-8")


def share(out: Path) -> None:
    """What a desktop wants beside the program: entries, icons, description, man page."""
    from bundling.manual import write_manual

    from app.cli import parser

    packaging = ROOT / "packaging"
    (out / "applications").mkdir(parents=True)
    for entry in packaging.glob("*.desktop"):
        shutil.copy(entry, out / "applications")
    (out / "metainfo").mkdir()
    shutil.copy(
        packaging / "linux/smart_cinema.metainfo.xml", out / "metainfo/example.smart_cinema.cinema.metainfo.xml"
    )
    for icon in packaging.glob("icons/smart-cinema-*.png"):
        size = icon.stem.rpartition("-")[2]
        place = out / f"icons/hicolor/{size}x{size}/apps"
        place.mkdir(parents=True)
        shutil.copy(icon, place / "smart-cinema.png")
    (out / "icons/hicolor/scalable/apps").mkdir(parents=True)
    shutil.copy(packaging / "icons/smart-cinema.svg", out / "icons/hicolor/scalable/apps")
    (out / "doc/smart-cinema").mkdir(parents=True)
    for document in (ROOT / "docs").glob("*.md"):
        shutil.copy(document, out / "doc/smart-cinema")
    (out / "man/man1").mkdir(parents=True)
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch())
    os.environ["COLUMNS"] = "100"
    (out / "man/man1/smart-cinema.1").write_text(write_manual(parser(), __version__), encoding="utf-8")


def unmet(folder: Path) -> set[str]:
    """Libraries that something in the bundle needs and that neither it nor the list of the machine's own has."""
    carried = {path.name for path in folder.rglob("*") if ".so" in path.name}
    return {
        name
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and (".so" in path.name or path.name == "smart-cinema")
        for name in rules.needed(path)
        if name not in carried and not rules.is_host_library(name)
    }


def host_packages(folder: Path) -> list[str]:
    """Debian's packages of the libraries that a bundle takes from the machine."""
    names = {name for path in folder.rglob("*") if ".so" in path.name and path.is_file() for name in rules.needed(path)}
    cache = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    found = {"libgl1", "libegl1", "libgl1-mesa-dri", "ca-certificates"}
    wanted = filter(rules.is_host_library, names)
    paths = [Path(path) for name in wanted for path in re.findall(rf"(?m)^\s*{re.escape(name)} .*=> (\S+)$", cache)[:1]]
    found.update(package.partition(":")[0] for package in contents.debian_packages(paths).values())
    return sorted(found)


def deb(folder: Path, out: Path) -> Path:
    """A Debian package of the bundle, below /usr/lib; it leaves updates to apt."""
    tree = BUILD / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(folder, tree / "usr/lib/smart-cinema", symlinks=True)
    for name in ("install.sh", "uninstall.sh", PACKAGES):
        (tree / "usr/lib/smart-cinema" / name).unlink(missing_ok=True)
    shutil.rmtree(tree / "usr/lib/smart-cinema/_internal/update", ignore_errors=True)
    shutil.move(tree / "usr/lib/smart-cinema/share", tree / "usr/share")
    (tree / "usr/bin").mkdir()
    (tree / "usr/bin/smart-cinema").symlink_to("../lib/smart-cinema/smart-cinema")
    (tree / "usr/lib/smart-cinema/kiosk").mkdir()
    shutil.copy(ROOT / "packaging/kiosk/start-kiosk", tree / "usr/lib/smart-cinema/kiosk")
    examples = tree / "usr/share/doc/smart-cinema/examples"
    examples.mkdir(parents=True, exist_ok=True)
    for unit in ("smart-cinema-kiosk.service", "smart-cinema-examine.service"):
        shutil.copy(ROOT / "packaging/kiosk" / unit, examples)
    manual = tree / "usr/share/man/man1/smart-cinema.1"
    document = tree / "usr/share/doc/smart-cinema"
    shutil.copy(ROOT / "packaging/linux/copyright", document / "copyright")
    stamp = subprocess.run(
        ["date", "-R", "-u", "-d", f"@{epoch()}"], capture_output=True, text=True, check=True
    ).stdout.strip()
    (document / "changelog").write_text(
        f"smart-cinema ({__version__}) unstable; urgency=medium\n\n  * See /usr/lib/smart-cinema and the project's changelog.\n\n"
        f" -- The Smart Cinema authors <packagers@smart-cinema.example>  {stamp}\n",
        encoding="utf-8",
    )
    for path in (manual, document / "changelog"):
        subprocess.run(["gzip", "-9n", path], check=True)
    overrides = tree / "usr/share/lintian/overrides"
    overrides.mkdir(parents=True)
    shutil.copy(ROOT / "packaging/linux/lintian-overrides", overrides / "smart-cinema")
    size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file()) // 1024
    needs = (folder / PACKAGES).read_text(encoding="utf-8").split()
    control = (ROOT / "packaging/linux/control").read_text(encoding="utf-8")
    arch = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN/control").write_text(
        control.format(
            version=__version__,
            arch=arch,
            size=size,
            depends=", ".join(["libc6 (>= 2.36)", *(name for name in needs if name != "libc6")]),
        ),
        encoding="utf-8",
    )
    lines = [
        f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(tree)}"  # noqa: S324 - dpkg's own sums
        for path in sorted((tree / "usr").rglob("*"))
        if path.is_file() and not path.is_symlink()
    ]
    (tree / "DEBIAN/md5sums").write_text("\n".join(lines) + "\n", encoding="utf-8")
    trees.settle(tree, epoch())
    path = out / f"smart-cinema_{__version__}_{arch}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "-z6", "--build", tree, path],
        check=True,
        env=os.environ | {"SOURCE_DATE_EPOCH": str(epoch())},
        stdout=subprocess.DEVNULL,
    )
    return path


def tar(folder: Path, out: Path) -> Path:
    """The bundle as it is, for any Linux and for updates."""
    machine = os.uname().machine
    path = out / f"smart-cinema-{__version__}-linux-{machine}.tar.xz"
    trees.archive(folder, path, "smart-cinema", epoch())
    return path


def check(folder: Path, film: Path | None = None, home: Path | None = None) -> int:
    """The acceptance test: version and doctor by the bundle itself, a film where one is given, and nothing said beside."""
    program = folder / ("smart-cinema-cli.exe" if sys.platform == "win32" else "smart-cinema")
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LD_", "PYTHON", "QT_", "SMART_CINEMA"))
    }
    environment["QT_QPA_PLATFORM"] = "offscreen"
    calls = [["--version", "--json"], ["doctor", "--json"], ["--help"]]
    if film and home:
        calls.append(["play", str(film), "--hidden", "--duration", "5", "--home", str(home)])
    failed = False
    for arguments in calls:
        answer = subprocess.run([program, *arguments], capture_output=True, text=True, check=False, env=environment)
        unexpected = [line for line in answer.stderr.splitlines() if not ALLOWED.search(line) or GATEWAY.search(line)]
        print(f"{' '.join(arguments)}: {answer.returncode}")
        if arguments[0] != "--help":
            print(answer.stdout.strip())
        for line in unexpected:
            print(f"  said: {line}")
        failed |= bool(answer.returncode or unexpected or GATEWAY.search(answer.stdout))
    for log in home.glob("logs/*") if home else ():
        if GATEWAY.search(log.read_text(encoding="utf-8")):
            print(f"  the gateway's address stands in {log}")
            failed = True
    said = json.loads(
        subprocess.run([program, "--version", "--json"], capture_output=True, text=True, check=True).stdout
    )
    return int(failed or said["version"] != __version__)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("bundle", "twice", "deb", "tar", "check"))
    parser.add_argument("--bundle", type=Path, default=BUNDLE)
    parser.add_argument("--out", type=Path, default=BUILD)
    parser.add_argument("--film", type=Path, metavar="PACKAGE")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--update-source")
    parser.add_argument("--update-root", type=Path)
    options = parser.parse_args(arguments)
    match options.what:
        case "bundle":
            out = bundle(BUILD / "dist", BUILD / "work", options.update_source, options.update_root)
            (BUILD / "SHA256SUMS").write_text(trees.sums(out), encoding="utf-8")
        case "twice":
            other = bundle(BUILD / "dist-two", BUILD / "work-two", options.update_source, options.update_root)
            sums = trees.sums(options.bundle)
            unlike = trees.differences(sums, trees.sums(other))
            print(f"{len(sums.splitlines())} files, {len(unlike)} differ", *unlike, sep="\n  ")
            return bool(unlike)
        case "deb":
            print(deb(options.bundle, options.out))
        case "tar":
            print(tar(options.bundle, options.out))
        case "check":
            return check(options.bundle, options.film, options.home)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
