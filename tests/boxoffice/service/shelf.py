"""A viewer with a ticket, and the films kept on the device: the real client and its disk against the real service."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from boxoffice.client import BoxOffice, Download, Downloads, PackageRef, SessionKeyStore
from boxoffice.service import make_vouchers
from core import Cancel, CinemaError
from films import Manifest
from tests.boxoffice.service.test_client_meets_service import sign_in


class LastingKeyStore(SessionKeyStore):
    """Stands for the system's: what is kept outlives a client."""

    lasting = True


class Shelf:
    """A viewer with a ticket, and the films kept on the device."""

    def __init__(self, office: Any, folder: Path, stack: ExitStack) -> None:
        self.office, self.folder, self.store = office, folder, LastingKeyStore()
        self.asked: list[str] = []
        self.faults: dict[str, list[Any]] = {}
        self.client = self.opened(stack)
        sign_in(office, self.client, "keeper@example.org", create=True)
        self.signers = self.client.catalogue("DE").signers
        self.ticket_id = self.buy("paper-moon")
        self.downloads = Downloads(folder, self.client, office.clock)

    def opened(self, stack: ExitStack, store: SessionKeyStore | None = None) -> BoxOffice:
        client = BoxOffice(self.office.base_url, store or self.store, self.office.clock, "Laptop")
        stack.callback(client.close)
        return client

    def buy(self, title_id: str) -> str:
        order = self.client.order(title_id, "DE")
        self.client.redeem(order.id, make_vouchers(self.office.config, title_id, 1)[0])
        return next(ticket.id for ticket in self.client.tickets() if ticket.title_id == title_id)

    def bought_again(self) -> str:
        """A second ticket for the same film."""
        return self.buy("paper-moon")

    def source(self, package: PackageRef, _manifest: Manifest) -> Callable[[str, int, Cancel], bytes]:
        def read(path: str, size: int, cancel: Cancel) -> bytes:
            self.asked.append(path)
            fault = self.faults.get(path, [])
            if fault:
                what = fault.pop(0)
                if isinstance(what, Exception):
                    raise what
                return bytes(what)
            return self.client.media(package, path, size, cancel=cancel)

        return read

    def fetch(
        self, told: Callable[[Download], None] = lambda _: None, cancel: Cancel | None = None, **more: Any
    ) -> Any:
        return self.downloads.fetch(self.ticket_id, self.signers, self.source, told, cancel or Cancel(), **more)


def refusal(call: Callable[[], object]) -> CinemaError:
    with pytest.raises(CinemaError) as caught:
        call()
    return caught.value


def rules(error: CinemaError) -> Sequence[str]:
    reasons: Any = error.details["reasons"]
    return [reason.rule for reason in reasons]
