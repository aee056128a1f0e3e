"""The box-office server. Its parts are imported when first used, so that a command line starts fast."""

from importlib import import_module
from typing import TYPE_CHECKING

from boxoffice.service.config import OpenIdAccess, ServiceConfig, SmtpAccess, StripeAccess

if TYPE_CHECKING:
    from boxoffice.service.avail_changes import export_avails, import_avails, undo_avails
    from boxoffice.service.console.staff import add_staff, list_staff, remove_staff
    from boxoffice.service.desk import give_ticket, open_desk
    from boxoffice.service.migration import migrate
    from boxoffice.service.places import allow_territory
    from boxoffice.service.publications import publish
    from boxoffice.service.running import serve
    from boxoffice.service.server import create_app
    from boxoffice.service.vouchers import Scope, make_passes, make_vouchers

__all__ = [
    "OpenIdAccess",
    "Scope",
    "ServiceConfig",
    "SmtpAccess",
    "StripeAccess",
    "add_staff",
    "allow_territory",
    "create_app",
    "export_avails",
    "give_ticket",
    "import_avails",
    "list_staff",
    "make_passes",
    "make_vouchers",
    "migrate",
    "open_desk",
    "publish",
    "remove_staff",
    "serve",
    "undo_avails",
]

_HOMES = {
    "allow_territory": "places",
    "export_avails": "avail_changes",
    "import_avails": "avail_changes",
    "undo_avails": "avail_changes",
    "create_app": "server",
    "serve": "running",
    "add_staff": "console.staff",
    "list_staff": "console.staff",
    "remove_staff": "console.staff",
    "migrate": "migration",
    "give_ticket": "desk",
    "open_desk": "desk",
    "publish": "publications",
    "Scope": "vouchers",
    "make_passes": "vouchers",
    "make_vouchers": "vouchers",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"boxoffice.service.{_HOMES[name]}"), name)
