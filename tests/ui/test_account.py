from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.own_data import save_file
from boxoffice.client import SignInPlace
from core import CinemaError, Code
from ui.viewer import Services
from ui.viewer.account import AccountViewModel

AT = datetime(2026, 11, 20, 19, tzinfo=UTC)
PLACES = (SignInPlace("f2", "Living room", AT, AT, False), SignInPlace("f1", "Laptop", AT, AT, True))


@pytest.fixture
def gone() -> list[str]:
    return []


@pytest.fixture
def page(services: Services, gone: list[str], sample: Any, box_office: Any) -> Any:
    kept = replace(services, save_file=lambda _name, data: f"/downloads/{len(data)}.json")
    page = AccountViewModel(kept, gone.append)
    page.feed(account=sample.ACCOUNT, tickets=(sample.ticket(), sample.ticket("b", "watched")))
    box_office.sign_ins_answer = PLACES
    return page


def test_sign_ins_are_listed_this_one_first_and_another_is_ended(page: Any, jobs: Any, box_office: Any) -> None:
    page.look()
    assert page.loading
    jobs.settle()
    assert [(one["device"], one["here"]) for one in page.signIns] == [("Laptop", True), ("Living room", False)]
    page.end("f2")
    page.end("f1")
    assert page.working
    jobs.settle_all()
    assert box_office.named("end_sign_in") == [("end_sign_in", "f2")]
    assert len(box_office.named("sign_ins")) == 2
    assert not page.working


def test_signing_out_everywhere_leaves_nobody_here(page: Any, jobs: Any, gone: list[str]) -> None:
    page.end_all()
    jobs.settle()
    assert gone == ["signed-out-everywhere"]


def test_the_data_are_kept_as_a_file(page: Any, jobs: Any, opened: list[str]) -> None:
    page.save()
    jobs.settle()
    assert page.saved == "/downloads/2.json"
    page.show_saved()
    assert opened == ["file:///downloads"]


def test_the_account_is_deleted_only_where_its_address_was_typed(
    page: Any, jobs: Any, box_office: Any, gone: list[str], sample: Any
) -> None:
    assert page.ticketsLeft == 1
    page.delete("else@example.org")
    assert jobs.held == []
    box_office.delete_answer = CinemaError(Code.REFUSED, "Staff.")
    page.delete(sample.ACCOUNT.email.upper())
    jobs.settle()
    assert (page.error, gone) == ("refused", [])
    box_office.delete_answer = None
    page.delete(f" {sample.ACCOUNT.email} ")
    jobs.settle()
    assert gone == ["account-deleted"]


def test_the_file_is_the_viewer_s_alone(tmp_path: Path) -> None:
    path = save_file("my data.json", b"{}", tmp_path / "Downloads")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"{}", 0o600)
    with pytest.raises(CinemaError) as refused:
        save_file("my data.json", b"{}", path)
    assert refused.value.code is Code.FILE_UNREADABLE
