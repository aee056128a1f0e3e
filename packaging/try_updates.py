"""Updates of a real bundle, as people meet them: honest ones are taken, hostile ones refused, and the old version starts.

    packaging/try_updates.py [--bundle FOLDER] [--newer FOLDER] [--without-screen]

A repository is made and served here. The bundle is told of it, installed by its own install.sh into a folder of its own,
and asked by its own commands; the cinema itself is started on a screen of its own (Xvfb). Without --newer the next
version is frozen first, from a copy of these sources that differs in its number alone.
"""

import argparse
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "packaging")]

import updates  # noqa: E402
from bundling import trees  # noqa: E402

from app import __version__  # noqa: E402
from app.updates.source import this_platform  # noqa: E402
from kiosk import Ledger, OperatorFiles, trust, write_programme  # noqa: E402
from tests.kiosk.venue import OPERATOR, PROGRAMME, screening  # noqa: E402

build = import_module("build")
PLATFORM = this_platform()
FAST = 0
"""xz's least effort: what is packed here is unpacked here."""
LOOKS_AFTER_S = 60
"""The cinema looks for a newer version a minute after its start."""
PATIENCE_S = 240


def raised(version: str, by: int = 1) -> str:
    """A later version's number, or an earlier one's."""
    major, minor, patch = map(int, version.split("."))
    return f"{major}.{minor + by}.{patch}"


def frozen_newer(version: str) -> Path:
    """The present sources under another number, frozen like the bundle itself."""
    copy = build.BUILD / "newer"
    shutil.rmtree(copy, ignore_errors=True)
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    numbered = copy / "app/__init__.py"
    numbered.write_text(numbered.read_text(encoding="utf-8").replace(__version__, version), encoding="utf-8")
    environment = os.environ | {
        "SOURCE_DATE_EPOCH": str(build.epoch()),
        "SMART_CINEMA_LIBMPV_DIR": str(build.libmpv_folder()),
        "SMART_CINEMA_FONTS_DIR": str(build.fonts_folder()),
    }
    subprocess.run([sys.executable, copy / "packaging/build.py", "bundle"], env=environment, check=True)
    return copy / "build/dist/smart-cinema"


class Handler(http.server.SimpleHTTPRequestHandler):
    """A plain web server that gives pieces; ``endless`` names what it never ends to send."""

    protocol_version = "HTTP/1.1"
    endless = ""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""

    def do_GET(self) -> None:
        """The file, a piece of it, or what never ends."""
        if self.endless and self.path.endswith(self.endless):
            self.send_response(200)
            self.end_headers()
            self.close_connection = True
            with suppress(OSError):
                while True:
                    self.wfile.write(bytes(1 << 20))
            return
        path, asked = Path(self.translate_path(self.path)), self.headers.get("Range", "")
        if not asked.startswith("bytes=") or not path.is_file():
            super().do_GET()
            return
        first, _, last = asked.removeprefix("bytes=").partition("-")
        total = path.stat().st_size
        begin, end = int(first), min(int(last or total), total - 1)
        if begin >= total:
            self.send_error(416)
            return
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {begin}-{end}/{total}")
        self.send_header("Content-Length", str(end - begin + 1))
        self.end_headers()
        with path.open("rb") as file:
            file.seek(begin)
            self.wfile.write(file.read(end - begin + 1))


class Publisher:
    """Keys, and a repository that is put back as it was for every trial."""

    def __init__(self, folder: Path) -> None:
        self.keys, self.place, self._honest = folder / "keys", folder / "repository", folder / "honest"
        updates.make_keys(self.keys)
        self.root = self.at().begin()

    def at(self, ago: timedelta = timedelta()) -> updates.Repository:
        """The repository, as of a moment before now."""
        return updates.Repository(self.place, [self.keys], datetime.now(UTC) - ago)

    def remember(self) -> None:
        """What stands now is what every trial begins with."""
        shutil.copytree(self.place, self._honest)

    def put_back(self) -> None:
        """As it was remembered."""
        shutil.rmtree(self.place)
        shutil.copytree(self._honest, self.place)

    def target(self, version: str) -> Path:
        """The served file of a version."""
        return next((self.place / "targets" / PLATFORM).glob(f"*.{archive_name(version)}"))


