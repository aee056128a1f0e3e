"""A disk that fails, or is slow, in the processes that are started with it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest


class BadDisk:
    """``environment`` is for those processes. Skips the test where this machine cannot do it."""

    def __init__(self, folder: Path) -> None:
        if sys.platform != "linux" or not shutil.which("cc"):
            pytest.skip("a bad disk takes Linux and a C compiler")
        library, source = folder / "bad_disk.so", Path(__file__).with_name("bad_disk.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"], check=True)
        self._said = folder / "trouble"
        self.trouble("")
        self.environment = {"LD_PRELOAD": str(library), "BAD_DISK": str(self._said)}

    def trouble(self, what: str) -> None:
        """``EIO``, ``EROFS``, so many milliseconds for each fsync, or nothing."""
        self._said.write_text(what)
