import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from boxoffice.client import Device, Gift, Pass, Reason, SignedIn, SignInPlace
from core import CinemaError, Code
from ui.viewer import Services, ShellViewModel


@pytest.fixture
def shell(services: Services) -> Any:
    return ShellViewModel(services)


@pytest.fixture
def signed_in(shell: Any, jobs: Any, box_office: Any, sample: Any) -> Any:
    box_office.restored = sample.ACCOUNT
    box_office.tickets_answer = (sample.ticket(),)
    shell.start()
    jobs.settle_all()
    return shell


def test_the_first_start_offers_the_languages_by_their_own_names(services: Services, stage: Any) -> None:
    services.preferences.change(language=None)
    shell: Any = ShellViewModel(services)
    window = stage(shell)
    window.shows("English", "简体中文")
    window.click("简体中文")
    assert (shell.page, services.preferences.current.language) == ("home", "zh-Hans")


def test_the_home_page_shows_what_is_on(signed_in: Any, stage: Any) -> None:
    stage(signed_in).shows("Lantern Street", "One night, one light.", "Watch now")


def test_the_film_page_shows_what_it_is_what_it_costs_and_a_note(shell: Any, jobs: Any, stage: Any) -> None:
    shell.start()
    jobs.settle_all()
    window = stage(shell)
    shell.open_film("lantern-street")
    window.shows("Get a ticket · €6.90", "Trailer", "Lantern riddles", "Begin within 30 days", "48 hours")


def test_every_page_speaks_chinese(signed_in: Any, stage: Any) -> None:
    window = stage(signed_in)
    window.interface.language.apply("zh-Hans")
    signed_in.choose_language("zh-Hans")
    window.shows("灯街", "立即观看")
    signed_in.open_film("lantern-street")
    window.shows("影片介绍", "一个孩子跟着灯笼回家。")
    for page, words in (("tickets", "我的票"), ("settings", "字幕与注释的大小")):
        signed_in.open_page(page)
        window.shows(words)


def test_offline_is_said_above_what_is_still_shown(signed_in: Any, jobs: Any, box_office: Any, stage: Any) -> None:
    window = stage(signed_in)
    online = box_office.catalogue_answer
    window.shows("Lantern Street")
    top = window.rect(window.named("Lantern Street")[0]).top()
    box_office.catalogue_answer = CinemaError(Code.OFFLINE, "No line.")
    signed_in.refresh()
    jobs.settle_all()
    window.shows("No connection to the box office", "Lantern Street")
    before = len(box_office.named("catalogue"))
    box_office.catalogue_answer = online
    window.click("Try now")
    jobs.settle_all()
    assert len(box_office.named("catalogue")) == before + 1
    window.until(lambda: window.rect(window.named("Lantern Street")[0]).top() == top)


def test_signing_in_explains_waits_and_can_be_called_off(shell: Any, jobs: Any, stage: Any, sample: Any) -> None:
    window = stage(shell)
    shell.open_sign_in()
    window.shows("your password never passes through this program", "Create an account")
    window.click("Sign in in your browser")
    shell.signIn._opened(shell.signIn._turn, sample.SIGN_IN_URL)
    window.shows("Go on in your browser", "Open the browser again", "Copy the address")
    window.click("Cancel")
    window.shows("Sign in in your browser")
    jobs.settle_all()
    assert not shell.signedIn


def test_a_phone_signs_this_screen_in(
    shell: Any, jobs: Any, box_office: Any, stage: Any, sample: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[str, QImage]] = []
    window = stage(shell)
    shell.open_sign_in()
    window.shows("Sign in with your phone")
    answer = box_office.sign_in_elsewhere

    def look_first(show: Any, cancel: Any) -> SignedIn:
        signed_in: SignedIn = answer(show, cancel)
        window.shows("Go on with your phone", "LNTR-MPVS", "http://127.0.0.1/device", "Copy the address")
        picture = shell.signIn.codePicture.partition(",")[2]
        shown.append((shell.signIn.screenCode, QImage.fromData(base64.b64decode(picture))))
        return signed_in

    monkeypatch.setattr(box_office, "sign_in_elsewhere", look_first)
    window.click("Sign in with your phone")
    window.shows("Go on with your phone")
    jobs.settle_all()
    assert (shown[0][0], shown[0][1].width() > 200, shell.signedIn) == ("LNTR-MPVS", True, True)


