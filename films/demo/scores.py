"""The music and the effects of both films and their trailers, written to their cuts."""

from films.demo.instruments import drum, firecrackers, flute, gong, pluck, rustle, shawm, wind
from films.demo.mixing import Desk

PENTATONIC = (0, 2, 4, 7, 9)
LOW = 146.83
"""D3, the lower tonic of both scores."""


def pitch(degree: int, tonic_hz: float = LOW) -> float:
    """The frequency of a step of the pentatonic scale; 5 steps to the octave."""
    octave, step = divmod(degree, 5)
    return float(tonic_hz * 2 ** (octave + PENTATONIC[step] / 12))


def _zither(desk: Desk, at_s: float, degree: int, level: float = 0.5, pan: float = -0.2) -> None:
    desk.add(pluck(pitch(degree), 2.8, 0.55, degree + int(at_s * 97)), at_s, level, pan, 0.45)


def _sweep(desk: Desk, at_s: float, first: int, last: int, step_s: float = 0.055, level: float = 0.24) -> None:
    for index, degree in enumerate(range(first, last, 1 if last > first else -1)):
        _zither(desk, at_s + index * step_s, degree, level * (0.7 + 0.03 * index), -0.5 + index * 0.07)


def _phrase(desk: Desk, at_s: float, beat_s: float, notes: str, level: float, voice: str = "zither") -> None:
    """Play ``degree:beats`` pairs one after another; ``-`` rests."""
    for item in notes.split():
        name, _, length = item.partition(":")
        beats = float(length or 1)
        if name != "-":
            degree = int(name)
            if voice == "flute":
                desk.add(flute(pitch(degree), beats * beat_s * 1.06, degree), at_s, level, 0.25, 0.6)
            elif voice == "shawm":
                desk.add(shawm(pitch(degree), beats * beat_s * 0.94), at_s, level, 0.3, 0.35)
            elif voice == "lute":
                desk.add(pluck(pitch(degree), 1.1, 0.95, degree + int(at_s * 61)), at_s, level, -0.3, 0.25)
            else:
                _zither(desk, at_s, degree, level)
        at_s += beats * beat_s


THEME = "7:1.5 8:.5 9 7 10:2 9 8 7:1.5 5:.5 4 5 7:3 -"
ANSWER = "10:1.5 12:.5 10 9 8:2 7 5 7 8 5 4 5:3 -"


def lantern(duration_ms: int) -> Desk:
    """Zither and flute for Willow Lane; wind where the lamp goes out."""
    desk = Desk(duration_ms)
    beat = 0.72
    _sweep(desk, 0.5, 0, 12)
    desk.add(gong(110, 5), 0.2, 0.28, 0, 0.7)
    _phrase(desk, 2.2, beat, "10:2 9 7 5:2", 0.16, "flute")
    for start in (6.0, 14.64):
        _phrase(desk, start, beat, THEME if start < 14 else ANSWER, 0.5)
        for bar in range(3):
            _phrase(desk, start + bar * beat * 4, beat, "0 2:.5 4:.5 5 4" if bar % 2 else "0 3:.5 5:.5 7 5", 0.24)
    _phrase(desk, 14.4, beat, "- - 12:2 10 9 10:2 9 7 8:3", 0.15, "flute")
    desk.add(wind(7.5, 240, 1100, 3), 21.9, 0.55, -0.4, 0.4)
    desk.add(wind(5.5, 500, 2600, 4), 23.2, 0.28, 0.5, 0.4)
    desk.add(drum(1, 1), 24.6, 0.5, 0, 0.5)
    for index, degree in enumerate((7, 5, 4, 2)):
        _zither(desk, 25.2 + index * 0.95, degree, 0.32)
    _phrase(desk, 29.4, beat, "5:1.5 7:.5 8 7 5:2 4 2 4:2 5", 0.4)
    for index in range(5):
        _zither(desk, 29.4 + index * beat * 2, 0 if index % 2 else 2, 0.22, 0.2)
    _phrase(desk, 36.7, beat, "12:2 10:1 9:1 10:4", 0.15, "flute")
    _sweep(desk, 40.0, 5, 16, 0.07, 0.26)
    _sweep(desk, 43.4, 2, 14, 0.05, 0.3)
    for index in range(9):
        desk.add(drum(0.35, index), 44.0 + index * beat, 0.26, 0, 0.3)
        _phrase(desk, 44.0 + index * beat, beat / 2, "0 5", 0.22)
    _phrase(desk, 44.0, beat, THEME, 0.5)
    _phrase(desk, 44.0, beat, "12:1.5 13:.5 14 12 15:2 14 13 12", 0.15, "flute")
    desk.add(firecrackers(3.5, 6), 45.8, 0.06, 0.6, 0.6)
    _phrase(desk, 50.6, beat * 1.12, "10:1.5 9:.5 7 5 7:2 5:1 4 5:4", 0.16, "flute")
    for index in range(6):
        _phrase(desk, 50.4 + index * beat * 1.5, beat / 2, "0 3 5" if index % 2 else "2 4 7", 0.24)
    _sweep(desk, 57.0, 14, 2, 0.09, 0.2)
    desk.add(gong(98, 4), 57.3, 0.25, 0, 0.8)
    return desk


