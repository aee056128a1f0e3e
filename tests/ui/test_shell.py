from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from boxoffice.client import Reason, SignedIn
from core import CinemaError, Code
from ui.viewer import Services, ShellViewModel
from ui.viewer import viewing as viewing_module
from ui.viewer.viewing import Viewing

OFFLINE = CinemaError(Code.OFFLINE, "The box office cannot be reached.")


@pytest.fixture
def shell(services: Services) -> Iterator[Any]:
    shell = ShellViewModel(services)
    yield shell
    shell.close()


@pytest.fixture
def signed_in(shell: Any, jobs: Any, box_office: Any, sample: Any) -> Any:
    box_office.restored = sample.ACCOUNT
    box_office.tickets_answer = (sample.ticket(),)
    shell.start()
    jobs.settle_all()
    return shell


@pytest.fixture
def opening(monkeypatch: pytest.MonkeyPatch, sample: Any, box_office: Any) -> list[Any]:
    """What opening a ticket or a trailer answers: a viewing, or an error to raise."""
    answers: list[Any] = [Viewing(sample.feature(), sample.play(), partial(box_office.progress, "p1"))]

    def answer(*_arguments: object) -> Viewing:
        if isinstance(answers[-1], CinemaError):
            raise answers[-1]
        return answers[-1]

    monkeypatch.setattr(viewing_module, "open_ticket", answer)
    monkeypatch.setattr(viewing_module, "open_trailer", answer)
    return answers


def test_the_first_start_asks_for_a_language_and_then_shows_what_is_on(services: Services) -> None:
    services.preferences.change(language=None)
    shell: Any = ShellViewModel(services)
    assert (shell.page, shell.canGoBack) == ("language", False)
    shell.choose_language("zh-Hans")
    assert (shell.page, shell.language, services.preferences.current.language) == ("home", "zh-Hans", "zh-Hans")
    shell.close()


def test_an_earlier_sign_in_is_taken_up_and_its_tickets_fetched(signed_in: Any) -> None:
    assert (signed_in.signedIn, signed_in.accountName) == (True, "Lin")
    assert [card["id"] for card in signed_in.tickets.cards] == ["t1"]
    assert signed_in.home.hero["name"] == "Lantern Street"
    assert signed_in.home.hero["hasTicket"]


def test_buying_without_an_account_goes_by_way_of_signing_in(
    shell: Any, jobs: Any, box_office: Any, opened: list[str], sample: Any
) -> None:
    shell.start()
    jobs.settle_all()
    shell.open_film("lantern-street")
    shell.buy("lantern-street")
    assert shell.page == "signIn"
    assert box_office.named("order") == []
    shell.signIn.sign_in()
    jobs.settle()
    assert shell.page == "checkout"
    box_office.tickets_answer = (sample.ticket(),)
    jobs.settle_all()
    assert shell.checkout.step == "done"
    assert opened == [sample.SIGN_IN_URL, sample.CHECKOUT_URL]
    assert shell.tickets.cards[0]["id"] == "t1"
    shell.back()
    assert shell.page == "film"
    assert (shell.film.canWatch, shell.film.canBuy) == (True, False)


def test_leaving_the_sign_in_page_ends_the_wait_and_the_purchase_behind_it(
    shell: Any, jobs: Any, box_office: Any
) -> None:
    shell.start()
    jobs.settle_all()
    shell.buy("lantern-street")
    shell.signIn.sign_in()
    shell.back()
    jobs.settle_all()
    assert (shell.page, shell.signedIn, box_office.named("order")) == ("home", False, [])


def test_watching_opens_the_ticket_and_leaving_comes_back(
    signed_in: Any, jobs: Any, opening: list[Any], player: Any
) -> None:
    signed_in.open_film("lantern-street")
    signed_in.watch("lantern-street")
    assert (signed_in.page, signed_in.playerPage.status, signed_in.playerPage.name) == (
        "player",
        "opening",
        "Lantern Street",
    )
    jobs.settle()
    assert player.feature is opening[0].feature
    signed_in.set_full_screen(True)
    signed_in.back()
    assert (signed_in.page, signed_in.fullScreen) == ("player", False)
    signed_in.back()
    assert (signed_in.page, player.feature) == ("film", None)


def test_a_refusal_names_its_rule_its_time_and_the_other_device(
    signed_in: Any, jobs: Any, opening: list[Any], sample: Any
) -> None:
    reason = Reason("other-device", sample.NOW, "Europe/Berlin", "other-device", "Living room")
    opening.append(CinemaError(Code.REFUSED, "Not on this device.", {"reasons": (reason,)}))
    signed_in.watch_ticket("t1")
    jobs.settle()
    page = signed_in.playerPage
    assert (page.status, page.error, page.reasons[0]["device"]) == ("failed", "refused", "Living room")
    opening.append(opening[0])
    page.try_again()
    assert page.status == "opening"
    jobs.settle()
    assert page.error == ""


def test_leaving_while_a_film_opens_cancels_it(signed_in: Any, jobs: Any, opening: list[Any], player: Any) -> None:
    assert opening
    signed_in.watch_ticket("t1")
    signed_in.back()
    jobs.settle_all()
    assert (signed_in.page, player.feature) == ("home", None)


