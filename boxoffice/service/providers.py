"""Which payment providers a box office has, by its configuration."""

from boxoffice.service.config import ServiceConfig
from boxoffice.service.database import Database
from boxoffice.service.payments import PaymentProvider, TestProvider, VenueProvider
from core import Clock


def providers_of(config: ServiceConfig, database: Database, clock: Clock) -> list[PaymentProvider]:
    """The usual provider first: Stripe where it is configured, else the test provider; then the venue's desk."""
    providers: list[PaymentProvider] = []
    if config.stripe is None:
        providers.append(TestProvider(database, clock))
    else:
        from boxoffice.service.stripe_provider import StripeProvider  # noqa: PLC0415 - a large library

        providers.append(StripeProvider(config.stripe, config.issuer))
    if config.pay_at_venue:
        providers.append(VenueProvider())
    return providers
