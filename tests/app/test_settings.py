import json
from pathlib import Path

import pytest

from app.settings import FilePreferences
from ui.preferences import Preferences


def test_a_choice_is_found_again(tmp_path: Path) -> None:
    store = FilePreferences(tmp_path / "preferences.json")
    store.change(language="zh-Hans", volume=40)
    store.flush()
    assert FilePreferences(tmp_path / "preferences.json").current == Preferences(language="zh-Hans", volume=40)


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", "null", '{"volume": "loud"}', '{"muted": 1}', "\x00\x00", '{"language": 5}']
)
def test_damaged_preferences_are_kept_aside_and_the_defaults_used(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(damage, encoding="utf-8")
    store = FilePreferences(path)
    assert store.current == Preferences()
    assert store.kept_aside is not None
    assert store.kept_aside.read_text(encoding="utf-8") == damage


def test_a_preference_of_a_later_version_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(json.dumps({"volume": 7, "telepathy": True}), encoding="utf-8")
    assert FilePreferences(path).current == Preferences(volume=7)


def test_a_disk_that_refuses_does_not_end_the_session(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("not a folder")
    store = FilePreferences(tmp_path / "file" / "preferences.json")
    store.change(volume=3)
    store.flush()
    assert store.current.volume == 3
    assert "preferences not written" in caplog.text


def test_nothing_half_written_is_left_behind(tmp_path: Path) -> None:
    store = FilePreferences(tmp_path / "preferences.json")
    store.change(volume=3)
    store.flush()
    assert [path.name for path in tmp_path.iterdir()] == ["preferences.json"]


def test_what_another_version_knows_survives_a_choice_made_here(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(json.dumps({"format": 7, "volume": 7, "telepathy": {"on": True}}), encoding="utf-8")
    store = FilePreferences(path)
    store.change(muted=True)
    store.flush()
    written = json.loads(path.read_text(encoding="utf-8"))
    assert (written["telepathy"], written["volume"], written["muted"]) == ({"on": True}, 7, True)
    kept = tmp_path / "preferences.format-7.json"
    assert json.loads(kept.read_text(encoding="utf-8")) == {"format": 7, "volume": 7, "telepathy": {"on": True}}


def test_a_file_of_before_is_taken_over_and_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(json.dumps({"volume": 7}), encoding="utf-8")
    for volume in (8, 9):
        store = FilePreferences(path)
        store.change(volume=volume)
        store.flush()
    assert json.loads((tmp_path / "preferences.format-0.json").read_text(encoding="utf-8")) == {"volume": 7}
    assert FilePreferences(path).current.volume == 9


def test_two_versions_in_turn_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    FilePreferences(path).flush()
    path.write_text(json.dumps({"format": 1, "volume": 7, "later": [1]}), encoding="utf-8")
    store = FilePreferences(path)
    store.change(language="zh-Hans")
    store.flush()
    assert json.loads(path.read_text(encoding="utf-8"))["later"] == [1]
    assert [file.name for file in tmp_path.iterdir()] == ["preferences.json"]
