from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.state import FirstFrame
from ui.viewer import Services, ShellViewModel
from ui.viewer import viewing as viewing_module
from ui.viewer.links import LIMIT, Link, parse_link
from ui.viewer.viewing import Viewing


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("smartcinema:home", Link("home")),
        ("SmartCinema://title/paper-moon", Link("title", "paper-moon")),
        ("smartcinema:ticket/4f0c-11/", Link("ticket", "4f0c-11")),
        ("smartcinema:title/../x", None),
        ("smartcinema:title/a?b=c", None),
        ("smartcinema:title/", None),
        ("smartcinema:admin/x", None),
        ("https://smartcinema:title/x", None),
        ("smartcinema:title/" + "x" * LIMIT, None),
        ("", None),
    ],
)
def test_only_our_own_few_addresses_are_links(text: str, link: Link | None) -> None:
    assert parse_link(text) == link


@given(st.text() | st.text().map(lambda text: "smartcinema:title/" + text))
def test_whatever_comes_it_is_a_plain_name_or_no_link(text: str) -> None:
    link = parse_link(text)
    if link is not None and link.kind != "home":
        assert link.id in text
        assert not set(link.id) & set("/\\?#%& \n")


@pytest.fixture
def shell(services: Services, jobs: Any, box_office: Any, sample: Any) -> Any:
    box_office.restored = sample.ACCOUNT
    box_office.tickets_answer = (sample.ticket(),)
    shell = ShellViewModel(services)
    yield shell
    shell.close()


def test_a_link_waits_until_the_films_are_known(shell: Any, jobs: Any, sample: Any) -> None:
    title = sample.catalogue().titles[0].id
    shell.follow(f"smartcinema:title/{title}")
    assert shell.page == "home"
    shell.start()
    jobs.settle_all()
    assert shell.page == "film"
    shell.follow("smartcinema:ticket/t1")
    assert shell.page == "tickets"
    shell.follow("smartcinema:home")
    assert shell.page == "home"


def test_a_link_waits_for_the_choice_of_language(services: Services, jobs: Any, box_office: Any, sample: Any) -> None:
    services.preferences.change(language=None)
    shell: Any = ShellViewModel(services)
    shell.start()
    shell.follow("smartcinema:ticket/t1")
    jobs.settle_all()
    assert shell.page == "language"
    shell.choose_language("en")
    assert shell.page == "tickets"
    shell.close()


def test_a_link_interrupts_no_film(
    shell: Any, jobs: Any, sample: Any, player: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewing_module, "open_ticket", lambda *_: Viewing(sample.feature(), sample.play()))
    shell.start()
    jobs.settle_all()
    shell.watch_ticket("t1")
    jobs.settle_all()
    player.tell(FirstFrame())
    shell.follow("smartcinema:ticket/t1")
    assert (shell.page, player.state.wants_to_play) == ("player", True)
    shell.playerPage.leave()
    assert shell.page == "tickets"


@pytest.mark.parametrize(("link", "notice"), [("smartcinema:title/nowhere", "link-gone"), ("rubbish", "link-unknown")])
def test_a_link_to_nothing_says_so_and_changes_no_page(shell: Any, jobs: Any, link: str, notice: str) -> None:
    shell.start()
    jobs.settle_all()
    shell.follow(link)
    assert (shell.page, shell.notice) == ("home", notice)
