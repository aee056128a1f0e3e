import threading
from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop, QRunnable

from core import Cancel, CinemaError, Code
from ui.jobs import QtJobRunner


@pytest.fixture
def runner(application: QCoreApplication) -> Iterator[QtJobRunner]:
    assert application
    runner = QtJobRunner()
    yield runner
    runner.close()


def until(holds: Callable[[], object]) -> None:
    deadline = QDeadlineTimer(5000)
    while not holds():
        assert not deadline.hasExpired()
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)


def unexpected(_value: object) -> None:
    pytest.fail("this was not to be called")


def test_the_result_comes_back_on_the_thread_that_made_the_runner(runner: QtJobRunner) -> None:
    threads: list[object] = []

    def work(_cancel: Cancel) -> int:
        threads.append(threading.current_thread())
        return 7

    runner.run(work, lambda result: threads.extend((threading.current_thread(), result)), unexpected)
    until(lambda: len(threads) == 3)
    assert threads[0] is not threading.main_thread()
    assert threads[1:] == [threading.main_thread(), 7]


def test_a_refusal_comes_back_with_its_code(runner: QtJobRunner) -> None:
    codes: list[Code] = []

    def work(_cancel: Cancel) -> None:
        raise CinemaError(Code.OFFLINE, "No line.")

    runner.run(work, unexpected, lambda error: codes.append(error.code))
    until(lambda: codes)
    assert codes == [Code.OFFLINE]


def test_work_that_breaks_is_logged_and_says_internal(runner: QtJobRunner, caplog: pytest.LogCaptureFixture) -> None:
    codes: list[Code] = []
    runner.run(lambda _cancel: 1 // 0, unexpected, lambda error: codes.append(error.code))
    until(lambda: codes)
    assert codes == [Code.INTERNAL]
    assert caplog.records[0].getMessage() == "a job broke"


def test_a_cancelled_job_is_told_and_stays_silent(runner: QtJobRunner) -> None:
    stopped = threading.Event()

    def work(cancel: Cancel) -> None:
        if cancel.wait(5):
            stopped.set()
        cancel.check()

    job = runner.run(work, unexpected, unexpected)
    job.cancel()
    until(stopped.is_set)
    after: list[int] = []
    runner.run(lambda _cancel: 1, after.append, unexpected)
    until(lambda: after)


def test_jobs_leave_no_wrapper_behind(runner: QtJobRunner) -> None:
    before = sum(isinstance(wrapper, QRunnable) for wrapper in shiboken6.getAllValidWrappers())
    done: list[int] = []
    for _ in range(50):
        runner.run(lambda _cancel: 1, done.append, unexpected)
    until(lambda: len(done) == 50)
    assert sum(isinstance(wrapper, QRunnable) for wrapper in shiboken6.getAllValidWrappers()) == before
