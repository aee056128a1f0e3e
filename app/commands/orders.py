"""``main.py orders``: what staff do with an order."""

import argparse
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.serve import add_payment_options, config_of
from app.console import Console
from core import CinemaError, Code, Money

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(subparsers: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Add the command and its steps."""
    parser = subparsers.add_parser("orders", help="look at an order, refund it, mark it as paid at the venue")
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)
    place = argparse.ArgumentParser(add_help=False)
    place.add_argument("order", help="the order's id")
    place.add_argument("--database", metavar="URL", help="SQLAlchemy URL; by default SQLite in the data folder")
    place.add_argument("--data", type=Path, metavar="DIR", help="the service's data folder")
    add_payment_options(place)
    show = steps.add_parser("show", parents=[common, place], help="an order with its payments and refunds")
    show.set_defaults(handler=handle_show)
    refund = steps.add_parser("refund", parents=[common, place], help="give money back; all of it revokes the ticket")
    refund.add_argument("--amount", help="so much of it, in the currency's own unit, for example 3.45; by default all")
    refund.add_argument("--reason", required=True, help="why")
    refund.add_argument("--by", required=True, metavar="NAME", help="who gives it back")
    refund.add_argument("--key", help="names this refund: the same one again changes nothing")
    refund.set_defaults(handler=handle_refund)
    paid = steps.add_parser("paid", parents=[common, place], help="the money was taken at the venue")
    paid.add_argument("--by", required=True, metavar="NAME", help="who took it")
    paid.set_defaults(handler=handle_paid)


def handle_show(options: argparse.Namespace, console: Console) -> int:
    """Show an order."""
    from boxoffice.service import open_desk

    with open_desk(config_of(options)) as desk:
        account = desk.account_of(options.order)
    lines = [f"order {account['id']}: {account['state']}, {_amount(account['total'])}"]
    lines += [f"  {one['provider']}: {one['state']}, {_amount(one['amount'])}" for one in account["payments"]]
    lines += [f"  refund: {one['state']}, {_amount(one['amount'])}, {one['reason']}" for one in account["refunds"]]
    console.result(account, "\n".join(lines))
    return 0


def handle_refund(options: argparse.Namespace, console: Console) -> int:
    """Give money back."""
    from boxoffice.service import open_desk

    with open_desk(config_of(options)) as desk:
        amount = None
        if options.amount is not None:
            amount = _money(options.amount, desk.account_of(options.order)["total"]["currency"])
        made = desk.refunds.give_back(
            options.order, reason=options.reason, by=options.by, amount=amount, key=options.key
        )
    states = {
        "made": f"{_amount(made['amount'])} went back.",
        "asked": f"{_amount(made['amount'])} will go back: the box office asks the payment service again.",
        "refused": "The payment service refused; no money moved.",
    }
    console.result(made, f"{states[made['state']]} The order is {made['order_state']}.")
    return 1 if made["state"] == "refused" else 0


def handle_paid(options: argparse.Namespace, console: Console) -> int:
    """Mark an order as paid at the venue."""
    from boxoffice.service import open_desk

    with open_desk(config_of(options)) as desk:
        state = desk.orders.paid_at_venue(options.order, options.by)
    console.result({"order_id": options.order, "state": state}, f"The order is {state}.")
    return 0


def _amount(amount: dict[str, Any]) -> str:
    money = Money(amount["minor"], amount["currency"])
    return f"{money.decimal} {money.currency}"


def _money(text: str, currency: str) -> Money:
    try:
        minor = Decimal(text) / Money(1, currency).decimal
    except InvalidOperation:
        minor = Decimal("NaN")
    if not minor.is_finite() or minor != minor.to_integral_value() or minor <= 0:
        raise CinemaError(Code.WRONG_USE, f"{text} is no amount in {currency}.")
    return Money(int(minor), currency)
