"""``main.py notes``: the commentator notes of a film, checked and given their times."""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import Console
from core import Cancel, CinemaError, Code, pick_language

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from films import Cue, Finding, NoteTrack, Proof

LIMIT_BYTES = 16 << 20


def add(subparsers: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Add the command and its steps."""
    parser = subparsers.add_parser("notes", parents=[common], help="check and compile commentator notes")
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)
    check = steps.add_parser("check", parents=[common], help="can these notes be read in their time?")
    check.add_argument("notes", type=Path, nargs="+", metavar="F.vtt", help="one file a language")
    check.set_defaults(handler=handle_check)
    compiling = steps.add_parser("compile", parents=[common], help="find each note its time beside dialogue and cuts")
    compiling.add_argument("notes", type=Path, nargs="+", metavar="F.vtt", help="one file a commentator")
    compiling.add_argument("--out", type=Path, metavar="F.vtt", help="write the notes with their times")
    compiling.add_argument("--page", type=Path, metavar="F.html", help="write the proof as a page with a picture")
    compiling.add_argument("--others", type=Path, nargs="+", default=[], metavar="F.vtt", help="the other languages")
    compiling.set_defaults(handler=handle_compile)
    booklet = steps.add_parser("booklet", parents=[common], help="make a booklet of the notes, in one or two languages")
    booklet.add_argument("notes", type=Path, nargs="+", metavar="F.vtt", help="the reader's language first")
    booklet.add_argument("--film", type=Path, required=True, metavar="PACKAGE", help="for its name and pictures")
    booklet.add_argument("--before", action="store_true", help="for readers who have not seen the film: no spoilers")
    booklet.add_argument("--out", type=Path, required=True, metavar="F.pdf", help="or F.html")
    booklet.set_defaults(handler=handle_booklet)
    speak = steps.add_parser("speak", parents=[common], help="lay spoken notes over a film's sound")
    speak.add_argument("notes", type=Path, metavar="F.vtt", help="the notes that are spoken")
    speak.add_argument("--film", type=Path, required=True, metavar="FILM", help="a film file with its sound")
    speak.add_argument("--clips", type=Path, required=True, metavar="DIR", help="a sound file a note, named by its id")
    speak.add_argument("--out", type=Path, required=True, metavar="F.flac", help="for master --commentary LANG=F.flac")
    speak.set_defaults(handler=handle_speak)
    for step in (check, compiling):
        step.add_argument("--film", type=Path, metavar="FILM", help="its package, or a film file to find the cuts in")
        step.add_argument("--subtitles", type=Path, metavar="F.vtt", help="subtitles that are on screen with the notes")


def read_text_track(path: Path) -> bytes:
    """The bytes of a text track, bounded. Raises `CinemaError` (file-missing, file-unreadable)."""
    try:
        if path.stat().st_size > LIMIT_BYTES:
            raise CinemaError(
                Code.FILE_UNREADABLE, f"{path} is larger than {LIMIT_BYTES >> 20} MiB; is it a WebVTT file?"
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise CinemaError(Code.FILE_MISSING, f"There is no file {path}.") from error
    except OSError as error:
        raise CinemaError(Code.FILE_UNREADABLE, f"{path} cannot be read: {error.strerror}.") from error


@dataclass(frozen=True)
class Film:
    """What of a film the notes depend on."""

    name: str
    duration_ms: int
    shots_ms: tuple[int, ...]
    subtitles: "dict[str, tuple[Cue, ...]]"
    """By language."""


def handle_check(options: argparse.Namespace, console: Console) -> int:
    """Check notes files, one a language: 0 right, 1 wrong."""
    from films import check_notes, missing_translations, pictures_beside

    read = [_read(path) for path in options.notes]
    tracks = [track for track, _ in read]
    film = _film(options, console, cuts=False)
    missing = missing_translations(tracks)
    answers, lines = [], []
    for path, (track, dropped) in zip(options.notes, read, strict=True):
        found = check_notes(track, *_beside(track, options, film))
        report = replace(found, warnings=(*dropped, *pictures_beside(path.parent, track)[1], *found.warnings))
        lines += [f"✗ {finding.message}" for finding in report.errors]
        lines += [f"! {finding.message}" for finding in report.warnings]
        lines += [f"! {name} is not translated into {track.language}." for name in missing[track.language]]
        lines.append(
            f"{len(track.notes)} notes in {track.language}: "
            + ("right." if report.ok else f"{len(report.errors)} wrong.")
        )
        answers.append(
            {
                "ok": report.ok,
                "notes": len(track.notes),
                "language": track.language,
                "errors": [{"code": item.code, "message": item.message} for item in report.errors],
                "warnings": [{"code": item.code, "message": item.message} for item in report.warnings],
                "missing_translations": list(missing[track.language]),
            }
        )
    right = all(answer["ok"] for answer in answers)
    console.result(answers[0] if len(answers) == 1 else {"ok": right, "languages": answers}, "\n".join(lines))
    return 0 if right else 1


def handle_compile(options: argparse.Namespace, console: Console) -> int:
    """Give the notes their times: 0 where all are on screen, 1 where some are left for the pause or wrong."""
    from core.whole_file import write_whole
    from films import Proof, check_notes, compile_notes, dump_notes, missing_translations, pictures_beside, together

    if options.film is None:
        raise CinemaError(Code.WRONG_USE, "Name the film, so that its cuts and its length are known: --film FILM.")
    read = [_read(path) for path in options.notes]
    track = together([track for track, _ in read])
    film = _film(options, console, cuts=True)
    beside, said_in = _beside(track, options, film)
    subtitles = beside or ()
    schedule = compile_notes(track, subtitles, film.shots_ms, film.duration_ms, said_in)
    missing = missing_translations([track, *map(_track, options.others)])[track.language]
    found = check_notes(schedule.track, subtitles, said_in)
    left_out = [
        finding
        for path, (own, dropped) in zip(options.notes, read, strict=True)
        for finding in (*dropped, *pictures_beside(path.parent, own)[1])
    ]
    report = replace(found, warnings=(*left_out, *found.warnings))
    proof = Proof(schedule, report, subtitles, film.shots_ms, film.duration_ms, missing, said_in)
    if options.out:
        write_whole(options.out, dump_notes(schedule.track))
    if options.page:
        write_whole(options.page, proof.as_page(film.name).encode())
    console.result(proof.as_data(), "\n".join([*proof.as_lines(), _verdict(proof)]))
    return 0 if report.ok and not schedule.left else 1


def handle_speak(options: argparse.Namespace, console: Console) -> int:
    """Lay the notes' clips over the film's sound: 0 where each is heard, 1 where some are not."""
    from films import find_clips, speak_notes
    from films.webvtt_text import clock

    track = _track(options.notes)
    clips = find_clips(options.clips, track)
    placed, unheard = speak_notes(options.film, track, clips, options.out, console.progress, Cancel())
    lines = [f"  {clock(item.start_ms)} to {clock(item.end_ms)}  {item.id}" for item in placed]
    lines += [f"! {item.message}" for item in unheard]
    console.result(
        {
            "file": str(options.out),
            "spoken": [{"id": item.id, "start_ms": item.start_ms, "end_ms": item.end_ms} for item in placed],
            "unheard": [{"id": item.path, "code": item.code, "message": item.message} for item in unheard],
        },
        "\n".join([*lines, f"{len(placed)} of {len(track.notes)} notes are spoken in {options.out}."]),
    )
    return 1 if unheard else 0


def handle_booklet(options: argparse.Namespace, console: Console) -> int:
    """Make a booklet: PDF or HTML, as its name ends."""
    if len(options.notes) > 2 or options.out.suffix.lower() not in (".pdf", ".html"):
        raise CinemaError(Code.WRONG_USE, "Name one or two notes files, and --out as .pdf or .html.")
    from app.application import windowless
    from core.whole_file import write_whole
    from films import load_manifest, make_booklet, parse_thumbnails
    from ui.booklet import booklet_page, booklet_pdf, folder_images, package_stills
    from ui.fonts import name_families

    manifest = load_manifest(read_text_track(options.film / "manifest.json"))
    booklet = make_booklet(
        [_track(path) for path in options.notes], manifest.names, told_until_ms=0 if options.before else None
    )
    windowless()
    name_families()
    thumbs = manifest.thumbnails
    places = parse_thumbnails(read_text_track(options.film / thumbs.map.path)) if thumbs else ()
    sheets = {file.path.rpartition("/")[2]: options.film / file.path for file in (thumbs.sheets if thumbs else ())}
    stills = package_stills(places, lambda name: sheets[name].read_bytes())
    images = folder_images(*dict.fromkeys(path.parent for path in options.notes))
    as_page = options.out.suffix.lower() == ".html"
    write_whole(
        options.out, booklet_page(booklet, stills, images).encode() if as_page else booklet_pdf(booklet, stills, images)
    )
    console.result(
        {"file": str(options.out), "notes": len(booklet.entries), "terms": len(booklet.terms)},
        f"{len(booklet.entries)} notes and {len(booklet.terms)} words are in {options.out}.",
    )
    return 0


def _verdict(proof: "Proof") -> str:
    shown, left = len(proof.schedule.slots), len(proof.schedule.left)
    return f"{shown} of {shown + left} notes in {proof.schedule.track.language} are on screen" + (
        f", {left} for the pause." if left else "."
    )


def _track(path: Path) -> "NoteTrack":
    return _read(path)[0]


def _read(path: Path) -> "tuple[NoteTrack, tuple[Finding, ...]]":
    from films import read_notes

    try:
        return read_notes(read_text_track(path))
    except CinemaError as error:
        if error.code is not Code.NOTES_MALFORMED:
            raise
        raise CinemaError(error.code, f"{path}: {error.message}", error.details) from error


def _beside(track: "NoteTrack", options: argparse.Namespace, film: Film) -> "tuple[tuple[Cue, ...] | None, str | None]":
    """The subtitles that a reader of the notes has beside them, and their language; none where it is not known."""
    from films import parse_subtitles

    if options.subtitles:
        return parse_subtitles(read_text_track(options.subtitles)), None
    language = pick_language(list(film.subtitles), track.language)
    return film.subtitles.get(language or ""), language


def _film(options: argparse.Namespace, console: Console, *, cuts: bool) -> Film:
    """The film that is named; an empty one where none is."""
    from films import find_shots, load_manifest, parse_subtitles

    path: Path | None = options.film
    if path is None:
        return Film("", 0, (), {})
    if not path.is_dir():
        if not cuts:
            return Film(path.stem, 0, (), {})
        shots = find_shots(path, Cancel(), lambda share: console.progress(share, "cuts"))
        return Film(path.stem, shots.duration_ms, shots.cuts_ms, {})
    manifest = load_manifest(read_text_track(path / "manifest.json"))
    subtitles = {text.tag: parse_subtitles(read_text_track(path / text.file.path)) for text in manifest.subtitles}
    name = next(iter(manifest.names.values()), path.name)
    return Film(name, manifest.running_time_ms, manifest.shots_ms, subtitles)