def test_a_code_of_an_earlier_try_is_not_shown(shell: Any, stage: Any, sample: Any) -> None:
    window = stage(shell)
    shell.open_sign_in()
    window.shows("Sign in with your phone")
    window.click("Sign in with your phone")
    earlier = shell.signIn._turn
    window.click("Cancel")
    window.click("Sign in with your phone")
    shell.signIn._coded(earlier, sample.DEVICE_CODES, "data:,")
    assert shell.signIn.screenCode == ""
    shell.signIn._coded(shell.signIn._turn, sample.DEVICE_CODES, "data:,")
    assert shell.signIn.screenCode == "LNTR-MPVS"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (Code.SIGN_IN_DENIED, "called off in the browser"),
        (Code.SIGN_IN_TIMED_OUT, "Nothing came back"),
        (Code.SIGN_IN_MISMATCH, "did not belong to this sign-in"),
        (Code.CERTIFICATE, "could not prove who it is"),
    ],
)
def test_a_failed_sign_in_has_words_and_a_next_step(
    code: Code, words: str, shell: Any, jobs: Any, box_office: Any, stage: Any
) -> None:
    box_office.sign_in_answer = CinemaError(code, "No.")
    window = stage(shell)
    shell.open_sign_in()
    window.shows("Sign in in your browser")
    shell.signIn.sign_in()
    jobs.settle_all()
    window.shows(words, "Sign in in your browser")


def test_a_missing_key_store_is_told_to_the_viewer(
    shell: Any, jobs: Any, box_office: Any, stage: Any, sample: Any
) -> None:
    box_office.sign_in_answer = SignedIn(sample.ACCOUNT, False, Code.KEYSTORE_UNAVAILABLE)
    window = stage(shell)
    shell.open_sign_in()
    shell.signIn.sign_in()
    jobs.settle_all()
    window.shows("for this session only")


def test_the_checkout_page_waits_takes_a_voucher_and_leads_to_the_film(
    signed_in: Any, jobs: Any, box_office: Any, stage: Any, sample: Any
) -> None:
    box_office.tickets_answer = ()
    signed_in.refresh()
    jobs.settle_all()
    window = stage(signed_in)
    signed_in.buy("lantern-street")
    window.shows("Preparing your order")
    jobs.settle()
    window.shows("Lantern Street", "€6.90", "has opened in your browser", "Open it again", "Voucher or pass code")
    box_office.redeem_answer = CinemaError(Code.VOUCHER_INVALID, "No.")
    signed_in.checkout.redeem("WRONG")
    jobs.held[-1].settle()
    window.shows("This voucher or pass cannot be used")
    box_office.tickets_answer = (sample.ticket(),)
    jobs.settle_all()
    window.shows("Your ticket is here", "Watch now")


def test_the_checkout_page_pays_with_a_pass_by_one_click(
    signed_in: Any, jobs: Any, box_office: Any, stage: Any, sample: Any
) -> None:
    box_office.passes_answer = (Pass("p1", {"en": "Panorama"}, None, (), 5, 3, None),)
    window = stage(signed_in)
    signed_in.buy("lantern-street")
    jobs.settle()
    window.shows("Use the pass for Panorama", "3 of 5 left")
    window.click("Use the pass for Panorama  ·  3 of 5 left")
    jobs.settle_all()
    window.shows("Your ticket is here")
    assert box_office.named("use_pass") == [("use_pass", "o1", "p1")]


def test_a_gift_shows_its_code_at_the_checkout_and_among_the_tickets(
    signed_in: Any, jobs: Any, box_office: Any, stage: Any, sample: Any
) -> None:
    code = "AAAAA-BBBBB-CCCCC-DDDDD"
    box_office.settled_answer = replace(sample.order("issued"), gift=code)
    box_office.gifts_answer = (Gift("o1", "lantern-street", sample.NOW, code, None, None),)
    window = stage(signed_in)
    signed_in.buy("lantern-street")
    jobs.settle_all()
    window.shows("Your gift is ready", code, "Copy the code")
    assert not any("Watch now" in word for word in window.words())
    box_office.tickets_answer = ()
    signed_in.open_page("tickets")
    jobs.settle_all()
    window.shows("A gift that waits", code, "Take the gift")
    box_office.claim_answer = CinemaError(Code.VOUCHER_INVALID, "No.")
    signed_in.gifts.claim("WRONG")
    jobs.settle_all()
    window.shows("somebody has used it already")


