"""The demo's programme: each film with its words, its shots, its score and its pictures."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import skia

from core import Words
from films.demo import lantern, lantern_tellings, lantern_words, scores, wedding, wedding_words
from films.demo.drawing import HEIGHT, WIDTH, Studio
from films.demo.film import Quality, Reel, Shot, cuts_ms, opening
from films.demo.mixing import Desk, save_wav
from films.demo.note_pictures import DRAWN, PORTRAIT
from films.demo.posters import lantern_poster, wedding_poster, write_jpeg
from films.demo.words import Line, Remark, Tellings, write_words

QUICK_MS = 20_000
QUICK_TRAILER_MS = 6_000
SIZES: dict[Quality, tuple[int, int]] = {"full": (WIDTH, HEIGHT), "quick": (512, 270)}


@dataclass(frozen=True)
class DemoFilm:
    """A short film made by code, and all that a cinema needs to show and sell it."""

    id: str
    names: Words
    original_name: str
    synopsis: Words
    tagline: Words
    directors: tuple[Words, ...]
    year: int
    accent: str
    seek: bool
    """A hint for the house rules: whether viewers may move about in the film."""
    shots: tuple[Shot, ...]
    trailer_shots: tuple[Shot, ...]
    lines: tuple[Line, ...]
    remarks: tuple[Remark, ...]
    score: Callable[[int], Desk]
    trailer_score: Callable[[int], Desk]
    poster: Callable[[Studio, skia.Canvas], None]
    still: tuple[str, float]
    """The shot and its moment (seconds) that the backdrop shows."""
    tellings: Tellings = field(default_factory=dict)
    """The notes in further languages."""

    @property
    def shots_ms(self) -> tuple[int, ...]:
        """When the hard cuts are."""
        return cuts_ms(self.shots)

    def frames(self, quality: Quality = "full", sound: Path | None = None) -> Reel:
        """The film as a source for mastering; ``sound`` is its finished WAV."""
        shots = self.shots if quality == "full" else opening(self.shots, QUICK_MS)
        return Reel(self.id, shots, *SIZES[quality], sound)

    def trailer_frames(self, quality: Quality = "full", sound: Path | None = None) -> Reel:
        """The trailer likewise."""
        shots = self.trailer_shots if quality == "full" else opening(self.trailer_shots, QUICK_TRAILER_MS)
        return Reel(f"{self.id}-trailer", shots, *SIZES[quality], sound)

    def write_sound(self, path: Path, quality: Quality = "full", trailer: bool = False) -> None:
        """Play the score into a WAV file."""
        reel = self.trailer_frames(quality) if trailer else self.frames(quality)
        save_wav((self.trailer_score if trailer else self.score)(reel.duration_ms).mix(), path)

    def write_texts(self, folder: Path, quality: Quality = "full") -> tuple[dict[str, Path], dict[str, Path]]:
        """Write subtitles and notes, with their pictures beside; gives back the files of each by language."""
        for name in (PORTRAIT, *(remark.picture for remark in self.remarks if remark.picture)):
            size, draw = DRAWN[name]
            write_jpeg(folder / name, *size, 1.0, draw)
        return write_words(folder, self.lines, self.remarks, self.frames(quality).duration_ms, self.tellings)

    def write_posters(self, folder: Path) -> tuple[Path, Path]:
        """Draw the poster (1200x1800) and the backdrop (1920x1080)."""
        poster, backdrop = folder / "poster.jpg", folder / "backdrop.jpg"
        write_jpeg(poster, 1200, 1800, 1.0, lambda canvas: self.poster(Studio(1.0), canvas))
        shot = next(shot for shot in self.shots if shot.name == self.still[0])
        paint = shot.build(Studio(1.0))

        def draw(canvas: skia.Canvas) -> None:
            canvas.translate(-(WIDTH - 1920) / 2, 0)
            paint(canvas, self.still[1])

        write_jpeg(backdrop, 1920, 1080, 1.0, draw)
        return poster, backdrop


def _cut(shots: tuple[Shot, ...], *picks: tuple[str, int, int]) -> tuple[Shot, ...]:
    scenes = {shot.name: shot for shot in shots}
    return tuple(Shot(name, duration_ms, scenes[name].build, from_ms) for name, from_ms, duration_ms in picks)


FILMS = (
    DemoFilm(
        id="lantern-on-willow-lane",
        names={"en": "The Lantern on Willow Lane", "zh-Hans": "柳巷灯"},
        original_name="柳巷灯",
        synopsis={
            "en": "On the night of the Lantern Festival a girl carries her rabbit lantern down Willow Lane. "
            "A gust puts it out, a riddle stays unsolved, and the answer waits in a bowl. "
            "An animated short without spoken words, told in titles and music, drawn entirely by code.",
            "zh-Hans": "元宵夜，小女孩提着兔子灯走过柳巷。一阵风吹灭了灯，一道灯谜没有猜出，答案却在碗里。"
            "无对白动画短片，以字幕和音乐讲述，全片由代码绘制。",
        },
        tagline={"en": "One small light, and a riddle.", "zh-Hans": "一盏小灯，一道谜。"},
        directors=({"en": "Smart Cinema", "zh-Hans": "智影"},),
        year=2026,
        accent="#e8792f",
        seek=True,
        shots=lantern.SHOTS,
        trailer_shots=_cut(
            lantern.SHOTS,
            ("bridge", 500, 2500),
            ("lane", 2000, 3000),
            ("riddles", 1500, 2500),
            ("gust", 1500, 2000),
            ("relight", 1000, 2000),
            ("title", 2500, 2000),
        ),
        lines=lantern_words.LINES,
        remarks=lantern_words.REMARKS,
        tellings=lantern_tellings.TELLINGS,
        score=scores.lantern,
        trailer_score=scores.lantern_trailer,
        poster=lantern_poster,
        still=("bridge", 3.0),
    ),
    DemoFilm(
        id="mouse-bride",
        names={"en": "The Mouse Bride", "zh-Hans": "老鼠嫁女"},
        original_name="老鼠嫁女",
        synopsis={
            "en": "Mouse parents look for the strongest husband in the world and ask the sun, the cloud, "
            "the wind and the wall. "
            "An old tale in paper-cuts, without spoken words, told in titles and music, made entirely by code.",
            "zh-Hans": "老鼠父母要把女儿嫁给世上最强的，于是去问太阳、乌云、大风和高墙。"
            "一个用剪纸讲的老故事，无对白，以字幕和音乐讲述，全片由代码制作。",
        },
        tagline={"en": "Who is the strongest of all?", "zh-Hans": "谁才是最强的？"},
        directors=({"en": "Smart Cinema", "zh-Hans": "智影"},),
        year=2026,
        accent="#c4161c",
        seek=True,
        shots=wedding.SHOTS,
        trailer_shots=_cut(
            wedding.SHOTS,
            ("home", 500, 2500),
            ("sun", 500, 2000),
            ("cloud", 500, 2000),
            ("wind", 1000, 1500),
            ("procession", 4000, 3500),
            ("title", 2500, 2500),
        ),
        lines=wedding_words.LINES,
        remarks=wedding_words.REMARKS,
        score=scores.wedding,
        trailer_score=scores.wedding_trailer,
        poster=wedding_poster,
        still=("procession", 6.0),
    ),
)
