import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

ENTRY = Path(__file__).resolve().parents[2] / "packaging" / "smart-cinema.desktop"


def test_the_desktop_entry_takes_our_links_and_bears_the_name_that_the_window_and_the_media_keys_give() -> None:
    reading = configparser.ConfigParser(interpolation=None)
    reading.optionxform = str  # type: ignore[assignment, method-assign]
    reading.read(ENTRY, encoding="utf-8")
    entry = reading["Desktop Entry"]
    assert "x-scheme-handler/smartcinema" in entry["MimeType"].split(";")
    assert entry["Exec"].split() == ["smart-cinema", "%u"]
    assert ENTRY.stem == "smart-cinema"


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="needs desktop-file-utils")
def test_the_desktop_entry_is_valid() -> None:
    done = subprocess.run(["desktop-file-validate", str(ENTRY)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
