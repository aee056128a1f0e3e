"""Signing in through the system browser, and waiting for it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication

from boxoffice.client import DeviceCodes, SignedIn
from core import Cancel, CinemaError, Job
from ui.props import showing
from ui.viewer.services import Services


@dataclass(frozen=True)
class SignInProps:
    """What QML shows. ``keystore_problem`` is a code: signed in for this session only.

    ``screen_code``, ``code_address`` and ``code_picture`` (a QR code as a data URI) are for a browser elsewhere.
    """

    waiting: bool = False
    elsewhere: bool = False
    screen_code: str = ""
    code_address: str = ""
    code_picture: str = ""
    address_known: bool = False
    error: str = ""
    keystore_problem: str = ""


class SignInViewModel(showing(SignInProps)):  # type: ignore[misc]
    """The way through the browser; ``signed_in`` is called once it succeeded."""

    _address = Signal(int, str)
    _codes = Signal(int, object, str)

    def __init__(self, services: Services, signed_in: Callable[[SignedIn], None]) -> None:
        super().__init__(SignInProps())
        self._services = services
        self._signed_in = signed_in
        self._job: Job | None = None
        self._url = ""
        self._turn = 0
        self._address.connect(self._opened)
        self._codes.connect(self._coded)

    @Slot()
    def sign_in(self) -> None:
        """Open the browser's sign-in page."""
        self._begin(create=False)

    @Slot()
    def create_account(self) -> None:
        """Open the browser's page for a new account."""
        self._begin(create=True)

    @Slot()
    def sign_in_elsewhere(self) -> None:
        """Show a code for another device's browser."""
        self.cancel()
        self.show(SignInProps(waiting=True, elsewhere=True))
        turn = self._turn

        def shown(codes: DeviceCodes) -> None:
            import segno

            picture = segno.make(codes.address_with_code, error="m", micro=False)
            self._codes.emit(turn, codes, picture.png_data_uri(scale=8, border=4))

        def work(cancel: Cancel) -> SignedIn:
            return self._services.box_office.sign_in_elsewhere(shown, cancel)

        self._job = self._services.jobs.run(work, self._done, self._failed)

    @Slot()
    def open_again(self) -> None:
        """Open the same page once more."""
        if self._url:
            self._services.open_url(self._url)

    @Slot()
    def copy_address(self) -> None:
        """Put the page's address on the clipboard, for a browser that did not open."""
        if self._url:
            QGuiApplication.clipboard().setText(self._url)

    @Slot()
    def cancel(self) -> None:
        """Stop waiting; the listener closes."""
        if self._job:
            self._job.cancel()
        self._job, self._url = None, ""
        self._turn += 1
        self.show(SignInProps())

    def _begin(self, *, create: bool) -> None:
        self.cancel()
        self.show(SignInProps(waiting=True))
        language, turn = self._services.language, self._turn

        def opened(url: str) -> bool:
            self._address.emit(turn, url)
            return True

        def work(cancel: Cancel) -> SignedIn:
            return self._services.box_office.sign_in(opened, cancel, language, create=create)

        self._job = self._services.jobs.run(work, self._done, self._failed)

    @Slot(int, str)
    def _opened(self, turn: int, url: str) -> None:
        if turn != self._turn or not self.props.waiting:
            return
        self._url = url
        self._services.open_url(url)
        self.show(replace(self.props, address_known=True))

    @Slot(int, object, str)
    def _coded(self, turn: int, codes: DeviceCodes, picture: str) -> None:
        if turn != self._turn or not self.props.waiting:
            return
        self._url = codes.address_with_code
        self.show(
            replace(
                self.props,
                address_known=True,
                screen_code=codes.user_code,
                code_address=codes.address,
                code_picture=picture,
            )
        )

    def _done(self, signed_in: SignedIn) -> None:
        self._job, self._url = None, ""
        self.show(SignInProps(keystore_problem=signed_in.keystore_problem or ""))
        self._signed_in(signed_in)

    def _failed(self, error: CinemaError) -> None:
        self._job, self._url = None, ""
        self.show(SignInProps(error=error.code))
