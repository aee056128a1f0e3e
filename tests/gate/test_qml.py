"""The QML checks, in a process of their own: PySide forgets a class's meta object once another test's window has ended."""

import subprocess
import sys
from pathlib import Path

import pytest

CHECKS = Path(__file__).with_name("qml_lint.py")


@pytest.mark.timeout(240)
def test_the_qml_is_sound() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", str(CHECKS)]
    done = subprocess.run(command, cwd=CHECKS.parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
