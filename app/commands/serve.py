"""``main.py serve``: the box-office service."""

import argparse
import os
import sys
import threading
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.console import Console
from app.paths import Paths
from core import CinemaError, Code

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from boxoffice.service import OpenIdAccess, ServiceConfig, SmtpAccess, StripeAccess

DATABASE = "SMART_CINEMA_DATABASE"
METRICS_TOKEN = "SMART_CINEMA_METRICS_TOKEN"  # noqa: S105 - the variable's name


def add(subparsers: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Add the command and its steps."""
    parser = subparsers.add_parser("serve", parents=[common], help="run the box-office service")
    place = place_arguments()
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=port, default=8400, help="port to listen on; 0 takes a free one")
    parser.add_argument("--base-url", help="the address that viewers reach the service by")
    parser.add_argument("--territory", default="DE", help="territory assumed where a viewer names none")
    parser.add_argument(
        "--mirror",
        action="append",
        default=[],
        metavar="URL",
        help="below which every package lies once more, for example at a CDN; repeat it, best first",
    )
    add_sign_in_options(parser)
    add_post_options(parser)
    add_payment_options(parser)
    parser.add_argument("--sign-mirrors", action="store_true", help="sign addresses at mirrors, so that they expire")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes; more than one takes PostgreSQL")
    parser.add_argument(
        "--drain-s", type=int, default=5, metavar="S", help="how long requests may take to end at a stop"
    )
    parser.add_argument("--json-lines", action="store_true", help="log one JSON object a line to standard error")
    parser.add_argument("--geoip", type=Path, metavar="FILE", help="MMDB database of countries or cities")
    parser.add_argument("--geoip-anonymous", type=Path, metavar="FILE", help="MMDB database of hiding addresses")
    parser.add_argument("--trusted-proxies", type=int, default=0, metavar="N", help="proxies before the service")
    parser.add_argument("--until-stdin-closes", action="store_true", help="stop when standard input closes")
    for action in (("--database", "URL", str), ("--data", "DIR", Path)):
        parser.add_argument(action[0], metavar=action[1], type=action[2], default=None, help=argparse.SUPPRESS)
    parser.set_defaults(handler=handle)
    steps = parser.add_subparsers(dest="step", metavar="STEP")
    migrate = steps.add_parser("migrate", parents=[common, place], help="bring the database to this version")
    migrate.set_defaults(handler=handle_migrate)
    publish = steps.add_parser("publish", parents=[common, place], help="publish the films that a TOML file describes")
    publish.add_argument("publication", type=Path, help="the file that names films, packages and sections")
    publish.set_defaults(handler=handle_publish)
    seed = steps.add_parser("seed-demo", parents=[common, place], help="make and publish the demo films")
    seed.add_argument(
        "--quality", choices=("full", "quick"), default="full", help="quick: small and short films, for a fast look"
    )
    seed.set_defaults(handler=handle_seed)
    add_ticket_steps(steps, common, place)


def add_ticket_steps(
    steps: "_SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser, place: argparse.ArgumentParser
) -> None:
    """Tickets otherwise than bought, and who may buy where."""
    voucher = steps.add_parser("voucher", parents=[common, place], help="make voucher codes for a title")
    voucher.add_argument("title", help="the title's id")
    voucher.add_argument("--count", type=int, default=1, help="1 to 500")
    voucher.set_defaults(handler=handle_voucher)
    passes = steps.add_parser("pass", parents=[common, place], help="make codes of passes for several tickets")
    passes.add_argument("--section", metavar="ID", help="for the titles of this section; by default for every title")
    passes.add_argument("--tickets", type=int, required=True, metavar="N", help="2 to 100, one to each title")
    passes.add_argument("--ends", type=datetime.fromisoformat, metavar="TIME", help="like 2027-03-31T23:59+01:00")
    passes.add_argument("--count", type=int, default=1, help="1 to 500")
    passes.set_defaults(handler=handle_pass)
    free = steps.add_parser("free-ticket", parents=[common, place], help="give a ticket for nothing, with its reason")
    free.add_argument("email", help="the account's e-mail address")
    free.add_argument("title", help="the title's id")
    free.add_argument("--territory", required=True, help="where it counts: ISO 3166-1 or -2, such as DE")
    free.add_argument(
        "--reason", required=True, choices=("press", "jury", "guest", "staff", "goodwill"), help="what for"
    )
    free.add_argument("--screening", default=None, help="one of the title's online screenings; else for any time")
    free.add_argument("--by", default=None, help="who gives it; by default the system's user")
    free.set_defaults(handler=handle_free)
    allow = steps.add_parser("allow-territory", parents=[common, place], help="say where an account is, for a while")
    allow.add_argument("email", help="the account's e-mail address")
    allow.add_argument("territory", help="ISO 3166-1 or -2, such as DE")
    allow.add_argument("--days", type=int, required=True, help="how long from now")
    allow.add_argument("--reason", required=True, help="why; it is kept")
    allow.add_argument("--by", default=None, help="who allows it; by default the system's user")
    allow.set_defaults(handler=handle_allow)


def place_arguments() -> argparse.ArgumentParser:
    """Where a box office keeps its things, for every command that works on one."""
    place = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    place.add_argument(
        "--database",
        metavar="URL",
        help=f"sqlite:///path or postgresql://user@host/name; by default {DATABASE}, or SQLite in the data folder",
    )
    place.add_argument("--data", type=Path, metavar="DIR", help="database, keys and published packages")
    return place


def add_sign_in_options(parser: argparse.ArgumentParser) -> None:
    """Who else may say who somebody is."""
    parser.add_argument(
        "--openid", metavar="ISSUER", help="an OpenID Connect provider that people may sign in with too"
    )
    parser.add_argument(
        "--openid-client", metavar="ID", help="our client id there; it comes back to /oauth/elsewhere/answer"
    )
    parser.add_argument(
        "--openid-secret-file",
        type=Path,
        metavar="FILE",
        help="holds our secret there (or set SMART_CINEMA_OPENID_SECRET); without one we are a public client",
    )
    parser.add_argument("--openid-name", metavar="NAME", help="what people call it; by default its host")


def add_post_options(parser: argparse.ArgumentParser) -> None:
    """How letters to people leave."""
    parser.add_argument(
        "--smtp",
        metavar="HOST[:PORT]",
        help="a mail server for letters; by default they are put into the data folder's outbox",
    )
    parser.add_argument("--smtp-user", metavar="NAME", help="our name there")
    parser.add_argument(
        "--smtp-password-file", type=Path, metavar="FILE", help="holds its password (or set SMART_CINEMA_SMTP_PASSWORD)"
    )
    parser.add_argument("--letters-from", metavar="ADDRESS", help='who they are from: "Name <name@host>"')


def _smtp_of(options: argparse.Namespace) -> "SmtpAccess | None":
    from boxoffice.service import SmtpAccess

    named = getattr(options, "smtp", None)
    if not named:
        return None
    host, _, number = named.rpartition(":") if named.rpartition(":")[2].isdigit() else (named, "", "587")
    password = secret_of(getattr(options, "smtp_password_file", None), "SMART_CINEMA_SMTP_PASSWORD")
    return SmtpAccess(host.strip("[]"), int(number), options.smtp_user or "", password)


def _openid_of(options: argparse.Namespace) -> "OpenIdAccess | None":
    from boxoffice.service import OpenIdAccess

    issuer = getattr(options, "openid", None)
    if not issuer:
        return None
    secret = secret_of(getattr(options, "openid_secret_file", None), "SMART_CINEMA_OPENID_SECRET")
    return OpenIdAccess(issuer.rstrip("/"), options.openid_client or "", secret, options.openid_name or "")


def add_payment_options(parser: argparse.ArgumentParser) -> None:
    """How money is taken. Keys come from files or the environment, never from arguments: other users can read those."""
    parser.add_argument(
        "--stripe-key-file",
        type=Path,
        metavar="FILE",
        help="holds Stripe's API key (or set SMART_CINEMA_STRIPE_KEY); without one no money moves",
    )
    parser.add_argument(
        "--stripe-webhook-file",
        type=Path,
        metavar="FILE",
        help="signing secrets of Stripe's webhook, one a line (or set SMART_CINEMA_STRIPE_WEBHOOK)",
    )
    parser.add_argument(
        "--stripe-method",
        action="append",
        default=[],
        metavar="NAME",
        help="card, paypal, alipay, wechat_pay: what the account allows, shown in the order of the buyer's territory",
    )
    parser.add_argument("--stripe-api", metavar="URL", help=argparse.SUPPRESS)
    parser.add_argument("--taxes", type=Path, metavar="FILE", help="seller and tax rates for receipts (TOML)")
    parser.add_argument("--pay-at-venue", action="store_true", help="orders may be paid at a venue's desk")


def _stripe_of(options: argparse.Namespace) -> "StripeAccess | None":
    from boxoffice.service import StripeAccess

    key = secret_of(getattr(options, "stripe_key_file", None), "SMART_CINEMA_STRIPE_KEY")
    secrets = tuple(secret_of(getattr(options, "stripe_webhook_file", None), "SMART_CINEMA_STRIPE_WEBHOOK").split())
    if not key:
        return None
    if not secrets:
        raise CinemaError(
            Code.WRONG_USE, "Stripe's webhook secret is missing: --stripe-webhook-file or SMART_CINEMA_STRIPE_WEBHOOK."
        )
    return StripeAccess(
        key, secrets, getattr(options, "stripe_api", None), tuple(getattr(options, "stripe_method", ()))
    )


def secret_of(file: Path | None, variable: str) -> str:
    """A secret that a file or the environment holds; empty where neither does."""
    return (file.read_text(encoding="utf-8") if file else os.environ.get(variable, "")).strip()


def port(text: str) -> int:
    """A TCP port. Raises `argparse.ArgumentTypeError`."""
    if not (text.isascii() and text.isdigit() and int(text) < 1 << 16):
        msg = f"{text!r} is no port; one is 0 to 65535"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def config_of(options: argparse.Namespace) -> "ServiceConfig":
    """The service's configuration from the command line."""
    from boxoffice.service import ServiceConfig

    data = options.data or Paths.of_this_user(options.home).service
    return ServiceConfig(
        data_dir=data,
        database_url=_database(options.database) or f"sqlite:///{data / 'boxoffice.sqlite3'}",
        host=getattr(options, "host", "127.0.0.1"),
        port=getattr(options, "port", 8400),
        base_url=getattr(options, "base_url", None),
        default_territory=getattr(options, "territory", "DE"),
        geoip=getattr(options, "geoip", None),
        geoip_anonymous=getattr(options, "geoip_anonymous", None),
        trusted_proxies=getattr(options, "trusted_proxies", 0),
        mirrors=tuple(getattr(options, "mirror", ())),
        openid=_openid_of(options),
        smtp=_smtp_of(options),
        letters_from=getattr(options, "letters_from", None) or "Smart Cinema <tickets@localhost>",
        stripe=_stripe_of(options),
        pay_at_venue=getattr(options, "pay_at_venue", False),
        taxes=getattr(options, "taxes", None),
        sign_mirrors=getattr(options, "sign_mirrors", False),
        workers=getattr(options, "workers", 1),
        drain_s=getattr(options, "drain_s", 5),
        metrics_token=os.environ.get(METRICS_TOKEN) or None,
    )


def _database(named: str | None) -> str | None:
    if named and urlsplit(named).password:
        msg = f"A password does not belong in an argument: put the whole address into {DATABASE}, or use PGPASSFILE."
        raise CinemaError(Code.WRONG_USE, msg)
    return named or os.environ.get(DATABASE) or None


def handle(options: argparse.Namespace, console: Console) -> int:
    """Serve until interrupted."""
    from app import logs
    from boxoffice.service import migrate, serve
    from boxoffice.service.guard import current_request

    if options.json_lines:
        set_up_logs = partial(logs.to_standard_error, current_request, verbose=options.verbose)
    else:
        set_up_logs = partial(logs.set_up, None, verbose=options.verbose)
    set_up_logs()
    config = config_of(options)
    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    migrate(config.database_url)
    if config.geoip is None:
        console.say("No --geoip database: the territory that a viewer asks for is believed.")
    stop = threading.Event()
    if options.until_stdin_closes:
        threading.Thread(target=_when_stdin_closes, args=(stop,), daemon=True).start()

    def ready(url: str) -> None:
        console.result({"ready": url}, f"The box office is open at {url}")

    with suppress(KeyboardInterrupt):
        serve(config, ready, stop, prepare=set_up_logs)
    return 0


def _when_stdin_closes(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


def handle_migrate(options: argparse.Namespace, console: Console) -> int:
    """Bring the database to this version."""
    from boxoffice.service import migrate

    config = config_of(options)
    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    migrate(config.database_url)
    console.result({"migrated": True}, "The database is up to date.")
    return 0


def handle_publish(options: argparse.Namespace, console: Console) -> int:
    """Publish films."""
    from boxoffice.service import migrate, publish

    config = config_of(options)
    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    migrate(config.database_url)
    publish(config, options.publication)
    console.result({"published": str(options.publication)}, "Published.")
    return 0


def handle_seed(options: argparse.Namespace, console: Console) -> int:
    """Make and publish the demo films into this service."""
    from app import demo
    from core import Cancel

    paths = Paths.of_this_user(options.home)
    demo.prepare_films(paths, options.quality, console, Cancel())
    demo.publish_films(paths, options.quality, config_of(options))
    console.result({"published": "demo"}, "The demo films are published.")
    return 0


def handle_voucher(options: argparse.Namespace, console: Console) -> int:
    """Make voucher codes."""
    from boxoffice.service import make_vouchers

    codes = make_vouchers(config_of(options), options.title, options.count)
    console.result({"vouchers": list(codes)}, "\n".join(codes))
    return 0


def handle_pass(options: argparse.Namespace, console: Console) -> int:
    """Make codes of passes."""
    from boxoffice.service import Scope, make_passes

    if options.ends is not None and options.ends.tzinfo is None:
        raise CinemaError(Code.WRONG_USE, "Say in which zone the pass ends, for example 2027-03-31T23:59+01:00.")
    if options.tickets < 2:
        raise CinemaError(Code.WRONG_USE, "A pass is for 2 to 100 tickets; for one there are vouchers.")
    scope = Scope(section_id=options.section, tickets=options.tickets, ends=options.ends)
    codes = make_passes(config_of(options), scope, options.count)
    console.result({"passes": list(codes)}, "\n".join(codes))
    return 0


def handle_free(options: argparse.Namespace, console: Console) -> int:
    """Give a ticket for nothing."""
    import getpass

    from boxoffice.service import give_ticket

    by = options.by or getpass.getuser()
    what = (options.email, options.title, options.territory, options.reason, by)
    order = give_ticket(config_of(options), *what, screening_id=options.screening)
    console.result({"order": order["id"], "ticket": order["ticket_id"]}, f"Given: ticket {order['ticket_id']}.")
    return 0


def handle_allow(options: argparse.Namespace, console: Console) -> int:
    """Make an exception for an account's territory."""
    import getpass

    from boxoffice.service import allow_territory

    by = options.by or getpass.getuser()
    allow_territory(config_of(options), options.email, options.territory, options.days, options.reason, by)
    console.result({"allowed": options.territory}, f"Counts as {options.territory} for {options.days} days.")
    return 0
