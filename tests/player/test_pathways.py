import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Cancel, CinemaError, Code
from player import Pathways, Received
from player.pathways import REST_S
from player.presentation import unheard

GOOD = b"the segment"
HASHES = {"a": hashlib.sha256(GOOD).hexdigest()}


class Place:
    """Fails with a code, or gives bytes."""

    def __init__(self, answer: bytes | Code) -> None:
        self.answer = answer
        self.asked = 0

    def __call__(self, _path: str, _size: int | None, cancel: Cancel, _received: Received) -> bytes:
        self.asked += 1
        cancel.check()
        if isinstance(self.answer, Code):
            raise CinemaError(self.answer, "no")
        return self.answer


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def ask(pathways: Pathways, path: str = "a") -> bytes:
    return pathways(path, None, Cancel(), unheard)


def code_of(call: Callable[[], object]) -> Code:
    with pytest.raises(CinemaError) as caught:
        call()
    return caught.value.code


@pytest.mark.parametrize(
    "fault", [Code.OFFLINE, Code.SERVER_ERROR, Code.NOT_FOUND, Code.REFUSED, Code.CERTIFICATE, b"other bytes", b""]
)
def test_where_one_place_fails_the_next_one_is_asked_at_once(fault: bytes | Code) -> None:
    first, second = Place(fault), Place(GOOD)
    pathways = Pathways((first, second), HASHES)
    assert ask(pathways) == GOOD
    assert ask(pathways) == GOOD
    assert (first.asked, second.asked) == (1, 2)


def test_a_place_that_failed_is_asked_again_after_its_rest() -> None:
    watch = Watch()
    first, second = Place(Code.OFFLINE), Place(GOOD)
    pathways = Pathways((first, second), HASHES, watch)
    ask(pathways)
    first.answer = GOOD
    watch.now = REST_S - 1
    ask(pathways)
    assert first.asked == 1
    watch.now = REST_S + 1
    ask(pathways)
    assert (first.asked, second.asked) == (2, 2)


def test_a_line_that_is_down_everywhere_rests_no_place() -> None:
    first, second = Place(Code.OFFLINE), Place(Code.OFFLINE)
    pathways = Pathways((first, second), HASHES)
    assert code_of(lambda: ask(pathways)) is Code.OFFLINE
    first.answer = second.answer = GOOD
    assert ask(pathways) == GOOD
    assert (first.asked, second.asked) == (2, 1)


def test_a_file_of_which_nothing_was_announced_is_taken_as_it_is() -> None:
    assert ask(Pathways((Place(b"anything"),), HASHES), "b") == b"anything"


def test_who_cancels_has_no_other_place_asked() -> None:
    first, second = Place(GOOD), Place(GOOD)
    cancel = Cancel()
    cancel.cancel()
    assert code_of(lambda: Pathways((first, second), HASHES)("a", None, cancel, unheard)) is Code.CANCELLED
    assert second.asked == 0


PASSING = (Code.OFFLINE, Code.SERVER_ERROR)
FAULTS = st.sampled_from([Code.OFFLINE, Code.SERVER_ERROR, Code.NOT_FOUND, Code.REFUSED, b"altered"])


@given(st.lists(FAULTS | st.just(GOOD), min_size=1, max_size=5))
def test_one_good_place_is_enough_wherever_it_stands(answers: list[bytes | Code]) -> None:
    assert ask(Pathways([*map(Place, answers), Place(GOOD)], HASHES)) == GOOD


@given(st.lists(FAULTS, min_size=1, max_size=5))
def test_where_all_fail_a_reason_that_may_pass_counts_most(answers: list[bytes | Code]) -> None:
    code = code_of(lambda: ask(Pathways([*map(Place, answers)], HASHES)))
    assert (code in PASSING) == any(answer in PASSING for answer in answers)
