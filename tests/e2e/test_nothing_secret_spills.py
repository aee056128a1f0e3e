"""Fault 21: no key and no token in a log, a crash report, an argument, an environment or a temporary file."""

import base64
import json
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

DRIVER = Path(__file__).with_name("spill.py")
NEEDED = {"password", "access_token", "refresh_token", "id_token", "content key", "device key", "gateway token", "play's name"}  # fmt: skip


def forms(secret: bytes) -> Iterator[bytes]:
    """How a secret may have been written down."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    yield base64.b64encode(secret).rstrip(b"=")
    yield base64.urlsafe_b64encode(secret).rstrip(b"=")
    yield repr(secret)[2:-1].encode()


def found_in(data: bytes, secrets: dict[str, bytes]) -> set[str]:
    return {name for name, secret in secrets.items() if any(form in data for form in forms(secret))}


def files_of(*folders: Path) -> dict[Path, tuple[int, int]]:
    """Every file with its time and size."""
    found = (path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in found}


def test_the_search_finds_a_secret_in_every_form() -> None:
    secrets = {"key": bytes(range(240, 256))}
    for form in forms(secrets["key"]):
        assert found_in(b"log: " + form + b"\n", secrets) == {"key"}
    assert found_in(b"nothing of the kind", secrets) == set()


@pytest.mark.e2e
@pytest.mark.timeout(200)
def test_a_film_that_is_bought_watched_and_crashed_leaves_no_secret_behind(
    screen: dict[str, str], demo_home: Path, tmp_path: Path
) -> None:
    home, out, temporary = tmp_path / "home", tmp_path / "out", tmp_path / "temporary"
    shutil.copytree(demo_home, home)
    for folder in (out, temporary):
        folder.mkdir()
    before = files_of(home)
    secrets_file = tmp_path / "secrets.json"
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(home), str(out), str(secrets_file)],
        env={**screen, "TMPDIR": str(temporary), "TMP": str(temporary), "QT_QUICK_BACKEND": "software"},
        cwd=out,
        capture_output=True,
        check=False,
        timeout=180,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (hard, hard)),
    )
    assert done.returncode == -signal.SIGSEGV, (done.stdout + done.stderr).decode()
    secrets = {name: base64.b64decode(text) for name, text in json.loads(secrets_file.read_text()).items()}
    assert {name.rstrip(" 0123456789") for name in secrets} == NEEDED
    written = {path: facts for path, facts in files_of(home, out, temporary).items() if before.get(path) != facts}
    assert {"smart-cinema.log", "crash.txt", "0.cmdline", "1.cmdline", "1.environ"} <= {path.name for path in written}
    assert "Segmentation fault" in (out / "crash.txt").read_text()
    assert b"ZeroDivisionError" in done.stderr
    assert b" DEBUG " in done.stderr  # every log was open
    spilled = {path.name: found for path in written if (found := found_in(path.read_bytes(), secrets))}
    spilled |= {"printed": found} if (found := found_in(done.stdout + done.stderr, secrets)) else {}
    assert spilled == {}
    for number in (0, 1):
        limits = (out / f"{number}.limits").read_text().splitlines()
        (core,) = [line.split() for line in limits if line.startswith("Max core file size")]
        assert core[4:6] == ["0", "0"], "a core dump would hold what lies in memory"
