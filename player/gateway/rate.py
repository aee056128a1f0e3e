"""Which rendition to serve: a pure choice."""

from dataclasses import dataclass

from player.presentation import Stream


@dataclass(frozen=True)
class Conditions:
    """What the choice rests on."""

    screen_height: int | None = None
    """Pixels of the output; none when unknown."""
    wanted: str | None = None
    """A rendition's id that the viewer asked for."""


def choose(video: tuple[Stream, ...], conditions: Conditions) -> int:
    """The index in ``video`` (best first): the wanted one, or the smallest that fills the screen, or the best."""
    for index, stream in enumerate(video):
        if stream.id == conditions.wanted:
            return index
    if conditions.screen_height:
        filling = [index for index, stream in enumerate(video) if stream.height >= conditions.screen_height]
        return filling[-1] if filling else 0
    return 0
