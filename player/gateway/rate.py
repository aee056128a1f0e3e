"""Which rendition each segment is taken from: a pure choice, and what it rests on."""

import math
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from player.presentation import Piece, Stream

START_BPS = 4_000_000
SAVING_HEIGHT = 720
"""Data saver: the picture is not taller than this."""
THIN_MS, FULL_MS = 5_000, 15_000
"""Below the first a buffer may run dry within a segment or two; above the second a slow moment costs nothing."""
THIN_UP, UP, FULL_UP = 0.6, 0.7, 0.76
THIN_HOLD, HOLD, FULL_HOLD = 0.8, 0.95, 1.2
DOWN = 0.85
"""How much of the measured line a rendition may take: to move up to it while the buffer is thin, neither, and full; to
stay with it likewise; to come down to it. What lies between moving up and staying keeps the picture from swinging."""
LEAST_BYTES = 64 << 10
PATIENCE_S = 1.0
"""How long a segment is watched before it is given up for a smaller one; so little lateness is let be, too."""
START_S = 6.0
"""Before the film plays, a segment is given up only where it would take longer than this."""
NEXT = 5
"""How many segments to come a rendition is judged by."""
REST, LONGEST_REST = 4, 16
"""For so many segments after the picture came down it does not go up: a line that failed once soon fails again. Twice
as many where it came down during the rest."""
SLACK_S = 0.25
"""What is decoded already, and how well a pace is known: so late a segment may be before it is given up."""
RECENT_S = 2.0
"""How far back the bytes of a segment are looked at to tell how fast it comes; less where it is needed sooner, since
a line that fell must not be told from what it was before."""
RECENT_SHARE = 0.25
"""Of the time until a segment is needed, so much is looked back."""
GAP_S = 0.5
"""Where nothing comes for so long the line was down, not slow."""
UNDISTURBED_MS = 60_000
"""A line that does not carry the film is waited for until this much runs without a halt, unless that takes too long."""
BEGIN_WAIT_MS, AGAIN_WAIT_MS = 33_000, 12_000
"""The longest wait for that, before the film begins and where it has halted: people wait more gladly before it."""
HALF_LIFE_S = 5.0
"""How fast the average of a line forgets."""


class Quality(StrEnum):
    """What the viewer asked for."""

    AUTO = "auto"
    BEST = "best"
    SAVER = "saver"


@dataclass(frozen=True)
class Conditions:
    """What the choice rests on, besides the line."""

    screen_height: int | None = None
    """Pixels of the screen; none when unknown."""
    quality: Quality = Quality.AUTO
    trusted_bps: int = START_BPS
    """What the line is trusted to carry before anything was measured."""


@dataclass(frozen=True)
class Gather:
    """What to wait for where a line carries less than the film: so much of it, and about so many bytes."""

    film_ms: int
    size_bytes: int


def gather(throughput_bps: float, needed_bps: float, longest_ms: int) -> Gather | None:
    """How much film to have before it begins or goes on, where the line carries less than the film ``needed_bps``.

    So much that it then runs for `UNDISTURBED_MS`, but no more than comes in ``longest_ms``: a film that halts for
    every segment is worse than one that waits. None where the line carries it, or nothing is known of the line.
    """
    if not 0 < throughput_bps < needed_bps:
        return None
    share = throughput_bps / needed_bps
    film_ms = min(UNDISTURBED_MS * (1 - share), longest_ms * share)
    return Gather(round(film_ms), round(film_ms * needed_bps / 8000))


class Rate:
    """How fast a line is: a weighted average of what was fetched.

    One is enough: what comes too slowly is given up by `relief` before any average would tell, and the line `fell`.
    """

    def __init__(self) -> None:
        self._small: tuple[int, float] = (0, 0.0)
        self._average = self._weight = 0.0

    def add(self, size_bytes: int, seconds: float) -> None:
        """Count one fetch that took so long; small ones together, since alone they tell of delay more than of width."""
        size_bytes, seconds = size_bytes + self._small[0], seconds + self._small[1]
        if size_bytes < LEAST_BYTES:
            self._small = size_bytes, seconds
            return
        self._small = 0, 0.0
        kept = math.pow(0.5, seconds / HALF_LIFE_S)
        self._average = self._average * kept + size_bytes * 8 / seconds * (1 - kept)
        self._weight = self._weight * kept + (1 - kept)

    def fell(self, bps: float) -> None:
        """Forget what the line carried before it fell to so much, or the next segments are chosen for what it was."""
        if bps < self.bps:
            self._weight = 1 - math.pow(0.5, PATIENCE_S / HALF_LIFE_S)
            self._average = bps * self._weight

    @property
    def bps(self) -> int:
        """Bits a second; 0 before the first fetch."""
        return round(self._average / self._weight) if self._weight else 0


