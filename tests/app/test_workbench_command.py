"""What the workbench opens, by what the command line names, before there is a window."""

from pathlib import Path

import pytest

from app.cli import parser
from app.commands.workbench import _pair
from app.paths import Paths
from app.settings import FilePreferences
from app.workbench import begin, edition_place, known_shots, open_subject, read_subtitles
from core import Cancel, CinemaError, Code
from films import Commentator, Note, NoteTrack, Shots


def test_the_edition_lies_beside_the_notes_under_their_name_without_the_language(tmp_path: Path) -> None:
    film, notes = tmp_path / "film.mp4", tmp_path / "notes"
    assert edition_place(film, []) == tmp_path / "film.edition.json"
    assert edition_place(film, [notes / "lantern.zh-Hans.vtt"]) == notes / "lantern.edition.json"
    assert edition_place(film, [notes / "lantern.vtt"]) == notes / "lantern.edition.json"
    (tmp_path / "pack.age").mkdir()
    assert edition_place(tmp_path / "pack.age", []) == tmp_path / "pack.age.edition.json"


def test_a_film_that_is_not_there_and_a_half_pair_say_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(CinemaError) as missing:
        open_subject(Paths.under(tmp_path), tmp_path / "x.mp4", None, [], "en")
    assert missing.value.code is Code.FILE_MISSING
    with pytest.raises(CinemaError) as half:
        _pair("film.srt")
    assert "--subtitles en=" in half.value.message
    options = parser().parse_args(["workbench", "film.mp4", "--notes", "a.vtt", "b.vtt", "--subtitles", "en=a.srt"])
    assert (len(options.notes), options.subtitles) == (2, ["en=a.srt"])


def test_subtitles_beside_a_film_are_webvtt_or_subrip(tmp_path: Path) -> None:
    vtt, srt = tmp_path / "a.vtt", tmp_path / "a.srt"
    vtt.write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n")
    srt.write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n")
    assert read_subtitles(vtt)[0].lines == read_subtitles(srt)[0].lines == ("Hello",)


def test_an_edition_begins_with_the_notes_that_there_are_or_with_nobody_s(tmp_path: Path) -> None:
    preferences = FilePreferences(tmp_path / "preferences.json")
    bare = begin({}, "fr", preferences)
    assert (bare.languages, bare.notes, len(bare.commentators)) == (("fr",), (), 1)
    person = Commentator("lin", {"en": "Lin"}, {"en": "Critic"})
    track = NoteTrack("en", (person,), (Note("a", 1_000, 3_000, "lin", "custom", "Tea", "A cup."),))
    assert [note.at_ms for note in begin({"en": track}, "fr", preferences).notes] == [1_000]


def test_a_film_file_is_looked_through_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film, looked = tmp_path / "film.mp4", []
    film.write_bytes(b"film")

    def find(path: Path, _cancel: object, _told: object) -> Shots:
        looked.append(path)
        return Shots(9_000, (1_000, 2_000))

    monkeypatch.setattr("app.workbench.find_shots", find)
    paths = Paths.under(tmp_path / "home")
    for _ in range(2):
        assert known_shots(paths, film, Cancel(), lambda _share: None) == Shots(9_000, (1_000, 2_000))
    assert len(looked) == 1
    film.write_bytes(b"another film")
    known_shots(paths, film, Cancel(), lambda _share: None)
    assert len(looked) == 2
