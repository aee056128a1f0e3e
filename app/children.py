"""A child process of ours that says when it is ready, and goes when we go."""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core import CinemaError, Code

START_S = 30.0
STOP_S = 10.0


def own_command(*arguments: str) -> list[str]:
    """How to run this program again: the frozen executable itself, or the interpreter on ``main.py``."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return [sys.executable, str(Path(__file__).resolve().parents[1] / "main.py"), *arguments]


@contextmanager
def serving(arguments: Sequence[str]) -> Iterator[str]:
    """Run ``serve`` with ``arguments`` until the block ends; yields its base URL once it answers.

    The child stops by itself when its standard input closes, so that it never outlives a parent that died.
    Raises `CinemaError` (server-error) with the child's last words when it does not come up.
    """
    child = subprocess.Popen(  # noqa: S603 - our own program, arguments are ours
        own_command("serve", "--json", "--until-stdin-closes", *arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    ready: queue.Queue[str] = queue.Queue()
    last_words: list[str] = []
    readers = [
        threading.Thread(target=_first_line, args=(child, ready), daemon=True),
        threading.Thread(target=_keep_last, args=(child, last_words), daemon=True),
    ]
    for reader in readers:
        reader.start()
    try:
        try:
            line = ready.get(timeout=START_S)
        except queue.Empty:
            line = ""
        if not line:
            detail = last_words[-1] if last_words else f"it said nothing for {START_S:.0f} s"
            raise CinemaError(Code.SERVER_ERROR, f"The demo box office did not start: {detail}")
        answer = json.loads(line)
        if "error" in answer:
            raise CinemaError(Code(answer["error"]["code"]), answer["error"]["message"])
        yield answer["ready"]
    finally:
        if child.stdin:
            child.stdin.close()
        try:
            child.wait(STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        for reader in readers:
            reader.join(STOP_S)
        for stream in (child.stdout, child.stderr):
            if stream:
                stream.close()


def _first_line(child: "subprocess.Popen[str]", ready: "queue.Queue[str]") -> None:
    assert child.stdout is not None  # noqa: S101 - opened as a pipe above
    ready.put(child.stdout.readline())
    for _line in child.stdout:
        pass


def _keep_last(child: "subprocess.Popen[str]", last_words: list[str]) -> None:
    assert child.stderr is not None  # noqa: S101 - opened as a pipe above
    for line in child.stderr:
        last_words.append(line.strip())
        del last_words[:-20]