def cap(video: tuple[Stream, ...], conditions: Conditions) -> int:
    """The best rendition worth fetching: the smallest that fills the screen, or a small one where data is dear.

    An index in ``video``, which is best first.
    """
    if conditions.quality is Quality.SAVER:
        small = [index for index, stream in enumerate(video) if stream.height <= SAVING_HEIGHT]
        return small[0] if small else len(video) - 1
    if conditions.quality is Quality.AUTO and conditions.screen_height:
        filling = [index for index, stream in enumerate(video) if stream.height >= conditions.screen_height]
        return filling[-1] if filling else 0
    return 0


def decide(
    video: tuple[Stream, ...],
    conditions: Conditions,
    now: int | None,
    throughput_bps: int,
    buffer_ms: int,
    rates_bps: Sequence[int] = (),
    *,
    rested: bool = True,
) -> int:
    """The index in ``video`` (best first) for the next segment.

    ``rates_bps`` are those of the next few segments in every rendition; without them the peaks are taken.

    ``now`` is that of the segment before; ``throughput_bps`` is 0 before anything was measured. Up where the line
    carries it with something to spare, more of it while the buffer is thin; down as soon as the line does not carry
    what is shown, but not for a slow moment while the buffer is full. Not up soon after it came down (not ``rested``).
    """
    best = cap(video, conditions)
    if conditions.quality is Quality.BEST:
        return best

    rates = rates_bps or tuple(stream.bandwidth_bps for stream in video)

    def fitting(budget_bps: float) -> int:
        return next((index for index in range(best, len(video)) if rates[index] <= budget_bps), len(video) - 1)

    if not throughput_bps:
        return fitting(conditions.trusted_bps)
    thin, full = buffer_ms < THIN_MS, buffer_ms >= FULL_MS
    up = fitting(throughput_bps * (THIN_UP if thin else FULL_UP if full else UP))
    if now is None or up == now or (up < now and rested):
        return up
    hold = THIN_HOLD if thin else FULL_HOLD if full else HOLD
    if now >= best and rates[now] <= throughput_bps * hold:
        return now
    return max(fitting(throughput_bps * DOWN), now)


class Pace:
    """How fast one segment comes: by its last bytes, so that a line that was down does not count as a slow one."""

    def __init__(self) -> None:
        self._heard: deque[tuple[float, int]] = deque()

    def add(self, now_s: float, received_bytes: int, due_s: float = math.inf) -> float:
        """Bytes a second, once ``received_bytes`` have come in all; 0 while it is too early to tell.

        The segment is needed in ``due_s`` seconds.
        """
        recent_s = max(PATIENCE_S, min(RECENT_S, due_s * RECENT_SHARE))
        heard = self._heard
        if heard and now_s - heard[-1][0] > GAP_S:
            heard.clear()
        heard.append((now_s, received_bytes))
        while len(heard) > 2 and now_s - heard[1][0] >= recent_s:
            heard.popleft()
        first_s, first_bytes = heard[0]
        return (received_bytes - first_bytes) / (now_s - first_s) if now_s - first_s >= PATIENCE_S else 0.0


def relief(
    sizes_bytes: Sequence[int],
    now: int,
    received_bytes: int,
    bytes_a_second: float,
    due_s: float,
    rates_bps: Sequence[int] = (),
) -> int | None:
    """Which rendition to start anew with while a segment comes too slowly; none while it is better waited for.

    ``sizes_bytes`` are those of the segment in every rendition, best first; it is needed in ``due_s`` seconds. The best
    that is there in time is taken, else the smallest; only where that takes less than half of what is left. Where the
    ``rates_bps`` of the segments to come are known, it is one that the line at this pace goes on carrying: to come
    down once is better than twice.
    """
    if bytes_a_second <= 0:
        return None
    left_s = (sizes_bytes[now] - received_bytes) / bytes_a_second
    if left_s <= max(due_s + SLACK_S, PATIENCE_S):
        return None
    quicker = [
        (index, size / bytes_a_second)
        for index, size in enumerate(sizes_bytes)
        if index > now and size / bytes_a_second < left_s / 2
    ]
    in_time = [index for index, takes_s in quicker if takes_s <= due_s]
    carried = (index for index in in_time if not rates_bps or rates_bps[index] <= bytes_a_second * 8 * DOWN)
    return next(carried, quicker[-1][0] if quicker else None)


