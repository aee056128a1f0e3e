"""An import tells what it changes, changes it whole, and can be taken back."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.cli import run
from boxoffice.service import export_avails, import_avails, undo_avails
from boxoffice.service.avail_sheets import AvailsRefused
from boxoffice.service.console.avails import counts
from boxoffice.service.database import Database
from boxoffice.service.tables import AvailChangeRow
from boxoffice.service.terms import avails_of
from core import CinemaError, Code


def kept(office: Any) -> Any:
    database = Database(office.config.database_url)
    with database.read() as session:
        found = avails_of(session)
    database.close()
    return found


def lists(folder: Path, office: Any, days: int, *, title: str = "paper-moon", price: str = "6.90") -> Path:
    now = office.clock.now().replace(tzinfo=None, microsecond=0)
    path = folder / "avails.toml"
    path.write_text(
        f"""[[avail]]
title = "{title}"
territories = ["DE", "FR"]
start = {(now - timedelta(days=1)).isoformat()}
end = {(now + timedelta(days=days)).isoformat()}
zone = "UTC"
price = "{price}"
currency = "EUR"
"""
    )
    return path


@pytest.mark.parametrize("form", ["csv", "xlsx", "toml"])
def test_what_was_exported_changes_nothing(office: Any, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"avails.{form}"
    path.write_bytes(export_avails(office.config, form))
    before = kept(office)
    assert not import_avails(office.config, path, "Lin").titles
    assert kept(office) == before


def test_a_shorter_window_is_told_before_and_keeps_what_was_sold(office: Any, tmp_path: Path) -> None:
    viewer = office.newcomer()
    viewer.buy()
    (sold,) = viewer.tickets()
    before = kept(office)
    path = lists(tmp_path, office, 2)
    told = import_avails(office.config, path, "Lin", dry_run=True)
    assert str(told).startswith("moves 1 window, cuts off 1 sold ticket")
    assert kept(office) == before
    assert import_avails(office.config, path, "Lin") == told
    assert len(kept(office)["paper-moon"]) == 1
    (ticket,) = viewer.tickets()
    assert (ticket["unlock_by"], ticket["allowed"]) == (sold["unlock_by"], True)


def test_windows_are_counted_and_not_the_titles_they_are_of(office: Any, tmp_path: Path) -> None:
    def of_two_territories(days: int) -> Path:
        path = lists(tmp_path, office, days)
        both = path.read_text()
        dearer = both.replace("6.90", "7.90").replace('["DE", "FR"]', '["FR"]')
        path.write_text(both.replace('["DE", "FR"]', '["DE"]') + dearer)
        return path

    import_avails(office.config, of_two_territories(2), "Lin")
    told = import_avails(office.config, of_two_territories(5), "Lin")
    assert str(told).startswith("moves 2 windows\n")
    assert counts(told).moves == 2


def test_a_change_is_taken_back_to_the_letter_unless_a_newer_one_stands(office: Any, tmp_path: Path) -> None:
    before = kept(office)
    import_avails(office.config, lists(tmp_path, office, 2), "Lin")
    database = Database(office.config.database_url)
    with database.read() as session:
        (first,) = session.scalars(select(AvailChangeRow))
    database.close()
    assert (first.made_by, set(first.before)) == ("Lin", {"paper-moon"})
    office.clock.moved = timedelta(seconds=1)
    import_avails(office.config, lists(tmp_path, office, 5), "Wu")
    with pytest.raises(CinemaError) as caught:
        undo_avails(office.config, "Lin", first.id)
    assert caught.value.code is Code.AVAILS_CHANGED
    undo_avails(office.config, "Wu")
    undo_avails(office.config, "Wu")
    assert kept(office) == before
    with pytest.raises(CinemaError) as caught:
        undo_avails(office.config, "Wu")
    assert caught.value.code is Code.NOT_FOUND


def test_one_fault_keeps_the_whole_file_out(office: Any, tmp_path: Path) -> None:
    before = kept(office)
    path = lists(tmp_path, office, 2)
    path.write_text(path.read_text() + path.read_text().replace("paper-moon", "nobody").replace("6.90", "many"))
    with pytest.raises(AvailsRefused) as caught:
        import_avails(office.config, path, "Lin")
    assert [str(fault.code) for fault in caught.value.faults] == ["title-unknown", "price"]
    assert kept(office) == before


def test_the_command_line_imports_exports_and_undoes(office: Any, tmp_path: Path, capsys: Any) -> None:
    place = ["--data", str(office.config.data_dir), "--database", office.config.database_url, "--json"]
    before = kept(office)
    path = lists(tmp_path, office, 2, price="7.50")
    assert run(["avails", "import", str(path), "--dry-run", *place]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["imported"], [one["title_id"] for one in told["titles"]]) == (False, ["paper-moon"])
    assert run(["avails", "import", str(path), *place]) == 0
    assert run(["avails", "export", "--format", "toml", "--out", str(tmp_path / "out.toml"), *place]) == 0
    assert 'price = "7.50"' in (tmp_path / "out.toml").read_text()
    assert run(["avails", "undo", *place]) == 0
    assert kept(office) == before
