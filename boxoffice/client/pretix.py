"""What a pretix says over its REST API about one event: whole lists, or an error. Blocks; nothing is written there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from boxoffice.client.transport import Request, Transport
from core import Cancel, CinemaError, Code, Progress
from core.strict_json import Json, parse_object

VERSION = "/api/v1/version"
PAGE_BYTES = 16 << 20
PAGE_SIZE = 50
"""The most that pretix gives at once."""
PAGES = 2_000
TRIES = 3
TESTED_YEARS = frozenset({2026})
"""pretix names its versions by year and month."""
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,49}")
_TOKEN = re.compile(r"(?:(?:Token|Device) )?[A-Za-z0-9]{1,200}")
_VERSION = re.compile(r"(\d{4})\.\d{1,2}\.[0-9a-z.]{1,20}")
_WORDS = {
    401: (Code.SIGN_IN_NEEDED, "pretix does not know this token; make a new one for the team, or for the device."),
    403: (
        Code.REFUSED,
        "This token may not read the orders of such an event, or there is none; look at both.",
    ),
    404: (Code.NOT_FOUND, "There is no pretix at this address that has what is asked for."),
}


@dataclass(frozen=True)
class PretixPosition:
    """A ticket of an order; no person."""

    order: str
    number: int
    secret: str = field(repr=False)
    item: int
    subevent: int
    paid: bool


@dataclass(frozen=True)
class PretixCheckInList:
    """Which tickets a list lets in: ``items`` none for all, ``subevent`` 0 for any."""

    items: frozenset[int] | None
    subevent: int
    pending: bool
    """Whether orders that are not paid yet come in too."""


@dataclass(frozen=True)
class PretixEvent:
    """Everything that a venue asks of an event, as of one reading."""

    version: str
    keys: tuple[str, ...]
    """``valid_keys.pretix_sig1``, as pretix writes them."""
    items: frozenset[int]
    admission: frozenset[int]
    """The items that let somebody in."""
    subevents: frozenset[int]
    lists: tuple[PretixCheckInList, ...]
    positions: tuple[PretixPosition, ...]
    revoked: tuple[str, ...] = field(repr=False)
    blocked: tuple[str, ...] = field(repr=False)


class PretixLine:
    """The line to one event. ``token`` is a team's, or ``Device …`` for a device's; it stands in no message.

    Raises `CinemaError` (wrong-use) for anything but https, or http on this machine.
    """

    def __init__(
        self,
        base_url: str,
        organizer: str,
        event: str,
        token: str,
        *,
        any_version: bool = False,
    ) -> None:
        if not (_SLUG.fullmatch(organizer) and _SLUG.fullmatch(event)):
            raise CinemaError(Code.WRONG_USE, "Organizer and event are the short names in the address of pretix' shop.")
        if not _TOKEN.fullmatch(token):
            raise CinemaError(Code.WRONG_USE, "This is no token of pretix: letters and digits, in one line.")
        try:
            self._transport = Transport(base_url)
        except CinemaError as error:
            raise _in_its_words(error) from error
        self._headers = {"Authorization": token if " " in token else f"Token {token}"}
        self._base, self._any_version = f"/api/v1/organizers/{organizer}/events/{event}/", any_version

    def close(self) -> None:
        """Drop the connections."""
        self._transport.close()

    def read(self, progress: Progress, cancel: Cancel) -> PretixEvent:
        """The event as it is now.

        Raises `CinemaError`: offline (slow or cut answers, too), server-error, server-answer-malformed (an unknown
        version, too), certificate, redirected, sign-in-needed, refused, not-found, cancelled.
        """
        version = self._version(cancel)
        event = self._get(self._base, cancel)
        keys = event.get("valid_keys")
        signed = keys.get("pretix_sig1") if isinstance(keys, dict) else None
        if not isinstance(signed, list) or not signed or not all(isinstance(key, str) for key in signed):
            raise CinemaError(
                Code.SERVER_ANSWER,
                "The event has no key of signed tickets (pretix_sig1); choose them in its settings before any is sold.",
            )
        progress(0.1, "fetch")
        items = self._list("items/", cancel)
        subevents = self._list("subevents/", cancel) if event.get("has_subevents") is True else []
        lists = [_check_in_list(row) for row in self._list("checkinlists/", cancel)]
        progress(0.3, "fetch")
        positions = [
            _position(row, paid=status == "p")
            for status in ("p", "n")
            for row in self._list("orderpositions/", cancel, order__status=status)
        ]
        progress(0.7, "fetch")
        # Last, so that what is revoked while the orders are read is among it.
        revoked = [_text(row, "secret") for row in self._list("revokedsecrets/", cancel)]
        blocked = [_text(row, "secret") for row in self._list("blockedsecrets/", cancel) if row.get("blocked") is True]
        progress(1.0, "fetch")
        return PretixEvent(
            version,
            tuple(str(key) for key in signed),
            frozenset(_number(row, "id") for row in items),
            frozenset(_number(row, "id") for row in items if row.get("admission") is True),
            frozenset(_number(row, "id") for row in subevents),
            tuple(lists),
            tuple(positions),
            tuple(revoked),
            tuple(blocked),
        )

    def _version(self, cancel: Cancel) -> str:
        version = str(self._get(VERSION, cancel).get("pretix"))
        found = _VERSION.fullmatch(version)
        if found is None:
            raise _malformed(place="version")
        if int(found[1]) not in TESTED_YEARS and not self._any_version:
            raise CinemaError(
                Code.SERVER_ANSWER,
                f"pretix {version} was not tried with this program; look whether all is right with --any-version.",
            )
        return version

    def _list(self, path: str, cancel: Cancel, **asked: str) -> list[dict[str, Json]]:
        """Every row, as of one moment: where the list changed between two pages, it is read anew."""
        for _try in range(TRIES):
            rows: dict[int, dict[str, Json]] = {}
            seen, counts = 0, set()
            try:
                for count, page in self._pages(path, cancel, asked):
                    counts.add(count)
                    seen += len(page)
                    rows |= {_number(row, "id"): row for row in page}
            except CinemaError as error:
                if error.code is not Code.NOT_FOUND or not counts:
                    raise
                continue  # the last page is gone
            if counts == {len(rows)} == {seen}:
                return list(rows.values())
        raise CinemaError(Code.SERVER_ERROR, "pretix' lists changed while they were read; try again in a while.")

    def _pages(self, path: str, cancel: Cancel, asked: dict[str, str]) -> Iterator[tuple[int, list[dict[str, Json]]]]:
        # Pages are asked for by number: an address in an answer is never followed, and gets no token.
        for number in range(1, PAGES + 1):
            params = {**asked, "page": str(number), "page_size": str(PAGE_SIZE)}
            answer = self._get(self._base + path, cancel, params)
            rows = answer.get("results")
            if not isinstance(rows, list):
                raise _malformed(place="results")
            yield _number(answer, "count"), [row for row in rows if isinstance(row, dict)]
            if answer.get("next") is None:
                return
        raise CinemaError(Code.SERVER_ANSWER, f"pretix has more than {PAGES * PAGE_SIZE} rows in a list.")

    def _get(self, path: str, cancel: Cancel, params: dict[str, str] | None = None) -> dict[str, Json]:
        request = Request("GET", path, params=params, headers=self._headers, limit_bytes=PAGE_BYTES)
        try:
            body = self._transport.ask(request, cancel).body
        except CinemaError as error:
            if path == VERSION and error.details.get("status") == 403:
                # Every token may ask for the version; pretix answers so to one that it does not know.
                raise CinemaError(*_WORDS[401], {"status": 403}) from error
            raise _in_its_words(error) from error
        return parse_object(body, PAGE_BYTES, Code.SERVER_ANSWER, "pretix' answer")


def _in_its_words(error: CinemaError) -> CinemaError:
    """What went wrong at pretix, which the transport takes for a box office."""
    status = error.details.get("status")
    if isinstance(status, int) and status in _WORDS:
        code, message = _WORDS[status]
        return CinemaError(code, message, {"status": status})
    message = error.message.replace("The box office", "pretix").replace("A box office", "A pretix")
    return CinemaError(error.code, message, error.details)


def _malformed(place: str) -> CinemaError:
    return CinemaError(Code.SERVER_ANSWER, f"pretix' answer cannot be read: {place}.")


def _number(row: dict[str, Json], name: str, default: int | None = None) -> int:
    value = row.get(name)
    if value is None and default is not None:
        return default
    if type(value) is not int or not 0 <= value < 1 << 53:
        raise _malformed(name)
    return value


def _text(row: dict[str, Json], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 2_000:
        raise _malformed(name)
    return value


def _position(row: dict[str, Json], *, paid: bool) -> PretixPosition:
    numbers = (_number(row, "item"), _number(row, "subevent", 0))
    return PretixPosition(_text(row, "order"), _number(row, "positionid"), _text(row, "secret"), *numbers, paid)


def _check_in_list(row: dict[str, Json]) -> PretixCheckInList:
    limited = row.get("limit_products")
    if not isinstance(limited, list) or not isinstance(row.get("include_pending"), bool):
        raise _malformed(place="checkinlists")
    items = None if row.get("all_products") is True else frozenset(item for item in limited if isinstance(item, int))
    return PretixCheckInList(items, _number(row, "subevent", 0), row["include_pending"] is True)
