"""The box-office server. Its parts are imported when first used, so that a command line starts fast."""

from importlib import import_module
from typing import TYPE_CHECKING

from boxoffice.service.config import ServiceConfig

if TYPE_CHECKING:
    from boxoffice.service.console.staff import add_staff
    from boxoffice.service.migration import migrate
    from boxoffice.service.publications import publish
    from boxoffice.service.server import create_app, serve
    from boxoffice.service.vouchers import make_vouchers

__all__ = ["ServiceConfig", "add_staff", "create_app", "make_vouchers", "migrate", "publish", "serve"]

_HOMES = {
    "create_app": "server",
    "serve": "server",
    "add_staff": "console.staff",
    "migrate": "migration",
    "publish": "publications",
    "make_vouchers": "vouchers",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"boxoffice.service.{_HOMES[name]}"), name)
