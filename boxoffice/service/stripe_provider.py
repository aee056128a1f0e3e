"""Stripe through its own library: hosted Checkout with the methods that the account allows, notices and refunds.

Stripe learns order ids and amounts, never who watches what: every ticket is the same product there.
"""

import hashlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import stripe

from boxoffice.service.calls import BODY_BYTES
from boxoffice.service.config import StripeAccess
from boxoffice.service.methods import in_order
from boxoffice.service.payments import (
    Notice,
    OpenedPayment,
    Payment,
    PaymentState,
    PaymentWish,
    RefundRefused,
    unreachable,
)
from core import CinemaError, Code, Money
from core.strict_json import parse_object

if TYPE_CHECKING:
    from stripe import Refund

log = logging.getLogger(__name__)
logging.getLogger("stripe").setLevel(logging.CRITICAL)  # its lines name payments

TIMEOUT_S = 10
TOLERANCE_S = 300
CHECKOUT = "https://checkout.stripe.com"
PRODUCT = "smart-cinema-ticket"
_PENNIES = frozenset({"ISK", "UGX"})
"""Without minor units, but counted in hundredths at Stripe."""
_Answer = TypeVar("_Answer")


class StripeProvider:
    """References are Checkout sessions' (``cs_``) or PaymentIntents' (``pi_``, from a card reader); refunds name the
    PaymentIntent. Thread-safe.
    """

    name = "stripe"

    def __init__(self, access: StripeAccess, base_url: str) -> None:
        self._secrets = access.webhook_secrets
        self._base_url = base_url
        self.pages = access.api or CHECKOUT
        self.kinds = access.kinds
        self._client = stripe.StripeClient(
            access.key,
            http_client=stripe.RequestsClient(timeout=TIMEOUT_S),
            max_network_retries=0,  # whoever asks, asks again: the buyer, Stripe itself or the sweeper
            base_addresses={"api": access.api} if access.api else {},
        )
        self._prices: dict[Money, str] = {}

    def start(self, wish: PaymentWish) -> OpenedPayment:
        """Open a Checkout session."""
        checkout = f"{self._base_url}{wish.checkout}"
        params: Any = {
            "mode": "payment",
            "client_reference_id": wish.order_id,
            "payment_intent_data": {"metadata": {"order_id": wish.order_id}},
            "success_url": f"{checkout}/done",
            "cancel_url": checkout,
        }
        if self.kinds:
            kinds = in_order(self.kinds, wish.territory, wish.amount.currency)
            params["payment_method_types"] = list(kinds)
            if "wechat_pay" in kinds:
                params["payment_method_options"] = {"wechat_pay": {"client": "web"}}

        def create() -> Any:  # noqa: ANN401 - Stripe's own answer
            price = self._price(wish.amount)
            about = {
                "line_items": [{"price": price, "quantity": 1}],
                "metadata": {"order_id": wish.order_id, "price": price},
            }
            return self._client.v1.checkout.sessions.create(params | about, {"idempotency_key": wish.key})

        session = self._ask(create)
        if session is None or not session.url:
            raise unreachable()
        return OpenedPayment(session.id, session.url)

    def read(self, reference: str) -> Payment | None:
        """The session or PaymentIntent as it is now."""
        if reference.startswith("pi_"):
            found = self._ask(lambda: self._client.v1.payment_intents.retrieve(reference))
            if found is None:
                return None
            intent = found.to_dict()
            amount = _money(intent["amount"], intent["currency"])
            return Payment(reference, _order_of(intent), _state_of_intent(intent), amount, reference)
        whole: Any = {"expand": ["payment_intent"]}
        at_stripe = self._ask(lambda: self._client.v1.checkout.sessions.retrieve(reference, params=whole))
        if at_stripe is None:
            return None
        session = at_stripe.to_dict()
        made = session.get("payment_intent")
        charge = made.get("id") if isinstance(made, dict) else made
        return Payment(reference, _order_of(session), _state_of_session(session), self._total(session), charge or "")

    def cancel(self, reference: str) -> bool:
        """Expire the session."""
        try:
            if reference.startswith("pi_"):
                intents = self._client.v1.payment_intents
                self._ask(lambda: intents.cancel(reference), refused=stripe.InvalidRequestError)
            else:
                sessions = self._client.v1.checkout.sessions
                self._ask(lambda: sessions.expire(reference), refused=stripe.InvalidRequestError)
        except stripe.InvalidRequestError:
            payment = self.read(reference)
            return payment is None or payment.state in {PaymentState.CANCELLED, PaymentState.DECLINED}
        return True

    def refund(self, payment: Payment, amount: Money, key: str) -> str:
        """Refund the PaymentIntent. A refund whose answer was lost is found by the key in its metadata."""
        if not payment.charge:
            raise RefundRefused(Code.PAYMENT_FAILED, "Stripe names no payment that could be refunded.")
        refund = self._made(payment.charge, key)
        try:
            refund = refund or self._ask(
                lambda: self._client.v1.refunds.create(
                    params={
                        "payment_intent": payment.charge,
                        "amount": _count(amount),
                        "metadata": {"refund": key},
                    },
                    options={"idempotency_key": key},
                ),
                refused=stripe.StripeErrorWithParamCode,
            )
        except stripe.StripeErrorWithParamCode as error:
            raise RefundRefused(Code.PAYMENT_FAILED, f"Stripe refuses: {error.code or 'without a code'}.") from error
        if refund is None or refund.status in {"failed", "canceled"}:
            raise RefundRefused(Code.PAYMENT_FAILED, "Stripe could not make the refund.")
        return refund.id

    def _made(self, intent_id: str, key: str) -> "Refund | None":
        listed = self._ask(lambda: self._client.v1.refunds.list(params={"payment_intent": intent_id, "limit": 100}))
        found = (one for one in (listed.data if listed else ()) if one.to_dict().get("metadata") == {"refund": key})
        return next(found, None)

    def notice(self, body: bytes, signature: str) -> Notice:
        """An event signed within the last 5 min with one of the endpoint's secrets (HMAC-SHA256)."""
        if not any(self._is_signed(body, signature, secret) for secret in self._secrets):
            raise CinemaError(Code.WRONG_USE, "The notice is not signed, or too late.")
        event = parse_object(body, BODY_BYTES, Code.WRONG_USE, "The notice")
        data = event.get("data")
        thing = data.get("object") if isinstance(data, dict) else None
        if not isinstance(thing, dict):
            raise CinemaError(Code.WRONG_USE, "The notice is about nothing.")
        if event.get("type") == "refund.failed":
            log.error("Stripe reports a refund that failed after it was made; look at it there")
        named = (thing.get("id"), thing.get("payment_intent"))
        name = event.get("id")
        return Notice(
            name if isinstance(name, str) else hashlib.sha256(body).hexdigest(),
            tuple(one for one in named if isinstance(one, str)),
        )

    @staticmethod
    def _is_signed(body: bytes, signature: str, secret: str) -> bool:
        try:
            return bool(stripe.WebhookSignature.verify_header(body, signature, secret, TOLERANCE_S))
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            return False

    def _total(self, session: dict[str, Any]) -> Money:
        total, currency = session.get("amount_total"), session.get("currency")
        if total is None or currency is None:
            price = self._ask(lambda: self._client.v1.prices.retrieve(session["metadata"]["price"]))
            if price is None:
                raise unreachable()
            total, currency = price.unit_amount or 0, price.currency
        return _money(total, currency)

    def _price(self, amount: Money) -> str:
        """The price of this amount at Stripe: found, or made once."""
        if amount not in self._prices:
            currency, count = amount.currency.lower(), _count(amount)
            key = f"{PRODUCT}-{currency}-{count}"
            prices = self._client.v1.prices
            known = (
                price.id
                for price in prices.list(params={"lookup_keys": [key], "active": True}).data
                if (price.unit_amount, price.currency) == (count, currency)
                and price.to_dict().get("metadata") == {"key": key}
            )
            self._prices[amount] = next(known, None) or (
                prices.create(
                    params={
                        "product": self._product(),
                        "currency": currency,
                        "unit_amount": count,
                        "lookup_key": key,
                        "transfer_lookup_key": True,
                        "metadata": {"key": key},
                    },
                    options={"idempotency_key": key},
                ).id
            )
        return self._prices[amount]

    def _product(self) -> str:
        products = self._client.v1.products
        try:
            return products.retrieve(PRODUCT).id
        except stripe.InvalidRequestError:
            made = products.create(params={"id": PRODUCT, "name": "Film ticket"}, options={"idempotency_key": PRODUCT})
            return made.id

    def _ask(self, call: Callable[[], _Answer], refused: type[stripe.StripeError] | tuple[()] = ()) -> _Answer | None:
        """The answer; none for what does not exist. Raises ``refused`` as it comes, and `HttpProblem` 503."""
        try:
            return call()
        except refused:
            raise
        except stripe.InvalidRequestError as error:
            if error.http_status == 404:
                return None
            log.error("Stripe refuses: %s %s", error.code, error.param)
            raise unreachable() from error
        except stripe.StripeError as error:
            log.warning("Stripe cannot be asked: %s", type(error).__name__)
            raise unreachable() from error


def _state_of_session(session: dict[str, Any]) -> PaymentState:
    if session["status"] == "expired":
        return PaymentState.CANCELLED
    if session["status"] != "complete":
        return PaymentState.OPEN
    if session["payment_status"] != "unpaid":
        return PaymentState.APPROVED
    # Some methods tell only days later whether the money came.
    intent = session.get("payment_intent")
    failed = isinstance(intent, dict) and intent["status"] in {"requires_payment_method", "canceled"}
    return PaymentState.DECLINED if failed else PaymentState.OPEN


def _state_of_intent(intent: dict[str, Any]) -> PaymentState:
    """A declined card leaves the payment open for another one."""
    states = {"succeeded": PaymentState.APPROVED, "canceled": PaymentState.CANCELLED}
    return states.get(intent["status"], PaymentState.OPEN)


def _order_of(thing: dict[str, Any]) -> str:
    return str((thing.get("metadata") or {}).get("order_id", ""))


def _count(amount: Money) -> int:
    return amount.minor * (100 if amount.currency in _PENNIES else 1)


def _money(count: int, currency: str) -> Money:
    known = currency.upper()
    return Money(count // (100 if known in _PENNIES else 1), known)
