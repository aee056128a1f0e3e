"""Avails as the industry sends them: EMA Avails 1.7 as CSV and XLSX (sheet "Movies"), and a readable TOML.

Dates are wall dates in the territory's zone; an ``End`` that is a date is its last day (EMA Avails, Start and End).
One spreadsheet row is one territory and one price; rows that differ in nothing else are one avail.
"""

import csv
import io
import re
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import pairwise
from typing import Any, NamedTuple
from zipfile import BadZipFile
from zoneinfo import ZoneInfo

import tomli_w
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from boxoffice.rules import EVERYWHERE, UNLOCK_S, WATCH_S, Avail
from boxoffice.rules.zones import zone_of
from core import CinemaError, Code, Money
from core.money import minor_digits

FILE_BYTES = 16 << 20
UNPACKED_BYTES = 128 << 20
PARTS = 1000
ROWS = 100_000
WIDTH = 300
CELL_LETTERS = 2000
FAULTS_TOLD = 200
SHEET = "Movies"

COLUMNS = (
    ("Avail", "DisplayName"),
    ("AvailTrans", "Territory"),
    ("AvailTrans", "TerritoryExclusion"),
    ("AvailAsset", "WorkType"),
    ("Disposition", "EntryType"),
    ("AvailMetadata", "TitleInternalAlias"),
    ("AvailMetadata", "TitleDisplayUnlimited"),
    ("AvailTrans", "LicenseType"),
    ("AvailTrans", "FormatProfile"),
    ("AvailTrans", "Start"),
    ("AvailTrans", "End"),
    ("AvailTrans", "PriceType"),
    ("AvailTrans", "PriceValue"),
    ("AvailTrans", "PriceCurrency"),
    ("AvailTrans", "SuppressionLiftDate"),
    ("AvailTrans", "PreOrderDate"),
    ("AvailAsset", "TitleID"),
    ("AvailAsset", "AltID"),
    ("Avail", "ALID"),
    ("AvailTrans", "RentalDuration"),
    ("AvailTrans", "WatchDuration"),
    ("x-SmartCinema", "TimeZone"),
)
"""Group and name of what is written; read are the names, in any order, and what else a sheet has is left alone."""

NEEDED = ("Territory", "EntryType", "Start", "End", "PriceType", "PriceValue")
RETAIL = ("SRP", "DMRP", "SMRP")
_DURATION = re.compile(r"P(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?")
_EIDR = re.compile(r"(?:urn:eidr:)?(10\.5240[/:](?:[0-9A-F]{4}-){5}[0-9A-Z])", re.IGNORECASE)
_ALID = re.compile(r"(?:md|urn:mddf?):alid:(?:org:[^:]+|int):(.+)", re.IGNORECASE)
_ALID_EIDR = re.compile(r"(?:md|urn:mddf?):alid:eidr-[sx]:((?:[0-9A-F]{4}-){5}[0-9A-Z])", re.IGNORECASE)
_TIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}")

Listing = Mapping[str, tuple[Avail, ...]]
"""Avails by title. A title that is named with none has its avails taken away."""


@dataclass(frozen=True)
class Known:
    """A title that avails may name."""

    id: str
    eidr: str | None
    name: str


class FaultCode(StrEnum):
    """What is wrong with a file of avails; stable."""

    COLUMN_MISSING = "column-missing"
    CURRENCY = "currency"
    DATE = "date"
    DOUBLED = "doubled"
    DUPLICATE = "duplicate"
    DURATION = "duration"
    ENCODING = "encoding"
    ENTRY_TYPE = "entry-type"
    FORMULA = "formula"
    MALFORMED = "malformed"
    MISSING = "missing"
    OVERLAP = "overlap"
    PRICE = "price"
    PRICE_MISSING = "price-missing"
    PRICE_TYPE = "price-type"
    SHEET_MISSING = "sheet-missing"
    TERRITORY = "territory"
    TITLE_AMBIGUOUS = "title-ambiguous"
    TITLE_UNKNOWN = "title-unknown"
    TOO_LARGE = "too-large"
    WINDOW_EMPTY = "window-empty"
    ZONE = "zone"
    ZONE_MISSING = "zone-missing"


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell, or with a row or the whole file. Rows count from 1 as a spreadsheet shows them."""

    code: FaultCode
    sheet: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.sheet}, row {self.row}, {self.column or 'row'}: {self.message} [{self.code}]"


class AvailsRefused(CinemaError):
    """The file was refused, with every fault in it; nothing of it was taken."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        told = [str(fault) for fault in self.faults[:FAULTS_TOLD]]
        if len(self.faults) > FAULTS_TOLD:
            told.append(f"and {len(self.faults) - FAULTS_TOLD} more")
        super().__init__(
            Code.AVAILS_REFUSED,
            "Nothing was imported. Correct these and import again:\n" + "\n".join(told),
            {"faults": [vars(fault) for fault in self.faults[:FAULTS_TOLD]]},
        )