def test_an_order_that_fails_says_so_and_can_be_begun_again(
    signed_in: Any, jobs: Any, box_office: Any, stage: Any
) -> None:
    box_office.order_answer = CinemaError(Code.SOLD_OUT, "No seats.")
    window = stage(signed_in)
    signed_in.buy("lantern-street")
    jobs.settle_all()
    window.shows("did not go through", "All tickets are sold", "Try again")


def test_tickets_say_in_words_where_they_stand(
    signed_in: Any, jobs: Any, box_office: Any, stage: Any, sample: Any
) -> None:
    reasons = (Reason("other-device", sample.NOW, "Europe/Berlin", "other-device", "Living room"),)
    box_office.tickets_answer = (
        sample.ticket("a"),
        sample.ticket("b", "started", position_ms=15_000, watch_by=sample.NOW + timedelta(hours=40)),
        sample.ticket("c", "started", device=Device("k", "Living room", False), allowed=False, reasons=reasons),
        sample.ticket("d", "watched"),
        sample.ticket("e", "refunded"),
    )
    window = stage(signed_in, 1280, 1400)
    signed_in.open_page("tickets")
    jobs.settle_all()
    window.shows("Begin by", "You are at 0:15. Finish by", "in use on Living room", "Watched", "Refunded", "Resume")


@pytest.mark.parametrize("account", [True, False])
def test_without_tickets_the_page_leads_on(
    account: bool, shell: Any, signed_in: Any, jobs: Any, box_office: Any, stage: Any
) -> None:
    box_office.tickets_answer = ()
    if account:
        signed_in.refresh()
    else:
        signed_in.sign_out()
    jobs.settle_all()
    window = stage(signed_in)
    signed_in.open_page("tickets")
    jobs.settle_all()
    if account:
        window.shows("No tickets yet")
        window.click("See what is on")
        assert shell.page == "home"
    else:
        window.shows("Sign in to see your tickets")


def test_settings_can_be_worked_by_keyboard_alone(signed_in: Any, stage: Any, services: Services) -> None:
    window = stage(signed_in, 1280, 1600)
    signed_in.open_page("settings")
    window.shows("Less motion")
    seen: list[str] = []
    for _ in range(40):
        window.press(Qt.Key.Key_Tab)
        item = window.focused()
        kind = item.metaObject().className().split("_")[0] if item else ""
        if kind == "Toggle" and services.preferences.current.reduced_motion is False:
            window.press(Qt.Key.Key_Space)
        seen.append(kind)
    assert {"Choice", "Toggle", "Level", "AppButton"} <= set(seen)
    assert services.preferences.current.reduced_motion


@pytest.mark.parametrize(("width", "height"), [(800, 540), (1280, 720), (1920, 1080)])
def test_no_page_is_wider_than_its_window(width: int, height: int, signed_in: Any, stage: Any) -> None:
    window = stage(signed_in, width, height)
    for page in ("home", "tickets", "settings"):
        signed_in.open_page(page)
        window.settle()
        outside = [
            item.property("text")
            for item in window.items()
            if item.inherits("QQuickText")
            and item.property("text")
            and window.rect(item).right() > width + 1
            and not inside_a_shelf(item)
        ]
        assert outside == [], page


def inside_a_shelf(item: Any) -> bool:
    while item is not None:
        if item.inherits("QQuickListView"):
            return True
        item = item.parentItem()
    return False


def test_the_sheet_of_keys_opens_with_a_question_mark(signed_in: Any, stage: Any) -> None:
    window = stage(signed_in)
    window.press(Qt.Key.Key_Question)
    window.shows("Keys", "Play or pause", "Look for news")
    first, last = (window.rect(window.named(text)[0]) for text in ("Play or pause", "Look for news"))
    assert first.right() < last.left(), "on a wide window the keys stand in two columns"
    assert abs((first.left() + last.right()) / 2 - 640) < 200
    window.press(Qt.Key.Key_Escape)
    window.until(lambda: "Play or pause" not in window.words())


