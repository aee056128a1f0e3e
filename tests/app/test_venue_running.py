"""What surrounds a running venue: PINs and settings by command, the status page, the bundle, awake screens, its unit."""

import http.client
import io
import json
import os
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from app import screen_guardian
from app.cli import run
from app.screen_guardian import ScreenGuardian
from app.venue_status import StatusServer, token_of
from kiosk import Ledger, OperatorFiles, keep_report, trust, write_programme
from kiosk import pins as pins_module
from tests.app.test_kiosk_command import said
from tests.kiosk.venue import OPERATOR, PROGRAMME
from tests.ui.test_board import RED

KIOSK = Path(__file__).parents[2] / "packaging" / "kiosk"


def answer(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_pins_are_set_by_the_manager_and_never_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pins_module, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    pin = ["kiosk", "pin", "--data", str(tmp_path)]
    answer(monkeypatch, "2718")
    assert run([*pin, "set", "--role", "operator"]) == 2
    answer(monkeypatch, "314159")
    assert run([*pin, "set"]) == 0
    answer(monkeypatch, "314159", "2718")
    assert run([*pin, "set", "--role", "operator"]) == 0
    answer(monkeypatch, "2718", "9090")
    assert run([*pin, "set"]) == 1
    answer(monkeypatch, "2718")
    assert run([*pin, "check", "--role", "operator", "--json"]) == 0
    told = capsys.readouterr()
    assert "2718" not in told.out + told.err


def test_settings_are_kept_and_a_time_that_is_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = ["kiosk", "settings", "--data", str(tmp_path), "--json"]
    assert run([*settings, "--door", "A", "--room", "one", "--screens", "09:00-01:00", "--foyer", "yes"]) == 0
    capsys.readouterr()
    assert run([*settings, "--power-off", "03:00"]) == 0
    told = said(capsys)
    assert (told["door"], told["rooms"], told["foyer"], told["screens_off"]) == ("A", ["one"], True, "01:00")
    assert run([*settings, "--power-off", "25:00"]) == 3


@pytest.fixture
def venue(tmp_path: Path) -> Path:
    folder = tmp_path / "venue"
    trust(folder, OPERATOR.public_jwk)
    with closing(Ledger.open(folder, reserve_bytes=1 << 16)) as ledger:
        OperatorFiles(folder, ledger).take_programme(write_programme(PROGRAMME, OPERATOR))
    keep_report(folder, RED)
    return folder


@pytest.fixture
def server(venue: Path) -> Iterator[StatusServer]:
    with StatusServer(venue, "127.0.0.1", 0) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def ask(server: StatusServer, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)) as line:
        line.request(method, path, headers=headers)
        response = line.getresponse()
        return response.status, response.read().decode()


def test_the_status_is_told_to_who_has_the_token_and_only_read(server: StatusServer) -> None:
    status, page = ask(server, f"/?token={server.token}")
    assert status == 200
    for words in ("Preflight: Will fail", "friday", "<td>one</td>"):
        assert words in page
    status, facts = ask(server, "/status.json", Authorization=f"Bearer {server.token}")
    assert status == 200
    assert json.loads(facts)["preflight"]["light"] == "red"
    assert ask(server, f"/../ledger.sqlite3?token={server.token}")[0] == 404
    for method in ("POST", "PUT", "DELETE"):
        assert ask(server, f"/?token={server.token}", method)[0] == 501


@pytest.mark.parametrize("path", ["/", "/?token=", "/status.json?token=x", "/?token=%00%ff", "/?token=" + "A" * 43])
def test_without_the_token_there_is_nothing(server: StatusServer, path: str) -> None:
    assert ask(server, path) == (404, "")


def test_the_status_names_nobody_and_holds_no_key(server: StatusServer, venue: Path) -> None:
    told = ask(server, "/status.json?token=" + server.token)[1] + ask(server, "/?token=" + server.token)[1]
    assert server.token not in told
    assert (venue / "device-key.pem").read_text().split("\n")[1] not in told
    assert token_of(venue) == server.token
    assert (venue / "status-token").stat().st_mode & 0o777 == 0o600


def test_the_bundle_holds_what_helps_and_no_secret(
    venue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    (home / "logs").mkdir(parents=True)
    token = token_of(venue)
    (home / "logs" / "smart-cinema.log").write_text(f"the door opened; token={token}\n")
    (venue / "licences").mkdir()
    (venue / "licences" / "paper-moon.sclic").write_text("a licence")
    (venue / "pins.json").write_text("$argon2id$secret")
    out = tmp_path / "bundle.zip"
    assert run(["--home", str(home), "kiosk", "bundle", str(out), "--data", str(venue)]) == 0
    assert "read it before" in capsys.readouterr().out
    with zipfile.ZipFile(out) as bundle:
        texts = {name: bundle.read(name).decode() for name in bundle.namelist()}
    assert {"report.json", "logs/smart-cinema.log", "venue/preflight.json", "venue/status.json"} <= texts.keys()
    assert "licences/paper-moon.sclic" in texts["venue/files.txt"]
    assert "film-missing" in texts["venue/preflight.json"]
    everything = "".join(texts.values())
    for secret in (token, "argon2id", "a licence", (venue / "device-key.pem").read_text().split("\n")[1]):
        assert secret not in everything


def test_screens_are_kept_awake_and_switched_by_a_real_x_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (shutil.which("Xvfb") and shutil.which("xset")):
        pytest.skip("Xvfb or xset is missing")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-noreset", "-nolisten", "tcp"], pass_fds=(write,), stderr=subprocess.DEVNULL
    )
    os.close(write)
    try:
        with os.fdopen(read) as told:
            monkeypatch.setenv("DISPLAY", f":{told.readline().strip()}")
        subprocess.run(["xset", "s", "600", "600"], check=True)
        now = 0.0
        with closing(ScreenGuardian(lambda: now)) as guardian:
            guardian.tend(on=True)
            assert "timeout:  0" in state()
            subprocess.run(["xset", "s", "600", "600"], check=True)
            guardian.tend(on=True)
            assert "timeout:  600" in state()
            now = 301.0
            guardian.tend(on=True)
            assert "timeout:  0" in state()
    finally:
        server.terminate()
        server.wait()


def state() -> str:
    return subprocess.run(["xset", "q"], check=True, capture_output=True, text=True).stdout


def test_screens_go_off_and_on_by_what_each_system_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":9")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-9")
    off = screen_guardian._commands(on=False, changed=True)
    assert ("xset", "dpms", "force", "off") in off
    assert ("wlopm", "--off", "*") in off
    on = screen_guardian._commands(on=True, changed=True)
    assert on.index(("xset", "dpms", "force", "on")) > on.index(("xset", "-dpms"))
    assert ("xset", "dpms", "force", "on") not in screen_guardian._commands(on=True, changed=False)


def test_the_unit_is_right_by_systemd_s_own_word(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is missing")
    unit = (KIOSK / "smart-cinema-kiosk.service").read_text()
    start = "/usr/lib/smart-cinema/kiosk/start-kiosk"
    assert start in unit
    (tmp_path / "smart-cinema-kiosk.service").write_text(unit.replace(start, str(KIOSK / "start-kiosk")))
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "smart-cinema-kiosk.service")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "WatchdogSec=" in unit


def test_the_start_script_is_a_script_and_refuses_root() -> None:
    assert subprocess.run(["sh", "-n", str(KIOSK / "start-kiosk")], check=False).returncode == 0
    if os.geteuid() == 0:
        done = subprocess.run([str(KIOSK / "start-kiosk")], capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert "not as root" in done.stderr
