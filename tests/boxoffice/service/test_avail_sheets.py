"""Avails as the industry sends them: read whole or not at all, and written so that they read back."""

import io
import string
import zipfile
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from boxoffice.rules import Avail
from boxoffice.service.avail_sheets import AvailsRefused, Known, canonical, read_avails, write_avails
from core import Money

TITLES = [
    Known("paper-moon", "10.5240/AAAA-BBBB-CCCC-DDDD-EEEE-F", "纸月亮"),
    Known("coming-soon", None, "=HYPERLINK(1)"),
]
HEAD = "Territory,EntryType,AltID,Start,End,PriceType,PriceValue,PriceCurrency"


def sheet(*rows: str, head: str = HEAD) -> bytes:
    return "\r\n".join((head, *rows)).encode()


def faults(data: bytes, form: str = "csv") -> list[tuple[str, int, str]]:
    with pytest.raises(AvailsRefused) as caught:
        read_avails(data, form, TITLES)
    return [(str(fault.code), fault.row, fault.column) for fault in caught.value.faults]


def workbook(rows: list[list[object]], name: str = "Movies") -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = name
    for row in rows:
        page.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_dates_are_the_territorys_own_and_the_last_day_is_whole() -> None:
    listing = read_avails(sheet("US,Full Extract,paper-moon,2026-12-01,2026-12-31,SRP,6.90,USD"), "csv", TITLES)
    (avail,) = listing["paper-moon"]
    assert avail == Avail(
        frozenset({"US"}), datetime(2026, 12, 1), datetime(2027, 1, 1), "America/New_York", Money(690, "USD")
    )
    moved = read_avails(
        sheet("US,Full Extract,paper-moon,2026-12-01,2026-12-31,SRP,6.90,USD"), "csv", TITLES, {"US": "America/Denver"}
    )
    assert moved["paper-moon"][0].zone == "America/Denver"


def test_rows_of_a_tier_and_of_several_territories_are_one_avail() -> None:
    same = "Full Extract,paper-moon,2026-12-01,2026-12-31"
    head = HEAD + ",TimeZone,TerritoryExclusion,SuppressionLiftDate,PreOrderDate,RentalDuration,WatchDuration"
    rest = ",UTC,US-CA;CA-QC,2026-10-01,2026-11-01,P30D,PT48H"
    rows = [f"{code},{same},{kind}{rest}" for code in ("US", "CA") for kind in ("DMRP,6.90,USD", "Tier,Gold,")]
    (avail,) = read_avails(sheet(*rows, head=head), "csv", TITLES)["paper-moon"]
    assert avail.territories == {"US", "CA"}
    assert (avail.tier, avail.price, avail.except_territories) == (
        "Gold",
        Money(690, "USD"),
        frozenset({"US-CA", "CA-QC"}),
    )
    assert (avail.announced_from, avail.preorder_from) == (datetime(2026, 10, 1), datetime(2026, 11, 1))
    assert (avail.unlock_s, avail.watch_s) == (30 * 86400, 48 * 3600)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("TitleID", "urn:eidr:10.5240:AAAA-BBBB-CCCC-DDDD-EEEE-F"),
        ("TitleID", "10.5240/AAAA-BBBB-CCCC-DDDD-EEEE-F"),
        ("ALID", "md:ALID:EIDR-S:AAAA-BBBB-CCCC-DDDD-EEEE-F"),
        ("ALID", "md:alid:org:studio:paper-moon"),
    ],
)
def test_a_title_is_known_by_each_of_its_names(column: str, value: str) -> None:
    row = f"DE,Full Extract,{value},2026-12-01,2026-12-31,SRP,6.90,EUR"
    assert set(read_avails(sheet(row, head=HEAD.replace("AltID", column)), "csv", TITLES)) == {"paper-moon"}


def test_every_fault_is_told_at_once_with_its_place() -> None:
    good = "DE,Full Extract,paper-moon,2026-12-01,2026-12-31,SRP,6.90,EUR"
    assert faults(
        sheet(
            good,
            "XX,Full Extract,nobody,2026-13-01,2026-12-31,WSP,6.90,EUR",
            good,
            "FR,Full Extract,paper-moon,2026-12-31,2026-12-01,SRP,6.905,EUR",
            "FR,,paper-moon,=A1,2026-12-01T00:00:00+01:00,SRP,1e3,euro",
            "DE,Full Extract,paper-moon,2026-12-31,2027-01-31,SRP,6.90,EUR",
            "AT,Full Extract,paper-moon,2026-12-31,2027-01-31,Tier,Gold,",
        )
    ) == [
        ("title-unknown", 3, "AltID"),
        ("price-type", 3, "PriceType"),
        ("date", 3, "Start"),
        ("territory", 3, "Territory"),
        ("duplicate", 4, ""),
        ("window-empty", 5, "End"),
        ("price", 5, "PriceValue"),
        ("date", 6, "End"),
        ("missing", 6, "EntryType"),
        ("currency", 6, "PriceValue"),
        ("formula", 6, "Start"),
        ("overlap", 7, "Start"),
        ("price-missing", 8, "PriceType"),
    ]
    found = faults(sheet(good, good, "DE,Full Extract,paper-moon,2026-12-31,2027-01-31,SRP,6.90,EUR"))
    assert found == [("duplicate", 3, ""), ("overlap", 4, "Start")]


