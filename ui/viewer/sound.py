"""The sound of what plays: which of the film's sounds, night mode, how late it comes, and what it is sent to."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from player import PlayerState, Speakers
from player.presentation import Stream
from ui.formats import language_name
from ui.props import showing
from ui.viewer.services import Services

if TYPE_CHECKING:
    from player import Player

KEPT_DELAYS = 50
"""Of how many films the delay of the sound is remembered."""


@dataclass(frozen=True)
class SoundInputs:
    """What the choices are made of."""

    language: str = "en"
    sounds: tuple[Stream, ...] = ()
    state: PlayerState = field(default_factory=PlayerState)
    speakers: str = Speakers.AUTO


@dataclass(frozen=True)
class SoundProps:
    """What QML shows; every sound has ``value``, ``language``, ``role`` and whether it is ``surround``."""

    sounds: tuple[object, ...]
    sound: int
    night: bool
    delay: int
    speakers: str


def derive_sound(inputs: SoundInputs) -> SoundProps:
    """The sounds by their names in the interface language."""
    return SoundProps(
        sounds=tuple(
            {
                "value": number,
                "language": language_name(sound.language, inputs.language) if sound.language else "",
                "role": sound.role,
                "surround": sound.channels > 2,
            }
            for number, sound in enumerate(inputs.sounds)
        ),
        sound=inputs.state.sound,
        night=inputs.state.night,
        delay=inputs.state.sound_delay_ms,
        speakers=inputs.speakers,
    )


def pick_sound(sounds: Sequence[Stream], language: str | None, role: str, *, surround: bool) -> int:
    """The sound nearest to a wish: first what it is for, then its language, then its channels.

    Without a language the film's own is meant, which is the first one's.
    """

    def nearness(number: int) -> tuple[bool, bool, bool, bool, int]:
        sound = sounds[number]
        spoken = sound.language or ""
        wanted = language or sounds[0].language or ""
        return (
            sound.role == role,
            sound.role == "main",
            spoken.partition("-")[0] == wanted.partition("-")[0],
            (sound.channels > 2) == surround,
            -number,
        )

    return max(range(len(sounds)), key=nearness, default=0)


class SoundViewModel(showing(SoundProps)):  # type: ignore[misc]
    """Changes the sound at once and remembers the choice."""

    def __init__(self, services: Services) -> None:
        self._inputs = SoundInputs(language=services.language)
        super().__init__(derive_sound(self._inputs))
        self._services = services
        self._player: Player | None = None
        self._film = ""

    def wanted(self, sounds: tuple[Stream, ...]) -> int:
        """Which of a film's sounds the viewer would choose."""
        chosen = self._services.preferences.current
        return pick_sound(sounds, chosen.sound_language, chosen.sound_role, surround=chosen.surround)

    def begin(self, player: "Player", film: str) -> None:
        """Follow a player that has just opened ``film``; an empty name is remembered nowhere."""
        chosen = self._services.preferences.current
        self._player, self._film = player, film
        player.set_night(chosen.night)
        player.set_sound_delay(chosen.sound_delays.get(film, 0))
        player.set_speakers(Speakers(chosen.speakers) if chosen.speakers in tuple(Speakers) else Speakers.AUTO)
        feature = player.feature
        self._feed(sounds=feature.presentation.audio if feature else (), state=player.state, speakers=chosen.speakers)

    def follow(self, state: PlayerState) -> None:
        """What the player says now."""
        self._feed(state=state)

    def relabel(self) -> None:
        """The names in the language that holds now."""
        self._feed(language=self._services.language)

    @Slot(int)
    def choose(self, number: int) -> None:
        """Another sound, at the same place."""
        if self._player and 0 <= number < len(self._inputs.sounds):
            sound = self._inputs.sounds[number]
            own = sound.language == self._inputs.sounds[0].language
            self._services.preferences.change(
                sound_language=None if own else sound.language, sound_role=sound.role, surround=sound.channels > 2
            )
            self._player.set_sound(number)

    @Slot()
    def next(self) -> None:
        """The next sound, round and round."""
        if self._inputs.sounds:
            self.choose((self._inputs.state.sound + 1) % len(self._inputs.sounds))

    @Slot(bool)
    def set_night(self, on: bool) -> None:
        """Quiet made louder and loud quieter, for all films."""
        self._services.preferences.change(night=on)
        if self._player:
            self._player.set_night(on)

    @Slot(int)
    def shift(self, delta_ms: int) -> None:
        """The sound later by so much, or earlier; 0 puts it back. Remembered for this film."""
        if self._player:
            self._player.set_sound_delay(self._inputs.state.sound_delay_ms + delta_ms if delta_ms else 0)
            if self._film:
                delays = dict(self._services.preferences.current.sound_delays)
                delays.pop(self._film, None)
                if self._player.state.sound_delay_ms:
                    delays[self._film] = self._player.state.sound_delay_ms
                kept = dict(list(delays.items())[-KEPT_DELAYS:])
                self._services.preferences.change(sound_delays=kept)

    @Slot(str)
    def set_speakers(self, speakers: str) -> None:
        """``auto``, ``stereo`` or ``receiver``."""
        self._services.preferences.change(speakers=speakers)
        if self._player:
            self._player.set_speakers(Speakers(speakers))
        self._feed(speakers=speakers)

    def _feed(self, **changes: object) -> None:
        self._inputs = replace(self._inputs, **changes)  # type: ignore[arg-type]
        self.show(derive_sound(self._inputs))
