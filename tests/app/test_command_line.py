import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app import commands
from app.cli import parser, run

ROOT = Path(__file__).resolve().parents[2]


def main(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "main.py", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_version_needs_no_qt_and_no_libmpv() -> None:
    code = "import sys; from app.cli import run; run(['--version']); print([m for m in sys.modules if m in ('PySide6', 'mpv', 'starlette', 'sqlalchemy')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["smart-cinema 0.1.0", "[]"]


def test_files_are_named_from_where_one_stands(tmp_path: Path) -> None:
    if not (ROOT / ".venv" / ".installed-requirements-dev.lock").exists():
        pytest.skip("this environment was not made by ./cinema test")
    (tmp_path / "notes.vtt").write_text("no notes")
    words = [str(ROOT / "cinema"), "notes", "check", "notes.vtt"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert "[notes-malformed]" in done.stderr


def test_the_version_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--json", "--version"]) == 0
    assert json.loads(capsys.readouterr().out) == {"name": "smart-cinema", "version": "0.1.0"}


@pytest.mark.parametrize(
    "words",
    [[], ["demo"], ["play"], ["serve"], ["serve", "migrate"], ["serve", "seed-demo"], ["master"], ["package"], ["package", "check"],
     ["package", "show"], ["notes"], ["notes", "check"], ["notes", "compile"], ["doctor"], ["screens"],
     ["kiosk"], ["kiosk", "enrol"], ["kiosk", "programme"], ["kiosk", "programme", "import"], ["kiosk", "admit"], ["kiosk", "audit"],
     ["kiosk", "ingest"], ["kiosk", "licence"], ["kiosk", "preflight"], ["kiosk", "clock"], ["kiosk", "door"], ["kiosk", "export"]],
)  # fmt: skip
def test_every_command_explains_itself(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        parser().parse_args([*words, "--help"])
    assert stopped.value.code == 0
    assert "usage:" in capsys.readouterr().out


def test_what_stands_before_a_command_holds_for_it() -> None:
    options = parser().parse_args(["--json", "--home", "/x", "doctor"])
    assert (options.json, options.home) == (True, Path("/x"))


def test_wrong_use_is_status_2() -> None:
    assert main("no-such-command").returncode == 2


def test_a_missing_package_is_one_line_with_a_code_and_status_3(tmp_path: Path) -> None:
    done = main("--home", str(tmp_path), "package", "show", str(tmp_path / "nothing"))
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "[file-missing]" in done.stderr


def test_every_command_module_is_registered() -> None:
    # The steps of a large command lie beside it, named after it.
    found = {path.stem for path in (ROOT / "app" / "commands").glob("*.py")} - {"__init__", "viewer"}
    names = {name for name in found if name.partition("_")[0] == name or name.partition("_")[0] not in found}
    assert {module.__name__.rpartition(".")[2] for module in commands.every()} == names


def test_a_refusal_is_json_for_machines(tmp_path: Path) -> None:
    done = main("--home", str(tmp_path), "--json", "package", "show", str(tmp_path / "nothing"))
    assert json.loads(done.stdout)["error"]["code"] == "file-missing"


def test_a_child_that_fails_to_start_says_why(tmp_path: Path) -> None:
    from app.children import serving
    from core import CinemaError

    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    started = time.monotonic()
    with pytest.raises(CinemaError), serving(["--data", str(blocked), "--port", "0"]):
        pass
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--box-office", "ftp://x"], 2, "https://host"),
        (["--box-office", "http://example.org"], 2, "https://host"),
        (["screens", "--size", "axb"], 2, "no size such as 1280x720"),
        (["screens", "--size", "0x5"], 2, "no size such as 1280x720"),
        (["screens", "--language", "xx"], 2, "no interface in xx"),
        (["serve", "--port", "99999"], 2, "no port"),
        (["serve", "--port", "-1"], 2, "no port"),
    ],
)
def test_wrong_use_is_said_in_a_line(words: list[str], status: int, said: str) -> None:
    done = main(*words)
    assert done.returncode == status
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["serve", "migrate"], ["serve"], ["demo", "--prepare-only"]])
def test_a_home_that_cannot_be_written_is_said_in_a_line(words: list[str], tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    done = main("--home", str(blocked), *words)
    assert done.returncode == 3
    assert "--home" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words", [["smartcinema:title/x"], ["--open", "smartcinema:title/x"], ["--verbose", "SmartCinema:title/x"]]
)
def test_a_link_stands_by_itself_as_a_browser_hands_it_over(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from app import viewer

    links: list[object] = []

    def opened(*_paths: object, **options: object) -> int:
        links.append(options["link"])
        return 0

    monkeypatch.setattr(viewer, "run_viewer", opened)
    assert run(words) == 0
    assert [str(link).lower() for link in links] == ["smartcinema:title/x"]
    with pytest.raises(SystemExit):
        parser().parse_args(["--help"])
    assert "smartcinema:ticket/ID" in capsys.readouterr().out


def test_a_link_is_no_option_of_other_commands() -> None:
    assert main("doctor", "smartcinema:home").returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_a_crash_writes_no_core_dump() -> None:
    program = (
        "import resource; from app.cli import run; run(['--version']); print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.splitlines()[-1] == "(0, 0)"