def test_the_window_is_remembered_when_it_closes(signed_in: Any, stage: Any, services: Services) -> None:
    window = stage(signed_in, 1000, 700)
    window.window.close()
    assert (services.preferences.current.window_width, services.preferences.current.window_height) == (1000, 700)


def test_a_film_says_how_few_tickets_are_left_and_that_none_is(
    signed_in: Any, jobs: Any, box_office: Any, stage: Any, sample: Any
) -> None:
    few, none = sample.title(), sample.title("gone")
    few = replace(few, offer=replace(few.offer, left=3))
    reasons = (Reason("sold-out", None, None, "wait", None),)
    none = replace(none, names={"en": "Gone"}, offer=replace(none.offer, state="sold-out", reasons=reasons))
    box_office.tickets_answer = ()
    box_office.catalogue_answer = sample.catalogue(few, none)
    signed_in.refresh()
    jobs.settle_all()
    window = stage(signed_in)
    window.shows("3 left", "Sold out")
    signed_in.open_film(few.id)
    window.shows("3 tickets left.", "Get a ticket")
    signed_in.back()
    signed_in.open_film(none.id)
    window.shows("All tickets are sold. One may come free")
    assert not signed_in.film.canBuy


def test_the_account_page_lists_devices_warns_and_deletes_by_keyboard(
    signed_in: Any, jobs: Any, box_office: Any, stage: Any, sample: Any
) -> None:
    box_office.sign_ins_answer = (
        SignInPlace("f1", "Laptop", sample.NOW, sample.NOW, True),
        SignInPlace("f2", "", sample.NOW, sample.NOW, False),
    )
    box_office.tickets_answer = (sample.ticket(),)
    signed_in.refresh()
    jobs.settle_all()
    window = stage(signed_in)
    signed_in.open_account()
    jobs.settle_all()
    window.shows(sample.ACCOUNT.email, "Laptop", "A device without a name", "Sign out there", "Save my data")
    window.click("Delete…")
    window.shows("1 ticket that you can still use will be lost.", f"Type {sample.ACCOUNT.email}")
    for letter in sample.ACCOUNT.email:
        QTest.keyClick(window.window, letter)
    window.settle()
    window.click("Delete for good")
    jobs.settle_all()
    window.shows("The account is gone")
    assert box_office.named("delete_account") == [("delete_account", sample.ACCOUNT.email)]
    assert not signed_in.signedIn


def scroll_page(window: Any) -> Any:
    return next(item for item in window.items() if item.metaObject().className().startswith("ScrollPage"))


def test_back_finds_a_page_where_it_was_left_and_the_focus_on_what_led_away(signed_in: Any, stage: Any) -> None:
    window = stage(signed_in)
    signed_in.open_page("settings")
    window.shows("Open the guide")
    window.named("Open the guide")[0].forceActiveFocus(Qt.FocusReason.TabFocusReason)
    window.settle()
    left_at = scroll_page(window).property("contentY")
    assert left_at > 200
    window.press(Qt.Key.Key_Return)
    assert signed_in.page == "guide"
    window.press(Qt.Key.Key_Escape)
    window.until(lambda: abs(scroll_page(window).property("contentY") - left_at) < 1)
    assert window.named("Open the guide")[0].hasActiveFocus()
    signed_in.open_page("home")
    signed_in.open_page("settings")
    window.shows("Language")
    window.window.grabWindow()
    assert scroll_page(window).property("contentY") == 0, "gone to anew, it is shown from its top"


def test_back_from_the_top_bar_finds_the_film_page_where_it_was_left(signed_in: Any, stage: Any) -> None:
    window = stage(signed_in, 1000, 560)
    signed_in.open_film("lantern-street")
    window.shows("The film", "Trailer")
    window.window.grabWindow()
    window.named("Trailer")[0].forceActiveFocus(Qt.FocusReason.TabFocusReason)
    scroll_page(window).setProperty("contentY", 150)
    window.click("Settings")
    assert signed_in.page == "settings"
    window.click("Back")
    assert signed_in.page == "film"
    window.until(lambda: scroll_page(window).property("contentY") == 150)
    assert window.named("Trailer")[0].hasActiveFocus()