class _Wrong(ValueError):
    """A cell's fault, before its place is known."""

    def __init__(self, code: FaultCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class _Cell(NamedTuple):
    text: str
    formula: bool = False


_Sheet = tuple[str, list[list[_Cell]]]


def read_avails(data: bytes, form: str, titles: Iterable[Known], zones: Mapping[str, str] | None = None) -> Listing:
    """The avails of a ``csv``, ``xlsx`` or ``toml`` file; ``zones`` overrides the zone of territories.

    Raises `AvailsRefused` with every fault at once.
    """
    if len(data) > FILE_BYTES:
        raise _whole(FaultCode.TOO_LARGE, form, f"the file is larger than {FILE_BYTES >> 20} MiB")
    known = _Titles(titles)
    if form == "toml":
        return _read_toml(data, known, zones or {})
    name, rows = _read_csv(data) if form == "csv" else _read_xlsx(data)
    return _read_rows(name, rows, known, zones or {})


def _whole(code: FaultCode, sheet: str, message: str) -> AvailsRefused:
    return AvailsRefused([Fault(code, sheet, 1, "", message)])


def _read_csv(data: bytes) -> _Sheet:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _whole(FaultCode.ENCODING, "CSV", "the file is not UTF-8; save it as CSV UTF-8") from error
    if "\0" in text:
        raise _whole(FaultCode.ENCODING, "CSV", "the file holds null characters; save it as CSV UTF-8")
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    rows: list[list[_Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if len(rows) >= ROWS:
                raise _whole(FaultCode.TOO_LARGE, "CSV", f"the file has more than {ROWS} rows")
            rows.append([_Cell(cell.strip(), cell.lstrip()[:1] in {"=", "@"}) for cell in row])
    except csv.Error as error:
        raise _whole(FaultCode.MALFORMED, "CSV", f"the file is no CSV: {error}") from error
    return "CSV", rows


def _read_xlsx(data: bytes) -> _Sheet:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED_BYTES:
                raise _whole(FaultCode.TOO_LARGE, "XLSX", f"it would unpack to more than {UNPACKED_BYTES >> 20} MiB")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        try:
            if SHEET not in book.sheetnames:
                raise _whole(FaultCode.SHEET_MISSING, "XLSX", f'the workbook has no sheet "{SHEET}"')
            rows: list[list[_Cell]] = []
            for row in book[SHEET].iter_rows(max_col=WIDTH):
                if len(rows) >= ROWS:
                    raise _whole(FaultCode.TOO_LARGE, SHEET, f"the sheet has more than {ROWS} rows")
                rows.append([_Cell(_text(cell.value), cell.data_type == "f") for cell in row])
        finally:
            book.close()
    except CinemaError:
        raise
    except (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, AttributeError, OSError) as error:
        raise _whole(FaultCode.MALFORMED, "XLSX", "the file is no XLSX workbook") from error
    except Exception as error:
        # The reader and expat raise types of their own for broken XML, and zlib for broken data.
        raise _whole(FaultCode.MALFORMED, "XLSX", f"the workbook cannot be read ({type(error).__name__})") from error
    return SHEET, rows


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat() if value.time() != time() else value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


@dataclass(frozen=True)
class _Line:
    """One row, understood: everything but the price is what makes it one avail with others."""

    row: int
    title: str
    territory: str
    exclusions: frozenset[str]
    start: datetime
    end: datetime
    zone: str
    suppression: datetime | None
    preorder: datetime | None
    unlock_s: int
    watch_s: int

    def facts(self) -> tuple[object, ...]:
        return tuple(vars(replace(self, row=0)).values())


class _Titles:
    def __init__(self, titles: Iterable[Known]) -> None:
        self._ids = {}
        self._eidrs = {}
        for title in titles:
            self._ids[title.id] = title.id
            if title.eidr:
                self._eidrs[_eidr_key(title.eidr)] = title.id

    def of(self, alt: str, title_id: str, alid: str) -> str:
        """The title that these name together. Raises `_Wrong`."""
        named = {found for found in (self._by_id(alt), self._by_eidr(title_id), self._by_alid(alid)) if found}
        if len(named) > 1:
            raise _Wrong(FaultCode.TITLE_AMBIGUOUS, "its identifiers name different titles")
        if not named:
            told = alt or title_id or alid
            raise _Wrong(
                FaultCode.TITLE_UNKNOWN, f"{told[:60]!r} is no title here" if told else "the row names no title"
            )
        return named.pop()

    def _by_id(self, text: str) -> str | None:
        return self._ids.get(text)

    def _by_eidr(self, text: str) -> str | None:
        match = _EIDR.fullmatch(text)
        return self._eidrs.get(_eidr_key(match[1])) if match else self._by_id(text)

    def _by_alid(self, text: str) -> str | None:
        if match := _ALID_EIDR.fullmatch(text):
            return self._eidrs.get(_eidr_key(match[1]))
        match = _ALID.fullmatch(text)
        return self._by_id(match[1]) if match else None


def _eidr_key(text: str) -> str:
    return re.split(r"[/:]", text)[-1].upper()


@dataclass
class _Reader:
    """One row's cells, and what is wrong with them."""

    sheet: str
    number: int
    cells: Mapping[str, _Cell]
    faults: list[Fault] = field(default_factory=list)

    def text(self, column: str) -> str:
        cell = self.cells.get(column, _Cell(""))
        return cell.text

    def take(self, column: str, understand: Callable[[str], Any], default: Any = None) -> Any:  # noqa: ANN401
        """What a cell says; none where it is wrong, which is noted."""
        cell = self.cells.get(column, _Cell(""))
        try:
            if cell.formula:
                raise _Wrong(FaultCode.FORMULA, "holds a formula; only values are imported")
            if len(cell.text) > CELL_LETTERS:
                raise _Wrong(FaultCode.TOO_LARGE, f"holds more than {CELL_LETTERS} letters")
            if not cell.text and column not in NEEDED:
                return default
            if not cell.text:
                raise _Wrong(FaultCode.MISSING, "is empty")
            return understand(cell.text)
        except _Wrong as wrong:
            self.note(wrong.code, column, str(wrong))
            return None

    def note(self, code: FaultCode, column: str, message: str) -> None:
        self.faults.append(Fault(code, self.sheet, self.number, column, message))


def _read_rows(sheet: str, rows: list[list[_Cell]], titles: _Titles, zones: Mapping[str, str]) -> Listing:
    names, first = _header(sheet, rows)
    faults: list[Fault] = []
    lines: dict[tuple[object, ...], _Line] = {}
    prices: dict[tuple[object, ...], dict[str, Money | str]] = {}
    emptied: set[str] = set()
    for number, row in enumerate(rows[first:], first + 1):
        filled = [cell for cell in row if cell.text]
        if not filled or filled[0].text.startswith("//"):
            continue
        reader = _Reader(sheet, number, {name: row[place] for name, place in names.items() if place < len(row)})
        taken = _line(reader, titles, zones)
        price = _price(reader)
        entry = reader.text("EntryType")
        faults += reader.faults
        if taken is None or price is None or reader.faults:
            continue
        if entry != "Full Extract":
            emptied.add(taken.title)
            continue
        kind, value = price
        known = prices.setdefault(taken.facts(), {})
        if kind in known:
            before = lines[taken.facts()].row
            faults.append(Fault(FaultCode.DUPLICATE, sheet, number, "", f"says the same as row {before}"))
        known[kind] = value
        lines.setdefault(taken.facts(), taken)
    return _together(sheet, lines, prices, emptied, faults)


def _header(sheet: str, rows: list[list[_Cell]]) -> tuple[dict[str, int], int]:
    """Where each column stands, and the index of the first row after the headings."""
    for place, row in enumerate(rows[:2]):
        found = [cell.text for cell in row]
        if "Territory" in found and "Start" in found:
            doubled = sorted({name for name in found if name and found.count(name) > 1 and name in _NAMES})
            missing = [name for name in NEEDED if name not in found]
            if doubled or missing:
                what = [(FaultCode.DOUBLED, name, "stands twice") for name in doubled]
                what += [(FaultCode.COLUMN_MISSING, name, "this column is missing") for name in missing]
                raise AvailsRefused([Fault(code, sheet, place + 1, name, text) for code, name, text in what])
            names = {name: at for at, name in enumerate(found) if name}
            after = place + 1
            entry = names["EntryType"]
            reserved = place == 1 and len(rows) > 2 and (len(rows[2]) <= entry or rows[2][entry].text not in _ENTRIES)
            return names, after + 1 if reserved else after
    raise _whole(FaultCode.COLUMN_MISSING, sheet, "no row of column names (Territory, Start, ...) among the first two")


_NAMES = frozenset(name for _, name in COLUMNS)
_ENTRIES = ("Full Extract", "Full Delete")


def _line(reader: _Reader, titles: _Titles, zones: Mapping[str, str]) -> _Line | None:
    reader.take("EntryType", _entry)
    title = None
    try:
        title = titles.of(reader.text("AltID"), reader.text("TitleID"), reader.text("ALID"))
    except _Wrong as wrong:
        reader.note(wrong.code, "AltID", str(wrong))
    territory = reader.take("Territory", _territory)
    zone = reader.take("TimeZone", _zone, zone_of(territory, zones) if territory else None)
    if territory and zone is None and not reader.text("TimeZone"):
        reader.note(FaultCode.ZONE_MISSING, "TimeZone", f"name the IANA zone that the dates of {territory} are in")
    start = reader.take("Start", _wall)
    end = reader.take("End", _last)
    if start and end and end <= start:
        reader.note(FaultCode.WINDOW_EMPTY, "End", "is not after the start")
    exclusions = reader.take("TerritoryExclusion", _territories, frozenset())
    lift = reader.take("SuppressionLiftDate", _wall)
    preorder = reader.take("PreOrderDate", _wall)
    unlock = reader.take("RentalDuration", _seconds, UNLOCK_S)
    watch = reader.take("WatchDuration", _seconds, WATCH_S)
    for column in ("AltID", "TitleID", "ALID", "PriceCurrency"):
        if reader.cells.get(column, _Cell("")).formula:
            reader.note(FaultCode.FORMULA, column, "holds a formula; only values are imported")
    if reader.faults or title is None:
        return None
    return _Line(reader.number, title, territory, exclusions, start, end, zone, lift, preorder, unlock, watch)


def _price(reader: _Reader) -> tuple[str, Money | str] | None:
    kind = reader.take("PriceType", _price_type)
    if kind == "Tier":
        tier = reader.take("PriceValue", _tier)
        return ("Tier", tier) if tier else None
    currency = reader.text("PriceCurrency")
    if kind and not currency:
        reader.note(FaultCode.MISSING, "PriceCurrency", "is empty")
    money = reader.take("PriceValue", lambda text: _money(text, currency))
    return ("Retail", money) if kind and money is not None else None


def _together(
    sheet: str,
    lines: Mapping[tuple[object, ...], _Line],
    prices: Mapping[tuple[object, ...], Mapping[str, Money | str]],
    emptied: Iterable[str],
    faults: list[Fault],
) -> Listing:
    """One avail for the rows that differ in their territory alone. Raises `AvailsRefused`."""
    merged: dict[tuple[object, ...], list[_Line]] = {}
    for key, line in lines.items():
        known = prices[key]
        if "Retail" not in known:
            faults.append(
                Fault(FaultCode.PRICE_MISSING, sheet, line.row, "PriceType", "a tier needs a row with its price")
            )
            continue
        same = (replace(line, row=0, territory=""), known["Retail"], known.get("Tier", ""))
        merged.setdefault(same, []).append(line)
    found: dict[str, list[tuple[int, Avail]]] = {title: [] for title in emptied}
    for (_, money, tier), group in merged.items():
        first = group[0]
        try:
            avail = Avail(
                frozenset(line.territory for line in group),
                first.start,
                first.end,
                first.zone,
                money if isinstance(money, Money) else Money(0, "XXX"),
                first.preorder,
                first.unlock_s,
                first.watch_s,
                first.exclusions,
                first.suppression,
                str(tier),
            )
        except (ValueError, OverflowError) as error:
            faults.append(Fault(FaultCode.MALFORMED, sheet, first.row, "", str(error)))
            continue
        found.setdefault(first.title, []).append((first.row, avail))
    faults += _overlaps(sheet, found)
    if faults:
        raise AvailsRefused(sorted(faults, key=lambda fault: (fault.row, fault.column)))
    return {title: canonical(avail for _, avail in avails) for title, avails in found.items()}


def _overlaps(sheet: str, found: Mapping[str, list[tuple[int, Avail]]]) -> list[Fault]:
    """Two avails of one title, of which a buyer in one territory could not tell which holds."""
    faults = []
    for avails in found.values():
        windows: dict[str, list[tuple[datetime, datetime, int]]] = {}
        for row, avail in avails:
            for territory in avail.territories:
                windows.setdefault(territory, []).append((avail.window_start, avail.window_end, row))
        for territory, inside in windows.items():
            inside.sort()
            for (_, ended, before), (begins, _, row) in pairwise(inside):
                if begins < ended:
                    message = f"its window in {territory} overlaps with that of row {before}"
                    faults.append(Fault(FaultCode.OVERLAP, sheet, row, "Start", message))
    return faults


def canonical(avails: Iterable[Avail]) -> tuple[Avail, ...]:
    """The same avails, whichever way they were written: those that differ in their territories alone are one."""
    together: dict[Avail, set[str]] = {}
    for avail in avails:
        together.setdefault(replace(avail, territories=frozenset({EVERYWHERE})), set()).update(avail.territories)
    found = [replace(avail, territories=frozenset(codes)) for avail, codes in together.items()]
    return tuple(sorted(found, key=lambda avail: (avail.window_start, sorted(avail.territories), repr(avail))))


def _entry(text: str) -> str:
    if text not in _ENTRIES:
        raise _Wrong(FaultCode.ENTRY_TYPE, f"is {text[:40]!r}; known are {', '.join(_ENTRIES)}")
    return text


def _territory(text: str) -> str:
    if text != EVERYWHERE and not (
        re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", text) and zone_of(text.partition("-")[0]) is not None
    ):
        raise _Wrong(FaultCode.TERRITORY, f"{text[:20]!r} is no ISO 3166 country or state")
    return text


def _territories(text: str) -> frozenset[str]:
    codes = [_territory(code.strip()) for code in re.split(r"[,;]", text)]
    if EVERYWHERE in codes:
        raise _Wrong(FaultCode.TERRITORY, "everywhere cannot be left out")
    return frozenset(codes)


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ValueError, OSError) as error:
        raise _Wrong(FaultCode.ZONE, f"{text[:40]!r} is no IANA time zone") from error
    except KeyError as error:
        raise _Wrong(FaultCode.ZONE, f"{text[:40]!r} is no IANA time zone") from error
    return text


def _wall(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _Wrong(FaultCode.DATE, f"{text[:40]!r} is no date such as 2026-12-24 or 2026-12-24T18:00:00") from error
    if moment.tzinfo is not None:
        raise _Wrong(FaultCode.DATE, "has an offset; dates are the territory's own (TimeZone says which)")
    if not 1990 <= moment.year <= 2200:
        raise _Wrong(FaultCode.DATE, "lies outside 1990 to 2200")
    return moment


def _last(text: str) -> datetime:
    moment = _wall(text)
    whole_day = re.fullmatch(r"\d{4}-\d{2}-\d{2}|\d{8}", text) is not None
    return moment + timedelta(days=1) if whole_day else moment


def _seconds(text: str) -> int:
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        raise _Wrong(FaultCode.DURATION, f"{text[:40]!r} is no ISO 8601 duration such as P30D or PT48H")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = ((weeks * 7 + days) * 24 + hours) * 3600 + minutes * 60 + seconds
    if not 0 < total < 1 << 31:
        raise _Wrong(FaultCode.DURATION, "must be longer than nothing and shorter than 68 years")
    return total


def _price_type(text: str) -> str:
    if text not in (*RETAIL, "Tier"):
        raise _Wrong(
            FaultCode.PRICE_TYPE, f"is {text[:20]!r}; what a ticket costs is told by {', '.join(RETAIL)} or Tier"
        )
    return text


def _tier(text: str) -> str:
    if not _TIER.fullmatch(text):
        raise _Wrong(FaultCode.PRICE, "a tier is a short name of letters and digits")
    return text


def _money(text: str, currency: str) -> Money:
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise _Wrong(FaultCode.CURRENCY, "PriceCurrency is an ISO 4217 code such as EUR")
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise _Wrong(FaultCode.PRICE, f"{text[:20]!r} is no amount such as 6.90") from error
    if not amount.is_finite() or not re.fullmatch(r"\d{1,12}(\.\d{1,6})?", text):
        raise _Wrong(FaultCode.PRICE, f"{text[:20]!r} is no amount such as 6.90")
    minor = amount.scaleb(minor_digits(currency))
    if minor != minor.to_integral_value():
        raise _Wrong(FaultCode.PRICE, f"{text[:20]} is finer than {currency} can be paid")
    return Money(int(minor), currency)


def _read_toml(  # noqa: C901 - every part of the file is checked for itself
    data: bytes, titles: _Titles, zones: Mapping[str, str]
) -> Listing:
    """TOML is read as the rows it stands for, so that one set of rules holds."""
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _whole(FaultCode.ENCODING, "TOML", "the file is not UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _whole(FaultCode.MALFORMED, "TOML", f"the file is no TOML: {error}") from error
    if set(document) - {"avail", "withdrawn"}:
        raise _whole(FaultCode.MALFORMED, "TOML", "known are [[avail]] and withdrawn")
    names = [name for _, name in COLUMNS]
    rows = [[_Cell(name) for name in names]]
    faults: list[Fault] = []
    entries = document.get("avail", [])
    withdrawn = document.get("withdrawn", [])
    if not isinstance(entries, list) or not isinstance(withdrawn, list):
        raise _whole(FaultCode.MALFORMED, "TOML", "avail and withdrawn are lists")
    places = []
    for number, entry in enumerate(entries, 1):
        try:
            for row in _toml_rows(entry):
                rows.append([_Cell(row.get(name, "")) for name in names])
                places.append(number)
        except _Wrong as wrong:
            faults.append(Fault(wrong.code, "[[avail]]", number, "", str(wrong)))
    if faults:
        raise AvailsRefused(faults)
    try:
        listing = dict(_read_rows("[[avail]]", rows, titles, zones))
    except AvailsRefused as refused:
        moved = [replace(fault, row=places[fault.row - 2] if fault.row > 1 else 1) for fault in refused.faults]
        raise AvailsRefused(dict.fromkeys(moved)) from None
    for place, name in enumerate(withdrawn, 1):
        try:
            listing.setdefault(titles.of(str(name), "", ""), ())
        except _Wrong as wrong:
            faults.append(Fault(wrong.code, "withdrawn", place, "", str(wrong)))
    if faults:
        raise AvailsRefused(faults)
    return listing


_TOML_NAMES = {
    "title": "AltID",
    "start": "Start",
    "end": "End",
    "zone": "TimeZone",
    "price": "PriceValue",
    "currency": "PriceCurrency",
    "preorder_from": "PreOrderDate",
    "announced_from": "SuppressionLiftDate",
    "unlock": "RentalDuration",
    "watch": "WatchDuration",
}


def _toml_rows(entry: object) -> list[dict[str, str]]:
    if not isinstance(entry, dict):
        raise _Wrong(FaultCode.MALFORMED, "is no table")
    if unknown := set(entry) - {*_TOML_NAMES, "territories", "except_territories", "tier"}:
        raise _Wrong(FaultCode.MALFORMED, f"has the unknown field {min(unknown)!r}")
    territories, left_out = entry.get("territories", []), entry.get("except_territories", [])
    if not isinstance(territories, list) or not territories or not isinstance(left_out, list):
        raise _Wrong(FaultCode.TERRITORY, "territories is a list of codes")
    row = {column: _toml_text(entry[name]) for name, column in _TOML_NAMES.items() if name in entry}
    row |= {"EntryType": "Full Extract", "TerritoryExclusion": ",".join(map(str, left_out)), "PriceType": "SRP"}
    rows = [row | {"Territory": str(code)} for code in territories]
    if tier := entry.get("tier"):
        rows += [one | {"PriceType": "Tier", "PriceValue": str(tier), "PriceCurrency": ""} for one in rows]
    return rows


def _toml_text(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if not isinstance(value, str):
        raise _Wrong(FaultCode.MALFORMED, f"{value!r} must be a text or a local date")
    return value


def write_avails(listing: Listing, form: str, titles: Iterable[Known]) -> bytes:
    """The avails as a ``csv``, ``xlsx`` or ``toml`` file that `read_avails` reads back."""
    known = {title.id: title for title in titles}
    if form == "toml":
        return tomli_w.dumps(_toml_of(listing)).encode("utf-8")
    rows = [
        row for title, avails in sorted(listing.items()) for avail in avails for row in _rows_of(known[title], avail)
    ]
    heads = [[group for group, _ in COLUMNS], [name for _, name in COLUMNS], ["// EMA Avails 1.7"]]
    table = [*heads, *([_plain(row.get(name, "")) for _, name in COLUMNS] for row in rows)]
    if form == "csv":
        text = io.StringIO(newline="")
        csv.writer(text).writerows(table)
        return text.getvalue().encode("utf-8-sig")
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    for line in table:
        sheet.append(line)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    clean = "".join(letter for letter in text if letter.isprintable())
    return f"'{clean}" if clean[:1] in {"=", "+", "-", "@"} else clean


def _rows_of(title: Known, avail: Avail) -> list[dict[str, str]]:
    bare = _eidr_key(title.eidr) if title.eidr and _EIDR.fullmatch(title.eidr) else None
    row = {
        "DisplayName": "Smart Cinema",
        "TerritoryExclusion": ",".join(sorted(avail.except_territories)),
        "WorkType": "Movie",
        "EntryType": "Full Extract",
        "TitleInternalAlias": title.name,
        "TitleDisplayUnlimited": title.name,
        "LicenseType": "VOD",
        "FormatProfile": "HD",
        "Start": _written(avail.start),
        "End": _written_last(avail.end),
        "SuppressionLiftDate": _written(avail.announced_from),
        "PreOrderDate": _written(avail.preorder_from),
        "TitleID": f"urn:eidr:10.5240:{bare}" if bare else "",
        "AltID": title.id,
        "ALID": f"md:alid:eidr-s:{bare}" if bare else f"md:alid:org:smart-cinema:{title.id}",
        "RentalDuration": _duration(avail.unlock_s),
        "WatchDuration": _duration(avail.watch_s),
        "TimeZone": avail.zone,
    }
    price = {"PriceType": "SRP", "PriceValue": f"{avail.price.decimal:f}", "PriceCurrency": avail.price.currency}
    rows = []
    for territory in sorted(avail.territories):
        rows.append(row | price | {"Territory": territory})
        if avail.tier:
            rows.append(row | {"PriceType": "Tier", "PriceValue": avail.tier, "Territory": territory})
    return rows


def _written(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return moment.date().isoformat() if moment.time() == time() else moment.isoformat()


def _written_last(moment: datetime) -> str:
    return (moment - timedelta(days=1)).date().isoformat() if moment.time() == time() else moment.isoformat()


def _duration(seconds: int) -> str:
    if seconds % 86400 == 0 and seconds > 3 * 86400:
        return f"P{seconds // 86400}D"
    return f"PT{seconds // 3600}H" if seconds and seconds % 3600 == 0 else f"PT{seconds}S"


def _toml_of(listing: Listing) -> dict[str, Any]:
    avails = []
    for title, found in sorted(listing.items()):
        for avail in found:
            optional = {
                "except_territories": sorted(avail.except_territories),
                "preorder_from": _written(avail.preorder_from),
                "announced_from": _written(avail.announced_from),
                "tier": avail.tier,
            }
            entry = {
                "title": title,
                "territories": sorted(avail.territories),
                "start": _written(avail.start),
                "end": _written_last(avail.end),
                "zone": avail.zone,
                "price": f"{avail.price.decimal:f}",
                "currency": avail.price.currency,
                "unlock": _duration(avail.unlock_s),
                "watch": _duration(avail.watch_s),
            }
            avails.append(entry | {name: value for name, value in optional.items() if value})
    return {"avail": avails, "withdrawn": [title for title, found in sorted(listing.items()) if not found]}
