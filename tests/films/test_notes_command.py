import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.cli import run
from core import Cancel, Cancelled, CinemaError, Code
from films import Commentator, Note, dump_notes, dump_subtitles, find_shots, parse_notes
from films.notes.track import Reveal
from films.subtitles import Cue
from tests.films.conftest import notes_track


def written(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def answer(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_the_cuts_of_a_film_are_found_in_its_picture(source_film: Path) -> None:
    shots = find_shots(source_film, Cancel())
    assert (shots.cuts_ms, round(shots.duration_ms, -2)) == ((5000,), 8000)


def test_looking_for_cuts_can_be_stopped_and_says_what_it_cannot_read(source_film: Path, tmp_path: Path) -> None:
    stop = Cancel()
    stop.cancel()
    with pytest.raises(Cancelled):
        find_shots(source_film, stop)
    (tmp_path / "film.mp4").write_bytes(b"no film")
    with pytest.raises(CinemaError) as caught:
        find_shots(tmp_path / "film.mp4", Cancel())
    assert caught.value.code is Code.SOURCE_UNREADABLE


def test_notes_are_compiled_against_a_film_file_and_come_back_with_their_times(
    source_film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    track = notes_track()
    late = dataclasses.replace(track.notes[0], anchor_ms=4900, title="Bars", body="For <b> & c.")
    notes = written(tmp_path, "n.vtt", dump_notes(dataclasses.replace(track, notes=(late,))))
    subtitles = written(tmp_path, "s.vtt", dump_subtitles([Cue("1", 0, 2000, ("Who are you, stranger?",))]))
    out, page = tmp_path / "out.vtt", tmp_path / "proof.html"
    files = ["--subtitles", subtitles, "--out", str(out), "--page", str(page)]
    done = run(["--json", "notes", "compile", notes, "--film", str(source_film), *files])
    said = answer(capsys)
    assert (done, said["shown"], said["left"]) == (0, 1, [])
    assert [note.start_ms for note in parse_notes(out.read_bytes()).notes] == [5000]
    text = page.read_text(encoding="utf-8")
    assert "For &lt;b&gt; &amp; c." in text
    assert not re.search(r"(?:src|href)=|url\(|@import", text)


def test_what_finds_no_room_is_told_with_what_would_help(
    source_film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    track = notes_track()
    spoiler = dataclasses.replace(track.notes[0], reveals=Reveal("the strip", 7_900))
    notes = written(tmp_path, "n.vtt", dump_notes(dataclasses.replace(track, notes=(spoiler,))))
    assert run(["notes", "compile", notes, "--film", str(source_film)]) == 1
    said = capsys.readouterr().out
    assert "the film ends before" in said
    assert "0 of 1 notes in en are on screen, 1 for the pause." in said


def test_languages_are_checked_together_and_what_is_not_translated_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    track = notes_track()
    more = dataclasses.replace(track.notes[0], id="more", start_ms=8000, end_ms=14000, anchor_ms=None)
    english = written(tmp_path, "en.vtt", dump_notes(dataclasses.replace(track, notes=(*track.notes, more))))
    spanish = written(tmp_path, "es.vtt", dump_notes(notes_track("es")))
    assert run(["--json", "notes", "check", english, spanish]) == 0
    assert [item["missing_translations"] for item in answer(capsys)["languages"]] == [[], ["more"]]


def test_what_another_commentator_wrote_in_the_same_language_needs_no_translation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    track = notes_track()
    other = dataclasses.replace(track, notes=(dataclasses.replace(track.notes[0], id="other"),))
    files = [written(tmp_path, f"{name}.vtt", dump_notes(one)) for name, one in (("lin", track), ("wu", other))]
    spanish = written(tmp_path, "es.vtt", dump_notes(notes_track("es")))
    assert run(["--json", "notes", "check", *files, spanish]) == 0
    assert [item["missing_translations"] for item in answer(capsys)["languages"]] == [[], [], ["other"]]


def test_a_broken_file_among_several_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = written(tmp_path, "en.vtt", dump_notes(notes_track()))
    bad = written(tmp_path, "bad.vtt", b"WEBVTT\n\nx\n00:01.000 --> 00:02.000\nhello")
    assert run(["notes", "check", good, bad]) == 3
    assert "bad.vtt: The notes file lacks its header" in capsys.readouterr().err


def test_compiling_without_a_film_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["notes", "compile", written(tmp_path, "n.vtt", dump_notes(notes_track()))]) == 2
    assert "--film" in capsys.readouterr().err


def test_a_picture_that_is_not_there_or_none_is_doubtful(
    texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    track = notes_track()
    pictured = dataclasses.replace(track.notes[0], image="strip.jpg", alt="A strip of paper")
    notes = written(tmp_path, "n.vtt", dump_notes(dataclasses.replace(track, notes=(pictured,))))
    assert run(["--json", "notes", "check", notes]) == 0
    assert [item["code"] for item in answer(capsys)["warnings"]] == ["image"]
    written(tmp_path, "strip.jpg", b"jpeg")
    assert run(["--json", "notes", "check", notes]) == 0
    assert "no whole JPEG or PNG" in answer(capsys)["warnings"][0]["message"]
    written(tmp_path, "strip.jpg", (texts / "lin.jpg").read_bytes())
    assert run(["--json", "notes", "check", notes]) == 0
    assert answer(capsys)["warnings"] == []


def test_a_hard_case_is_compiled_whole_and_every_note_left_says_why(
    source_film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two commentators, talk without a pause, a secret, notes in a heap, right-to-left letters, markup, dropped cues."""
    base = notes_track().notes[0]

    def told(name: str, at_ms: int, body: str, **changes: Any) -> Note:
        return dataclasses.replace(
            base, id=name, start_ms=at_ms, end_ms=at_ms + 900, anchor_ms=at_ms, body=body, **changes
        )

    lin = dataclasses.replace(
        notes_track(),
        notes=(
            told("short", 0, "Guess it.", title="Riddle"),
            told("heap", 200, "And keep the strip of paper.", depth="deep"),
            told("essay", 400, "x" * 300),
            told("secret", 500, "The strip is blank.", reveals=Reveal("strip is blank", 60_000)),
            told("rtl", 5_000, "\u0641\u0627\u0646\u0648\u0633 <script>alert(1)</script>", title="\u0641"),
        ),
    )
    wu = dataclasses.replace(
        lin,
        commentators=(Commentator("wu", {"en": "Wu Ping"}, {"en": "Composer"}),),
        notes=(told("song", 300, "A reed pipe.", commentator="wu", topic="music", depth="deep"),),
    )
    broken = dump_notes(wu) + b"\nlost\n00:03.000 --> 00:02.000\n<v wu><c.music>A</c>\nb\n"
    files = [written(tmp_path, "lin.vtt", dump_notes(lin)), written(tmp_path, "wu.vtt", broken)]
    talk = [Cue(str(n), 2_000 + n * 500, 2_450 + n * 500, ("Who are you?" * 3,)) for n in range(6)]
    subtitles, page = written(tmp_path, "s.vtt", dump_subtitles(talk)), tmp_path / "proof.html"
    options = ["--film", str(source_film), "--subtitles", subtitles, "--page", str(page)]
    first = run(["--json", "notes", "compile", *files, *options])
    said = answer(capsys)
    why = {item["id"]: item["why"] for item in said["left"]}
    shown = {item["id"]: (item["start_ms"], item["end_ms"]) for item in said["notes"] if item["place"] == "card"}
    assert (first, set(shown) & set(why), set(shown) | set(why)) == (
        1, set(), {"short", "heap", "essay", "secret", "rtl", "song"},
    )  # fmt: skip
    assert {"short", "rtl"} <= set(shown)
    assert (why["essay"], why["secret"], why["heap"], why["song"]) == ("too-long", "reveal", "dialogue", "crowded")
    assert said["errors"] == []
    assert [item["code"] for item in said["warnings"] if item["code"] == "dropped"] == ["dropped"]
    text = page.read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert run(["--json", "notes", "compile", *reversed(files), *options]) == 1
    again = answer(capsys)
    assert (again["notes"], again["worth"]) == (said["notes"], said["worth"])
