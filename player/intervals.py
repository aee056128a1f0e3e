"""What was really shown: a union of half-open intervals in film time."""

Interval = tuple[int, int]


def with_interval(intervals: tuple[Interval, ...], start_ms: int, end_ms: int) -> tuple[Interval, ...]:
    """The union of ``intervals`` (sorted, apart) and one more; an empty one changes nothing."""
    if end_ms <= start_ms:
        return intervals
    before = [interval for interval in intervals if interval[1] < start_ms]
    after = [interval for interval in intervals if interval[0] > end_ms]
    touching = intervals[len(before) : len(intervals) - len(after)]
    merged = (min([start_ms, *(item[0] for item in touching)]), max([end_ms, *(item[1] for item in touching)]))
    return (*before, merged, *after)


def total_ms(intervals: tuple[Interval, ...]) -> int:
    """How much film that is."""
    return sum(end - start for start, end in intervals)
