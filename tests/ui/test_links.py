import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import CinemaError, Code
from ui.viewer import Services, ShellViewModel
from ui.viewer import viewing as viewing_module
from ui.viewer.links import ID_LIMIT, Link, parse_link
from ui.viewer.viewing import Viewing

IDS = st.from_regex(re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}", re.ASCII), fullmatch=True)


@given(IDS, st.sampled_from(["title", "ticket"]), st.sampled_from(["smartcinema", "SmartCinema", "SMARTCINEMA"]))
def test_a_link_names_a_film_or_a_ticket(id_: str, target: Any, scheme: str) -> None:
    assert parse_link(f"{scheme}:{target}/{id_}") == Link(target, id_)


@given(
    st.text()
    | st.text().map(lambda text: f"smartcinema:{text}")
    | st.text().map(lambda text: f"smartcinema:title/{text}")
)
def test_any_text_is_one_of_our_links_or_unknown_and_an_id_is_never_a_path(text: str) -> None:
    link = parse_link(text)
    assert link.target in ("home", "title", "ticket", "unknown")
    assert bool(link.id) == (link.target in ("title", "ticket"))
    assert not link.id or (re.fullmatch(r"[A-Za-z0-9._-]{1,100}", link.id, re.ASCII) and link.id.strip("."))


@pytest.mark.parametrize(
    "text",
    ["", "smartcinema:", "smartcinema:title", "smartcinema:title/", "smartcinema:title/..", "smartcinema:title/.",
     "smartcinema:title/../x", "smartcinema:title/a/b", "smartcinema:title/a%2Fb", "smartcinema:title/a\n",
     "smartcinema:title/灯", "smartcinema:home/x", "smartcinema://home", "smartcinema:HOME", "https://title/x",
     "smartcinema:title/" + "x" * (ID_LIMIT + 1), "smartcinema:ticket/a?b", " smartcinema:home"],
)  # fmt: skip
def test_what_is_nearly_a_link_is_unknown(text: str) -> None:
    assert parse_link(text) == Link("unknown")


def test_the_front_door_is_a_link_too() -> None:
    assert parse_link("smartcinema:home") == Link("home")


@pytest.fixture
def shell(services: Services) -> Iterator[Any]:
    shell = ShellViewModel(services)
    yield shell
    shell.close()


@pytest.fixture
def open_shell(shell: Any, jobs: Any, box_office: Any, sample: Any) -> Any:
    box_office.restored = sample.ACCOUNT
    box_office.tickets_answer = (sample.ticket(), sample.ticket(id="t2", state="watched"))
    shell.start()
    jobs.settle_all()
    return shell


def test_a_link_opens_its_film(open_shell: Any) -> None:
    open_shell.open_page("settings")
    open_shell.follow("smartcinema:title/lantern-street")
    assert (open_shell.page, open_shell.film.card["id"], open_shell.notice) == ("film", "lantern-street", "")
    open_shell.back()
    assert open_shell.page == "home"


def test_a_link_to_a_film_that_is_not_here_and_one_that_leads_nowhere_say_so_at_home(open_shell: Any) -> None:
    open_shell.open_page("settings")
    open_shell.follow("smartcinema:title/unheard-of")
    assert (open_shell.page, open_shell.notice) == ("home", "link-title")
    open_shell.open_page("settings")
    open_shell.follow("smartcinema:../../etc/passwd")
    assert (open_shell.page, open_shell.notice) == ("home", "link-unknown")
    open_shell.follow("smartcinema:home")
    assert open_shell.page == "home"


def test_a_link_opens_the_tickets_with_its_ticket_first(open_shell: Any, jobs: Any) -> None:
    open_shell.follow("smartcinema:ticket/t2")
    jobs.settle_all()
    assert (open_shell.page, open_shell.notice) == ("tickets", "")
    assert [card["id"] for card in open_shell.tickets.cards] == ["t2", "t1"]
    open_shell.open_page("home")
    open_shell.open_page("tickets")
    assert [card["id"] for card in open_shell.tickets.cards] == ["t1", "t2"]


