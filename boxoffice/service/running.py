"""Running the service: one process, or several on one socket, and stopping without cutting anybody off."""

import logging
import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

import uvicorn

from boxoffice.service.config import ServiceConfig
from boxoffice.service.metrics import SHARED_DIR
from boxoffice.service.server import STOPPING, create_app
from core import CinemaError, Clock, Code

log = logging.getLogger(__name__)

OPEN = "open"
TICK_S = 0.2
KILL_AFTER_S = 5


class _Uvicorn(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, opened: Callable[[], None], stop: threading.Event | None) -> None:
        super().__init__(config)
        self._opened = opened
        self._stop = stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._opened()

    async def on_tick(self, counter: int) -> bool:
        if self._stop is not None and self._stop.is_set():
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.lifespan.state[STOPPING]()
        await super().shutdown(sockets)


def serve(
    config: ServiceConfig,
    ready: Callable[[str], None],
    stop: threading.Event | None = None,
    clock: Clock | None = None,
    prepare: Callable[[], None] | None = None,
) -> None:
    """Serve until interrupted or until ``stop`` is set; ``ready`` is told the base URL once the port answers.

    With several workers, each calls ``prepare`` first (it is pickled), and keeps the system's clock. Raises
    `CinemaError`: wrong-use if the address cannot be listened on, internal if the workers do not start.
    """
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    # With the protocol named, asyncio sends small answers at once (TCP_NODELAY).
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((config.host, config.port))
        except OSError as error:
            raise CinemaError(Code.WRONG_USE, f"Cannot listen on {config.host} port {config.port}: {error}.") from error
        config = replace(config, port=listener.getsockname()[1])
        if config.workers == 1:
            _run(config, listener, lambda: ready(config.issuer), stop, clock)
            return
        with _shared_figures():
            _Workers(config, listener, prepare).run(lambda: ready(config.issuer), stop or threading.Event())


def _run(
    config: ServiceConfig,
    listener: socket.socket,
    opened: Callable[[], None],
    stop: threading.Event | None,
    clock: Clock | None,
) -> None:
    settings = uvicorn.Config(
        create_app(config, clock),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # who asked is found in one place: addresses.py
        lifespan="on",
        timeout_graceful_shutdown=config.drain_s,
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=32 * 1024,
        backlog=2048,
    )
    _Uvicorn(settings, opened, stop).run([listener])


@dataclass(frozen=True)
class _Worker:
    process: BaseProcess
    line: Connection
    """Says `OPEN`; the worker stops when it closes, and so never outlives us."""


class _Workers:
    """Processes that take requests from one socket; one that ends is replaced."""

    def __init__(self, config: ServiceConfig, listener: socket.socket, prepare: Callable[[], None] | None) -> None:
        self._config, self._listener, self._prepare = config, listener, prepare
        self._context = get_context("spawn")

    def run(self, opened: Callable[[], None], stop: threading.Event) -> None:
        workers: list[_Worker] = []
        try:
            workers += [self._start() for _ in range(self._config.workers)]
            for worker in workers:
                if not self._is_open(worker, stop):
                    raise CinemaError(Code.INTERNAL, "A worker did not start; the log says why.")
            if not stop.is_set():
                opened()
            while not stop.is_set():
                wait([worker.process.sentinel for worker in workers], TICK_S)
                workers = [worker if worker.process.is_alive() else self._replace(worker) for worker in workers]
        finally:
            self._stop(workers)

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(self._config, self._listener, theirs, self._prepare))
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _is_open(self, worker: _Worker, stop: threading.Event) -> bool:
        while not stop.is_set():
            if worker.line.poll(TICK_S):
                with suppress(EOFError):
                    return bool(worker.line.recv() == OPEN)
                return False
        return True

    def _replace(self, worker: _Worker) -> _Worker:
        log.error("a worker ended (%s); another takes its place", worker.process.exitcode)
        from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415 - reads SHARED_DIR when imported

        mark_process_dead(worker.process.pid)  # type: ignore[no-untyped-call]
        worker.line.close()
        time.sleep(TICK_S)
        return self._start()

    def _stop(self, workers: list[_Worker]) -> None:
        # Else the system would take connections that nobody reads, and cut them off in the end.
        self._listener.close()
        for worker in workers:
            worker.line.close()
        deadline = time.monotonic() + self._config.drain_s + KILL_AFTER_S
        for worker in workers:
            worker.process.join(max(0.0, deadline - time.monotonic()))
            if worker.process.is_alive():
                log.error("a worker did not stop in time; it is ended")
                worker.process.kill()
                worker.process.join()


@contextmanager
def _shared_figures() -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="box-office-figures-") as folder:
        os.environ[SHARED_DIR] = folder
        try:
            yield
        finally:
            del os.environ[SHARED_DIR]


def _work(config: ServiceConfig, listener: socket.socket, line: Connection, prepare: Callable[[], None] | None) -> None:
    if prepare is not None:
        prepare()
    stop = threading.Event()

    def until_it_closes() -> None:
        with suppress(EOFError, OSError):
            line.recv()
        stop.set()

    def opened() -> None:
        with suppress(OSError):
            line.send(OPEN)

    threading.Thread(target=until_it_closes, daemon=True).start()
    _run(config, listener, opened, stop, None)
