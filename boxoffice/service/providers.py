"""Which payment providers a box office has, by its configuration."""

from boxoffice.service.config import ServiceConfig
from boxoffice.service.database import Database
from boxoffice.service.payments import PaymentProvider, TestProvider, VenueProvider
from core import CinemaError, Clock, Code


def providers_of(config: ServiceConfig, database: Database, clock: Clock) -> list[PaymentProvider]:
    """The usual provider first: Stripe where it is configured, else the test provider; then the venue's desk."""
    providers: list[PaymentProvider] = []
    if config.stripe is None:
        providers.append(TestProvider(database, clock))
    else:
        try:
            from boxoffice.service.stripe_provider import StripeProvider  # noqa: PLC0415 - a large library
        except ModuleNotFoundError as error:
            raise CinemaError(
                Code.WRONG_USE, "This copy has no part that speaks to Stripe; the sources bring it."
            ) from error

        providers.append(StripeProvider(config.stripe, config.issuer))
    if config.pay_at_venue:
        providers.append(VenueProvider())
    return providers
