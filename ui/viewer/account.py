"""The viewer's own account: where it is signed in, its data to take along, and its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Slot

from core import CinemaError, Job
from ui.formats import Formats
from ui.props import showing
from ui.viewer.services import Services

if TYPE_CHECKING:
    from boxoffice.client import Account, SignInPlace, Ticket

T = TypeVar("T")

HELD = ("unused", "started")

DATA_NAME = "smart-cinema-my-data.json"


@dataclass(frozen=True)
class AccountInputs:
    """What the page is made of."""

    formats: Formats
    account: Account | None = None
    tickets: tuple[Ticket, ...] = ()
    sign_ins: tuple[SignInPlace, ...] = ()
    loading: bool = False
    working: bool = False
    saved: str = ""
    error: str = ""


@dataclass(frozen=True)
class AccountProps:
    """What QML shows; ``tickets_left`` would be lost with the account."""

    name: str
    email: str
    sign_ins: tuple[object, ...]
    tickets_left: int
    loading: bool
    working: bool
    saved: str
    error: str


def derive_account(inputs: AccountInputs) -> AccountProps:
    """This device first, then the latest."""
    account = inputs.account
    return AccountProps(
        name=account.name if account else "",
        email=account.email if account else "",
        sign_ins=tuple(
            {
                "id": one.id,
                "device": one.device,
                "seen": inputs.formats.moment(one.seen),
                "created": inputs.formats.moment(one.created),
                "here": one.this,
            }
            for one in sorted(inputs.sign_ins, key=lambda one: not one.this)
        ),
        tickets_left=sum(ticket.state in HELD for ticket in inputs.tickets),
        loading=inputs.loading and not inputs.sign_ins,
        working=inputs.working,
        saved=inputs.saved,
        error=inputs.error,
    )


class AccountViewModel(showing(AccountProps)):  # type: ignore[misc]
    """The shell feeds it; ``gone`` is called with what to say once nobody is signed in here any more."""

    def __init__(self, services: Services, gone: Callable[[str], None]) -> None:
        self._services = services
        self._gone = gone
        self._inputs = AccountInputs(services.formats)
        self._look: Job | None = None
        self._job: Job | None = None
        super().__init__(derive_account(self._inputs))

    def feed(self, **changes: object) -> None:
        """Replace some inputs and show what follows."""
        self._inputs = replace(self._inputs, **changes)  # type: ignore[arg-type]
        self.show(derive_account(self._inputs))

    @Slot()
    def look(self) -> None:
        """Fetch where the account is signed in."""
        if self._look:
            self._look.cancel()
        self.feed(loading=True, error="")
        self._look = self._services.jobs.run(
            lambda _cancel: self._services.box_office.sign_ins(),
            lambda found: self.feed(sign_ins=found, loading=False),
            lambda error: self.feed(loading=False, error=error.code),
        )

    @Slot(str)
    def end(self, sign_in_id: str) -> None:
        """Sign out on another device."""
        self._do(lambda: self._services.box_office.end_sign_in(sign_in_id), lambda _none: self.look())

    @Slot()
    def end_all(self) -> None:
        """Sign out everywhere, here too."""
        self._do(self._services.box_office.sign_out_everywhere, lambda _none: self._leave("signed-out-everywhere"))

    @Slot()
    def save(self) -> None:
        """Keep everything that the box office knows of the viewer as a file."""
        services = self._services
        self._do(lambda: services.save_file(DATA_NAME, services.box_office.my_data()), lambda at: self.feed(saved=at))

    @Slot()
    def show_saved(self) -> None:
        """Open the folder that the file lies in."""
        if self._inputs.saved:
            self._services.open_url(Path(self._inputs.saved).parent.as_uri())

    @Slot(str)
    def delete(self, email: str) -> None:
        """Delete the account, where its own address was typed."""
        account = self._inputs.account
        if account is not None and email.strip().casefold() == account.email.casefold():
            own = account.email
            self._do(
                lambda: self._services.box_office.delete_account(own), lambda _none: self._leave("account-deleted")
            )

    def _do(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        if self._inputs.working:
            return
        self.feed(working=True, error="", saved="")

        def ended(result: T) -> None:
            self._job = None
            self.feed(working=False)
            done(result)

        self._job = self._services.jobs.run(lambda _cancel: work(), ended, self._failed)

    def _failed(self, error: CinemaError) -> None:
        self._job = None
        self.feed(working=False, error=error.code)

    def _leave(self, notice: str) -> None:
        self.feed(sign_ins=(), saved="")
        self._gone(notice)
