"""Where a sign-in is kept between sessions: the system's key store, or only this process's memory. Never a file."""

import importlib
import sys
import threading
from collections.abc import Callable
from typing import Protocol, TypeVar, cast

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from core import CinemaError, Code

T = TypeVar("T")

SERVICE = "Smart Cinema"
VALUE_LIMIT = 1000
"""Characters in one entry; the Windows Credential Manager holds about 1,280."""
TIMEOUT_S = 10.0
PROBE = "probe"

BACKENDS = {
    "linux": ("keyring.backends.SecretService", "Keyring"),
    "darwin": ("keyring.backends.macOS", "Keyring"),
    "win32": ("keyring.backends.Windows", "WinVaultKeyring"),
}


class KeyStore(Protocol):
    """Keeps short secrets by name. Every method may raise `CinemaError` (keystore-unavailable)."""

    lasting: bool
    """Whether what is kept is there after the program has ended."""

    def get(self, name: str) -> str | None:
        """What was kept under that name."""
        ...

    def set(self, name: str, value: str) -> None:
        """Keep at most `VALUE_LIMIT` characters."""
        ...

    def delete(self, name: str) -> None:
        """Forget; nothing happens where nothing was kept."""
        ...


class SessionKeyStore:
    """Memory of this process; gone when it ends."""

    lasting = False

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> str | None:
        """What was kept under that name."""
        with self._lock:
            return self._values.get(name)

    def set(self, name: str, value: str) -> None:
        """Keep until the process ends."""
        with self._lock:
            self._values[name] = value

    def delete(self, name: str) -> None:
        """Forget."""
        with self._lock:
            self._values.pop(name, None)


class OsKeyStore:
    """The Secret Service, the Keychain or the Windows Credential Manager.

    A locked key store blocks its caller while it asks the person, so every call runs on a thread of its own and is
    given up after ``timeout_s``; while such a thread still hangs, further calls are refused at once.
    """

    lasting = True

    def __init__(self, backend: KeyringBackend, service: str = SERVICE, timeout_s: float = TIMEOUT_S) -> None:
        self._backend = backend
        self._service = service
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._hanging: threading.Thread | None = None

    def get(self, name: str) -> str | None:
        """What was kept under that name. Raises `CinemaError` (keystore-unavailable)."""
        return self._call(lambda: self._backend.get_password(self._service, name))

    def set(self, name: str, value: str) -> None:
        """Keep ``value`` and read it back. Raises `CinemaError` (keystore-unavailable) if it did not arrive whole."""
        if not 0 < len(value) <= VALUE_LIMIT:
            raise CinemaError(
                Code.KEYSTORE_UNAVAILABLE, f"Only 1 to {VALUE_LIMIT} characters fit into an entry of the key store."
            )
        self._call(lambda: self._backend.set_password(self._service, name, value))
        if self.get(name) != value:
            self.delete(name)
            raise CinemaError(
                Code.KEYSTORE_UNAVAILABLE, "The key store did not keep what was given to it; the entry was removed."
            )

    def delete(self, name: str) -> None:
        """Forget. Raises `CinemaError` (keystore-unavailable)."""

        def forget() -> None:
            try:
                self._backend.delete_password(self._service, name)
            except PasswordDeleteError:
                if self._backend.get_password(self._service, name) is not None:
                    raise

        self._call(forget)

    def _call(self, work: Callable[[], T]) -> T:
        answers: list[T] = []
        failures: list[BaseException] = []

        def run() -> None:
            try:
                answers.append(work())
            except BaseException as error:
                failures.append(error)

        with self._lock:
            if self._hanging and self._hanging.is_alive():
                raise CinemaError(Code.KEYSTORE_UNAVAILABLE, "The key store still waits to be unlocked.")
            thread = threading.Thread(target=run, name="key store", daemon=True)
            thread.start()
            thread.join(self._timeout_s)
            self._hanging = thread if thread.is_alive() else None
        if answers:
            return answers[0]
        if failures:
            raise CinemaError(
                Code.KEYSTORE_UNAVAILABLE, f"The key store refused ({type(failures[0]).__name__})."
            ) from None
        raise CinemaError(Code.KEYSTORE_UNAVAILABLE, "The key store does not answer; it may be locked.")


def choose_keystore(timeout_s: float = TIMEOUT_S) -> tuple[KeyStore, Code | None]:
    """This system's key store, proved by a reading; else memory, with the code of the reason.

    The back end is named in code, because a frozen build has no entry points to find it by.
    """
    try:
        module, name = BACKENDS["linux" if sys.platform.startswith(("linux", "freebsd")) else sys.platform]
        backend = cast("type[KeyringBackend]", getattr(importlib.import_module(module), name))
        store = OsKeyStore(backend(), timeout_s=timeout_s)
        store.get(PROBE)
    except CinemaError as error:
        return SessionKeyStore(), error.code
    except (KeyError, ImportError, AttributeError, RuntimeError):
        return SessionKeyStore(), Code.KEYSTORE_UNAVAILABLE
    return store, None