def test_a_link_to_a_ticket_of_somebody_else_says_so(open_shell: Any, jobs: Any) -> None:
    open_shell.follow("smartcinema:ticket/t9")
    assert open_shell.notice == ""
    jobs.settle_all()
    assert (open_shell.page, open_shell.notice) == ("tickets", "link-ticket")


def test_a_link_to_a_ticket_waits_on_its_page_for_the_sign_in(
    shell: Any, jobs: Any, box_office: Any, sample: Any
) -> None:
    shell.start()
    jobs.settle_all()
    shell.follow("smartcinema:ticket/t2")
    assert (shell.page, shell.tickets.signedIn) == ("tickets", False)
    shell.open_sign_in()
    box_office.tickets_answer = (sample.ticket(), sample.ticket(id="t2", state="watched"))
    shell.signIn.sign_in()
    jobs.settle_all()
    assert shell.page == "tickets"
    assert [card["id"] for card in shell.tickets.cards] == ["t2", "t1"]


def test_a_link_of_the_first_start_is_followed_once_a_language_is_chosen_and_the_programme_is_there(
    services: Services, jobs: Any
) -> None:
    services.preferences.change(language=None)
    shell: Any = ShellViewModel(services)
    shell.start()
    shell.follow("smartcinema:title/lantern-street")
    assert (shell.page, shell.notice) == ("language", "")
    shell.choose_language("en")
    assert shell.page == "home"
    jobs.settle_all()
    assert (shell.page, shell.film.card["id"]) == ("film", "lantern-street")
    shell.close()


def test_a_link_waits_for_a_line_and_is_forgotten_where_the_viewer_goes_elsewhere(
    shell: Any, jobs: Any, box_office: Any, sample: Any
) -> None:
    box_office.catalogue_answer = CinemaError(Code.OFFLINE, "The box office cannot be reached.")
    shell.start()
    shell.follow("smartcinema:title/lantern-street")
    jobs.settle_all()
    assert shell.page == "home"
    shell.open_page("settings")
    box_office.catalogue_answer = sample.catalogue()
    shell.refresh()
    jobs.settle_all()
    assert shell.page == "settings"
    shell.open_page("home")
    assert shell.page == "home"


def test_a_link_does_not_interrupt_the_film_and_is_followed_when_it_is_left(
    open_shell: Any, jobs: Any, player: Any, sample: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewing = Viewing(sample.feature(), sample.play())
    monkeypatch.setattr(viewing_module, "open_ticket", lambda *_: viewing)
    open_shell.watch_ticket("t1")
    jobs.settle_all()
    open_shell.follow("smartcinema:title/lantern-street")
    assert (open_shell.page, open_shell.notice, player.feature) == ("player", "link-kept", viewing.feature)
    open_shell.back()
    jobs.settle_all()
    assert (open_shell.page, open_shell.notice, player.feature) == ("film", "", None)


def test_a_purchase_is_not_torn_away_by_a_link(open_shell: Any, jobs: Any) -> None:
    open_shell.buy("lantern-street")
    open_shell.follow("smartcinema:home")
    assert (open_shell.page, open_shell.notice) == ("checkout", "link-kept")
    open_shell.back()
    assert (open_shell.page, open_shell.notice) == ("home", "")
    open_shell.buy("lantern-street")
    open_shell.follow("smartcinema:home")
    open_shell.open_page("settings")
    assert (open_shell.page, open_shell.notice) == ("settings", "")


def test_the_notice_is_read_over_the_film_above_the_subtitles(
    open_shell: Any, jobs: Any, stage: Any, sample: Any, player: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewing_module, "open_ticket", lambda *_: Viewing(sample.feature(), sample.play()))
    window = stage(open_shell)
    open_shell.watch_ticket("t1")
    jobs.settle_all()
    open_shell.follow("smartcinema:ticket/t2")
    window.shows("The page you asked for opens when you leave this one.")
    notice = next(
        item
        for item in window.items()
        if item.property("text") == "The page you asked for opens when you leave this one."
    )
    assert window.rect(notice).bottom() < 200
    open_shell.back()
    jobs.settle_all()
    window.until(lambda: open_shell.page == "tickets")
    window.shows("My tickets")