MARCH = "5:.5 7:.5 8 7:.5 8:.5 10 9:.5 8:.5 7 5:.5 7:.5 8"
REPLY = "10:.5 9:.5 8 7:.5 5:.5 7 8:.5 7:.5 5 4:.5 2:.5 5"


def wedding(duration_ms: int) -> Desk:
    """Lute and drums for the mice; shawms for their wedding."""
    desk = Desk(duration_ms)
    beat = 0.48
    desk.add(rustle(2.2, 1), 0.2, 0.12, -0.3, 0.2)
    for index in range(4):
        desk.add(drum(0.2, index), 0.4 + index * beat, 0.4, -0.2, 0.2)
    _phrase(desk, 2.3, beat, MARCH, 0.5, "lute")
    for verse, start in enumerate((6.1, 13.6, 20.1, 26.6, 33.1)):
        _phrase(desk, start, beat, MARCH if verse % 2 == 0 else REPLY, 0.46, "lute")
        _phrase(desk, start + 3.4, beat, REPLY if verse % 2 == 0 else MARCH, 0.36, "lute")
        for index in range(12):
            desk.add(drum(0.1 if index % 2 else 0.45, index), start + index * beat, 0.2, 0.1, 0.2)
            _phrase(desk, start + index * beat, beat, "0" if index % 4 < 2 else "3", 0.26)
    desk.add(gong(196, 4), 13.6, 0.35, 0.2, 0.6)
    _phrase(desk, 20.2, beat * 2, "4:2 2 3 4:2", 0.13, "flute")
    desk.add(wind(6.6, 300, 1500, 7), 26.4, 0.4, 0.3, 0.3)
    desk.add(rustle(5.5, 8), 26.8, 0.1, -0.4, 0.3)
    desk.add(rustle(0.8, 9), 35.3, 0.35, 0.3, 0.1)
    desk.add(drum(1, 5), 36.1, 0.7, 0.2, 0.4)
    for bar in range(3):
        at = 40.0 + bar * beat * 7
        _phrase(desk, at, beat, MARCH if bar % 2 == 0 else REPLY, 0.17, "shawm")
        _phrase(desk, at, beat, MARCH if bar % 2 == 0 else REPLY, 0.36, "lute")
    for index in range(42):
        desk.add(
            drum(0.8 if index % 4 == 0 else 0.15, index),
            40.0 + index * beat / 2,
            0.4 if index % 4 == 0 else 0.22,
            0,
            0.25,
        )
        if index % 8 == 4:
            desk.add(gong(330, 1.4), 40.0 + index * beat / 2, 0.16, -0.5, 0.4)
    desk.add(firecrackers(7.5, 11), 41.4, 0.13, 0.4, 0.5)
    for index in range(8):
        _phrase(desk, 50.3 + index * beat, beat / 2, ("5 -", "4 -", "2 -", "4 -")[index % 4], 0.24, "lute")
    desk.add(gong(82, 5), 54.5, 0.5, 0, 0.7)
    for index in range(10):
        desk.add(drum(0.1, index), 55.0 + index * 0.17, 0.26, 0.5 - index * 0.1, 0.2)
    _phrase(desk, 57.0, beat, "10:.5 9:.5 8:.5 7:.5 5:3", 0.46, "lute")
    desk.add(gong(147, 3), 58.3, 0.25, 0, 0.7)
    return desk


def lantern_trailer(duration_ms: int) -> Desk:
    """A short promise of the lane."""
    desk = Desk(duration_ms)
    _sweep(desk, 0.1, 0, 13, 0.06, 0.3)
    _phrase(desk, 1.4, 0.62, THEME, 0.5)
    _phrase(desk, 3.0, 0.62, "12:2 10 9 10:2 12:1 14 12:3", 0.15, "flute")
    for index in range(14):
        desk.add(drum(0.9 if index % 4 == 0 else 0.2, index), 3.0 + index * 0.62, 0.3, 0, 0.4)
    desk.add(gong(98, 4), 10.4, 0.4, 0, 0.8)
    return desk


def wedding_trailer(duration_ms: int) -> Desk:
    """A short promise of the feast."""
    desk = Desk(duration_ms)
    for bar in range(4):
        _phrase(desk, 0.3 + bar * 3.08, 0.44, REPLY if bar % 2 else MARCH, 0.4, "lute")
        if bar > 1:
            _phrase(desk, 0.3 + bar * 3.08, 0.44, REPLY if bar % 2 else MARCH, 0.16, "shawm")
    for index in range(56):
        desk.add(
            drum(0.8 if index % 4 == 0 else 0.15, index), 0.3 + index * 0.22, 0.32 if index % 4 == 0 else 0.18, 0, 0.25
        )
    desk.add(firecrackers(3, 12), 8.0, 0.1, 0.4, 0.5)
    desk.add(gong(98, 4), 12.0, 0.45, 0, 0.7)
    return desk