def test_without_libmpv_the_player_page_says_so(
    services: Services, jobs: Any, box_office: Any, opening: list[Any], sample: Any
) -> None:
    def missing() -> Any:
        raise CinemaError(Code.LIBMPV_MISSING, "There is no libmpv here.")

    assert opening
    box_office.restored = sample.ACCOUNT
    box_office.tickets_answer = (sample.ticket(),)
    shell: Any = ShellViewModel(replace(services, player=missing))
    shell.start()
    jobs.settle_all()
    shell.watch_ticket("t1")
    jobs.settle()
    assert (shell.playerPage.status, shell.playerPage.error) == ("failed", "libmpv-missing")
    shell.close()


def test_offline_keeps_what_was_shown_and_says_so(signed_in: Any, jobs: Any, box_office: Any) -> None:
    box_office.catalogue_answer = OFFLINE
    box_office.tickets_answer = OFFLINE
    signed_in.refresh()
    jobs.settle_all()
    assert (signed_in.offline, signed_in.signedIn) == (True, True)
    assert signed_in.home.hero["name"] == "Lantern Street"
    assert [card["id"] for card in signed_in.tickets.cards] == ["t1"]
    assert signed_in.notice == ""


def test_a_session_that_ended_is_noticed_and_the_tickets_are_put_away(
    signed_in: Any, jobs: Any, box_office: Any
) -> None:
    box_office.tickets_answer = CinemaError(Code.SIGN_IN_NEEDED, "Sign in again.")
    signed_in.open_page("tickets")
    jobs.settle_all()
    assert (signed_in.signedIn, signed_in.tickets.cards, signed_in.tickets.signedIn) == (False, [], False)


def test_signing_out_leaves_the_tickets_with_the_account(signed_in: Any, jobs: Any, box_office: Any) -> None:
    signed_in.sign_out()
    jobs.settle_all()
    assert (signed_in.signedIn, signed_in.tickets.cards, signed_in.notice) == (False, [], "signed-out")
    assert box_office.named("sign_out") == [("sign_out",)]


def test_a_missing_key_store_is_said_after_signing_in(shell: Any, jobs: Any, box_office: Any, sample: Any) -> None:
    box_office.sign_in_answer = SignedIn(sample.ACCOUNT, False, Code.KEYSTORE_UNAVAILABLE)
    shell.open_sign_in()
    shell.signIn.sign_in()
    jobs.settle_all()
    assert (shell.page, shell.signedIn, shell.notice) == ("home", True, "keystore-unavailable")


def test_another_language_reaches_every_page_at_once(signed_in: Any, sample: Any) -> None:
    assert sample
    signed_in.open_film("lantern-street")
    signed_in.choose_language("zh-Hans")
    assert signed_in.home.hero["name"] == "灯街"
    assert signed_in.film.card["name"] == "灯街"
    assert signed_in.tickets.cards[0]["name"] == "灯街"
    assert signed_in.settings.language == "zh-Hans"


def test_another_territory_fetches_its_programme(signed_in: Any, jobs: Any, box_office: Any) -> None:
    signed_in.settings.set_territory("FR")
    jobs.settle_all()
    assert box_office.named("catalogue")[-1] == ("catalogue", "FR")


def test_progress_moves_the_ticket_on_every_page(
    signed_in: Any, jobs: Any, box_office: Any, opening: list[Any], player: Any, sample: Any
) -> None:
    assert opening
    box_office.progress_answer = sample.ticket(state="started", position_ms=15_000)
    signed_in.watch_ticket("t1")
    jobs.settle()
    from player.state import FirstFrame, Moved

    player.tell(FirstFrame())
    player.tell(Moved(400))
    signed_in.playerPage.toggle()
    jobs.settle()
    assert signed_in.tickets.cards[0]["position"] == "0:15"
    assert signed_in.home.rows[0]["kind"] == "continue"


def test_the_window_is_found_again_but_not_its_full_screen(shell: Any, services: Services) -> None:
    shell.remember_window(1400, 900, False)
    shell.set_full_screen(True)
    shell.remember_window(1920, 1080, False)
    shell.remember_window(1920, 1080, True)
    now = services.preferences.current
    assert (now.window_width, now.window_height, now.window_maximised) == (1400, 900, True)


def test_back_leads_to_the_page_that_settings_tickets_and_the_guide_were_opened_from(signed_in: Any) -> None:
    signed_in.open_film("lantern-street")
    signed_in.open_page("settings")
    signed_in.open_guide()
    seen = []
    while signed_in.canGoBack:
        signed_in.back()
        seen.append(signed_in.page)
    assert seen == ["settings", "film", "home"]


def test_pages_gone_to_and_fro_between_do_not_pile_up(signed_in: Any) -> None:
    signed_in.open_film("lantern-street")
    for page in ("settings", "tickets", "settings", "tickets", "settings"):
        signed_in.open_page(page)
    signed_in.back()
    assert signed_in.page == "film"
    signed_in.open_page("tickets")
    signed_in.open_page("home")
    assert (signed_in.page, signed_in.canGoBack) == ("home", False)


def test_a_sign_in_and_an_order_that_were_left_are_not_come_back_to(shell: Any, jobs: Any, sample: Any) -> None:
    shell.start()
    jobs.settle_all()
    shell.open_film("lantern-street")
    shell.buy("lantern-street")
    shell.open_page("settings")
    shell.back()
    assert shell.page == "film"
    shell._account = sample.ACCOUNT
    shell.buy("lantern-street")
    assert shell.page == "checkout"
    shell.open_page("tickets")
    shell.back()
    assert shell.page == "film"


def test_an_account_that_was_signed_out_of_is_not_come_back_to(signed_in: Any) -> None:
    signed_in.open_account()
    signed_in.open_page("settings")
    signed_in.sign_out()
    signed_in.back()
    assert signed_in.page == "home"
