"""What is said where libmpv is missing, and what proxies see."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from player.library import ARENAS

ROOT = Path(__file__).parents[2]


def run(code: str, **environment: str) -> str:
    answer = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    return answer.stdout.strip()


def test_a_machine_without_libmpv_gets_one_line_that_says_what_to_install() -> None:
    code = """
from core import CinemaError
from player.library import load_libmpv
try:
    load_libmpv()
except CinemaError as error:
    print(error.code, error.message)
"""
    said = run(code, SMART_CINEMA_LIBMPV="/nowhere/libmpv.so.2")
    assert said.startswith("libmpv-missing")
    assert "Install it" in said
    assert len(said.splitlines()) == 1


def test_a_named_libmpv_is_used_and_numbers_keep_their_point() -> None:
    code = """
import ctypes.util, locale, os
os.environ["SMART_CINEMA_LIBMPV"] = ctypes.util.find_library("mpv") if os.path.isabs(ctypes.util.find_library("mpv")) else ""
from player import libmpv_version
print(libmpv_version(), locale.localeconv()["decimal_point"])
"""
    said = run(code)
    assert "FFmpeg" in said
    assert said.endswith(".")


def test_loopback_requests_go_around_any_proxy() -> None:
    code = """
import os
import platform
from player.library import load_libmpv
load_libmpv()
print("127.0.0.1" in os.environ.get("no_proxy", "").split(","))
"""
    assert run(code, http_proxy="http://192.0.2.1:3128") == "True"


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has arenas")
def test_however_many_threads_come_and_go_their_memory_is_shared() -> None:
    code = """
import ctypes, sys, threading
{first}
library = ctypes.CDLL(None)
library.malloc.restype = library.fdopen.restype = ctypes.c_void_p
library.fdopen.argtypes = [ctypes.c_int, ctypes.c_char_p]
together = threading.Barrier(16)
def take():
    together.wait()
    library.malloc(5000)
    together.wait()
threads = [threading.Thread(target=take) for _ in range(16)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
out = library.fdopen(1, b"w")
library.malloc_info(0, ctypes.c_void_p(out))
library.fflush(ctypes.c_void_p(out))
"""

    def arenas(first: str) -> int:
        return run(code.format(first=first)).count("<heap nr=")

    assert arenas("from player.library import load_libmpv; load_libmpv()") <= ARENAS
    assert arenas("") > ARENAS, "else this test says nothing"
