"""Which renditions a picture gets: the rungs that it fills, none larger than itself."""

from dataclasses import dataclass

from core import CinemaError, Code
from films.mastering.options import Rung
from films.safe_paths import is_safe_name


@dataclass(frozen=True)
class Step:
    """A rung with the picture size (even, pixels) it gets for one film."""

    rung: Rung
    width: int
    height: int


def fit_ladder(ladder: tuple[Rung, ...], width: int, height: int) -> tuple[Step, ...]:
    """The steps for a picture of that size (square pixels), best first; never larger than the picture.

    Of rungs that come out at the same size the smallest stays, so a small picture still gets one.
    Raises `CinemaError` (wrong-use) for an empty ladder, unfit or repeated ids.
    """
    ids = [rung.id for rung in ladder]
    if not ladder or len(set(ids)) != len(ids) or not all(map(is_safe_name, ids)):
        raise CinemaError(Code.WRONG_USE, "The ladder needs at least one rung, each with a name of its own.")
    sizes: dict[tuple[int, int], Step] = {}
    for rung in sorted(ladder, key=lambda rung: (-rung.width, -rung.height)):
        scale = min(1.0, rung.width / width, rung.height / height)
        size = (_even(width * scale), _even(height * scale))
        sizes[size] = Step(rung, *size)
    return tuple(sorted(sizes.values(), key=lambda step: (-step.width, -step.height)))


def _even(pixels: float) -> int:
    return max(2, round(pixels / 2) * 2)
