"""What is said and explained: subtitles and commentator notes as values, and the files made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from films.manifest import Commentator
from films.notes import Depth, GlossaryEntry, Note, NoteTrack, dump_notes
from films.subtitles import Cue, dump_subtitles

LANGUAGES = ("en", "zh-Hans")
LICENCE = "CC BY 4.0"
EDITORS = Commentator(
    "editors",
    {"en": "Smart Cinema editors", "zh-Hans": "智影编辑部"},
    {"en": "Notes on culture and craft", "zh-Hans": "文化与技艺注释"},
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


def cues(lines: Sequence[Line], language: str, limit_ms: int) -> tuple[Cue, ...]:
    """The lines of one language that end by ``limit_ms``."""
    texts = ((line, line.zh if language == "zh-Hans" else line.en) for line in lines if line.end_ms <= limit_ms)
    return tuple(
        Cue(str(n), line.start_ms, line.end_ms, tuple(text.split("\n"))) for n, (line, text) in enumerate(texts, 1)
    )


def notes(remarks: Sequence[Remark], language: str, limit_ms: int) -> NoteTrack:
    """The notes of one language that end by ``limit_ms``."""
    chinese = language == "zh-Hans"
    made = []
    for remark in remarks:
        if remark.end_ms <= limit_ms:
            title, body = remark.zh if chinese else remark.en
            glossary = tuple(
                GlossaryEntry(hanzi if chinese else term, hanzi, pinyin, zh if chinese else en)
                for term, hanzi, pinyin, en, zh in remark.glossary
            )
            made.append(
                Note(
                    remark.id,
                    remark.start_ms,
                    remark.end_ms,
                    EDITORS.id,
                    remark.topic,
                    title,
                    body,
                    remark.anchor_ms,
                    remark.depth,
                    remark.sources,
                    glossary,
                )
            )
    return NoteTrack(language, (EDITORS,), tuple(made), LICENCE)


def write_words(
    folder: Path, lines: Sequence[Line], remarks: Sequence[Remark], limit_ms: int
) -> tuple[dict[str, Path], dict[str, Path]]:
    """Write the WebVTT files; gives back subtitles and notes by language."""
    subtitles, tracks = {}, {}
    for language in LANGUAGES:
        subtitles[language] = folder / f"subtitles.{language}.vtt"
        subtitles[language].write_bytes(dump_subtitles(cues(lines, language, limit_ms)))
        tracks[language] = folder / f"notes.{language}.{EDITORS.id}.vtt"
        tracks[language].write_bytes(dump_notes(notes(remarks, language, limit_ms)))
    return subtitles, tracks
