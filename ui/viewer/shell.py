"""The frame around the pages: where the viewer is, who is signed in, and how one page leads to the next."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from core import LANGUAGES, Cancel, CinemaError, Code, Job, pick, pick_language
from ui.fonts import place_of
from ui.props import showing
from ui.viewer.cards import Card, reason_cards, title_card, usable_ticket
from ui.viewer.home import HomeInputs, HomeViewModel
from ui.viewer.renewing import Renewing
from ui.viewer.services import Services

if TYPE_CHECKING:
    from types import ModuleType

    from boxoffice.client import Account, Catalogue, Order, SignedIn, Ticket, Title
    from ui.guide import Page
    from ui.viewer.account import AccountViewModel
    from ui.viewer.checkout import CheckoutViewModel
    from ui.viewer.downloads import DownloadsViewModel
    from ui.viewer.film import FilmViewModel
    from ui.viewer.gifts import GiftsViewModel
    from ui.viewer.guide import GuideViewModel
    from ui.viewer.links import Link
    from ui.viewer.player_page import PlayerPageViewModel
    from ui.viewer.screens import ScreensViewModel
    from ui.viewer.settings import SettingsViewModel
    from ui.viewer.sign_in import SignInViewModel
    from ui.viewer.tickets import TicketsViewModel
    from ui.viewer.viewing import Viewing

V = TypeVar("V", bound=QObject)

log = logging.getLogger(__name__)

TOP_PAGES = ("home", "tickets", "settings")
BUSY_PAGES = ("language", "signIn", "checkout", "player")
"""Pages that a link does not tear the viewer away from."""
LINK_KEPT = "link-kept"
NOTICE_MS = 6000
REFRESH_MS = 60_000


@dataclass(frozen=True)
class ShellProps:
    """What QML shows around the pages. ``notice`` is a code; QML has the words."""

    page: str
    depth: int
    """How many pages lie before this one."""
    can_go_back: bool
    signed_in: bool
    account_name: str
    offline: bool
    notice: str
    language: str
    languages: tuple[object, ...]
    suggested_language: str
    """Ours that is nearest to the system's own."""
    place: str
    """Whose Han characters are drawn, see `ui.fonts`."""
    reduced_motion: bool
    look: str
    caption_scale: float
    full_screen: bool
    small: bool
    """A small window above all others, with nothing but the picture."""
    on_top: bool


