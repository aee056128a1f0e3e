"""What a machine lacks, asked of a real one: no letters, no sound, no libmpv, a small screen."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASK = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from app.venue_machine import machine_facts
facts = asdict(machine_facts(Path(sys.argv[1])))
print(json.dumps({name: sorted(value) if isinstance(value, frozenset) else value for name, value in facts.items()}))
"""
SOUND = 'pcm.hall {{ type file slave.pcm "null" file "{sink}" hint {{ show on description "Hall" }} }}\n'
CONVERTER = 'pcm.spare {{ type plug slave.pcm {{ type hw card 31 }} hint {{ show on description "Spare" }} }}\n'


@pytest.fixture(scope="module")
def small_screen() -> Iterator[str]:
    """An X server with one screen of 800 x 600."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is missing")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "800x600x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as told:
        display = told.readline().strip()
    yield f":{display}"
    server.terminate()
    server.wait()


def machine(venue: Path, **environment: str) -> dict[str, object]:
    known = {name: value for name, value in os.environ.items() if not name.startswith(("QT_", "DISPLAY", "WAYLAND"))}
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(venue)],
        env={**known, **environment},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_a_poor_machine_is_told_as_it_is(small_screen: str, tmp_path: Path) -> None:
    fonts = tmp_path / "fonts.conf"
    fonts.write_text(f"<fontconfig><dir>{tmp_path}</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>")
    nowhere = str(tmp_path / "nothing.so")
    found = machine(tmp_path, DISPLAY=small_screen, FONTCONFIG_FILE=str(fonts), SMART_CINEMA_LIBMPV=nowhere)
    assert list(dict(found["screens"]).values()) == [[800, 600]]  # type: ignore[call-overload]
    assert (found["han"], found["decoder"], found["sound"], found["pin"]) == (False, False, None, False)


def test_a_machine_s_sound_outputs_are_those_that_there_are(tmp_path: Path) -> None:
    if not Path("/usr/share/alsa/alsa.conf").exists():
        pytest.skip("ALSA's configuration is missing")
    (tmp_path / ".asoundrc").write_text(SOUND.format(sink=tmp_path / "sink"))
    assert machine(tmp_path, HOME=str(tmp_path), PULSE_SERVER="/nowhere")["sound"] is True
    (tmp_path / ".asoundrc").write_text(
        CONVERTER.format()
    )  # as listed where ALSA's plug-ins are, with no card behind it
    silent = machine(tmp_path, HOME=str(tmp_path), PULSE_SERVER="/nowhere", PIPEWIRE_RUNTIME_DIR=str(tmp_path))
    assert silent["sound"] is Path("/proc/asound/cards").exists()
