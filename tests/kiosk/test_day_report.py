"""A day's report, from a ledger that doors wrote."""

from datetime import date, timedelta
from pathlib import Path

from films import SigningKey
from kiosk import day_report, today
from kiosk.day_report import Till
from kiosk.doors import Door
from kiosk.ledger import Sale
from tests.kiosk.venue import NOW, PROGRAMME, OpenLedger, SetClocks, code


def test_a_day_holds_what_happened_on_it_in_the_venue_s_zone_and_where_the_chain_ends(
    open_ledger: OpenLedger, clocks: SetClocks, tmp_path: Path
) -> None:
    ledger, venue = open_ledger(), tmp_path / "venue"
    door = Door(ledger, PROGRAMME, PROGRAMME.gates[1])
    for number, (minor, currency, method) in enumerate(
        ((2500, "EUR", "cash"), (990, "EUR", "card"), (10, "EUR", "cash"))
    ):
        assert ledger.sell(Sale(f"{number:016x}", "friday", "moon", "B", 2, minor, currency, method), 100)
    door.scan(code(1, people=3))
    door.scan(code(1))
    door.scan("nonsense")
    assert today(PROGRAMME, NOW) == date(2026, 11, 23)
    clocks.forward(timedelta(hours=3, minutes=59))  # 23:59 in Berlin
    door.scan(code(2))
    clocks.forward(timedelta(minutes=2))
    assert today(PROGRAMME, clocks.wall) == date(2026, 11, 24)
    door.override(code(5), "mei", "a late guest")

    first, second, third = (day_report(venue, PROGRAMME, date(2026, 11, day)) for day in (23, 24, 25))
    assert (first.people, second.people, third.people) == (3, 1, 0)
    assert first.takings == (Till("EUR", "card", 2, 990), Till("EUR", "cash", 4, 2510))
    assert (first.sold, second.takings) == ({"friday": 6}, ())
    assert first.refused == {"used": 1, "not-ours": 1, "too-late": 1}
    assert [line.screening for line in first.doors] == ["friday", ""]
    assert (first.device, first.chain.faults) == (SigningKey.load_or_create(venue / "device-key.pem").key_id, 0)
    assert (first.chain.seq, first.chain.hash) == (ledger.head.seq, ledger.head.hash.hex())
    ledger.close()
    closed = day_report(venue, PROGRAMME, date(2026, 11, 23)).chain
    assert closed.signed_to == closed.seq