def archive_name(version: str) -> str:
    """As `build.py tar` names it."""
    return f"smart-cinema-{version}-linux.tar.xz"


class Machine:
    """The bundle as it is installed here, with a home of its own."""

    def __init__(self, folder: Path, bundle: Path, source: str, root: Path) -> None:
        self.folder, self.prefix, self.home = folder, folder / "prefix", folder / "home"
        self.opt = self.prefix / "opt/smart-cinema"
        self.program = self.prefix / "bin/smart-cinema"
        copy = folder / "smart-cinema"
        shutil.copytree(bundle, copy, symlinks=True)
        build.name_the_source(copy, source, root)
        self.environment = {
            "PATH": f"{folder / 'bin'}:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": str(folder / "user"),
            "LANG": "C.UTF-8",
            "QT_QPA_PLATFORM": "offscreen",
        }
        subprocess.run([copy / "install.sh", self.prefix], env=self.environment, check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(copy)

    def put_back(self) -> None:
        """The old version alone, and nothing known of newer ones."""
        for other in (self.opt / "versions").iterdir():
            if other.name != __version__:
                shutil.rmtree(other)
        (self.opt / "declined").unlink(missing_ok=True)
        (self.opt / "current").unlink()
        (self.opt / "current").symlink_to(f"versions/{__version__}")
        shutil.rmtree(self.home, ignore_errors=True)

    def run(self, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        """A command, by itself."""
        return subprocess.run(
            arguments, capture_output=True, text=True, check=False, env=self.environment | more, timeout=PATIENCE_S
        )

    def ask(self, *arguments: str) -> tuple[int, dict[str, object]]:
        """What the installed program answers."""
        done = self.run(self.program, "--home", self.home, "--json", *arguments)
        return done.returncode, json.loads(done.stdout)

    @property
    def starts(self) -> str:
        """The version that starts, by its own word."""
        return str(self.ask("--version")[1]["version"])


class Trials:
    """One by one, each with a fresh machine and a fresh repository; a line is printed of each."""

    def __init__(self, folder: Path, bundle: Path, newer: Path, version: str, *, screen: bool) -> None:
        self.folder, self.version, self.screen = folder, version, screen
        self.publisher = Publisher(folder)
        self.archive = folder / archive_name(version)
        trees.archive(newer, self.archive, "smart-cinema", build.epoch(), FAST)
        (folder / "root.json").write_bytes(self.publisher.root)
        self.handler = type("Served", (Handler,), {})
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), partial(self.handler, directory=str(self.publisher.place))
        )
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.machine = Machine(folder, bundle, url, folder / "root.json")
        self.newer = newer
        self.publisher.at().release(PLATFORM, version, self.archive)
        self.publisher.remember()
        self.failed: list[str] = []

    def all(self) -> int:
        """Every trial; how many failed."""
        self.one("a newer version is found, staged, put in place, and gone back from", self.taken)
        for name, spoil in self.spoilings().items():
            self.one(name, partial(self.refused, spoil))
        self.one("an older state of the repository, once a newer was seen", self.rolled_back)
        self.one("an older version signed anew", self.older)
        self.one("what was staged is altered afterwards", self.altered_when_staged)
        self.one("a version of the publisher's that would not run here", self.would_not_run)
        self.one("a version of the publisher's that is another than it says", self.liar)
        self.one("quiet times", self.quiet)
        self.one("a kiosk's stick", self.stick)
        if self.screen:
            self.one("the cinema itself, in quiet times", self.cinema_waits)
            self.one("the cinema itself", self.cinema_renews)
        self.server.shutdown()
        print(f"{len(self.failed)} failed" if self.failed else "all as they should be")
        return len(self.failed)

    def one(self, name: str, trial: Callable[[], str]) -> None:
        """Put everything back, try, and say how it went."""
        self.publisher.put_back()
        self.machine.put_back()
        self.handler.endless = ""
        began = time.monotonic()
        try:
            said = trial()
        except Exception as error:  # the next one is tried all the same
            self.failed.append(name)
            said = f"FAILED: {type(error).__name__} {error}"
        print(f"- {name}: {said} ({time.monotonic() - began:.0f} s)", flush=True)

    def expect(self, found: object, wanted: object) -> None:
        """Raise `AssertionError` with both where they differ, also where Python is told to leave assertions out."""
        if found != wanted:
            raise AssertionError(f"{found!r} instead of {wanted!r}")

    def old_one_starts(self) -> None:
        """The version before starts and finds the machine able."""
        self.expect(self.machine.starts, __version__)
        self.expect(self.machine.ask("doctor")[0], 0)

    def taken(self) -> str:
        """check, stage, apply, back."""
        machine = self.machine
        self.expect(machine.ask("update", "check")[1]["available"], self.version)
        self.expect(machine.ask("update", "stage")[1]["staged"], self.version)
        self.old_one_starts()
        self.expect(machine.ask("update", "apply")[1]["applied"], self.version)
        self.expect(machine.starts, self.version)
        self.expect(machine.ask("doctor")[0], 0)
        self.expect(machine.ask("update", "back")[1]["current"], __version__)
        self.old_one_starts()
        return f"{__version__}, {self.version}, and {__version__} again"

    def spoilings(self) -> dict[str, Callable[[], None]]:
        """What a server, a mirror or somebody in between may do."""
        repository = self.publisher.place

        def one_byte() -> None:
            with self.publisher.target(self.version).open("r+b") as file:
                file.seek(1000)
                byte = file.read(1)
                file.seek(1000)
                file.write(bytes([byte[0] ^ 1]))

        def longer() -> None:
            with self.publisher.target(self.version).open("ab") as file:
                file.write(bytes(100))

        def cut() -> None:
            os.truncate(self.publisher.target(self.version), 1 << 20)

        def endless(name: str) -> Callable[[], None]:
            return lambda: setattr(self.handler, "endless", name)

        def stands_still() -> None:
            self.publisher.at(timedelta(days=20)).freshen()

        def of_another() -> None:
            shutil.rmtree(repository)
            shutil.rmtree(self.folder / "thief", ignore_errors=True)
            updates.make_keys(self.folder / "thief")
            other = updates.Repository(repository, [self.folder / "thief"])
            other.begin()
            other.release(PLATFORM, "9.9.9", self.archive)

        def half_a_root() -> None:
            stolen = self.folder / "stolen"
            shutil.rmtree(stolen, ignore_errors=True)
            updates.make_keys(stolen)
            mixed = self.folder / "mixed"
            shutil.rmtree(mixed, ignore_errors=True)
            shutil.copytree(self.publisher.keys, mixed)
            shutil.copy(stolen / "root-second.pem", mixed / "root-second.pem")
            updates.Repository(repository, [mixed]).rotate([stolen])

        def without_the_key() -> None:
            newest = max(repository.glob("metadata/*.targets.json"), key=lambda path: int(path.name.split(".")[0]))
            said = json.loads(newest.read_bytes())
            said["signed"]["targets"][f"{PLATFORM}/{self.archive.name}"]["length"] += 1
            newest.write_text(json.dumps(said), encoding="utf-8")

        return {
            "a byte of the file altered": one_byte,
            "the file longer": longer,
            "the file cut off": cut,
            "a file without end": endless(".tar.xz"),
            "a timestamp without end": endless("timestamp.json"),
            "a root without end": endless(".root.json"),
            "metadata that stands still": stands_still,
            "another publisher's root and keys": of_another,
            "a new root that a thief of one of two keys signed": half_a_root,
            "targets put in without their key": without_the_key,
        }

    def refused(self, spoil: Callable[[], None]) -> str:
        """Nothing is staged, nothing is put in place, the old one starts, and it is said why."""
        spoil()
        status, said = self.machine.ask("update", "stage")
        message = self.refusal(status, said, "update-refused")
        self.expect(self.machine.ask("update", "apply"), (0, {"current": __version__, "applied": None}))
        self.old_one_starts()
        return message

    def refusal(self, status: int, said: dict[str, object], code: str) -> str:
        """The message of a refusal with this code."""
        error = said.get("error")
        if not isinstance(error, dict):
            raise AssertionError(f"{said} instead of a refusal")
        self.expect((status, error["code"]), (3, code))
        return str(error["message"])

    def rolled_back(self) -> str:
        """A later release is seen, and then the earlier repository is served again."""
        self.publisher.at().release(PLATFORM, raised(self.version), self.archive)
        self.expect(self.machine.ask("update", "check")[1]["available"], raised(self.version))
        return self.refused(self.publisher.put_back)

    def older(self) -> str:
        """The publisher's own word for an older version is no reason to go back."""
        self.publisher.at().release(PLATFORM, "0.0.1", self.archive)
        self.expect(self.machine.ask("update", "stage"), (0, {"current": __version__, "staged": None}))
        self.old_one_starts()
        return "nothing newer"

    def altered_when_staged(self) -> str:
        """Somebody on this machine alters the file that waits."""
        self.expect(self.machine.ask("update", "stage")[0], 0)
        staged = next(self.machine.home.rglob("*.tar.xz"))
        os.truncate(staged, staged.stat().st_size - 1)
        message = self.refusal(*self.machine.ask("update", "apply"), "update-refused")
        self.old_one_starts()
        return message

    def would_not_run(self) -> str:
        """Signed and whole, with half a libmpv in it."""
        broken = self.folder / "broken"
        shutil.copytree(self.newer, broken, symlinks=True)
        libmpv = next(broken.glob("_internal/libmpv.so*"))
        os.truncate(libmpv, libmpv.stat().st_size // 2)
        packed = self.folder / "packed" / self.archive.name
        packed.parent.mkdir()
        trees.archive(broken, packed, "smart-cinema", build.epoch(), FAST)
        shutil.rmtree(broken)
        return self.never_applied(self.version, packed)

    def liar(self) -> str:
        """The newer version under a number that is not its own."""
        return self.never_applied(raised(self.version), self.archive)

    def never_applied(self, version: str, file: Path) -> str:
        """Staged, refused when it is examined, and nothing is left of it."""
        self.publisher.at().release(PLATFORM, version, file)
        self.expect(self.machine.ask("update", "stage")[1].get("staged"), version)
        message = self.refusal(*self.machine.ask("update", "apply"), "update-refused")
        self.expect([path.name for path in (self.machine.opt / "versions").iterdir()], [__version__])
        self.old_one_starts()
        return message

    def be_quiet(self) -> None:
        """A festival from an hour ago until in an hour."""
        now = datetime.now(UTC)
        times = [(now + timedelta(hours=hours)).isoformat() for hours in (-1, 1)]
        self.expect(self.machine.ask("update", "quiet", "--add", *times)[0], 0)

    def quiet(self) -> str:
        """What is staged waits until they are over."""
        self.be_quiet()
        self.expect(self.machine.ask("update", "stage")[0], 0)
        message = self.refusal(*self.machine.ask("update", "apply"), "update-kept-back")
        self.old_one_starts()
        self.machine.ask("update", "quiet", "--clear")
        self.expect(self.machine.ask("update", "apply")[1]["applied"], self.version)
        self.expect(self.machine.starts, self.version)
        return message

    def stick(self) -> str:
        """The kiosk's own script: waits for tonight's screening, takes a good stick, refuses a spoiled one."""
        venue, told = self.folder / "venue", self.folder / "bin/told"
        shutil.rmtree(venue, ignore_errors=True)
        told.parent.mkdir(exist_ok=True)
        told.unlink(missing_ok=True)
        systemctl = told.with_name("systemctl")  # no systemd runs here: what it is asked is written down
        systemctl.write_text(f'#!/bin/sh\necho "$*" >>{told}\n', encoding="utf-8")
        systemctl.chmod(0o755)
        trust(venue, OPERATOR.public_jwk)
        inserted = self.folder / "stick"
        shutil.rmtree(inserted, ignore_errors=True)
        shutil.copytree(self.publisher.place, inserted / "smart-cinema-updates")
        around = {
            "SMART_CINEMA": str(self.machine.program),
            "SMART_CINEMA_VENUE": str(venue),
            "SMART_CINEMA_UPDATES": str(self.machine.home),
        }
        script = ROOT / "packaging/kiosk/update-from-stick"
        with closing(Ledger.open(venue)) as ledger:
            files = OperatorFiles(venue, ledger)
            self.programme(files, 1, timedelta(hours=3))
            waits = self.machine.run(script, inserted, **around)
            self.expect((waits.returncode, "update-kept-back" in waits.stdout), (0, True))
            self.expect((self.machine.starts, told.exists()), (__version__, False))
            self.programme(files, 2, timedelta(days=-2))
            applied = self.machine.run(script, **around)
        self.expect((applied.returncode, self.machine.starts), (0, self.version))
        self.expect(told.read_text(encoding="utf-8"), "--no-block try-restart smart-cinema-kiosk.service\n")
        self.machine.put_back()
        os.truncate(next(inserted.rglob("*.tar.xz")), 1 << 20)
        spoiled = self.machine.run(script, inserted, **around)
        self.expect((spoiled.returncode, "[update-refused]" in spoiled.stderr), (3, True))
        self.old_one_starts()
        return f"{waits.stdout.strip()}; taken; {spoiled.stderr.strip()}"

    def programme(self, files: OperatorFiles, number: int, begins_in: timedelta) -> None:
        """The venue shows one film, then."""
        shows = (screening("feature", 1, "one", datetime.now(UTC) + begins_in),)
        files.take_programme(write_programme(replace(PROGRAMME, seq=number, screenings=shows), OPERATOR))

    def cinema_waits(self) -> str:
        """The cinema stays as it is while nothing may change, and stages nothing."""
        self.be_quiet()
        with self.cinema():
            time.sleep(LOOKS_AFTER_S + 20)
        self.expect(list(self.machine.home.rglob("*.tar.xz")), [])
        self.old_one_starts()
        return f"{__version__} stays"

    def cinema_renews(self) -> str:
        """The cinema looks by itself, and the next launch is the new version."""
        with self.cinema() as log:
            began = time.monotonic()
            said = f"version {self.version} starts with the next launch"
            while said not in (log.read_text(encoding="utf-8") if log.exists() else ""):
                if time.monotonic() - began > PATIENCE_S:
                    raise AssertionError(f"nothing was put in place in {PATIENCE_S} s; see {log}")
                time.sleep(1)
            took = time.monotonic() - began
        self.expect(self.machine.starts, self.version)
        with self.cinema():
            time.sleep(5)
        self.expect(self.machine.ask("doctor")[0], 0)
        return f"put in place {took:.0f} s after the start; the next launch is {self.version}"

    @contextmanager
    def cinema(self) -> Iterator[Path]:
        """The cinema on a screen of its own, until the end of the block; gives its log."""
        (self.machine.home / "config").mkdir(parents=True, exist_ok=True)
        (self.machine.home / "config/preferences.json").write_text('{"language": "en"}', encoding="utf-8")
        reading, writing = os.pipe()
        with subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
            pass_fds=(writing,),
            stderr=subprocess.DEVNULL,
        ) as server:
            os.close(writing)
            display = ":" + os.read(reading, 16).decode().strip()
            os.close(reading)
            environment = {name: value for name, value in self.machine.environment.items() if name[:3] != "QT_"}
            command = [self.machine.program, "--home", self.machine.home, "--box-office", "http://127.0.0.1:9"]
            with subprocess.Popen(
                command,
                env=environment | {"DISPLAY": display},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ) as process:
                try:
                    yield self.machine.home / "logs/smart-cinema.log"
                    self.expect(process.poll(), None)
                finally:
                    process.terminate()
                    process.wait(timeout=30)
                    server.terminate()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, default=build.BUNDLE)
    parser.add_argument("--newer", type=Path, metavar="FOLDER")
    parser.add_argument("--without-screen", action="store_true", help="leave out what needs Xvfb")
    options = parser.parse_args(arguments)
    newer = options.newer or frozen_newer(raised(__version__))
    said = subprocess.run([newer / "smart-cinema", "--version", "--json"], capture_output=True, text=True, check=True)
    with tempfile.TemporaryDirectory(prefix="smart-cinema-updates-") as folder:
        trials = Trials(
            Path(folder), options.bundle, newer, json.loads(said.stdout)["version"], screen=not options.without_screen
        )
        return bool(trials.all())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
