"""What of a film was seen: a union of half-open intervals in milliseconds."""

from collections.abc import Iterable

Intervals = tuple[tuple[int, int], ...]
"""Sorted, disjoint and not touching: ``((start_ms, end_ms), ...)``."""

WATCHED_PERCENT = 70


def union(*parts: Iterable[tuple[int, int]], running_time_ms: int) -> Intervals:
    """Everything in any of ``parts``, cut to ``0..running_time_ms``; empty or reversed intervals count for nothing."""
    cut = sorted(
        (max(0, start), min(running_time_ms, end))
        for part in parts
        for start, end in part
        if max(0, start) < min(running_time_ms, end)
    )
    merged: list[tuple[int, int]] = []
    for start, end in cut:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def seen_ms(intervals: Intervals) -> int:
    """How much was seen, each moment counted once."""
    return sum(end - start for start, end in intervals)


def is_watched(seen: int, running_time_ms: int) -> bool:
    """Whether so much was seen that the viewing counts as had: from 70 % of the running time."""
    return running_time_ms > 0 and seen * 100 >= running_time_ms * WATCHED_PERCENT
