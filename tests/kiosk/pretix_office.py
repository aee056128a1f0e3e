"""Runs inside pretix' own environment, on its migrated database: sells signed tickets, revokes some, and says so as JSON.

Everything goes through pretix' own models, services and REST views; nothing of it is imitated.
"""

import json
import sys
from datetime import timedelta
from decimal import Decimal

import django

django.setup()

from django.test import Client  # noqa: E402
from django.utils.timezone import now  # noqa: E402
from django_scopes import scopes_disabled  # noqa: E402
from pretix.base.models import Device, Event, Order, OrderPosition, Organizer, Team, User  # noqa: E402
from pretix.base.secrets import assign_ticket_secret  # noqa: E402
from pretix.base.services.orders import OrderChangeManager, _cancel_order  # noqa: E402


def event_of(organizer: Organizer, slug: str) -> Event:
    event = Event.objects.create(
        organizer=organizer, name="Festival of Light", slug=slug, currency="EUR", date_from=now() + timedelta(days=9),
        has_subevents=True, plugins="", live=True,
    )  # fmt: skip
    event.settings.ticket_secret_generator = "pretix_sig1"
    return event


def sold(event: Event, item: object, subevent: object, code: str, status: str = Order.STATUS_PAID) -> OrderPosition:
    order = Order.objects.create(
        event=event, code=code, email="x@example.org", status=status, datetime=now(),
        expires=now() + timedelta(days=9), total=Decimal("9.50"), locale="en",
        sales_channel=event.organizer.sales_channels.get(identifier="web"),
    )  # fmt: skip
    position = OrderPosition(order=order, item=item, subevent=subevent, price=Decimal("9.50"), positionid=1)
    assign_ticket_secret(event, position, save=False)
    position.save()
    return position


def race(organizer: Organizer, slug: str, *, key_first: bool) -> dict[str, object]:
    """Two processes, as far as pretix can tell, that sign the first tickets of an event at once."""
    event = event_of(organizer, slug)
    item = event.items.create(name="Ticket", default_price=Decimal("9.50"), admission=True)
    subevent = event.subevents.create(name="Show", date_from=now() + timedelta(days=9), active=True)
    if key_first:
        event.ticket_secret_generator._generate_keys()
    one, other = (Event.objects.get(pk=event.pk) for _ in range(2))
    assert one.settings.ticket_secret_generator == other.settings.ticket_secret_generator == "pretix_sig1"
    secrets = [event.ticket_secret_generator.generate_secret(item, None, subevent) for event in (one, other)]
    fresh = Event.objects.get(pk=event.pk)
    fresh.settings.flush()
    return {"secrets": secrets, "key": fresh.settings.ticket_secrets_pretix_sig1_pubkey}


def main() -> None:
    with scopes_disabled():
        tag = sys.argv[1]
        organizer = Organizer.objects.create(name="Lantern", slug=f"lantern{tag}")
        user = User.objects.create_user(f"{tag}@example.org", "lantern-festival")
        team = Team.objects.create(organizer=organizer, name="All", all_events=True, all_event_permissions=True, all_organizer_permissions=True)  # fmt: skip
        team.members.add(user)
        event = event_of(organizer, "festival")
        item = event.items.create(name="Ticket", default_price=Decimal("9.50"), admission=True)
        shows = [
            event.subevents.create(name=f"Show {n}", date_from=now() + timedelta(days=n), active=True) for n in (1, 2)
        ]
        positions = [sold(event, item, shows[n % 2], f"ORD{n}") for n in range(4)]
        given = [position.secret for position in positions]
        _cancel_order(positions[1].order.pk, user, send_mail=False)
        assign_ticket_secret(event, positions[2], force_invalidate=True, save=True)
        device = Device.objects.create(organizer=organizer, all_events=True, name="Door A", initialized=now(), api_token=f"token{tag}", security_profile="full")  # fmt: skip
        event.checkin_lists.create(name="Door", all_products=True)
        late = event.checkin_lists.create(
            name="Pays at the door", all_products=False, subevent=shows[1], include_pending=True
        )
        late.limit_products.add(item)
        unpaid = [sold(event, item, show, f"LATE{n}", Order.STATUS_PENDING) for n, show in enumerate(shows)]
        popcorn = sold(
            event, event.items.create(name="Popcorn", default_price=Decimal("4.50"), admission=False), shows[0], "CORN"
        )
        blocked = sold(event, item, shows[0], "BLOCK")
        change = OrderChangeManager(blocked.order, user, notify=False)
        change.add_block(blocked, "admin")
        change.commit()
        api = team.tokens.create(name="Venue").token
        http = Client(headers={"authorization": f"Device {device.api_token}", "host": sys.argv[2]})
        base = f"/api/v1/organizers/{organizer.slug}/events/{event.slug}"

        def asked(path: str) -> object:
            answer = http.get(path)
            assert answer.status_code == 200, (path, answer.status_code, answer.content[:300])
            return answer.json()

        sys.stdout.write(
            json.dumps(
                {
                    "item": item.pk,
                    "organizer": organizer.slug,
                    "token": api,
                    "unpaid": [one.secret for one in unpaid],
                    "popcorn": popcorn.secret,
                    "blocked": blocked.secret,
                    "shows": [show.pk for show in shows],
                    "secrets": given,
                    "reissued": OrderPosition.all.get(pk=positions[2].pk).secret,
                    "event": asked(f"{base}/"),
                    "revoked": asked(f"{base}/revokedsecrets/"),
                    "lists": asked(f"{base}/checkinlists/"),
                    "race": race(organizer, "race", key_first=False),
                    "no_race": race(organizer, "norace", key_first=True),
                },
                default=str,
            )
        )


main()