def test_a_file_that_is_none_is_refused_as_what_it_is() -> None:
    row = "DE,Full Extract,paper-moon,2026-12-01,2026-12-31,SRP,6.90,EUR"
    assert faults(sheet(row).decode().encode("utf-16")) == [("encoding", 1, "")]
    assert faults(sheet("DÉ").decode().encode("latin-1")) == [("encoding", 1, "")]
    assert faults(b"a,b\r\n1,2") == [("column-missing", 1, "")]
    assert faults(sheet(row, head=HEAD + ",Start")) == [("doubled", 1, "Start")]
    assert faults(b"x" * (17 << 20)) == [("too-large", 1, "")]
    assert faults(b"PK no zip", "xlsx") == [("malformed", 1, "")]
    assert faults(b"\xff", "toml") == [("encoding", 1, "")]
    assert faults(b"[[avail]\n", "toml") == [("malformed", 1, "")]
    assert faults(workbook([["x"]], "Sheet"), "xlsx") == [("sheet-missing", 1, "")]


def test_a_zip_bomb_is_not_unpacked() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/workbook.xml", "w") as part:
        for _ in range(129):
            part.write(b"\0" * (1 << 20))
    assert len(data.getvalue()) < 1 << 20
    assert faults(data.getvalue(), "xlsx") == [("too-large", 1, "")]


def test_formulas_in_a_workbook_are_refused_and_dates_in_it_understood() -> None:
    head: list[object] = list(HEAD.split(","))
    when = [datetime(2026, 12, 1), datetime(2026, 12, 31, 18)]
    row: list[object] = ["DE", "Full Extract", "paper-moon", *when, "SRP", 6.9, "EUR"]
    (avail,) = read_avails(workbook([head, row]), "xlsx", TITLES)["paper-moon"]
    assert (avail.start, avail.end, avail.price) == (*when, Money(690, "EUR"))
    assert faults(workbook([head, [*row[:6], "=3+4", "EUR"]]), "xlsx") == [("formula", 2, "PriceValue")]


def test_a_withdrawn_title_is_named_with_nothing() -> None:
    row = "DE,Full Delete,paper-moon,2026-12-01,2026-12-31,SRP,6.90,EUR"
    assert read_avails(sheet(row), "csv", TITLES) == {"paper-moon": ()}
    assert read_avails(b'withdrawn = ["paper-moon"]', "toml", TITLES) == {"paper-moon": ()}


def test_no_cell_that_is_written_is_a_formula() -> None:
    avail = Avail(frozenset({"DE"}), datetime(2026, 1, 1), datetime(2026, 2, 1), "UTC", Money(1, "EUR"))
    data = write_avails({"coming-soon": (avail,)}, "xlsx", TITLES)
    page = load_workbook(io.BytesIO(data))["Movies"]
    assert not [cell for row in page.iter_rows() for cell in row if cell.data_type == "f"]
    assert b"'=HYPERLINK" in write_avails({"coming-soon": (avail,)}, "csv", TITLES)


WALLS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1)).map(lambda at: at.replace(microsecond=0))


@st.composite
def listings(draw: st.DrawFn) -> dict[str, tuple[Avail, ...]]:
    """Avails whose windows follow one another, so that none overlaps."""
    found = {}
    for title in ("paper-moon", "coming-soon"):
        starts = sorted(draw(st.lists(st.integers(0, 60), max_size=4, unique=True)))
        avails = []
        for month in starts:
            start = datetime(2020, 1, 1) + timedelta(days=40 * month, hours=draw(st.sampled_from((0, 5))))
            avails.append(
                Avail(
                    draw(st.frozensets(st.sampled_from(("*", "DE", "US", "US-CA", "CN", "FR")), min_size=1)),
                    start,
                    start + timedelta(days=draw(st.integers(1, 30)), hours=draw(st.sampled_from((0, 7)))),
                    draw(st.sampled_from(("UTC", "Europe/Berlin", "America/New_York"))),
                    Money(draw(st.integers(0, 10**9)), draw(st.sampled_from(("EUR", "JPY", "KWD")))),
                    draw(st.none() | WALLS),
                    draw(st.integers(1, 10**7)),
                    draw(st.integers(1, 10**7)),
                    draw(st.frozensets(st.sampled_from(("CA", "CA-QC", "GB")))),
                    draw(st.none() | WALLS),
                    draw(st.just("") | st.text(string.ascii_letters + string.digits, min_size=1, max_size=8)),
                )
            )
        if avails:
            found[title] = canonical(avails)
    return found


@settings(max_examples=40, deadline=None)
@given(listings(), st.sampled_from(("csv", "xlsx", "toml")))
def test_what_is_written_reads_back(listing: dict[str, tuple[Avail, ...]], form: str) -> None:
    assert read_avails(write_avails(listing, form, TITLES), form, TITLES) == listing


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=400) | st.text().map(lambda text: (HEAD + "\n" + text).encode("utf-8", "ignore")),
    st.sampled_from(("csv", "xlsx", "toml")),
)
def test_no_bytes_break_the_reader(data: bytes, form: str) -> None:
    try:
        read_avails(data, form, TITLES)
    except AvailsRefused as refused:
        assert refused.faults  # noqa: PT017 - most bytes are refused, some are not