class ShellViewModel(showing(ShellProps)):  # type: ignore[misc]
    """Owns navigation, the account, the catalogue and the tickets; feeds every page from them."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._trail: list[str] = ["home" if services.preferences.current.language else "language"]
        self._account: Account | None = None
        self._catalogue: Catalogue | None = None
        self._tickets: tuple[Ticket, ...] = ()
        self._error: CinemaError | None = None
        self._notice = ""
        self._full_screen = self._small = self._on_top = False
        self._goes_on = False
        """Whether the film played when its screen went."""
        self._after_sign_in: Callable[[], None] | None = None
        self._opening: Job | None = None
        self._link: Link | None = None
        self._asked_ticket = ""
        self._renewing = Renewing(services, self._renewed, self._version_refused)
        super().__init__(self._derive())
        self._notice_timer = QTimer(self, interval=NOTICE_MS, singleShot=True)
        self._notice_timer.timeout.connect(lambda: self._say(""))
        self._clock = QTimer(self, interval=REFRESH_MS)
        self._clock.timeout.connect(self._tick)

    @cached_property
    def _home(self) -> HomeViewModel:
        return self._owned(HomeViewModel(HomeInputs(self._services.formats, self._services.now())))

    # The other pages load when they are first needed: the first frame waits for none of them.

    @cached_property
    def _film(self) -> FilmViewModel:
        from ui.viewer.film import FilmInputs, FilmViewModel

        return self._owned(FilmViewModel(FilmInputs(self._services.formats, self._services.now())))

    @cached_property
    def _sign_in(self) -> SignInViewModel:
        from ui.viewer.sign_in import SignInViewModel

        return self._owned(SignInViewModel(self._services, self._signed_in))

    @cached_property
    def _checkout(self) -> CheckoutViewModel:
        from ui.viewer.checkout import CheckoutViewModel

        return self._owned(CheckoutViewModel(self._services, self._bought))

    @cached_property
    def _tickets_page(self) -> TicketsViewModel:
        from ui.viewer.tickets import TicketsInputs, TicketsViewModel

        return self._owned(TicketsViewModel(TicketsInputs(self._services.formats)))

    @cached_property
    def _account_page(self) -> AccountViewModel:
        from ui.viewer.account import AccountViewModel

        return self._owned(AccountViewModel(self._services, self._account_gone))

    @cached_property
    def _gifts(self) -> GiftsViewModel:
        from ui.viewer.gifts import GiftsViewModel

        return self._owned(GiftsViewModel(self._services, self._claimed))

    @cached_property
    def _guide(self) -> GuideViewModel:
        from ui.guide import guide
        from ui.viewer.guide import GuideViewModel

        def read(language: str) -> tuple[Page, ...]:
            found = self._renewing.found
            return guide(language, found.changes) if found else guide(language)

        return self._owned(GuideViewModel(self._services.jobs, read))

    @cached_property
    def _downloads(self) -> DownloadsViewModel:
        from ui.viewer.downloads import DownloadsViewModel

        return self._owned(DownloadsViewModel(self._services, lambda: self._catalogue))

    @cached_property
    def _screens(self) -> ScreensViewModel:
        from ui.viewer.screens import ScreensViewModel

        return self._owned(ScreensViewModel(self._services, self._screen_went, self._screen_came))

    @cached_property
    def _settings(self) -> SettingsViewModel:
        from ui.viewer.settings import SettingsViewModel

        return self._owned(
            SettingsViewModel(
                self._services,
                self._preference_changed,
                lambda: self._player_page.measured(),  # noqa: PLW0108 - the page is made when it is needed
                self._renewing,
            )
        )

    @cached_property
    def _player_page(self) -> PlayerPageViewModel:
        from ui.viewer.player_page import PlayerPageViewModel

        return self._owned(PlayerPageViewModel(self._services, self._left_player, self._progressed))

    @property
    def _open_player(self) -> tuple[PlayerPageViewModel, ...]:
        """The player's page where it was needed already: loading it takes longer than a change of language may."""
        return (self._player_page,) if "_player_page" in vars(self) else ()

    def _owned(self, page: V) -> V:
        page.setParent(self)
        return page

    home = Property(QObject, lambda self: self._home, constant=True)
    film = Property(QObject, lambda self: self._film, constant=True)
    signIn = Property(QObject, lambda self: self._sign_in, constant=True)
    checkout = Property(QObject, lambda self: self._checkout, constant=True)
    tickets = Property(QObject, lambda self: self._tickets_page, constant=True)
    account = Property(QObject, lambda self: self._account_page, constant=True)
    gifts = Property(QObject, lambda self: self._gifts, constant=True)
    guide = Property(QObject, lambda self: self._guide, constant=True)
    settings = Property(QObject, lambda self: self._settings, constant=True)
    downloads = Property(QObject, lambda self: self._downloads, constant=True)
    screens = Property(QObject, lambda self: self._screens, constant=True)
    playerPage = Property(QObject, lambda self: self._player_page, constant=True)
    quitting = Signal()

    def start(self) -> None:
        """Take up an earlier sign-in and fetch what is on."""
        self._clock.start()
        self._services.jobs.run(self._restore, self._restored, self._trouble)
        self._downloads.look()
        self.refresh()
        if self._services.unwritable:
            self._say("home-unwritable")
        elif self._services.settings_aside:
            self._say("settings-aside")

    def close(self) -> None:
        """Stop what runs; the player comes down here."""
        self._clock.stop()
        self._notice_timer.stop()
        self._sign_in.cancel()
        self._checkout.leave()
        self._downloads.close()
        for player in self._open_player:
            player.close()

    def sheet(self, path: str) -> bytes:
        """A sprite sheet of the film that is open, on a worker. Raises `CinemaError`."""
        return self._player_page.sheet(path)

    def note_picture(self, address: str) -> bytes:
        """A picture of the notes of the film that is open, on a worker. Raises `CinemaError`."""
        return self._player_page.note_picture(address)

    @Slot(str)
    def choose_language(self, tag: str) -> None:
        """The interface language; at the first start, on to what is on."""
        if self._trail[-1] == "language":
            self._trail = ["home"]
        self._settings.set_language(tag)
        self._show()
        self._follow()

    @Slot(str)
    def follow(self, address: str) -> None:
        """Go where a link leads; on a page that is not to be left for it, and before the programme is there, later."""
        from ui.viewer.links import parse_link

        self._link = parse_link(address)
        if self._trail[-1] in BUSY_PAGES[1:]:
            self._say(LINK_KEPT)
        self._follow()

    @Slot()
    def refresh(self) -> None:
        """Fetch the catalogue and the tickets again."""
        self._home.feed(loading=True)
        territory = self._services.preferences.current.territory
        self._services.jobs.run(
            lambda _cancel: self._services.box_office.catalogue(territory), self._catalogued, self._not_catalogued
        )
        self._refresh_tickets()

    @Slot(str)
    def open_page(self, page: str) -> None:
        """One of the pages of the top bar."""
        if page in TOP_PAGES and self._trail[-1] != page:
            self._drop_link()
            self._asked_ticket = ""
            self._enter(page)

    @Slot()
    def open_sign_in(self) -> None:
        """The sign-in page."""
        self._after_sign_in = None
        self._drop_link()
        self._go("signIn")

    @Slot()
    def open_account(self) -> None:
        """The page of the viewer's own account."""
        if self._account is not None:
            self._drop_link()
            self._account_page.feed(account=self._account, tickets=self._tickets, formats=self._services.formats)
            self._account_page.look()
            self._go("account")

    @Slot()
    @Slot(str)
    def open_guide(self, page: str = "") -> None:
        """The guide, at one of its pages or where it was left."""
        if self._trail[-1] not in BUSY_PAGES:
            self._drop_link()
            self._guide.feed(self._services.language, page)
            self._go("guide")

    def _forget_account(self) -> None:
        self._account, self._tickets = None, ()
        self._gifts.forget()
        self._trail = [page for page in self._trail if page != "account"]
        self._feed_pages()

    def _account_gone(self, notice: str) -> None:
        self._forget_account()
        self._enter("home")
        self._say(notice)

    @Slot()
    def sign_out(self) -> None:
        """End the session here; tickets stay with the account."""
        self._services.jobs.run(lambda _cancel: self._services.box_office.sign_out(), lambda _none: None, self._trouble)
        self._forget_account()
        self._say("signed-out")

    @Slot(str)
    def open_film(self, title_id: str) -> None:
        """A film's page."""
        title = self._catalogue.title(title_id) if self._catalogue else None
        if title:
            self._film.feed(title=title, tickets=self._tickets, error="", busy=False, **self._now())
            self._go("film")

    @Slot(str)
    @Slot(str, str)
    def buy(self, title_id: str, screening_id: str = "") -> None:
        """Buy a ticket, to a screening where one is named, by way of signing in where that is still to do."""
        title = self._catalogue.title(title_id) if self._catalogue else None
        if title is None:
            return
        if self._account is None:
            self._go("signIn")
            self._after_sign_in = lambda: self._buy(title, screening_id)
        else:
            self._buy(title, screening_id)

    @Slot(str)
    def watch(self, title_id: str) -> None:
        """Watch with the ticket that fits."""
        ticket = usable_ticket(self._tickets, title_id)
        if ticket:
            self.watch_ticket(ticket.id)

    @Slot(str)
    def watch_ticket(self, ticket_id: str) -> None:
        """Watch with one ticket."""
        ticket = next((ticket for ticket in self._tickets if ticket.id == ticket_id), None)
        catalogue = self._catalogue
        if ticket is None or catalogue is None:
            return
        downloads = self._services.downloads if self._downloads.film(ticket_id) else None

        def open_it(cancel: Cancel) -> Viewing:
            viewing = _viewing()
            if downloads is not None:
                try:
                    return viewing.open_kept(downloads, ticket_id, cancel)
                except CinemaError as error:
                    if error.code not in viewing.NOT_HERE:
                        raise
            return viewing.open_ticket(self._services.box_office, ticket_id, catalogue.signers, cancel)

        self._play(ticket.title_id, open_it, lambda: self.watch_ticket(ticket_id), trailer=False)

    @Slot(str)
    def watch_kept(self, ticket_id: str) -> None:
        """Watch a film of this device whose ticket is out of reach."""
        film, downloads = self._downloads.film(ticket_id), self._services.downloads
        if film is None or downloads is None:
            return
        self._play(
            film.title_id,
            lambda cancel: _viewing().open_kept(downloads, ticket_id, cancel),
            lambda: self.watch_kept(ticket_id),
            trailer=False,
            name=pick(film.names, self._services.language),
        )

    @Slot(str)
    def play_trailer(self, title_id: str) -> None:
        """A film's trailer, free for all."""
        catalogue = self._catalogue
        title = catalogue.title(title_id) if catalogue else None
        if catalogue is None or title is None or title.trailer is None:
            return
        package = title.trailer
        self._play(
            title_id,
            lambda cancel: _viewing().open_trailer(self._services.box_office, package, catalogue.signers, cancel),
            lambda: self.play_trailer(title_id),
            trailer=True,
        )

    @Slot()
    def back(self) -> None:
        """The page before this one."""
        if self._full_screen or self._small:
            self.set_full_screen(False)
        elif self._trail[-1] == "player":
            self._player_page.leave()
        elif len(self._trail) > 1:
            self._leave_page()
            self._trail.pop()
            self._show()
            self._follow()

    @Slot(bool)
    def set_full_screen(self, full: bool) -> None:
        """The whole screen, or a window."""
        self._full_screen, self._small = full, False
        self._show()

    @Slot()
    def toggle_full_screen(self) -> None:
        """The whole screen, or a window."""
        self.set_full_screen(not self._full_screen)

    @Slot()
    def toggle_small(self) -> None:
        """The film in a small window above all others, or as before."""
        self._full_screen, self._small = False, not self._small
        self._show()

    @Slot()
    def toggle_on_top(self) -> None:
        """The window above all others, or among them."""
        self._on_top = not self._on_top
        self._show()

    @Slot(int, int, bool)
    def remember_window(self, width: int, height: int, maximised: bool) -> None:
        """Find the window again as it was."""
        changes: dict[str, object] = {"window_maximised": maximised}
        if not maximised and not self._full_screen and not self._small:
            changes |= {"window_width": width, "window_height": height}
        self._services.preferences.change(**changes)

    def _derive(self) -> ShellProps:
        preferences = self._services.preferences.current
        return ShellProps(
            page=self._trail[-1],
            depth=len(self._trail) - 1,
            can_go_back=len(self._trail) > 1,
            signed_in=self._account is not None,
            account_name=self._account.name or self._account.email if self._account else "",
            offline=self._error is not None and self._error.code is Code.OFFLINE,
            notice=self._notice,
            language=self._services.language,
            languages=tuple({"value": tag, "text": name} for tag, name in LANGUAGES.items()),
            suggested_language=pick_language(list(LANGUAGES), self._services.system_language)
            or self._services.language,
            place=place_of(self._services.language),
            reduced_motion=preferences.reduced_motion,
            look=preferences.look,
            caption_scale=preferences.caption_scale,
            full_screen=self._full_screen,
            small=self._small,
            on_top=self._on_top,
        )

    def _show(self) -> None:
        self.show(self._derive())

    def _go(self, page: str) -> None:
        """To a page, which is in the trail once: who comes to it again is where they were."""
        self._trail = [*self._trail[: self._trail.index(page)], page] if page in self._trail else [*self._trail, page]
        self._show()

    def _enter(self, page: str) -> None:
        self._leave_page()
        if self._trail[-1] in ("signIn", "checkout"):
            self._trail.pop()
        self._go(page)
        if page == "tickets":
            self._tickets_page.feed(chosen=self._asked_ticket)
            self._refresh_tickets()
            if self._account is not None:
                self._gifts.look()
        self._show()

    def _drop_link(self) -> None:
        self._link = None
        if self._notice == LINK_KEPT:
            self._notice = ""

    def _follow(self) -> None:
        link = self._link
        if link is None or self._trail[-1] in BUSY_PAGES:
            return
        if link.target == "title" and self._catalogue is None:
            self._enter("home")
            return
        self._drop_link()
        if link.target == "ticket":
            self._asked_ticket = link.id
            self._enter("tickets")
            return
        self._trail = ["home"]
        if link.target == "title":
            self.open_film(link.id)
        if link.target == "home" or self._trail[-1] == "film":
            self._show()
        else:
            self._say(f"link-{link.target}")

    def _leave_page(self) -> None:
        if self._trail[-1] == "signIn":
            self._sign_in.cancel()
            self._after_sign_in = None
        elif self._trail[-1] == "checkout":
            self._checkout.leave()

    def _say(self, code: str) -> None:
        self._notice = code
        if code:
            self._notice_timer.start()
        self._show()

    def _now(self) -> dict[str, object]:
        return {"formats": self._services.formats, "now": self._services.now()}

    def _feed_pages(self) -> None:
        common = self._now()
        self._home.feed(catalogue=self._catalogue, tickets=self._tickets, error=self._error, **common)
        if self._film.title:
            title = self._catalogue.title(self._film.title.id) if self._catalogue else None
            self._film.feed(title=title or self._film.title, tickets=self._tickets, **common)
        self._tickets_page.feed(
            catalogue=self._catalogue,
            tickets=self._tickets,
            signed_in=self._account is not None,
            formats=self._services.formats,
        )
        self._gifts.feed(catalogue=self._catalogue, formats=self._services.formats)
        self._downloads.feed(tickets=self._tickets, formats=self._services.formats)
        self._show()

    def line_changed(self) -> None:
        """The line began to cost by what is fetched, or no longer does."""
        self._downloads.feed(metered=self._services.metered())
        self._settings.relabel()
        for player in self._open_player:
            player.relabel()

    def _relabel(self) -> None:
        self._feed_pages()
        self._checkout.relabel()
        self._settings.relabel()
        for player in self._open_player:
            player.relabel()
        if self._trail[-1] == "guide":
            self._guide.feed(self._services.language)

    @Slot()
    def _tick(self) -> None:
        self._home.feed(**self._now())
        self._film.feed(**self._now())
        if self._error is not None and self._trail[-1] != "player":
            self.refresh()
        self._renewing.look(watching=self._trail[-1] == "player")

    def _version_refused(self) -> None:
        self._settings.relabel()

    def _renewed(self) -> None:
        self._guide.forget()
        self._settings.relabel()
        self._say("new-version")

    def _restore(self, cancel: Cancel) -> Account | None:
        return self._services.box_office.restore(cancel)

    def _restored(self, account: Account | None) -> None:
        self._account = account
        self._feed_pages()
        self._refresh_tickets()

    def _catalogued(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._error = CinemaError(Code.OFFLINE, "An earlier catalogue is shown.") if catalogue.saved else None
        self._home.feed(loading=False)
        self._feed_pages()
        self._follow()

    def _not_catalogued(self, error: CinemaError) -> None:
        self._error = error
        self._home.feed(loading=False)
        self._feed_pages()

    def _refresh_tickets(self) -> None:
        if self._account is None:
            self._tickets_page.feed(loading=False, signed_in=False)
            return
        self._tickets_page.feed(loading=True, error="")
        self._services.jobs.run(lambda _cancel: self._services.box_office.tickets(), self._ticketed, self._not_ticketed)

    def _ticketed(self, tickets: tuple[Ticket, ...]) -> None:
        self._tickets = tickets
        self._tickets_page.feed(loading=False, error="")
        self._feed_pages()
        asked, self._asked_ticket = self._asked_ticket, ""
        if asked and all(ticket.id != asked for ticket in tickets):
            self._say("link-ticket")

    def _not_ticketed(self, error: CinemaError) -> None:
        self._tickets_page.feed(loading=False, error=error.code)
        self._trouble(error)

    def _trouble(self, error: CinemaError) -> None:
        if error.code is Code.SIGN_IN_NEEDED:
            self._forget_account()
        elif error.code is not Code.OFFLINE:
            self._say(error.code)

    def _signed_in(self, signed_in: SignedIn) -> None:
        self._account = signed_in.account
        then, self._after_sign_in = self._after_sign_in, None
        if self._trail[-1] == "signIn":
            self._trail.pop()
        self._feed_pages()
        self._refresh_tickets()
        self._say("keystore-unavailable" if signed_in.keystore_problem else "signed-in")
        if then:
            then()
        self._follow()

    def _buy(self, title: Title, screening_id: str) -> None:
        card = title_card(title, self._tickets, self._services.formats, self._services.now())
        self._checkout.buy(title, card, self._catalogue.territory if self._catalogue else "", screening_id)
        self._go("checkout")

    def _claimed(self) -> None:
        self._refresh_tickets()
        self._gifts.look()
        self._say("gift-claimed")

    def _bought(self, _order: Order) -> None:
        self._refresh_tickets()

    def _play(
        self,
        title_id: str,
        work: Callable[[Cancel], Viewing],
        again: Callable[[], None],
        *,
        trailer: bool,
        name: str = "",
    ) -> None:
        title = self._catalogue.title(title_id) if self._catalogue else None
        name = str(title_card(title, (), self._services.formats, self._services.now())["name"]) if title else name
        if self._opening:
            self._opening.cancel()
        if self._trail[-1] == "checkout":
            self._trail.pop()
        self._services.prepare_player()
        self._player_page.prepare(name, trailer=trailer, again=again)
        self._go("player")
        self._opening = self._services.jobs.run(work, self._opened, self._not_opened)

    def _opened(self, viewing: Viewing) -> None:
        self._opening = None
        try:
            self._player_page.begin(viewing)
        except CinemaError as error:
            self._not_opened(error)

    def _not_opened(self, error: CinemaError) -> None:
        self._opening = None
        reasons = error.details.get("reasons", ())
        cards: tuple[Card, ...] = ()
        if isinstance(reasons, list | tuple):
            from boxoffice.client import Reason

            given = tuple(reason for reason in reasons if isinstance(reason, Reason))
            cards = tuple(reason_cards(given, self._services.formats))
        self._player_page.fail(error, cards)

    def _screen_went(self) -> bool:
        """A film in full screen waits: it is not to appear on another screen."""
        showing_film = self._trail[-1] == "player" and self._full_screen
        if showing_film:
            self._goes_on = self._player_page.props.wants_to_play
            self._player_page.pause()
            self._screens.step_aside()
            self.set_full_screen(False)
        return showing_film

    def _screen_came(self) -> None:
        if self._trail[-1] == "player":
            self.set_full_screen(True)
            if self._goes_on and not self._player_page.props.wants_to_play:
                self._player_page.toggle()

    def _left_player(self) -> None:
        if self._opening:
            self._opening.cancel()
            self._opening = None
        self._full_screen = self._small = False
        if self._trail[-1] == "player":
            self._trail.pop()
        self._show()
        self._refresh_tickets()
        self._follow()

    def _progressed(self, ticket: Ticket) -> None:
        self._tickets = tuple(ticket if known.id == ticket.id else known for known in self._tickets)
        self._feed_pages()

    def _preference_changed(self, name: str) -> None:
        if name == "language":
            self._services.apply_language(self._services.language)
            self._relabel()
        elif name == "territory":
            self.refresh()
        else:
            for player in self._open_player:
                player.relabel()
            self._show()


def _viewing() -> ModuleType:
    """What opens films, loaded on the worker that opens the first one."""
    return import_module("ui.viewer.viewing")