def carries_bps(bytes_a_second: float, due_s: float) -> float:
    """What a line is held to carry after a segment was given up; unbounded where there is time to see how it goes on.

    A wide line that is slow for a moment would else be left for nothing.
    """
    return bytes_a_second * 8 if due_s * 1000 < THIN_MS else math.inf


def switchable(video: tuple[Stream, ...]) -> bool:
    """Whether segments of all renditions follow on one another: they carry parameter sets and are cut alike."""
    return len({tuple(piece.duration_ms for piece in stream.pieces) for stream in video}) == 1 and all(
        stream.codecs.startswith(("avc3.", "hev1.")) and stream.init for stream in video
    )


class Ladder:
    """The renditions of one picture as the gateway fetches them. Thread-safe."""

    def __init__(self, video: tuple[Stream, ...], conditions: Conditions) -> None:
        self._lock = threading.Lock()
        self.conditions = conditions
        self.throughput_bps = 0
        self.buffer_ms = 0
        self.playing = False
        """Whether the film has begun."""
        self.halted = False
        """Whether it stands still because nothing more of it was here."""
        self.adapts = len(video) > 1 and switchable(video)
        self._video = video if self.adapts else (video[cap(video, conditions)],)
        self._now = decide(video, conditions, None, 0, 0) if self.adapts else 0
        self._came_down, self._rest = -REST, REST
        """The segment (from 1) at which the line last brought the picture down, and for how many it rests there."""
        self._taken: dict[int, int] = {}
        self.leading = self._video[self._now]
        """The rendition whose initialisation section and times stand for all."""

    def piece(self, number: int, instead: int | None = None) -> Piece | None:
        """What to fetch for a segment (from 1), chosen now; 0 is the initialisation section.

        ``instead`` is what `relief` chose, where a better rendition came too slowly.
        """
        if number == 0 or not self.adapts:
            return self.leading.piece(number)
        with self._lock:
            rates = [stream.rate_bps(number, NEXT) for stream in self._video]
            rested = not 0 <= number - self._came_down < self._rest
            chosen = instead
            if chosen is None:
                now, line = self._now, self.throughput_bps
                chosen = decide(self._video, self.conditions, now, line, self.buffer_ms, rates, rested=rested)
            if chosen > self._now >= cap(self._video, self.conditions):
                self._came_down, self._rest = number, REST if rested else min(2 * self._rest, LONGEST_REST)
            self._now = chosen
            self._taken[number] = self._now
            return self._video[self._now].piece(number)

    def gather(self, number: int, sound_bps: int) -> Gather | None:
        """As `gather`, from a segment on, beside a sound; none while libmpv still has something to show.

        What comes at the last moment is not held: that would halt a film that runs.
        """
        if number == 0 or (self.playing and not self.halted):
            return None
        best = self.conditions.quality is Quality.BEST and self.adapts
        needed = self._video[cap(self._video, self.conditions)] if best else self._video[-1]
        longest_ms = AGAIN_WAIT_MS if self.playing else BEGIN_WAIT_MS
        return gather(self.throughput_bps, needed.rate_bps(number, NEXT) + sound_bps, longest_ms)

    def due_s(self, ahead_ms: int) -> float:
        """When a segment is needed that lies ``ahead_ms`` beyond the one libmpv reads."""
        return (self.buffer_ms + ahead_ms) / 1000 if self.playing else START_S

    def relief(self, number: int, received_bytes: int, bytes_a_second: float, ahead_ms: int) -> int | None:
        """As `relief`, for a segment that lies ``ahead_ms`` beyond the one libmpv reads."""
        if number == 0 or not self.adapts or self.conditions.quality is Quality.BEST:
            return None
        with self._lock:
            now = self._taken[number]
        sizes = [stream.size_bytes(number) for stream in self._video]
        rates = [stream.rate_bps(number + 1, NEXT) for stream in self._video] if self.playing else ()
        return relief(sizes, now, received_bytes, bytes_a_second, self.due_s(ahead_ms), rates)

    def rendition_at(self, time_ms: int) -> Stream:
        """The rendition that a film time was last taken from."""
        with self._lock:
            return self._video[self._taken.get(self.leading.number_at(time_ms), self._now)]
