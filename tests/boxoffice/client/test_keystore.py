"""The system's key store: a real Secret Service where one is needed, and everything that can be wrong with it."""

import os
import shutil
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend

from boxoffice.client import OsKeyStore, SessionKeyStore
from boxoffice.client.dpop import DeviceKey
from boxoffice.client.keystore import VALUE_LIMIT
from core import CinemaError, Code

ROOT = Path(__file__).parents[3]


class MemoryBackend(KeyringBackend):
    """A key store of a few lines, whose ``keep`` may do what real ones do."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def keep(self, value: str) -> str:
        return value

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = self.keep(password)

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


def run_child(code: str, *, home: Path, daemon: str | None, display: str = "") -> str:
    """Runs ``code`` in a child; with ``daemon`` on a D-Bus session of its own after that shell command."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DBUS_", "XDG_"))},
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "error",
        "NO_AT_BRIDGE": "1",
    }
    environment.pop("DISPLAY", None)
    environment |= {"DISPLAY": display} if display else {}
    script = home / "child.py"
    script.write_text(textwrap.dedent(code))
    command = [sys.executable, str(script)]
    if daemon is not None:
        command = ["dbus-run-session", "--", "sh", "-c", f'{daemon} exec "$0" "$1"', *command]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=40, check=False)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip().splitlines()[-1]


UNLOCKED = "printf pw | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1;"
LOCKED = (
    f"{UNLOCKED} dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets"
    " org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null || exit;"
)
needs_daemon = pytest.mark.skipif(
    not Path("/usr/bin/gnome-keyring-daemon").exists() or not Path("/usr/bin/dbus-run-session").exists(),
    reason="needs gnome-keyring and dbus",
)


@needs_daemon
def test_a_real_secret_service_keeps_and_forgets(tmp_path: Path) -> None:
    said = run_child(
        """
        from boxoffice.client import choose_keystore
        store, problem = choose_keystore()
        again, _problem = choose_keystore()
        values = "x" * 1000, "灯" * 300
        for value in values:
            store.set("entry", value)
            assert again.get("entry") == value
        store.delete("entry")
        store.delete("entry")
        print(type(store).__name__, problem, again.get("entry"))
        """,
        home=tmp_path,
        daemon=UNLOCKED,
    )
    assert said == "OsKeyStore None None"
    assert not any(b"x" * 1000 in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_without_d_bus_the_session_is_all_there_is(tmp_path: Path) -> None:
    said = run_child(
        """
        from boxoffice.client import choose_keystore
        store, problem = choose_keystore()
        store.set("entry", "value")
        print(type(store).__name__, problem, store.get("entry"))
        """,
        home=tmp_path,
        daemon=None,
    )
    assert said == "SessionKeyStore keystore-unavailable value"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["child.py"]


ASK_A_LOCKED_ONE = """
    import time
    from boxoffice.client import choose_keystore
    started = time.monotonic()
    store, problem = choose_keystore(timeout_s=1.5)
    print(type(store).__name__, problem, 1.5 <= time.monotonic() - started < 4)
"""


@pytest.fixture
def display() -> Iterator[str]:
    """A private screen, on which a locked key store asks for its password and waits."""
    with subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-nolisten", "tcp"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        assert server.stdout
        yield f":{server.stdout.readline().decode().strip()}"
        server.terminate()


@needs_daemon
@pytest.mark.skipif(not shutil.which("Xvfb"), reason="needs Xvfb")
def test_a_locked_key_store_that_asks_for_its_password_is_given_up_in_time(tmp_path: Path, display: str) -> None:
    said = run_child(ASK_A_LOCKED_ONE, home=tmp_path, daemon=LOCKED, display=display)
    assert said == "SessionKeyStore keystore-unavailable True"


@needs_daemon
def test_a_locked_key_store_that_cannot_ask_is_given_up_at_once(tmp_path: Path) -> None:
    said = run_child(ASK_A_LOCKED_ONE, home=tmp_path, daemon=LOCKED)
    assert said == "SessionKeyStore keystore-unavailable False"


def test_a_call_that_hangs_is_refused_in_time_and_further_calls_at_once() -> None:
    release = threading.Event()

    class Locked(MemoryBackend):
        def get_password(self, service: str, username: str) -> str | None:
            release.wait(20)
            return super().get_password(service, username)

    store = OsKeyStore(Locked(), timeout_s=0.3)
    started = time.monotonic()
    for _ in range(5):
        with pytest.raises(CinemaError) as refused:
            store.get("entry")
        assert refused.value.code is Code.KEYSTORE_UNAVAILABLE
    assert time.monotonic() - started < 1
    release.set()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            assert store.get("entry") is None
            return
        except CinemaError:
            continue
    pytest.fail("the key store was not used again")


def test_a_key_store_that_cuts_values_short_keeps_nothing() -> None:
    class Truncating(MemoryBackend):
        def keep(self, value: str) -> str:
            return value[:512]

    backend = Truncating()
    with pytest.raises(CinemaError) as refused:
        OsKeyStore(backend).set("entry", "x" * 900)
    assert refused.value.code is Code.KEYSTORE_UNAVAILABLE
    assert backend.kept == {}


def test_a_full_key_store_and_one_that_breaks_are_told_without_the_value() -> None:
    class Full(MemoryBackend):
        def keep(self, value: str) -> str:
            raise OSError(28, f"no space for {value}")

    with pytest.raises(CinemaError) as refused:
        OsKeyStore(Full()).set("entry", "secret-value")
    assert refused.value.code is Code.KEYSTORE_UNAVAILABLE
    assert "secret-value" not in f"{refused.value!s}{refused.value!r}"
    assert refused.value.__cause__ is None


def test_values_beyond_what_every_system_holds_are_refused() -> None:
    store = OsKeyStore(MemoryBackend())
    store.set("entry", "x" * VALUE_LIMIT)
    for value in ("", "x" * (VALUE_LIMIT + 1)):
        with pytest.raises(CinemaError):
            store.set("entry", value)
    assert store.get("entry") == "x" * VALUE_LIMIT
    assert len(DeviceKey.generate().to_text()) < 300


def test_a_device_key_comes_back_from_its_text_and_shows_nothing_of_itself() -> None:
    key = DeviceKey.generate()
    assert DeviceKey.from_text(key.to_text()).thumbprint == key.thumbprint
    assert repr(key) == f"DeviceKey({key.thumbprint})"
    for text in ("", "{}", "[]", '{"kty":"oct","k":"AAAA"}', key.to_text().replace('"d"', '"e"')):
        with pytest.raises(CinemaError):
            DeviceKey.from_text(text)


def test_the_session_forgets_what_it_is_told_to() -> None:
    store = SessionKeyStore()
    store.set("entry", "value")
    store.delete("entry")
    store.delete("entry")
    assert store.get("entry") is None
