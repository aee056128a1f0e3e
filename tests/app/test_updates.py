"""A publisher's real repository on a real server, honest and hostile."""

import http.server
import importlib.util
import json
import os
import shutil
import sys
import tarfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from app.cli import run
from app.renewal import renews_itself
from app.updates import (
    Installation,
    QuietTime,
    Renewal,
    Renewed,
    Updates,
    UpdateSource,
    around,
    kept_back,
    update_source,
)
from core import CinemaError, Code
from kiosk import Ledger, OperatorFiles, trust, write_programme
from tests.kiosk.venue import OPERATOR, PROGRAMME

ROOT = Path(__file__).resolve().parents[2]
PLATFORM = "linux-x86_64"
NOW = datetime.now(UTC)


def publisher() -> ModuleType:
    spec = importlib.util.spec_from_file_location("publisher", ROOT / "packaging" / "updates.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Publisher:
    """A publisher with keys, a repository, and the root that is built into bundles."""

    def __init__(self, folder: Path, began: datetime = NOW) -> None:
        self.tool: Any = publisher()
        self.folder, self.keys = folder / "repository", folder / "keys"
        self.tool.make_keys(self.keys)
        self.root: bytes = self.at(began).begin()

    def at(self, moment: datetime) -> Any:
        return self.tool.Repository(self.folder, [self.keys], moment)

    def release(self, version: str, content: bytes = b"new", moment: datetime = NOW) -> None:
        file = self.folder.parent / f"smart-cinema-{version}.tar.xz"
        file.write_bytes(content)
        self.at(moment).release(PLATFORM, version, file)

    def target(self, version: str) -> Path:
        return next((self.folder / "targets" / PLATFORM).glob(f"*.smart-cinema-{version}.tar.xz"))


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class Endless(Quiet):
    """Whatever is asked for by a name that ends so never ends."""

    ending = ""
    sent = 0

    def do_GET(self) -> None:
        if not self.path.endswith(self.ending):
            super().do_GET()
            return
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            while True:
                Endless.sent += self.wfile.write(bytes(1 << 16))


@contextmanager
def served(folder: Path, handler: type[Quiet] = Quiet) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def house(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path)


@pytest.fixture
def url(house: Publisher) -> Iterator[str]:
    with served(house.folder) as url:
        yield url


def updates(tmp_path: Path, house: Publisher, url: str, current: str = "0.1.0") -> Updates:
    return Updates(tmp_path / "updates", UpdateSource(url, house.root), PLATFORM, current)


def refused(found: Updates) -> str:
    with pytest.raises(CinemaError) as refusal:
        found.stage()
    assert refusal.value.code is Code.UPDATE_REFUSED
    assert found.staged() is None
    return refusal.value.message


def test_a_newer_version_is_found_fetched_verified_and_staged(tmp_path: Path, house: Publisher, url: str) -> None:
    found = updates(tmp_path, house, url)
    assert found.find() is None
    house.release("0.2.0", b"the new cinema")
    seen = found.find()
    assert seen
    assert (seen.version, seen.length_bytes, seen.staged) == ("0.2.0", 14, None)
    staged = found.stage()
    assert staged
    assert staged.staged
    assert staged.staged.read_bytes() == b"the new cinema"
    assert found.staged() == staged


def test_what_is_here_already_is_no_update(tmp_path: Path, house: Publisher, url: str) -> None:
    house.release("0.2.0")
    assert updates(tmp_path, house, url, current="0.2.0").stage() is None
    assert updates(tmp_path, house, url, current="0.10.0").find() is None


def test_a_file_with_one_bit_altered_is_refused(tmp_path: Path, house: Publisher, url: str) -> None:
    house.release("0.2.0", b"the new cinema")
    house.target("0.2.0").write_bytes(b"the new cinemb")
    assert "not what the publisher signed" in refused(updates(tmp_path, house, url))


def test_a_file_longer_than_it_may_be_is_refused(tmp_path: Path, house: Publisher, url: str) -> None:
    house.release("0.2.0", b"the new cinema")
    house.target("0.2.0").write_bytes(b"the new cinema" + bytes(1 << 20))
    assert "longer than what the publisher signed" in refused(updates(tmp_path, house, url))


@pytest.mark.parametrize("ending", ["timestamp.json", ".targets.json", ".root.json", ".release.json", ".tar.xz"])
def test_a_file_that_never_ends_is_not_read_on(
    tmp_path: Path, house: Publisher, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """Half a gigabyte of each was, and then the line was blamed."""
    house.release("0.2.0", b"the new cinema")
    monkeypatch.setattr(Endless, "ending", ending)
    monkeypatch.setattr(Endless, "sent", 0)
    with served(house.folder, Endless) as url:
        assert "longer than what the publisher signed" in refused(updates(tmp_path, house, url))
    assert 0 < Endless.sent < 32 << 20  # what is on its way in the sockets of three attempts


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes that have a name")
def test_a_stick_with_a_pipe_in_a_file_s_place_keeps_nobody_waiting(tmp_path: Path, house: Publisher) -> None:
    (house.folder / "metadata" / "timestamp.json").unlink()
    os.mkfifo(house.folder / "metadata" / "timestamp.json")
    with pytest.raises(CinemaError) as refusal:
        updates(tmp_path, house, house.folder.as_uri()).find()
    assert refusal.value.code is Code.OFFLINE


def test_an_older_state_of_the_repository_is_refused_once_a_newer_was_seen(
    tmp_path: Path, house: Publisher, url: str
) -> None:
    house.release("0.2.0")
    shutil.copytree(house.folder, tmp_path / "old")
    house.release("0.3.0")
    found = updates(tmp_path, house, url)
    assert found.find()
    shutil.rmtree(house.folder)
    shutil.copytree(tmp_path / "old", house.folder)
    assert "not what the publisher signed" in refused(found)


def test_an_older_version_signed_anew_is_no_update(tmp_path: Path, house: Publisher, url: str) -> None:
    house.release("0.3.0")
    house.release("0.1.9")
    assert updates(tmp_path, house, url, current="0.2.0").stage() is None


def test_a_repository_that_stands_still_is_refused(tmp_path: Path) -> None:
    house = Publisher(tmp_path, NOW - timedelta(days=40))
    house.release("0.2.0", moment=NOW - timedelta(days=15))
    with served(house.folder) as url:
        assert "out of date" in refused(updates(tmp_path, house, url))
        house.at(NOW).freshen()
        assert updates(tmp_path, house, url).find()


def test_metadata_signed_with_other_keys_is_refused(tmp_path: Path, house: Publisher) -> None:
    other = Publisher(tmp_path / "other")
    other.release("9.9.9")
    with served(other.folder) as url:
        refused(updates(tmp_path, house, url))


def test_targets_put_in_without_their_key_are_refused(tmp_path: Path, house: Publisher, url: str) -> None:
    house.release("0.2.0")
    newest = max((house.folder / "metadata").glob("*.targets.json"))
    altered = json.loads(newest.read_bytes())
    altered["signed"]["targets"][f"{PLATFORM}/smart-cinema-0.2.0.tar.xz"]["length"] += 1
    newest.write_text(json.dumps(altered))
    refused(updates(tmp_path, house, url))


def test_new_keys_are_followed_because_the_old_root_signed_them(tmp_path: Path, house: Publisher, url: str) -> None:
    new = house.folder.parent / "new-keys"
    house.tool.make_keys(new)
    house.at(NOW).rotate([new])
    house.keys = new
    house.release("0.2.0")
    assert updates(tmp_path, house, url).find()


@pytest.mark.parametrize("stole", [("root", "root-second"), ("root",), ("root-second",)])
def test_a_root_that_both_keys_of_the_old_one_did_not_sign_is_refused(
    tmp_path: Path, house: Publisher, url: str, stole: tuple[str, ...]
) -> None:
    stolen = house.folder.parent / "stolen"
    house.tool.make_keys(stolen)
    for name in stole:
        (house.keys / f"{name}.pem").write_bytes((stolen / f"{name}.pem").read_bytes())
    house.at(NOW).rotate([stolen])
    refused(updates(tmp_path, house, url))


def test_the_same_keys_make_the_root_last_another_year_and_two_people_keep_a_half_each(
    tmp_path: Path, house: Publisher, url: str
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (house.keys / "root.pem").rename(mine / "root.pem")
    house.release("0.2.0")  # the root is not asked for
    with pytest.raises(FileNotFoundError, match=r"root\.pem"):
        house.at(NOW).rotate([house.keys])
    both = house.tool.Repository(house.folder, [mine, house.keys], NOW + timedelta(days=300))
    both.rotate([mine, house.keys])
    assert updates(tmp_path, house, url).find()
    last = json.loads((house.folder / "metadata" / "2.root.json").read_bytes())["signed"]
    assert last["expires"][:10] == f"{NOW + timedelta(days=665):%Y-%m-%d}"
    assert last["roles"]["root"]["threshold"] == 2


def test_a_release_that_names_a_file_elsewhere_is_refused(tmp_path: Path, house: Publisher, url: str) -> None:
    house.release("0.2.0")
    repository = house.at(NOW)
    note = json.dumps({"version": "0.2.0", "file": "../../etc/passwd"}).encode()
    targets = repository._load(house.tool.Targets)
    target = house.tool.TargetFile.from_data(f"{PLATFORM}/release.json", note, ["sha256"])
    targets.targets[target.path] = target
    targets.version += 1
    repository._save(targets)
    repository.freshen()
    (house.folder / "targets" / PLATFORM / f"{target.hashes['sha256']}.release.json").write_bytes(note)
    assert "names a file that is none" in refused(updates(tmp_path, house, url))


def test_a_stick_is_as_good_as_the_line_and_no_better(tmp_path: Path, house: Publisher) -> None:
    house.release("0.2.0", b"the new cinema")
    stick = tmp_path / "my stick"
    shutil.copytree(house.folder, stick)
    built = tmp_path / "built"
    built.mkdir()
    (built / "root.json").write_bytes(house.root)
    (built / "source.json").write_text('{"url": "https://updates.example"}')
    source = update_source(str(stick), built)
    assert source.is_folder
    found = Updates(tmp_path / "updates", source, PLATFORM, "0.1.0")
    staged = found.stage()
    assert staged
    assert staged.staged
    file = next((stick / "targets" / PLATFORM).glob("*.tar.xz"))
    file.write_bytes(b"the old cinema")
    found.forget()
    refused(found)


def test_a_stick_without_updates_an_address_without_tls_and_a_copy_without_a_source_are_told_apart(
    tmp_path: Path, house: Publisher
) -> None:
    with pytest.raises(CinemaError) as refusal:
        update_source(None, tmp_path)
    assert refusal.value.code is Code.UPDATE_ELSEWHERE
    (tmp_path / "root.json").write_bytes(house.root)
    (tmp_path / "source.json").write_text('{"url": "https://updates.example/linux/"}')
    assert update_source(None, tmp_path).url == "https://updates.example/linux"
    for named, code in ((str(tmp_path), Code.FILE_MISSING), ("http://updates.example", Code.WRONG_USE)):
        with pytest.raises(CinemaError) as refusal:
            update_source(named, tmp_path)
        assert refusal.value.code is code


def test_no_server_is_offline_and_the_staged_version_stays(tmp_path: Path, house: Publisher) -> None:
    house.release("0.2.0")
    with served(house.folder) as url:
        found = updates(tmp_path, house, url)
        assert found.stage()
    with pytest.raises(CinemaError) as refusal:
        found.find()
    assert refusal.value.code is Code.OFFLINE
    assert found.staged()


def test_a_staged_file_that_was_altered_afterwards_is_refused(tmp_path: Path, house: Publisher, url: str) -> None:
    house.release("0.2.0", b"the new cinema")
    found = updates(tmp_path, house, url)
    staged = found.stage()
    assert staged
    assert staged.staged
    staged.staged.write_bytes(b"the old cinema")
    with pytest.raises(CinemaError) as refusal:
        found.staged()
    assert refusal.value.code is Code.UPDATE_REFUSED


def test_times_that_meet_keep_an_update_back_until_the_last_of_them_ends() -> None:
    festival = QuietTime("2026-09-01T00:00+02:00", "2026-09-12T00:00+02:00")
    evening = around([(datetime(2026, 9, 12, 19, tzinfo=UTC), datetime(2026, 9, 12, 22, tzinfo=UTC))])
    until = kept_back(datetime(2026, 9, 5, tzinfo=UTC), (*evening, festival))
    assert until == datetime(2026, 9, 12, 22, tzinfo=UTC)
    assert kept_back(datetime(2026, 8, 31, 21, tzinfo=UTC), (festival,)) is None
    assert kept_back(datetime(2026, 9, 11, 22, tzinfo=UTC), (festival,)) is None


PROGRAM = """#!{python}
import json, sys
print(json.dumps({{"version": "{version}"}} if "--version" in sys.argv else {{"ok": {ok}, "findings": [{{"name": "libmpv", "state": "bad"}}]}}))
"""


def archive(folder: Path, version: str, *, ok: bool = True, top: str = "smart-cinema") -> Path:
    program = folder / "program"
    program.write_text(PROGRAM.format(python=sys.executable, version=version, ok=ok))
    program.chmod(0o755)
    out = folder / f"smart-cinema-{version}.tar.xz"
    with tarfile.open(out, "w:xz") as tar:
        tar.add(program, f"{top}/smart-cinema")
    return out


def old_installation(folder: Path) -> Installation:
    (folder / "versions" / "0.1.0").mkdir(parents=True)
    (folder / "current").symlink_to("versions/0.1.0")
    return Installation(folder)


def test_a_new_version_is_examined_before_it_starts_and_the_old_one_stays(tmp_path: Path) -> None:
    installation = old_installation(tmp_path / "opt")
    installation.put_in_place(archive(tmp_path, "0.2.0"), "0.2.0")
    assert installation.current.resolve().name == "0.2.0"
    assert installation.go_back() == "0.1.0"
    assert installation.current.resolve().name == "0.1.0"


@pytest.mark.parametrize(
    ("version", "ok", "top", "why"),
    [
        ("0.2.0", False, "smart-cinema", "would not run here: libmpv"),
        ("0.1.5", True, "smart-cinema", "is not the version"),
        ("0.2.0", True, "elsewhere", "something else"),
        ("0.2.0", True, "smart-cinema/../..", "unpacked"),
    ],
)
def test_a_version_that_does_not_fit_changes_nothing(
    tmp_path: Path, version: str, ok: bool, top: str, why: str
) -> None:
    installation = old_installation(tmp_path / "opt")
    with pytest.raises(CinemaError, match=why):
        installation.put_in_place(archive(tmp_path, version, ok=ok, top=top), "0.2.0")
    assert installation.current.resolve().name == "0.1.0"
    assert [path.name for path in (installation.root / "versions").iterdir()] == ["0.1.0"]


def test_a_venue_s_screenings_are_quiet_times_even_while_its_door_is_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    venue = tmp_path / "venue"
    trust(venue, OPERATOR.public_jwk)
    with closing(Ledger.open(venue)) as ledger:
        OperatorFiles(venue, ledger).take_programme(write_programme(PROGRAMME, OPERATOR))
        assert run(["--json", "--home", str(tmp_path), "update", "quiet", "--venue", str(venue)]) == 0
    said = json.loads(capsys.readouterr().out)["quiet"]
    first = min(PROGRAMME.screenings, key=lambda screening: screening.doors_at)
    assert len(said) == len(PROGRAMME.screenings)
    assert (first.doors_at - timedelta(hours=24)).isoformat() in {time["begins"] for time in said}
    assert run(["--home", str(tmp_path), "update", "quiet", "--venue", str(tmp_path / "nowhere")]) == 3
    assert "[file-missing]" in capsys.readouterr().err


class Machine:
    """An installation, its publisher and a clock: what renews itself here."""

    def __init__(self, tmp_path: Path, house: Publisher, url: str) -> None:
        self.folder, self.house = tmp_path, house
        self.installation = old_installation(tmp_path / "opt")
        self.updates = updates(tmp_path, house, url)
        self.now = datetime(2026, 9, 5, tzinfo=UTC)
        self.quiet: tuple[QuietTime, ...] = ()

    def release(self, version: str) -> None:
        self.house.release(version, archive(self.folder, version).read_bytes())

    def renew(self) -> Renewed | None:
        return Renewal(self.updates, self.installation, lambda: self.quiet, lambda: self.now).renew()

    @property
    def starts(self) -> str:
        return self.installation.current.resolve().name


@pytest.fixture
def machine(tmp_path: Path, house: Publisher, url: str) -> Machine:
    return Machine(tmp_path, house, url)


def test_a_newer_version_is_put_in_place_for_the_next_launch_and_found_there_again(machine: Machine) -> None:
    assert machine.renew() is None
    machine.release("0.2.0")
    renewed = machine.renew()
    assert renewed
    assert (renewed.version, machine.starts) == ("0.2.0", "0.2.0")
    assert renewed.changes == machine.installation.root / "versions/0.2.0/_internal/CHANGELOG.md"
    target = machine.house.target("0.2.0")
    target.unlink()
    assert machine.renew() == renewed


def test_nothing_is_put_in_place_in_quiet_times(machine: Machine) -> None:
    machine.release("0.2.0")
    machine.quiet = (QuietTime("2026-09-01T00:00+02:00", "2026-09-12T00:00+02:00"),)
    assert machine.renew() is None
    assert (machine.starts, machine.updates.staged()) == ("0.1.0", None)
    machine.now = datetime(2026, 9, 13, tzinfo=UTC)
    assert machine.renew()
    assert machine.starts == "0.2.0"


def test_a_version_that_somebody_went_back_from_stays_away_until_the_next(machine: Machine) -> None:
    machine.release("0.2.0")
    assert machine.renew()
    assert machine.installation.go_back() == "0.1.0"
    assert machine.renew() is None
    assert machine.starts == "0.1.0"
    machine.release("0.3.0")
    assert machine.renew()
    assert machine.starts == "0.3.0"


def test_the_version_before_stays_and_those_before_it_go(machine: Machine) -> None:
    for version in ("0.2.0", "0.3.0"):
        machine.release(version)
        assert machine.renew()
    assert sorted(path.name for path in (machine.installation.root / "versions").iterdir()) == ["0.2.0", "0.3.0"]
    assert machine.installation.go_back() == "0.2.0"


def test_a_copy_from_the_sources_does_not_renew_itself() -> None:
    assert not renews_itself()
