import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Cancel, CinemaError, Code
from player import Pathways, Received
from player.pathways import JUDGED_S, REST_S
from player.presentation import unheard

GOOD = b"the segment"
HASHES = {"a": hashlib.sha256(GOOD).hexdigest()}


class Place:
    """Fails with a code, or gives bytes."""

    def __init__(self, answer: bytes | Code, pace: Callable[[Received], None] = lambda _received: None) -> None:
        self.answer = answer
        self.asked = 0
        self.pace = pace

    def __call__(self, _path: str, _size: int | None, cancel: Cancel, received: Received) -> bytes:
        self.asked += 1
        cancel.check()
        self.pace(received)
        if isinstance(self.answer, Code):
            raise CinemaError(self.answer, "no")
        return self.answer


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def made(*places: Place, **more: Any) -> Pathways:
    return Pathways({str(number): place for number, place in enumerate(places)}, HASHES, **more)


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
    pathways = made(first, second)
    assert ask(pathways) == GOOD
    assert ask(pathways) == GOOD
    assert (first.asked, second.asked) == (1, 2)


def test_a_place_that_failed_is_asked_again_after_its_rest() -> None:
    watch = Watch()
    first, second = Place(Code.OFFLINE), Place(GOOD)
    pathways = made(first, second, clock=watch)
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
    pathways = made(first, second)
    assert code_of(lambda: ask(pathways)) is Code.OFFLINE
    first.answer = second.answer = GOOD
    assert ask(pathways) == GOOD
    assert (first.asked, second.asked) == (2, 1)


def test_a_file_of_which_nothing_was_announced_is_taken_as_it_is() -> None:
    assert ask(made(Place(b"anything")), "b") == b"anything"


def test_who_cancels_has_no_other_place_asked() -> None:
    first, second = Place(GOOD), Place(GOOD)
    cancel = Cancel()
    cancel.cancel()
    assert code_of(lambda: made(first, second)("a", None, cancel, unheard)) is Code.CANCELLED
    assert second.asked == 0


class Pace:
    """Gives 100 kB in tenths of a second at so many bits a second, on a clock of its own."""

    def __init__(self, watch: Watch, bps: int) -> None:
        self.watch, self.bps = watch, bps

    def __call__(self, received: Received) -> None:
        for size_bytes in range(0, 100_000, max(1, self.bps // 80)):
            received(size_bytes)
            self.watch.now += 0.1


def test_a_place_that_does_not_carry_the_film_is_left_for_one_that_does() -> None:
    watch = Watch()
    slow, quick = Place(GOOD, Pace(watch, 100_000)), Place(GOOD, Pace(watch, 2_000_000))
    pathways = made(slow, quick, least_bps=500_000, clock=watch)
    assert ask(pathways) == GOOD
    assert watch.now < 3
    assert ask(pathways) == GOOD
    assert (slow.asked, quick.asked) == (1, 2)


def test_where_every_place_is_slow_it_is_the_line_and_nothing_is_given_up_for_a_while() -> None:
    watch = Watch()
    first, second = (Place(GOOD, Pace(watch, 100_000)) for _ in range(2))
    pathways = made(first, second, least_bps=500_000, clock=watch)
    assert ask(pathways) == GOOD
    assert (first.asked, second.asked) == (1, 1)
    watch.now += REST_S
    assert ask(pathways) == GOOD
    assert (first.asked, second.asked) == (2, 1)
    watch.now += JUDGED_S
    assert ask(pathways) == GOOD
    assert (first.asked, second.asked) == (3, 2)


def test_a_slow_place_is_better_than_none() -> None:
    watch = Watch()
    slow, none = Place(GOOD, Pace(watch, 100_000)), Place(Code.OFFLINE)
    assert ask(made(slow, none, least_bps=500_000, clock=watch)) == GOOD
    assert (slow.asked, none.asked) == (2, 1)


def test_the_box_office_may_steer_to_other_places_while_a_film_plays() -> None:
    near, far = Place(GOOD), Place(GOOD)
    pathways = Pathways({"near": near, "far": far}, HASHES)
    ask(pathways)
    pathways.steer({"far": far, "near": near})
    ask(pathways)
    far.answer = Code.OFFLINE
    ask(pathways)
    pathways.steer({"far": far})
    far.answer = GOOD
    ask(pathways)
    assert (near.asked, far.asked) == (2, 3)


PASSING = (Code.OFFLINE, Code.SERVER_ERROR)
FAULTS = st.sampled_from([Code.OFFLINE, Code.SERVER_ERROR, Code.NOT_FOUND, Code.REFUSED, b"altered"])


@given(st.lists(FAULTS | st.just(GOOD), min_size=1, max_size=5))
def test_one_good_place_is_enough_wherever_it_stands(answers: list[bytes | Code]) -> None:
    assert ask(made(*map(Place, answers), Place(GOOD))) == GOOD


@given(st.lists(FAULTS, min_size=1, max_size=5))
def test_where_all_fail_a_reason_that_may_pass_counts_most(answers: list[bytes | Code]) -> None:
    code = code_of(lambda: ask(made(*map(Place, answers))))
    assert (code in PASSING) == any(answer in PASSING for answer in answers)
