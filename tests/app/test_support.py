import json
import logging
import stat
import zipfile
from pathlib import Path

import pytest

from app import logs, support
from app.paths import Paths
from app.settings import FilePreferences
from core import CinemaError, Code

TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJtZWkifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ"


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setattr("getpass.getuser", lambda: "meilin")
    monkeypatch.setattr(Path, "home", lambda: Path("/home/meilin"))
    return Paths.under(tmp_path)


def test_the_report_says_what_helps_and_nothing_of_who_or_what(paths: Paths, tmp_path: Path) -> None:
    store = FilePreferences(paths.preferences)
    store.change(territory="DE", quality="saver", sound_delays={"secret-film": 50})
    store.flush()
    paths.logs.mkdir(parents=True)
    (paths.logs / "smart-cinema.log").write_text(
        f"12:00 WARNING player the line dropped\n/home/meilin/x mei.lin@example.org {TOKEN} from 203.0.113.9\n",
        encoding="utf-8",
    )
    (paths.logs / "smart-cinema.log.1").write_bytes(b"older \xff line\n")
    out = support.write_report(tmp_path / "out" / "report.zip", paths, {"stalls": 2, "rendition": "2k"})
    with zipfile.ZipFile(out) as bundle:
        texts = {name: bundle.read(name).decode() for name in bundle.namelist()}
    assert texts.keys() == {"README.txt", "report.json", "logs/smart-cinema.log", "logs/smart-cinema.log.1"}
    report = json.loads(texts["report.json"])
    assert {"system", "libmpv", "TLS", "disk"} <= {item["name"] for item in report["machine"]}
    assert report["played"] == {"stalls": 2, "rendition": "2k"}
    assert (report["settings"]["territory"], report["settings"]["quality"]) == ("DE", "saver")
    assert "the line dropped" in texts["logs/smart-cinema.log"]
    everything = "".join(texts.values())
    for secret in ("meilin", "mei.lin", "example.org", TOKEN, TOKEN[-20:], "203.0.113.9", "secret-film"):
        assert secret not in everything, secret
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_report_that_cannot_be_written_says_so(paths: Paths, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CinemaError) as caught:
        support.write_report(tmp_path / "file" / "report.zip", paths)
    assert caught.value.code is Code.FILE_UNREADABLE


def test_a_log_of_this_program_comes_through_legible(paths: Paths, tmp_path: Path) -> None:
    logger = logging.getLogger("tests.support")
    handler = logging.FileHandler(tmp_path / "one.log")
    handler.setFormatter(logs.RedactingFormatter("%(levelname)s %(name)s %(message)s"))
    logger.addHandler(handler)
    logger.warning("playback failed: %s", Code.SEGMENT_CORRUPT)
    handler.close()
    logger.removeHandler(handler)
    text = (tmp_path / "one.log").read_text()
    assert support.scrub(text) == text == "WARNING tests.support playback failed: segment-corrupt\n"
