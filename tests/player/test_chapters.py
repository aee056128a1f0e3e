from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from player import chapter_from, chapter_starts
from player.chapters import LEAST_MS, MOST

SHOTS = st.lists(st.integers(0, 7_200_000), max_size=400)
LENGTH = st.integers(1, 7_200_000)


@given(SHOTS, LENGTH)
def test_chapters_begin_at_cuts_and_are_few_and_long_enough(shots: list[int], duration_ms: int) -> None:
    found = chapter_starts(shots, duration_ms)
    assert found[0] == 0
    assert set(found[1:]) <= set(shots)
    assert len(found) <= MOST + 1
    assert all(later - earlier >= LEAST_MS for earlier, later in pairwise(found))
    assert all(duration_ms - begin >= LEAST_MS for begin in found[1:])


@given(SHOTS, LENGTH, st.integers(0, 7_200_000))
def test_leaping_forth_goes_on_and_leaping_back_goes_back(shots: list[int], duration_ms: int, position_ms: int) -> None:
    found = chapter_starts(shots, duration_ms)
    forth = chapter_from(found, position_ms, forward=True)
    assert forth is None or forth > position_ms
    back = chapter_from(found, position_ms, forward=False)
    assert back is not None
    assert back <= position_ms


def test_a_short_film_has_its_cuts_and_a_long_one_twelfths() -> None:
    assert chapter_starts((6_000, 9_000, 14_000, 58_000), 60_000) == (0, 6_000, 14_000)
    assert len(chapter_starts(range(0, 7_200_000, 4_000), 7_200_000)) == MOST


def test_back_goes_to_this_chapter_first_and_then_to_the_one_before() -> None:
    found = (0, 10_000, 20_000)
    assert chapter_from(found, 17_000, forward=False) == 10_000
    assert chapter_from(found, 10_500, forward=False) == 0
    assert chapter_from(found, 500, forward=False) == 0
    assert chapter_from(found, 20_000, forward=True) is None
