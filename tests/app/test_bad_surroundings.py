"""Starts where a machine lacks what every machine has: each says so, and the cinema opens all the same."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FIRST_FRAME = """
import os, sys
sys.path.insert(0, sys.argv[1])
from app.cli import run
from app.viewer import Viewer
def shown(viewer):
    print("shown", viewer.interface.language.tag, viewer.preferences.kept_aside is not None, flush=True)
    viewer.shell.start()
    print("notice", viewer.shell.notice, viewer.shell.settings.unwritable, flush=True)
    print(viewer.window.width(), viewer.window.height(), flush=True)
    os._exit(0)
Viewer._first_frame = shown
sys.exit(run(["--box-office", "http://127.0.0.1:9", *sys.argv[2:]]))
"""


def started(*arguments: str, **environment: str) -> str:
    bare = {"PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen", "LC_NUMERIC": "C"}
    done = subprocess.run(
        [sys.executable, "-c", FIRST_FRAME, str(ROOT), *arguments],
        env=bare | environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that not even root can write to")
def test_a_home_that_cannot_be_written_no_bus_no_graphics_and_an_unknown_locale_keep_nobody_out(tmp_path: Path) -> None:
    said = started(
        "--home", "/proc/self/nowhere",
        HOME="/proc/self/nowhere", LANG="tlh_XX.UTF-8", LC_ALL="tlh_XX.UTF-8", LANGUAGE="tlh",
        DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere", LIBGL_DRIVERS_PATH="/nowhere", TMPDIR=str(tmp_path),
    )  # fmt: skip
    assert said.startswith("shown en")
    assert "notice home-unwritable /proc/self/nowhere/data" in said.splitlines()


def test_nothing_of_ours_lies_beside_the_folder_that_was_named(tmp_path: Path) -> None:
    home, named = tmp_path / "home", tmp_path / "named"
    home.mkdir()
    assert "notice" in started("--home", str(named), HOME=str(home))
    assert [path.relative_to(home) for path in home.rglob("*smart-cinema*")] == []
    assert list((named / "cache" / "qml").iterdir())


def test_settings_of_rubbish_are_kept_aside_and_the_cinema_opens(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "preferences.json").write_bytes(b"\x00\xff rubbish")
    said = started("--home", str(tmp_path), HOME=str(tmp_path))
    assert said.startswith("shown en True")
    assert (tmp_path / "config" / "preferences.damaged.json").read_bytes() == b"\x00\xff rubbish"
    assert "preferences were damaged" in (tmp_path / "logs" / "smart-cinema.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(("screen", "window"), [((480, 320), (480, 320)), ((15360, 8640), (1280, 800))])
def test_the_window_fits_a_tiny_screen_and_a_huge_one(
    tmp_path: Path, screen: tuple[int, int], window: tuple[int, int]
) -> None:
    facts = {"name": "screen", "x": 0, "y": 0, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    screens = tmp_path / "screens.json"
    screens.write_text(json.dumps({"screens": [{**facts, "width": screen[0], "height": screen[1]}]}))
    said = started("--home", str(tmp_path), HOME=str(tmp_path), QT_QPA_PLATFORM=f"offscreen:configfile={screens}")
    assert said.splitlines()[2] == f"{window[0]} {window[1]}"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ELF")
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("machine", "another kind of machine"),
        ("rubbish", "another kind of machine"),
        ("half", "is cut off"),
        ("headless", "is damaged"),
    ],
)
def test_a_libmpv_that_cannot_be_loaded_is_told_apart_from_none(tmp_path: Path, damage: str, said: str) -> None:
    """Half a library is mapped by the loader, and the process would die of SIGBUS."""
    elf = next(path for path in Path("/usr/lib").rglob("libmpv.so.2*") if not path.is_symlink()).read_bytes()
    spoilt = {
        "machine": elf[:18] + b"\xf3\x00" + elf[20:],  # RISC-V
        "rubbish": b"no library",
        "half": elf[: len(elf) // 2],
        "headless": elf[:40],
    }
    file = tmp_path / "libmpv.so.2"
    file.write_bytes(spoilt[damage])
    done = subprocess.run(
        [sys.executable, "-c", "from player import libmpv_version; libmpv_version()"],
        env={**os.environ, "SMART_CINEMA_LIBMPV": str(file)}, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert said in done.stderr
    assert "[libmpv-unfit]" in done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ELF")
def test_a_library_that_the_machine_lacks_is_named_and_libmpv_is_not_blamed(tmp_path: Path) -> None:
    """A libmpv that is whole and needs OpenGL, on a machine without: built here, since this machine has OpenGL."""
    builds = shutil.which("cc")
    if builds is None:
        pytest.skip("needs a C compiler")
    for name, needed in (("libGL-none.so.1", ()), ("libmpv.so.2", ("-L.", "-l:libGL-none.so.1"))):
        (tmp_path / "one.c").write_text(f"int {name[:5]}_one(void) {{ return 1; }}\n")
        subprocess.run(
            [builds, "-shared", "-Wl,--no-as-needed", f"-Wl,-soname,{name}", "-o", name, "one.c", *needed],
            check=True,
            cwd=tmp_path,
        )
    (tmp_path / "libGL-none.so.1").unlink()
    done = subprocess.run(
        [sys.executable, "-c", "from player import libmpv_version; libmpv_version()"],
        env={**os.environ, "SMART_CINEMA_LIBMPV": str(tmp_path / "libmpv.so.2")}, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert "libGL-none.so.1 is missing on this machine. Install it: apt install libgl1" in done.stderr
    assert "[library-missing]" in done.stderr


def test_a_missing_library_is_named_behind_a_frozen_program_s_own_words() -> None:
    """PyInstaller's ctypes raises its own error from the loader's."""
    from core import lacking

    told = OSError("Failed to load dynlib/dll 'libmpv.so.2'.")
    told.__cause__ = OSError("libdrm.so.2: cannot open shared object file: No such file or directory")
    named = lacking(told)
    assert named is not None
    assert named.message.startswith("libdrm.so.2 is missing on this machine.")
    assert lacking(OSError("Failed to load dynlib/dll 'libmpv.so.2'.")) is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="where a screen is named in the environment")
@pytest.mark.parametrize(
    ("screen", "said"),
    [
        ({}, "There is no screen here: start this in a desktop session"),
        ({"DISPLAY": ":987"}, "The screen :987 does not answer"),
        ({"WAYLAND_DISPLAY": "/nowhere/wayland-9"}, "The screen /nowhere/wayland-9 does not answer"),
    ],
)
def test_where_no_screen_answers_the_next_step_is_said(tmp_path: Path, screen: dict[str, str], said: str) -> None:
    """Qt would abort."""
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py")],
        env=bare | screen, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert said in done.stderr
    assert "[screen-missing]" in done.stderr


def test_a_part_that_needs_a_library_which_is_not_there_ends_a_command_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from app import cli
    from app.commands import viewer

    def without_graphics(*_ignored: object) -> int:
        msg = "libGL.so.1: cannot open shared object file: No such file or directory"
        raise ImportError(msg)

    monkeypatch.setattr(viewer, "handle", without_graphics)
    assert cli.run([]) == 3
    assert "libGL.so.1 is missing on this machine. Install it: apt install libgl1 libegl1" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that not even root can write to")
def test_the_doctor_says_that_a_home_cannot_be_written_not_that_its_disk_is_full() -> None:
    from app.doctor import _disk
    from app.paths import Paths

    found = _disk(Paths.under(Path("/proc/self/nowhere")))
    assert found.state == "bad"
    assert "cannot be written" in found.found
    assert "writable" in found.fix
