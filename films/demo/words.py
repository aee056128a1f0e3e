"""What is said and explained: subtitles and commentator notes as values, and the files made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core import Words
from films.manifest import Commentator
from films.notes import Depth, GlossaryEntry, Note, NoteTrack, dump_notes
from films.subtitles import Cue, dump_subtitles

LANGUAGES = ("en", "zh-Hans")
LICENCE = "CC BY 4.0"
EDITORS = Commentator(
    "editors",
    {
        "en": "Smart Cinema editors",
        "zh-Hans": "智影编辑部",
        "zh-Hant": "智影編輯部",
        "es": "Redacción de Smart Cinema",
        "it": "Redazione di Smart Cinema",
        "ko": "스마트 시네마 편집부",
        "fr": "Rédaction de Smart Cinema",
    },
    {
        "en": "Notes on culture and craft",
        "zh-Hans": "文化与技艺注释",
        "zh-Hant": "文化與工藝註解",
        "es": "Notas de cultura y oficio",
        "it": "Note di cultura e mestiere",
        "ko": "문화와 기예 해설",
        "fr": "Notes de culture et de métier",
    },
    "editors.jpg",
)


@dataclass(frozen=True)
class Line:
    """A line as told on screen."""

    start_ms: int
    end_ms: int
    en: str
    zh: str


@dataclass(frozen=True)
class Remark:
    """A note in both languages: (title, text)."""

    id: str
    start_ms: int
    end_ms: int
    topic: str
    en: tuple[str, str]
    zh: tuple[str, str]
    sources: tuple[str, ...]
    glossary: tuple[tuple[str, str, str, str, str], ...]
    """Term, hanzi, pinyin, meaning in English, meaning in Chinese."""
    anchor_ms: int
    depth: Depth = "essential"
    picture: str = ""
    shows: Words = field(default_factory=dict)
    """What the picture shows, in every language of the notes."""


@dataclass(frozen=True)
class Term:
    """A term of a note in a further language; its characters, where they are not written as in the film."""

    term: str
    meaning: str
    hanzi: str = ""


@dataclass(frozen=True)
class Telling:
    """A note in a further language."""

    title: str
    body: str
    terms: tuple[Term, ...]


Tellings = Mapping[str, Mapping[str, Telling]]
"""By language and note."""


def cues(lines: Sequence[Line], language: str, limit_ms: int) -> tuple[Cue, ...]:
    """The lines of one language that end by ``limit_ms``."""
    texts = ((line, line.zh if language == "zh-Hans" else line.en) for line in lines if line.end_ms <= limit_ms)
    return tuple(
        Cue(str(n), line.start_ms, line.end_ms, tuple(text.split("\n"))) for n, (line, text) in enumerate(texts, 1)
    )


def notes(remarks: Sequence[Remark], language: str, limit_ms: int, tellings: Tellings | None = None) -> NoteTrack:
    """The notes of one language that end by ``limit_ms``."""
    further = (tellings or {}).get(language)
    made = []
    for remark in remarks:
        if remark.end_ms > limit_ms or (further is not None and remark.id not in further):
            continue
        told = further[remark.id] if further is not None else _own(remark, chinese=language == "zh-Hans")
        glossary = tuple(
            GlossaryEntry(term.term, term.hanzi or hanzi, pinyin, term.meaning)
            for term, (_, hanzi, pinyin, _, _) in zip(told.terms, remark.glossary, strict=True)
        )
        made.append(
            Note(
                remark.id,
                remark.start_ms,
                remark.end_ms,
                EDITORS.id,
                remark.topic,
                told.title,
                told.body,
                remark.anchor_ms,
                remark.depth,
                remark.sources,
                glossary,
                image=remark.picture,
                alt=remark.shows.get(language, ""),
            )
        )
    return NoteTrack(language, (EDITORS,), tuple(made), LICENCE)


def _own(remark: Remark, *, chinese: bool) -> Telling:
    title, body = remark.zh if chinese else remark.en
    terms = (Term(hanzi if chinese else term, zh if chinese else en) for term, hanzi, _, en, zh in remark.glossary)
    return Telling(title, body, tuple(terms))


def write_words(
    folder: Path, lines: Sequence[Line], remarks: Sequence[Remark], limit_ms: int, tellings: Tellings | None = None
) -> tuple[dict[str, Path], dict[str, Path]]:
    """Write the WebVTT files; gives back subtitles and notes by language."""
    subtitles, tracks = {}, {}
    for language in LANGUAGES:
        subtitles[language] = folder / f"subtitles.{language}.vtt"
        subtitles[language].write_bytes(dump_subtitles(cues(lines, language, limit_ms)))
    for language in (*LANGUAGES, *(tellings or {})):
        tracks[language] = folder / f"notes.{language}.{EDITORS.id}.vtt"
        tracks[language].write_bytes(dump_notes(notes(remarks, language, limit_ms, tellings)))
    return subtitles, tracks
