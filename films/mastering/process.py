"""One run of ffmpeg: fed, watched, stoppable, and told apart when it fails."""

import collections
import errno
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from core import Cancel, Cancelled, CinemaError, Code
from films.mastering.ffmpeg import ffmpeg_path

RESERVE_BYTES = 16 << 20
"""Below this much free space the work stops, while everything finished is still whole."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_LOG_LINES = 400
_STOP_S = 5.0

Frame = bytes | bytearray | memoryview


def disk_full(folder: Path, needed_bytes: int) -> CinemaError:
    """The refusal for a full disk, saying how much would be needed."""
    free = shutil.disk_usage(folder).free
    return CinemaError(
        Code.DISK_FULL,
        f"The disk is full: about {needed_bytes >> 20} MiB more are needed, {free >> 20} MiB are free. "
        "What was finished is kept; make room and run it again.",
        {"needed_bytes": needed_bytes, "free_bytes": free},
    )


@contextmanager
def writing(folder: Path, needed_bytes: int) -> Iterator[None]:
    """Turn the system's ways of saying "full" into `CinemaError` (disk-full), other faults into file-unreadable."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(folder, needed_bytes) from error
        raise CinemaError(Code.FILE_UNREADABLE, f"A file cannot be read or written: {error.strerror}.") from error


def run_ffmpeg(
    arguments: Sequence[str],
    *,
    folder: Path,
    cancel: Cancel,
    on_time: Callable[[int], None] = lambda _time_ms: None,
    fps: float = 0.0,
    needed_bytes: Callable[[], int] = lambda: RESERVE_BYTES,
    frames: Iterable[Frame] | None = None,
    frame_bytes: int = 0,
) -> str:
    """Run ffmpeg in ``folder``; ``on_time`` hears how many ms of the film are done (by time, or by frames at ``fps``).

    Returns the end of its log. With ``frames`` its standard input is fed with them.
    Raises `CinemaError` (cancelled, disk-full, encoder-failed).
    """
    cancel.check()
    command = [ffmpeg_path(), "-hide_banner", "-nostats", "-y", "-progress", "pipe:1", *arguments]
    process = subprocess.Popen(  # noqa: S603 - our own ffmpeg, arguments built here
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL if frames is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pipesize=1 << 20,
    )
    run = _Run(process, folder, cancel, on_time, fps, needed_bytes)
    try:
        if frames is not None:
            run.feed(frames, frame_bytes)
        run.wait()
    finally:
        run.stop()
    return run.log


class _Run:
    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        folder: Path,
        cancel: Cancel,
        on_time: Callable[[int], None],
        fps: float,
        needed_bytes: Callable[[], int],
    ) -> None:
        self._process = process
        self._folder = folder
        self._cancel = cancel
        self._on_time = on_time
        self._fps = fps
        self._needed_bytes = needed_bytes
        self._time_ms = 0
        self._log: collections.deque[str] = collections.deque(maxlen=_LOG_LINES)
        self._readers = [
            threading.Thread(target=target, args=(stream,), name=f"ffmpeg-{name}", daemon=True)
            for name, target, stream in (
                ("progress", self._read_progress, process.stdout),
                ("log", self._read_log, process.stderr),
            )
        ]
        for reader in self._readers:
            reader.start()

    @property
    def log(self) -> str:
        return "\n".join(self._log)

    def feed(self, frames: Iterable[Frame], frame_bytes: int) -> None:
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 - opened as a pipe
        try:
            for frame in frames:
                if len(memoryview(frame).cast("B")) != frame_bytes:
                    raise CinemaError(
                        Code.SOURCE_UNREADABLE, f"A frame is not {frame_bytes} bytes long, as its size asks for."
                    )
                self._look()
                stdin.write(frame)
            stdin.close()
        except (BrokenPipeError, ConnectionResetError):
            return  # ffmpeg has stopped by itself; wait() says why

    def wait(self) -> None:
        while True:
            try:
                self._process.wait(0.05)
                break
            except subprocess.TimeoutExpired:
                self._look()
        for reader in self._readers:
            reader.join(_STOP_S)
        self._on_time(self._time_ms)
        if self._process.returncode != 0:
            raise self._failure()

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.kill()  # what it was writing is made anew, so there is nothing to finish
            self._process.wait()
        for reader in self._readers:
            reader.join(_STOP_S)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                _close(stream)

    def _look(self) -> None:
        if self._cancel.cancelled:
            raise Cancelled
        self._on_time(self._time_ms)
        if shutil.disk_usage(self._folder).free < RESERVE_BYTES:
            raise disk_full(self._folder, self._needed_bytes())

    def _failure(self) -> CinemaError:
        code, log = self._process.returncode, self.log
        too_large = getattr(signal, "SIGXFSZ", None)
        if (
            (too_large is not None and code == -too_large)
            or "No space left on device" in log
            or "File too large" in log
            or "Disk quota exceeded" in log
        ):
            return disk_full(self._folder, self._needed_bytes())
        last = self._log[-1] if self._log else "no message"
        return CinemaError(Code.ENCODER_FAILED, f"ffmpeg stopped with {code}: {last[:200]}", {"exit": code})

    def _read_progress(self, stream: IO[bytes]) -> None:
        for line in stream:
            name, _, value = line.partition(b"=")
            if name == b"out_time_us" and value.strip().lstrip(b"-").isdigit():
                self._time_ms = max(self._time_ms, int(value) // 1000)
            elif name == b"frame" and self._fps and value.strip().isdigit():
                self._time_ms = max(self._time_ms, round(int(value) * 1000 / self._fps))

    def _read_log(self, stream: IO[bytes]) -> None:
        for line in stream:
            text = line.decode("utf-8", "replace").rstrip()
            if text:
                self._log.append(text[:1000])


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:
        return  # what was still in the buffer of a pipe that has no reader any more
