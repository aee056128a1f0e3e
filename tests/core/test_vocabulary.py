import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Cancel, Cancelled, CinemaError, Code, Money, pick, pick_language


def test_money_adds_in_one_currency_only() -> None:
    assert Money(690, "EUR") + Money(10, "EUR") == Money(700, "EUR")
    with pytest.raises(ValueError, match="cannot add"):
        Money(1, "EUR") + Money(1, "USD")


@pytest.mark.parametrize(
    ("money", "amount"),
    [
        (Money(690, "EUR"), "6.90"),
        (Money(-5, "USD"), "-0.05"),
        (Money(690, "JPY"), "690"),
        (Money(12_000, "KRW"), "12000"),
        (Money(1_234, "KWD"), "1.234"),
        (Money(10**18 + 1, "CNY"), "10000000000000000.01"),
    ],
)
def test_an_amount_is_exact_in_the_currencys_own_unit(money: Money, amount: str) -> None:
    assert str(money.decimal) == amount


@pytest.mark.parametrize("currency", ["eur", "EU", "EURO", "", "€€€"])
def test_money_refuses_what_is_no_currency(currency: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(1, currency)


@pytest.mark.parametrize(
    ("available", "wanted", "found"),
    [
        (["en", "zh-Hans"], "zh-Hans-CN", "zh-Hans"),
        (["en", "zh-Hans"], "zh", "zh-Hans"),
        (["en", "zh-Hans"], "fr", "en"),
        (["zh-Hans"], "fr", "zh-Hans"),
        (["EN"], "en-GB", "EN"),
        ([], "en", None),
        (["zh-Hans", "zh-Hant"], "zh-TW", "zh-Hant"),
        (["zh-Hans", "zh-Hant-TW", "zh-Hant-HK"], "zh-HK", "zh-Hant-HK"),
        (["zh-Hans", "zh-Hant-TW"], "zh-Hant-HK", "zh-Hant-TW"),
        (["zh-Hant-TW", "zh-Hans"], "zh-CN", "zh-Hans"),
        (["zh-Hans"], "zh-Hant-TW", "zh-Hans"),
        (["en", "fr-CA"], "fr_FR", "fr-CA"),
        (["en", "zh-Hans", "zh-Hant"], "zh-TW", "zh-Hant"),
        (["en", "zh-Hans", "zh-Hant"], "zh-Hant-HK", "zh-Hant"),
        (["en", "zh-Hant", "zh-Hans"], "zh-CN", "zh-Hans"),
        (["en", "zh-Hant", "zh-Hans"], "zh", "zh-Hans"),
        (["zh-Hans", "zh-TW"], "zh-TW", "zh-TW"),
        (["en", "zh-Hans"], "zh-HK", "zh-Hans"),
        (["en", "zh-Hans", "zh-Hant"], "yue-HK", "zh-Hant"),
        (["en", "es"], "es-MX", "es"),
    ],
)
def test_the_nearest_language_is_taken(available: list[str], wanted: str, found: str | None) -> None:
    assert pick_language(available, wanted) == found


@given(st.dictionaries(st.sampled_from(["en", "zh-Hans", "zh-Hant", "fr"]), st.text(min_size=1)), st.text())
def test_picking_words_never_fails_and_finds_something_if_there_is_anything(words: dict[str, str], wanted: str) -> None:
    assert bool(pick(words, wanted)) == bool(words)


def test_an_error_shows_its_code() -> None:
    assert str(CinemaError(Code.OFFLINE, "No line.")) == "No line. [offline]"


def test_cancelled_work_says_so_once_asked() -> None:
    cancel = Cancel()
    cancel.check()
    cancel.cancel()
    with pytest.raises(Cancelled):
        cancel.check()
    assert cancel.wait(10)
