"""Refusals of the box office (RFC 9457) as `CinemaError`, in our own words."""

from collections.abc import Mapping

from boxoffice.client.answers import read_reasons
from boxoffice.client.fields import read_json
from core import CinemaError, Code

_WORDS = {
    Code.SIGN_IN_NEEDED: "Signing in is needed for this.",
    Code.REFUSED: "The box office refused this.",
    Code.NOT_FOUND: "The box office does not know this.",
    Code.SERVER_ERROR: "The box office has a fault; try again in a while.",
    Code.VOUCHER_INVALID: "This voucher does not count here.",
    Code.SOLD_OUT: "This is sold out.",
    Code.PAYMENT_FAILED: "The payment did not go through; nothing was bought.",
}
_BY_STATUS = {401: Code.SIGN_IN_NEEDED, 403: Code.REFUSED, 404: Code.NOT_FOUND, 410: Code.NOT_FOUND}


def problem(status: int, headers: Mapping[str, str], body: bytes) -> CinemaError:
    """The error that an answer other than success means.

    ``details`` holds the ``status`` and, for a refusal, ``reasons`` as a tuple of `Reason`. The text that the box
    office sent along is left out: it may name what a person watches.
    """
    code = _BY_STATUS.get(status, Code.SERVER_ERROR)
    details: dict[str, object] = {"status": status}
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() == "application/problem+json":
        try:
            document = read_json(body, "problem")
            given = document.optional("code", document.text)
            code = Code(given) if given in set(Code) else code
            details["reasons"] = document.optional("reasons", lambda _name: read_reasons(document)) or ()
        except CinemaError:
            pass
    if status >= 500 or status == 429:
        code = Code.SERVER_ERROR
    return CinemaError(code, _WORDS.get(code, f"The box office answered with {code.value}."), details)
